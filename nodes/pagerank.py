"""pagerank: a random walk with restarts over the stretches of text and the entities around a question.

Personalised PageRank (Haveliwala 2002, "Topic-Sensitive PageRank"), with passages and entities as one graph. What a
name heads counts for more than what merely mentions it, text that shares the question's words weighs up to double, and
the walk is long: few restarts, many steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

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


class Local:
    """The graph around a question: which stretches mention which entities."""

    def __init__(self) -> None:
        self.weights: dict[str, float] = {}
        """Entity → how telling it is; 1 where it was not looked up."""
        self.heads: set[tuple[str, str]] = set()
        """(stretch, entity) where the entity's name heads the stretch's document, if the stretch mentions it."""
        self.stretches: dict[str, int] = {}
        self.entities: dict[str, int] = {}
        """Each with its number, in the order they came."""
        self._rows: list[int] = []
        self._columns: list[int] = []

    def add(self, stretch: str, entities: Iterable[str]) -> None:
        """Take in what is mentioned there; again does no harm."""
        row = self.stretches.setdefault(stretch, len(self.stretches))
        for entity in entities:
            self._rows.append(row)
            self._columns.append(self.entities.setdefault(entity, len(self.entities)))

    def edges(self) -> tuple[Numbers, Numbers]:
        """The numbers of stretch and entity, each shape (edges,), each edge once."""
        width = max(1, len(self.entities))
        once = np.unique(np.array(self._rows, np.intp) * width + np.array(self._columns, np.intp))
        return once // width, once % width


def one_step(local: Local, mass: Weights, but: Collection[str], most: int) -> list[str]:
    """The entities that stretches with such masses lead to, without some: the `most` promising, ties by id."""
    row, column = local.edges()
    given = np.zeros(len(local.stretches))
    for stretch in mass.keys() & local.stretches.keys():
        given[local.stretches[stretch]] = mass[stretch]
    reached = np.bincount(column, given[row], len(local.entities))
    entities = list(local.entities)
    reached[[local.entities[entity] for entity in but if entity in local.entities]] = 0.0
    least = np.partition(reached, -most)[-most] if len(reached) > most else 0.0
    found = [(-reached[i], entities[i]) for i in np.flatnonzero((reached >= least) & (reached > 0)).tolist()]
    return [entity for _, entity in sorted(found)[:most]]


def pagerank(local: Local, named: Weights, hits: Weights) -> dict[str, float]:
    """Stretch → mass after the walk, the most visited first and its mass 1, at most `_KEPT`.

    Iterates p ← c·v + (1 − c)·Wᵀp with c = `RESTART` for `STEPS` steps, v being the seeds.
    """
    best = max(hits.values(), default=0.0)
    stretches, entities, row, column = _in_order(local, hits)
    head = np.where(_headed(local, stretches, entities, row, column), HEAD, 1.0)
    score = np.array([hits.get(stretch, 0.0) for stretch in stretches])
    share = score / (best or 1.0)
    idf = np.log(1 + 1000 / np.maximum(1, np.bincount(column, minlength=len(entities))))
    down = _normalised(head * (1 + share[row]), column, len(entities))
    telling = np.array([local.weights.get(entity, 1.0) for entity in entities])
    up = _normalised(np.where(head > 1, TO_HEAD, 1.0) * (idf * telling)[column], row, len(stretches))
    text = score**2
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


def _in_order(local: Local, hits: Weights) -> tuple[list[str], list[str], Numbers, Numbers]:
    """Stretches, entities and edges sorted, so that no order of reading changes the last digit of a sum."""
    stretches, entities = sorted(local.stretches.keys() | hits.keys()), sorted(local.entities)
    row, column = local.edges()
    row, column = _places(stretches, local.stretches)[row], _places(entities, local.entities)[column]
    order = np.lexsort((column, row))
    return stretches, entities, row[order], column[order]


def _places(listed: Collection[str], numbers: Mapping[str, int]) -> Numbers:
    """Number → place in the list."""
    places = np.zeros(len(numbers), np.intp)
    for place, key in enumerate(listed):
        if key in numbers:
            places[numbers[key]] = place
    return places


def _headed(
    local: Local, stretches: Collection[str], entities: Collection[str], row: Numbers, column: Numbers
) -> NDArray[np.bool_]:
    """Which edges go from a text to the name that heads it."""
    place, slot = ({key: i for i, key in enumerate(listed)} for listed in (stretches, entities))
    known = [place[s] * len(entities) + slot[e] for s, e in local.heads if s in place and e in slot]
    return np.isin(row * len(entities) + column, known)


def _normalised(weights: NDArray[np.float64], group: Numbers, groups: int) -> NDArray[np.float64]:
    total = np.bincount(group, weights, groups)
    shares: NDArray[np.float64] = weights / np.maximum(total[group], 1e-12)
    return shares
