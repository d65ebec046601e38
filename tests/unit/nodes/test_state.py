"""Options of a run, and the stretches of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import InputError
from kgqa.model import sentence_id
from kgqa.nodes.state import Asked, QAContext, QAState, options
from kgqa.nodes.stretch import LENGTH, around, sentences_of, sentences_of_row, stretch_of, stretches_of_row
from kgqa.settings import QAOptions

INDEXES = st.integers(0, 0xFFFFF0)


def test_no_context_means_the_settings() -> None:
    settings = QAOptions(window=3)
    assert options(None, settings) is settings
    assert options(QAContext(), settings) is settings


def test_a_context_beats_the_settings_only_where_it_speaks() -> None:
    chosen = options(QAContext(cited=1, strategy="walk"), QAOptions(window=3))
    assert (chosen.cited, chosen.strategy, chosen.window) == (1, "walk", 3)


def test_a_value_that_does_not_fit_is_named() -> None:
    with pytest.raises(InputError, match=r"'window'.*99"):
        options(QAContext(window=99), QAOptions())


def test_every_key_of_the_state_has_one_writer() -> None:
    writers = [base for base in QAState.__orig_bases__ if base is not Asked]
    keys = [key for writer in writers for key in writer.__annotations__]
    assert len(keys) == len(set(keys))


@given(INDEXES)
def test_a_sentence_stands_in_its_stretch(index: int) -> None:
    sentence = sentence_id("d" * 32, index)
    assert sentence in sentences_of(stretch_of(sentence))
    assert len(sentences_of(stretch_of(sentence))) == LENGTH


@given(INDEXES, st.integers(0, 40))
def test_a_row_names_its_sentences(index: int, more: int) -> None:
    row = f"{sentence_id('d' * 32, index)}+{more}"
    assert sentences_of_row(row) == [sentence_id("d" * 32, i) for i in range(index, index + more + 1)]


@given(st.integers(0, 100_000), st.integers(0, 40))
def test_a_rows_stretches_are_its_sentences_stretches(index: int, more: int) -> None:
    row = f"{sentence_id('d' * 32, index)}+{more}"
    assert stretches_of_row(row) == list(dict.fromkeys(map(stretch_of, sentences_of_row(row))))


@given(st.lists(INDEXES, max_size=5), st.integers(0, 3))
def test_neighbours_come_once_and_none_stands_before_the_first(indexes: list[int], window: int) -> None:
    found = around([sentence_id("d", i) for i in indexes], window)
    assert len(found) == len(set(found))
    expected = {j for i in indexes for j in range(max(0, i - window), i + window + 1)}
    assert {int(key[1:], 16) for key in found} == expected
