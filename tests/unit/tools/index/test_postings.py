"""postings: ranking that leaves common words' rows out finds just what scoring every row finds."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.tools.index import postings
from kgqa.tools.index.postings import K1, B

WORDS = ["the", "a", "pump", "valve", "seal"]
TEXTS = st.lists(st.lists(st.sampled_from([*WORDS, "the", "the", "a"]), min_size=1, max_size=8), max_size=40)


def indexed(texts: Sequence[Sequence[str]]) -> sqlite3.Connection:
    connection = indexed_words(texts)
    # Ids that come in another order than the rows do.
    rows = [(row, f"s{-row % 97:02}", "d", " ".join(words)) for row, words in enumerate(texts, 1)]
    connection.executemany("INSERT INTO sentence_rows VALUES (?, ?, ?, ?)", rows)
    return connection


def indexed_words(texts: Sequence[Sequence[str]]) -> sqlite3.Connection:
    """Postings alone, without the rows' ids."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(postings.TABLES.format(unit="sentence"))
    postings.add(connection, "sentence", [(row, " ".join(words)) for row, words in enumerate(texts, 1)])
    return connection


def scored(texts: Sequence[Sequence[str]], asked: set[str]) -> list[tuple[str, float]]:
    """BM25 of every row that holds one of the words, as the formula says it."""
    average = sum(map(len, texts)) / max(1, len(texts))
    found = []
    for row, words in enumerate(texts, 1):
        score = 0.0
        for word in asked & set(words):
            rows = sum(word in other for other in texts)
            idf = math.log(1 + (len(texts) - rows + 0.5) / (rows + 0.5))
            score += idf * words.count(word) / (words.count(word) + K1 * (1 - B + B * len(words) / average))
        if score:
            found.append((f"s{-row % 97:02}", score))
    return found


@given(texts=TEXTS, asked=st.sets(st.sampled_from([*WORDS, "zyxgat"])), k=st.integers(1, 12))
def test_the_best_k_are_those_of_all_rows_scored_one_by_one(texts: list[list[str]], asked: set[str], k: int) -> None:
    all_rows = dict(scored(texts, asked))
    found = postings.rank(indexed(texts), "sentence", asked, k)
    assert [score for _, score in found] == pytest.approx(sorted(all_rows.values(), reverse=True)[:k])
    # Sums in another order may differ in their last digit, and so put one of two equals first: no order of ids here.
    assert dict(found) == pytest.approx({key: all_rows[key] for key, _ in found})
    assert len({key for key, _ in found}) == min(k, len(all_rows))


def test_rows_that_hold_but_a_common_word_are_not_even_looked_at() -> None:
    texts = [["the", "pump"], ["the", "pump"], *[["the", "a"]] * 30]
    words = postings._words(indexed(texts), "sentence", {"the", "pump"})
    scores, hit = postings._scores(words, 2)
    assert hit.tolist() == [1, 2]
    assert scores[3:].sum() == 0


@given(texts=TEXTS, asked=st.sets(st.sampled_from(WORDS), min_size=1), k=st.integers(1, 12))
def test_rows_of_rare_words_are_found_without_looking_through_all(
    texts: list[list[str]], asked: set[str], k: int
) -> None:
    """Among so many rows that hold none of the words, each of these is one of few."""
    others = [["zyxgat"]] * (postings._SPARSE * 80)
    near = [texts[0]] if texts else []
    padded = [*texts, *others, *near]
    words = postings._words(indexed_words(padded), "sentence", asked)
    scores, hit = postings._scores(words, len(padded))
    assert hit.tolist() == [row for row, said in enumerate(padded, 1) if asked & set(said)]
    assert hit.tolist() == scores.nonzero()[0].tolist()
