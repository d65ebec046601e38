"""walk: a personalised random walk over the links between entities and stretches of text, from what was matched.

Personalised PageRank on the subgraph around the question (Haveliwala 2002, "Topic-Sensitive PageRank"), with passages
and entities as one graph. What a name heads counts for more than what merely mentions it, text that shares the
question's words weighs up to double, and the walk is long: few restarts, many steps.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from langgraph.runtime import Runtime
from numpy.typing import NDArray

from ..model import Document, Entity, Match, sentence_id, sentence_place
from ..settings import QAOptions
from ..tools.ports import GraphStore
from ..tools.text.names import name_key
from .state import QAContext, ToWalk, Walked, options
from .strategies import strategies
from .stretch import LENGTH, places_of_row, stretch_of, stretches_of_row
from .trail import Trail

RESTART = 0.1
STEPS = 14
HEAD = 20.0
"""Weight of the link from a name to the text it heads, one that mentions it being 1."""
TO_HEAD = 0.3
"""Weight of the way back, from a text to the name that heads it: there the walk has been."""
TEXT_SEED = 0.2
"""Share of the restarts that go to the full-text hits; the rest goes to the entities that the question names."""
FOUND = 0.3
"""Weight of an entity found step by step, one that the question names being 1."""
_FOUND_MOST = 12
COMMON = 0.1
"""Weight of an entity that is no name but a term, a date or a quantity."""
_OF_NAMED = 60
_OF_REACHED = 10
_REACHED = 60
"""Entities followed on the second step, the most promising first."""
_STRETCHES = 40
_ABOUT = 4
"""Sentences to each side of a linked one whose names the walk may go on by."""
_EARLY = 2
"""Sentences at a document's start; only what these mention may be its title's name."""
_KEPT = 60

Weights = Mapping[str, float]
Mentioned = Mapping[Entity, Sequence[str]]
"""Entity → sentences that mention it, first those that stand early in their documents."""


async def walk(state: ToWalk, runtime: Runtime[QAContext], *, graph_store: GraphStore, settings: QAOptions) -> Walked:
    """Where the walk ends up, and the full-text hits it started from."""
    if not strategies.get(options(runtime.context, settings).strategy)().walks:
        return {"hits": {}, "walked": {}}
    named = {**dict.fromkeys(found_on(state), FOUND), **seeds(state["matches"])}
    bearers = await graph_store.mentions_of(list(named), _OF_NAMED)
    hits = stretches_hit(state["passages"])
    named = by_rarity(
        {e.id: named[e.id] * weight_of(e) for e in bearers}, {e.id: len(said) for e, said in bearers.items()}
    )
    local = await _neighbourhood(graph_store, named, hits, [row for row, _ in state["passages"]], bearers)
    walked = pagerank(local, named, hits)
    runtime.stream_writer({"stage": "walk", "hits": len(hits), "stretches": len(walked)})
    return {"hits": hits, "walked": walked}


def found_on(state: ToWalk) -> Sequence[str]:
    """Entities that a strategy found step by step: the walk starts from them too."""
    trail = state.get("trail") or Trail()
    return trail.entities[:_FOUND_MOST] if trail.sure else ()


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


def stretches_hit(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Stretch → the best score of a passage over it, best first."""
    hits: dict[str, float] = {}
    for row, score in found:
        for stretch in stretches_of_row(row):
            hits.setdefault(stretch, score)
    return hits


def by_rarity(named: Weights, count: Mapping[str, int]) -> dict[str, float]:
    """The seeds weighted by how rare they are, summing to 1; one that is mentioned nowhere weighs nothing."""
    weights = {key: weight * rarity(count[key]) for key, weight in named.items() if weight > 0 and count.get(key)}
    total = sum(weights.values())
    return {entity: weight / total for entity, weight in weights.items()}


def rarity(links: int) -> float:
    """Inverse document frequency against a corpus of a thousand stretches: only the proportions matter."""
    return math.log(1 + 1000 / max(1, links))


# ── the subgraph
class Local:
    """Edges between stretches and entities around the question."""

    def __init__(self) -> None:
        self.edges: dict[tuple[str, str], float] = {}
        """(stretch, entity) → 1, or `HEAD` where the entity's name heads the stretch's document."""
        self.weights: dict[str, float] = {}
        """Entity → how telling it is; 1 where it was not looked up."""

    def add(self, stretch: str, entities: Iterable[str]) -> None:
        """Take in what is mentioned there."""
        self.edges.update(dict.fromkeys(((stretch, entity) for entity in entities), 1.0))

    def know(self, mentioned: Mentioned) -> None:
        """Take in entities with the sentences that mention them."""
        for entity, sentences in mentioned.items():
            self.weights[entity.id] = weight_of(entity)
            self.edges.update(dict.fromkeys(((stretch_of(sentence), entity.id) for sentence in sentences), 1.0))


async def _neighbourhood(
    graph_store: GraphStore, named: Weights, hits: Weights, rows: Sequence[str], bearers: Mentioned
) -> Local:
    local = Local()
    local.know(bearers)
    first = _first_stretches(named, hits, bearers)
    inside = _inside(first, rows, bearers)
    said = await graph_store.mentions_in(list(inside))
    for sentence, entities in said.items():
        local.add(inside[sentence], entities)
    reached = await graph_store.mentions_of(_promising(local, first, named), _OF_REACHED)
    local.know(reached)
    early = {
        document
        for some in (said, *bearers.values(), *reached.values())
        for document, index in map(sentence_place, some)
        if index < _EARLY
    }
    mark_heads(local, (*bearers, *reached), await graph_store.documents(sorted(early)))
    return local


def _inside(first: Weights, rows: Iterable[str], bearers: Mentioned) -> dict[str, str]:
    """Sentence → its stretch, within the first stretches: those of the passages hit, and those about the links."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        document, start, end = places_of_row(row)
        wanted[document].update(range(start, end))
    for document, index in (sentence_place(s) for said in bearers.values() for s in said if stretch_of(s) in first):
        wanted[document].update(range(index - _ABOUT, index + _ABOUT + 1))
    places = ((stretch, *sentence_place(stretch)) for stretch in first)
    return {
        sentence_id(document, index): stretch
        for stretch, document, start in places
        for index in range(start, start + LENGTH)
        if index in wanted[document]
    }


def _first_stretches(named: Weights, hits: Weights, bearers: Mentioned) -> dict[str, float]:
    """The stretches that the question leads to in one step, with how strongly, the best `_STRETCHES`."""
    best = max(hits.values(), default=1.0)
    mass: dict[str, float] = defaultdict(float)
    for stretch, score in hits.items():
        mass[stretch] += TEXT_SEED * (score / best) ** 2
    for entity, sentences in bearers.items():
        for sentence in sentences:
            mass[stretch_of(sentence)] += named.get(entity.id, 0.0) / math.sqrt(len(sentences))
    return dict(sorted(mass.items(), key=lambda item: (-item[1], item[0]))[:_STRETCHES])


def _promising(local: Local, first: Weights, named: Weights) -> list[str]:
    mass: dict[str, float] = defaultdict(float)
    for stretch, entity in local.edges:
        if entity not in named:
            mass[entity] += first.get(stretch, 0.0)
    return sorted(mass, key=lambda entity: (-mass[entity], entity))[:_REACHED]


def mark_heads(local: Local, entities: Iterable[Entity], documents: Iterable[Document]) -> None:
    """Give `HEAD` to the links from an entity to the start of a document whose title is its name."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        for name in (entity.name, *entity.aliases):
            bearers[name_key(name)].add(entity.id)
    for document in documents:
        start = sentence_id(document.id, 0)
        heads = {entity for key in title_keys(document.title) for entity in bearers.get(key, ())}
        local.edges.update(dict.fromkeys(local.edges.keys() & {(start, entity) for entity in heads}, HEAD))


@lru_cache(maxsize=16384)
def title_keys(title: str) -> frozenset[str]:
    """A title as names: whole, without what stands in brackets at its end, and without what follows a comma."""
    plain = title.partition(" (")[0]
    return frozenset(map(name_key, (title, plain, plain.partition(",")[0]))) - {""}


# ── the walk
def pagerank(local: Local, named: Weights, hits: Weights) -> dict[str, float]:
    """Stretch → mass after the walk, the most visited first and its mass 1, at most `_KEPT`.

    Iterates p ← c·v + (1 − c)·Wᵀp with c = `RESTART` for `STEPS` steps, v being the seeds.
    """
    best = max(hits.values(), default=0.0)
    stretches, row = _numbered((stretch for stretch, _ in local.edges), hits)
    entities, column = _numbered(entity for _, entity in local.edges)
    order = np.lexsort((column, row))  # so that no order of reading changes the last digit of a sum
    row, column = row[order], column[order]
    head = np.fromiter(local.edges.values(), float, len(local.edges))[order]
    share = np.array([hits.get(stretch, 0.0) / best if best else 0.0 for stretch in stretches])
    idf = np.log(1 + 1000 / np.maximum(1, np.bincount(column, minlength=len(entities))))
    down = _normalised(head * (1 + share[row]), column, len(entities))
    telling = np.array([local.weights.get(entity, 1.0) for entity in entities])
    up = _normalised(np.where(head > 1, TO_HEAD, 1.0) * (idf * telling)[column], row, len(stretches))
    text = np.array([hits.get(stretch, 0.0) ** 2 for stretch in stretches])
    start = np.array([named.get(entity, 0.0) for entity in entities])
    text_share = TEXT_SEED if start.sum() else 1.0
    text = text_share * text / (text.sum() or 1.0)
    start = (1 - text_share) * start
    x, y = text, start
    for _ in range(STEPS):
        x, y = (
            RESTART * text + (1 - RESTART) * np.bincount(row, down * y[column], len(stretches)),
            RESTART * start + (1 - RESTART) * np.bincount(column, up * x[row], len(entities)),
        )
    top = float(x.max()) if x.size else 0.0
    best_first = np.argsort(-x, kind="stable")[:_KEPT].tolist()
    return {stretches[i]: float(x[i]) / top for i in best_first if top and x[i] > 0}


def _numbered(keys: Iterable[str], more: Iterable[str] = ()) -> tuple[list[str], NDArray[np.intp]]:
    """All there are, sorted, and the place of each key among them."""
    listed = list(keys)
    every = sorted({*listed, *more})
    place = {key: i for i, key in enumerate(every)}
    return every, np.fromiter(map(place.__getitem__, listed), np.intp, len(listed))


def _normalised(weights: NDArray[np.float64], group: NDArray[np.intp], groups: int) -> NDArray[np.float64]:
    total = np.bincount(group, weights, groups)
    shares: NDArray[np.float64] = weights / np.maximum(total[group], 1e-12)
    return shares
