"""block: what ids alone say of sentences, of the blocks they stand in, and of passages."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Chunk, sentence_id, sentence_place
from kgqa.nodes.ranking.blocks import LENGTH, around, block_of, blocks_of_row, places_of_row, sentences_of

MOST = 0xFFFF00
DOCUMENTS = st.text("0123456789abcdef", min_size=32, max_size=32) | st.text(min_size=1, max_size=12).filter(
    lambda text: "+" not in text
)
INDEXES = st.integers(0, 40) | st.integers(0, MOST)


def row_of(document: str, index: int, more: int) -> str:
    """The row as a chunk of these sentences names it."""
    ids = tuple(sentence_id(document, i) for i in range(index, index + more + 1))
    return Chunk("c", document, 0, 1, ids).row


@given(DOCUMENTS, INDEXES)
def test_a_sentence_stands_in_its_block_and_in_no_other(document: str, index: int) -> None:
    sentence = sentence_id(document, index)
    block = block_of(sentence)
    assert sentence in sentences_of(block)
    assert len(sentences_of(block)) == LENGTH
    assert {block_of(other) for other in sentences_of(block)} == {block}


@given(DOCUMENTS, INDEXES)
def test_blocks_leave_no_sentence_out_and_keep_to_their_document(document: str, index: int) -> None:
    block = block_of(sentence_id(document, index))
    places = [sentence_place(sentence) for sentence in sentences_of(block)]
    assert {key for key, _ in places} == {document}
    assert all(after == before + 1 for (_, before), (_, after) in pairwise(places))
    following = sentence_id(document, places[-1][1] + 1)
    assert block_of(following) == following


@given(DOCUMENTS, INDEXES, st.integers(0, 40))
def test_a_row_names_its_sentences_and_they_its_blocks(document: str, index: int, more: int) -> None:
    row = row_of(document, index, more)
    assert places_of_row(row) == (document, index, index + more + 1)
    said = [sentence_id(document, i) for i in range(index, index + more + 1)]
    assert blocks_of_row(row) == list(dict.fromkeys(map(block_of, said)))


@given(DOCUMENTS, INDEXES)
def test_a_sentences_own_row_is_that_sentence_alone(document: str, index: int) -> None:
    sentence = sentence_id(document, index)
    assert places_of_row(sentence) == (document, index, index + 1)
    assert blocks_of_row(sentence) == [block_of(sentence)]


@given(st.lists(st.tuples(DOCUMENTS, INDEXES), max_size=5), st.integers(0, 4))
def test_neighbours_come_once_from_their_own_document_and_none_before_its_first(
    places: list[tuple[str, int]], window: int
) -> None:
    found = around((sentence_id(*place) for place in places), window)
    assert len(found) == len(set(found))
    expected = {(key, j) for key, i in places for j in range(max(0, i - window), i + window + 1)}
    assert set(map(sentence_place, found)) == expected


@given(DOCUMENTS, INDEXES)
def test_a_block_lies_within_a_window_of_its_length_around_each_of_its_sentences(document: str, index: int) -> None:
    sentence = sentence_id(document, index)
    assert set(sentences_of(block_of(sentence))) <= set(around([sentence], LENGTH - 1))
    assert around([sentence], 0) == [sentence]
