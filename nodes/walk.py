"""walk: personalised PageRank from the matched entities and text hits, over entities and blocks of text.

The graph that it goes over is the part of the store's around the question (`pagerank.py` walks it): what the matched
names and the full-text hits lead to in one step, and from there in another.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from langgraph.runtime import Runtime

from ..model import PLACE_DIGITS, Document, Entity, Match, sentence_id, sentence_place
from ..settings import QAOptions
from ..tools.ports import GraphStore
from ..tools.text.names import name_key
from .ranking.blocks import LENGTH, block_of, blocks_of_row, places_of_row
from .ranking.pagerank import TEXT_SEED, Local, Weights, one_step, pagerank
from .state import QAContext, ToWalk, Walked, options
from .strategies import strategies
from .trace import Trace

FOUND = 0.3
"""Weight of an entity found step by step, one that the question names being 1."""
_FOUND_MOST = 12
COMMON = 0.1
"""Weight of an entity that is no name but a term, a date or a quantity."""
_OF_NAMED = 60
_OF_REACHED = 10
_REACHED = 60
"""Entities followed on the second step, the most promising first."""
_BLOCKS = 40
_INSIDE = 240
"""Sentences whose names the walk may go on by."""
_ABOUT = 4
"""Sentences to each side of a linked one whose names the walk may go on by."""
_EARLY = frozenset(sentence_id("", index) for index in range(2))
"""Places of the sentences at a document's start; only what these mention may be its title's name."""

Mentioned = Mapping[Entity, Sequence[str]]
"""Entity → sentences that mention it, first those that stand early in their documents."""


async def walk(state: ToWalk, runtime: Runtime[QAContext], *, graph_store: GraphStore, settings: QAOptions) -> Walked:
    """Where the walk ends up, and the full-text hits it started from."""
    if not strategies.get(options(runtime.context, settings).strategy)().walks:
        return {"hits": {}, "walked": {}}
    named = {**dict.fromkeys(found_on(state), FOUND), **seeds(state["matches"])}
    bearers = await graph_store.mentions_of(list(named), _OF_NAMED)
    hits = blocks_hit(state["passages"])
    named = by_rarity(
        {e.id: named[e.id] * weight_of(e) for e in bearers}, {e.id: len(said) for e, said in bearers.items()}
    )
    local = await _neighbourhood(graph_store, named, hits, [row for row, _ in state["passages"]], bearers)
    walked = pagerank(local, named, hits)
    runtime.stream_writer({"stage": "walk", "hits": len(hits), "blocks": len(walked)})
    return {"hits": hits, "walked": walked}


def found_on(state: ToWalk) -> Sequence[str]:
    """Entities that a strategy found step by step: the walk starts from them too."""
    trace = state.get("trace") or Trace()
    return trace.entities[:_FOUND_MOST] if trace.sure else ()


def seeds(matches: Sequence[Match]) -> dict[str, float]:
    """Entity → how surely the question names it; the bearers of one name share its weight."""
    rivals: dict[str, int] = defaultdict(int)
    for match in matches:
        rivals[match.mention] += match.kind == "entity"
    found: dict[str, float] = {}
    for match in matches:
        if match.kind == "entity":
            found[match.target] = max(found.get(match.target, 0.0), match.score / rivals[match.mention])
    return found


def weight_of(entity: Entity) -> float:
    """1 for a name, `COMMON` for what many texts share without being about one thing."""
    return COMMON if entity.type in ("TERM", "DATE", "QUANTITY") else 1.0


def blocks_hit(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Block → the best score of a passage over it, best first."""
    hits: dict[str, float] = {}
    for row, score in found:
        for block in blocks_of_row(row):
            hits.setdefault(block, score)
    return hits


def by_rarity(named: Weights, count: Mapping[str, int]) -> dict[str, float]:
    """The seeds weighted by how rare they are, summing to 1; one that is mentioned nowhere weighs nothing."""
    weights = {key: weight * rarity(count[key]) for key, weight in named.items() if weight > 0 and count.get(key)}
    total = sum(weights.values())
    return {entity: weight / total for entity, weight in weights.items()}


def rarity(links: int) -> float:
    """Inverse document frequency against a corpus of a thousand blocks: only the proportions matter."""
    return math.log(1 + 1000 / max(1, links))


# ── the subgraph
async def _neighbourhood(
    graph_store: GraphStore, named: Weights, hits: Weights, rows: Sequence[str], bearers: Mentioned
) -> Local:
    local = Local()
    _know(local, bearers)
    first = _first_blocks(named, hits, bearers)
    inside = _inside(first, rows, bearers)
    said = await graph_store.mentions_in(list(inside))
    for sentence, entities in said.items():
        local.add([inside[sentence]] * len(entities), entities)
    reached = await graph_store.mentions_of(one_step(local, first, named, _REACHED), _OF_REACHED)
    _know(local, reached)
    keys = (key for some in (said, *bearers.values(), *reached.values()) for key in some)
    early = {key[:-PLACE_DIGITS] for key in keys if key[-PLACE_DIGITS:] in _EARLY}
    mark_heads(local, (*bearers, *reached), await graph_store.documents(sorted(early)))
    return local


def _inside(first: Weights, rows: Iterable[str], bearers: Mentioned) -> dict[str, str]:
    """Sentence → its block, within the first blocks: those of the passages hit, and those about the links,
    the most promising blocks' first."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        document, start, end = places_of_row(row)
        wanted[document].update(range(start, end))
    for document, index in (sentence_place(s) for said in bearers.values() for s in said if block_of(s) in first):
        wanted[document].update(range(index - _ABOUT, index + _ABOUT + 1))
    places = ((block, *sentence_place(block)) for block in first)
    told = (
        (sentence_id(document, index), block)
        for block, document, start in places
        for index in range(start, start + LENGTH)
        if index in wanted[document]
    )
    return dict(islice(told, _INSIDE))


def _first_blocks(named: Weights, hits: Weights, bearers: Mentioned) -> dict[str, float]:
    """The blocks that the question leads to in one step, with how strongly, the best `_BLOCKS`."""
    best = max(hits.values(), default=1.0)
    mass: dict[str, float] = defaultdict(float)
    for block, score in hits.items():
        mass[block] += TEXT_SEED * (score / best) ** 2
    for entity, sentences in bearers.items():
        for sentence in sentences:
            mass[block_of(sentence)] += named.get(entity.id, 0.0) / math.sqrt(len(sentences))
    return dict(sorted(mass.items(), key=lambda item: (-item[1], item[0]))[:_BLOCKS])


def _know(local: Local, mentioned: Mentioned) -> None:
    for entity, sentences in mentioned.items():
        local.weights[entity.id] = weight_of(entity)
        local.add([*map(block_of, sentences)], [entity.id] * len(sentences))


def mark_heads(local: Local, entities: Iterable[Entity], documents: Iterable[Document]) -> None:
    """Tell the walk which entities head the start of a document, its title being their name."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        for name in (entity.name, *entity.aliases):
            bearers[name_key(name)].add(entity.id)
    for document in documents:
        start = sentence_id(document.id, 0)
        local.heads.update((start, entity) for key in title_keys(document.title) for entity in bearers.get(key, ()))


@lru_cache(maxsize=16384)
def title_keys(title: str) -> frozenset[str]:
    """A title as names: whole, without what stands in brackets at its end, and without what follows a comma."""
    plain = title.partition(" (")[0]
    return frozenset(map(name_key, (title, plain, plain.partition(",")[0]))) - {""}
