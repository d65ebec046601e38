"""Blocks: runs of sentences that the walk treats as one place. All is computed from sentence ids alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ...model import PLACE_DIGITS, sentence_id, sentence_place

LENGTH = 12
"""Sentences in a block: about a passage, so that short documents are one block."""


def block_of(sentence: str) -> str:
    """The block that this sentence stands in: the id of its first sentence."""
    return sentence[:-PLACE_DIGITS] + _start(sentence[-PLACE_DIGITS:])


@lru_cache(maxsize=4096)
def _start(place: str) -> str:
    # Of the places there are few: to find a whole id among tens of thousands kept takes longer than to work it out.
    index = int(place, 16)
    return sentence_id("", index - index % LENGTH)


def sentences_of(block: str) -> list[str]:
    """Ids of the sentences that may stand in it; at a document's end some do not exist."""
    document, index = sentence_place(block)
    return [sentence_id(document, i) for i in range(index, index + LENGTH)]


def places_of_row(row: str) -> tuple[str, int, int]:
    """(document id, first, behind last) of a passage's sentences, from the id of its row in the text index
    (`Chunk.row`)."""
    first, _, more = row.partition("+")
    document, index = sentence_place(first)
    return document, index, index + int(more or 0) + 1


def blocks_of_row(row: str) -> list[str]:
    """The blocks that a passage's sentences stand in, in order."""
    document, start, end = places_of_row(row)
    return [sentence_id(document, i) for i in range(start - start % LENGTH, end, LENGTH)]


def around(sentences: Iterable[str], window: int) -> list[str]:
    """Ids of these sentences and of those up to `window` before and after; some may not exist."""
    found: dict[str, None] = {}
    for sentence in sentences:
        document, index = sentence_place(sentence)
        found.update((sentence_id(document, i), None) for i in range(max(0, index - window), index + window + 1))
    return list(found)
