"""Hand what a question in a document gains on to what follows it: there it is answered (`Is there a café?` `No.`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...model import Sentence

_ASKS = re.compile(r"[?？]['\"”’»」』)*_\s]*$")
_FOLLOWING = 3
"""Sentences that an answer is taken to have."""
_FADES = 0.95
"""What each of them has of the score of the one before."""


def is_asking(sentence: Sentence) -> bool:
    """Whether it is a question itself, or a heading that is one."""
    return bool(_ASKS.search(sentence.text))


def handed_on(candidates: Sequence[Sentence], scores: Sequence[float]) -> list[float]:
    """The scores, each question's own with what follows it up to the next heading or question, in its place."""
    found = list(scores)
    place = {(sentence.document_id, sentence.index): i for i, sentence in enumerate(candidates)}
    for i, sentence in enumerate(candidates):
        if is_asking(sentence):
            score = scores[i]
            for j in _behind(sentence, candidates, place):
                found[i], found[j] = 0.0, max(found[j], score)
                score *= _FADES
    return found


def _behind(sentence: Sentence, candidates: Sequence[Sentence], place: dict[tuple[str, int], int]) -> Iterator[int]:
    for n in range(1, _FOLLOWING + 1):
        i = place.get((sentence.document_id, sentence.index + n))
        if i is None or candidates[i].kind == "heading" or is_asking(candidates[i]):
            return
        yield i
