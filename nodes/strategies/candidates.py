"""Gather each strategy's candidate sentences: facts and hits, with the text around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ...model import Sentence, sentence_id, sentence_place
from ...tools.ports import Embedder
from ...tools.text.words import terms
from ..ranking.blocks import around, sentences_of
from .solve_step import Library
from .strategy import Gathered, Reached

Goes = Callable[[Sentence, Sentence], bool]
_NEAR = 60
_PASSAGES = 5
_WALKED = 10
_MOST = 160
"""Sentences that are read at most: of the best hits of full text, of facts, of other hits, then of the blocks that
the walk came to."""
_BEST = 10
"""Hits of full text that no number of facts keeps out: what a hub has to do with fills all places otherwise."""
_OF_BEST = 40
"""Places that these and their neighbours take at most."""
_OF_NAMED = 40
_HITS = 20
"""Hits whose surroundings are looked at by `section` and `adaptive`."""
_SECTION = 40
"""Sentences taken of one section, half of them on each side of the hit."""
_REACH = 6
"""Sentences that `adaptive` grows to at most on each side."""
ALIKE = 0.2
"""Share of words in common, or cosine of meaning, from which a neighbour goes with its hit."""


async def window(reached: Reached, library: Library) -> Gathered:
    """Sentences of facts and of the entities named, with `window` neighbours on each side."""
    near = [*reached.facts, *await _of_named(reached, library)]
    return Gathered(await _read(around(near, reached.window), library))


async def section(reached: Reached, library: Library) -> Gathered:
    """The whole section that a hit stands in, up to `_SECTION` sentences around it."""
    hits = await _hits(reached, library)
    held = {s.id: s for s in await _read(around(hits, _SECTION // 2), library)}
    kept = {s.id: s for hit in hits for s in _run(hit, held, _SECTION // 2, _same_section)}
    return Gathered(_in_order(kept.values()))


async def adaptive(reached: Reached, library: Library) -> Gathered:
    """Each hit with its neighbours for as long as they stay like the question or the hit."""
    hits = await _hits(reached, library)
    held = {s.id: s for s in await _read(around(hits, _REACH), library)}
    likeness = await _likeness(reached.search, list(held.values()), library.embedder)
    kept = {s.id: s for hit in hits for s in _run(hit, held, _REACH, likeness)}
    return Gathered(_in_order(kept.values()))


async def walked(reached: Reached, library: Library) -> Gathered:
    """Sentences of facts with their neighbours, and the blocks that the walk came to."""
    ids = [*around(reached.facts, reached.window), *_whole(reached.walked)]
    return Gathered(await _read(ids, library))


async def fused(reached: Reached, library: Library) -> Gathered:
    """The walk's blocks, full text over passages and sentences, and vectors where they tell meaning."""
    near = await _by_meaning(reached.search, library)
    best = reached.sentences[:_BEST]
    ids = list(dict.fromkeys([*best, *around(best, reached.window)]))[:_OF_BEST]
    ids += around([*reached.facts, *reached.sentences, *near], reached.window)
    ids += _whole([*list(reached.hits)[:_PASSAGES], *list(reached.walked)[:_WALKED]])
    return Gathered(await _read(list(dict.fromkeys(ids))[:_MOST], library), near)


# ── where to look
async def _of_named(reached: Reached, library: Library) -> list[str]:
    mentioned = await library.graph_store.mentions_of(reached.named, _OF_NAMED)
    return [sentence for said in mentioned.values() for sentence in said]


async def _hits(reached: Reached, library: Library) -> list[str]:
    named = await _of_named(reached, library)
    return list(dict.fromkeys([*reached.facts, *reached.sentences[:_HITS], *named[:_HITS]]))


async def _by_meaning(search: str, library: Library) -> dict[str, float]:
    if not library.embedder.semantic:
        return {}
    rows = await library.embedder.embed([search])
    found = await library.vectors.nearest("sentences", rows, _NEAR)
    return {key: score for key, _, score in found[0]}


def _whole(blocks: Iterable[str]) -> list[str]:
    return [key for block in blocks for key in sentences_of(block)]


async def _read(ids: Sequence[str], library: Library) -> list[Sentence]:
    return _in_order(await library.graph_store.sentences(list(dict.fromkeys(ids))))


def _in_order(sentences: Iterable[Sentence]) -> list[Sentence]:
    return sorted(sentences, key=lambda sentence: (sentence.document_id, sentence.index))


# ── how far to go
class Likeness:
    """Whether a neighbour goes with its hit: it is like the question, or like the hit."""

    def __init__(self, question: set[str], words: dict[str, set[str]], cosines: dict[tuple[str, str], float]) -> None:
        self._question, self._words, self._cosines = question, words, cosines

    def __call__(self, hit: Sentence, other: Sentence) -> bool:
        """Whether `other`, a neighbour, goes with `hit`."""
        alike = max(
            _overlap(self._words[other.id], self._question), _overlap(self._words[other.id], self._words[hit.id])
        )
        return max(alike, self._cosines.get((hit.id, other.id), 0.0)) >= ALIKE


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


async def _likeness(search: str, sentences: Sequence[Sentence], embedder: Embedder) -> Likeness:
    words = {s.id: set(terms(s.text)) for s in sentences}
    if not embedder.semantic or not sentences:
        return Likeness(set(terms(search)), words, {})
    rows = await embedder.embed([s.text for s in sentences])
    place = {s.id: i for i, s in enumerate(sentences)}
    cosines = {
        (one.id, other): float(rows[place[one.id]] @ rows[place[other]])
        for one in sentences
        for other in around([one.id], _REACH)
        if other in place
    }
    return Likeness(set(terms(search)), words, cosines)


def _same_section(hit: Sentence, other: Sentence) -> bool:
    return hit.section == other.section


def _run(hit: str, held: dict[str, Sentence], most: int, goes: Goes) -> list[Sentence]:
    """The hit and its neighbours on each side, up to the first that does not go with it."""
    if hit not in held:
        return []
    document, index = sentence_place(hit)
    found = [held[hit]]
    for side in (-1, 1):
        for distance in range(1, most + 1):
            other = held.get(sentence_id(document, index + side * distance)) if index + side * distance >= 0 else None
            if other is None or not goes(held[hit], other):
                break
            found.append(other)
    return found
