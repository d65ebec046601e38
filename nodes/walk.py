"""walk: a personalised random walk over the links between entities and stretches of text, from what was matched.

Personalised PageRank on the subgraph around the question (Haveliwala 2002, "Topic-Sensitive PageRank"), with passages
and entities as one graph. What a name heads counts for more than what merely mentions it, text that shares the
question's words weighs up to double, and the walk is long: few restarts, many steps.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from langgraph.runtime import Runtime
from numpy.typing import NDArray

from ..model import Document, Entity, Link, Match, sentence_id, sentence_place
from ..settings import QAOptions
from ..tools.ports import GraphStore
from ..tools.text.names import name_key
from .state import QAContext, ToWalk, Walked, options
from .strategies import strategies
from .stretch import around, sentences_of_row, stretch_of, stretches_of_row
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
_KEPT = 60

Weights = Mapping[str, float]


async def walk(state: ToWalk, runtime: Runtime[QAContext], *, graph_store: GraphStore, settings: QAOptions) -> Walked:
    """Where the walk ends up, and the full-text hits it started from."""
    if not strategies.get(options(runtime.context, settings).strategy)().walks:
        return {"hits": {}, "walked": {}}
    named = {**dict.fromkeys(found_on(state), FOUND), **seeds(state["matches"])}
    links, entities = await asyncio.gather(
        graph_store.links_of_entities(list(named), _OF_NAMED), graph_store.entities(list(named))
    )
    hits = stretches_hit(state["passages"])
    telling = {entity.id: weight_of(entity) for entity in entities}
    named = by_rarity({key: weight * telling.get(key, 0.0) for key, weight in named.items()}, links)
    local = await _neighbourhood(graph_store, named, hits, [row for row, _ in state["passages"]], links)
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


def by_rarity(named: Weights, links: Sequence[Link]) -> dict[str, float]:
    """The seeds weighted by how rare they are, summing to 1; one that is gone since it was matched weighs nothing."""
    count: dict[str, int] = defaultdict(int)
    for link in links:
        count[link.entity] += 1
    weights = {key: weight * rarity(count[key]) for key, weight in named.items() if weight > 0 and count[key]}
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

    def add(self, links: Iterable[Link]) -> None:
        """Take in what sentences mention."""
        self.edges.update(dict.fromkeys(((stretch_of(link.sentence), link.entity) for link in links), 1.0))

    def stretches(self) -> set[str]:
        """All there are."""
        return {stretch for stretch, _ in self.edges}


async def _neighbourhood(
    graph_store: GraphStore, named: Weights, hits: Weights, rows: Sequence[str], links: Sequence[Link]
) -> Local:
    local = Local()
    local.add(links)
    first = _first_stretches(named, hits, links)
    inside = await graph_store.links_of_sentences(_inside(first, rows, links))
    local.add(inside)
    reached = _promising(local, first, named)
    onward, entities = await asyncio.gather(
        graph_store.links_of_entities(reached, _OF_REACHED), graph_store.entities([*named, *reached])
    )
    local.add(onward)
    places = map(sentence_place, {link.sentence for some in (links, inside, onward) for link in some})
    early = {document for document, index in places if index < 2}
    local.weights.update((entity.id, weight_of(entity)) for entity in entities)
    mark_heads(local, entities, await graph_store.documents(sorted(early)))
    return local


def _inside(first: Weights, rows: Iterable[str], links: Iterable[Link]) -> list[str]:
    """Sentences of the first stretches: those of the passages hit, which are known, and those about the links."""
    known = [s for row in rows if not first.keys().isdisjoint(stretches_of_row(row)) for s in sentences_of_row(row)]
    about = around((link.sentence for link in links if stretch_of(link.sentence) in first), _ABOUT)
    return [sentence for sentence in dict.fromkeys([*known, *about]) if stretch_of(sentence) in first]


def _first_stretches(named: Weights, hits: Weights, links: Sequence[Link]) -> dict[str, float]:
    """The stretches that the question leads to in one step, with how strongly, the best `_STRETCHES`."""
    best = max(hits.values(), default=1.0)
    count: dict[str, int] = defaultdict(int)
    for link in links:
        count[link.entity] += 1
    mass: dict[str, float] = defaultdict(float)
    for stretch, score in hits.items():
        mass[stretch] += TEXT_SEED * (score / best) ** 2
    for link in links:
        mass[stretch_of(link.sentence)] += named.get(link.entity, 0.0) / math.sqrt(count[link.entity])
    return dict(sorted(mass.items(), key=lambda item: (-item[1], item[0]))[:_STRETCHES])


def _promising(local: Local, first: Weights, named: Weights) -> list[str]:
    mass: dict[str, float] = defaultdict(float)
    for stretch, entity in local.edges:
        if entity not in named:
            mass[entity] += first.get(stretch, 0.0)
    return sorted(mass, key=lambda entity: (-mass[entity], entity))[:_REACHED]


def mark_heads(local: Local, entities: Iterable[Entity], documents: Iterable[Document]) -> None:
    """Give `HEAD` to the links from an entity to the start of a document whose title is its name."""
    titles = {sentence_id(document.id, 0): title_keys(document.title) for document in documents}
    by_id = {entity.id: entity for entity in entities}
    for stretch, key in local.edges:
        if stretch in titles and key in by_id and not titles[stretch].isdisjoint(_name_keys(by_id[key])):
            local.edges[stretch, key] = HEAD


def _name_keys(entity: Entity) -> set[str]:
    return {name_key(name) for name in (entity.name, *entity.aliases)}


def title_keys(title: str) -> set[str]:
    """A title as names: whole, without what stands in brackets at its end, and without what follows a comma."""
    plain = title.partition(" (")[0]
    return {name_key(name) for name in (title, plain, plain.partition(",")[0])} - {""}


# ── the walk
def pagerank(local: Local, named: Weights, hits: Weights) -> dict[str, float]:
    """Stretch → mass after the walk, the most visited first and its mass 1, at most `_KEPT`.

    Iterates p ← c·v + (1 − c)·Wᵀp with c = `RESTART` for `STEPS` steps, v being the seeds.
    """
    best = max(hits.values(), default=0.0)
    stretches = sorted(local.stretches() | hits.keys())
    entities = sorted({entity for _, entity in local.edges})
    place = {stretch: i for i, stretch in enumerate(stretches)}
    slot = {entity: i for i, entity in enumerate(entities)}
    edges = sorted(local.edges)
    row = np.array([place[stretch] for stretch, _ in edges], dtype=np.intp)
    column = np.array([slot[entity] for _, entity in edges], dtype=np.intp)
    head = np.array([local.edges[edge] for edge in edges])
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
    order = sorted(range(len(stretches)), key=lambda i: (-x[i], stretches[i]))[:_KEPT]
    return {stretches[i]: float(x[i]) / top for i in order if top and x[i] > 0}


def _normalised(weights: NDArray[np.float64], group: NDArray[np.intp], groups: int) -> NDArray[np.float64]:
    total = np.bincount(group, weights, groups)
    shares: NDArray[np.float64] = weights / np.maximum(total[group], 1e-12)
    return shares
