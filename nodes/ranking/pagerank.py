"""Personalised PageRank over the blocks of text and the entities around a question.

Personalised PageRank (Haveliwala 2002, "Topic-Sensitive PageRank"), with passages and entities as one graph. What a
name heads counts for more than what merely mentions it, text that shares the question's words weighs up to double, and
the walk is long: few restarts, many steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

RESTART = 0.1
STEPS = 14
HEAD = 20.0
"""Weight of the link from a name to the text it heads, one that mentions it being 1."""
TO_HEAD = 0.3
"""Weight of the way back, from a text to the name that heads it: there the walk has been."""
TEXT_SEED = 0.2
"""Share of the restarts that go to the full-text hits; the rest goes to the entities that the question names."""
_KEPT = 60

Weights = Mapping[str, float]
Numbers = NDArray[np.intp]
Places = Mapping[str, int]
"""Key → its place among all, in their order."""


class Local:
    """The graph around a question: which blocks mention which entities."""

    def __init__(self) -> None:
        self.weights: dict[str, float] = {}
        """Entity → how telling it is; 1 where it was not looked up."""
        self.heads: set[tuple[str, str]] = set()
        """(block, entity) where the entity's name heads the block's document, if the block mentions it."""
        self._blocks: list[str] = []
        self._entities: list[str] = []

    def add(self, blocks: Sequence[str], entities: Sequence[str]) -> None:
        """Take in that each of these mentions the one at its place; again does no harm."""
        self._blocks += blocks
        self._entities += entities

    def edges(self, more: Iterable[str] = ()) -> tuple[Places, Places, Numbers, Numbers]:
        """Blocks (and `more`), entities, and of each edge the place of its two ends, shape (edges,); all sorted.

        So no order of reading changes the last digit of a sum.
        """
        blocks, entities = _places({*self._blocks, *more}), _places(self._entities)
        row, column = (
            np.fromiter(map(places.__getitem__, keys), np.intp, len(keys))
            for places, keys in ((blocks, self._blocks), (entities, self._entities))
        )
        once, width = np.unique(row * len(entities) + column), max(1, len(entities))
        return blocks, entities, once // width, once % width


def _places(keys: Iterable[str]) -> Places:
    return {key: place for place, key in enumerate(sorted(set(keys)))}


def _filled(values: Weights, places: Places, others: float = 0.0) -> NDArray[np.float64]:
    """Each value at its key's place, those that have no place left out."""
    filled = np.full(len(places), others)
    for key in values.keys() & places.keys():
        filled[places[key]] = values[key]
    return filled


def one_step(local: Local, mass: Weights, but: Collection[str], most: int) -> list[str]:
    """The entities that blocks with such masses lead to, without some: the `most` promising, ties by id."""
    blocks, entities, row, column = local.edges()
    reached = np.bincount(column, _filled(mass, blocks)[row], len(entities))
    reached[[entities[entity] for entity in but if entity in entities]] = 0.0
    best_first = np.argsort(-reached, kind="stable")[:most].tolist()
    listed = list(entities)
    return [listed[i] for i in best_first if reached[i] > 0]


def pagerank(local: Local, named: Weights, hits: Weights) -> dict[str, float]:
    """Block → mass after the walk, the most visited first and its mass 1, at most `_KEPT`.

    Iterates p ← c·v + (1 − c)·Wᵀp with c = `RESTART` for `STEPS` steps, v being the seeds.
    """
    best = max(hits.values(), default=0.0)
    blocks, entities, row, column = local.edges(hits)
    head = np.where(_headed(local, blocks, entities, row, column), HEAD, 1.0)
    score = _filled(hits, blocks)
    share = score / (best or 1.0)
    idf = np.log(1 + 1000 / np.maximum(1, np.bincount(column, minlength=len(entities))))
    down = _normalised(head * (1 + share[row]), column, len(entities))
    telling = _filled(local.weights, entities, 1.0)
    up = _normalised(np.where(head > 1, TO_HEAD, 1.0) * (idf * telling)[column], row, len(blocks))
    text = score**2
    start = _filled(named, entities)
    text_share = TEXT_SEED if start.sum() else 1.0
    text = text_share * text / (text.sum() or 1.0)
    start = (1 - text_share) * start
    x, y = text, start
    for _ in range(STEPS):
        x, y = (
            RESTART * text + (1 - RESTART) * np.bincount(row, down * y[column], len(blocks)),
            RESTART * start + (1 - RESTART) * np.bincount(column, up * x[row], len(entities)),
        )
    top = float(x.max()) if x.size else 0.0
    best_first, listed = np.argsort(-x, kind="stable")[:_KEPT].tolist(), list(blocks)
    return {listed[i]: float(x[i]) / top for i in best_first if top and x[i] > 0}


def _headed(local: Local, blocks: Places, entities: Places, row: Numbers, column: Numbers) -> NDArray[np.bool_]:
    """Which edges go from a text to the name that heads it."""
    known = [blocks[s] * len(entities) + entities[e] for s, e in local.heads if s in blocks and e in entities]
    return np.isin(row * len(entities) + column, known)


def _normalised(weights: NDArray[np.float64], group: Numbers, groups: int) -> NDArray[np.float64]:
    total = np.bincount(group, weights, groups)
    shares: NDArray[np.float64] = weights / np.maximum(total[group], 1e-12)
    return shares
