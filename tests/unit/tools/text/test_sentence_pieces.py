"""Sentences as pieces, in both languages."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.tools.text import english, korean
from kgqa.tools.text.gazetteer import TYPES
from kgqa.tools.text.phrases import phrases
from kgqa.tools.text.tagger import tokens


@pytest.mark.parametrize(
    ("verb", "lemma"),
    [
        ("founded", "found"),
        ("wrote", "write"),
        ("developed", "develop"),
        ("is eating", "eat"),
        ("has been built", "build"),
    ],
)
def test_a_verb_group_is_one_piece_with_its_infinitive(verb: str, lemma: str) -> None:
    [found] = [p for p in english.pieces(f"Kim {verb} it.") if p.kind == "verb"]
    assert (found.text, found.lemma) == (verb, lemma)


def test_a_noun_and_hada_are_one_verb() -> None:
    verbs = [(p.lemma, p.passive) for p in korean.pieces("회사를 인수하고 설립되었다.") if p.kind == "verb"]
    assert verbs == [("인수하다", False), ("설립하다", True)]


@settings(max_examples=300)
@given(st.text(max_size=200), st.sampled_from(["en", "ko"]))
def test_phrases_are_slices_in_order(text: str, language: str) -> None:
    found = phrases(text, language)
    assert all(text[p.start : p.end] == p.text and p.type in TYPES for p in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_tokens_are_slices_that_hold_every_letter(text: str) -> None:
    found = tokens(text)
    assert all(text[t.start : t.end] == t.text for t in found)
    kept = "".join(t.text for t in found)
    assert sum(map(str.isalnum, kept)) == sum(map(str.isalnum, text))


@pytest.mark.parametrize(
    "text", ["a." * 40000, "1," * 40000, "x" * 80000, "a@" * 40000, "Dr A " * 16000, "that " * 16000, "'" * 80000]
)
def test_long_hostile_text_takes_linear_time(text: str) -> None:
    start = time.process_time()
    english.pieces(text)
    assert time.process_time() - start < 20


def test_threads_agree_with_each_other() -> None:
    texts = [f"Kim Ji-woo founded Hanbit {i} in Seoul. 한빛정밀은 {i}명이다." for i in range(200)]
    alone = [(english._Reader(t).read(), korean._Reader(t).read()) for t in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda t: (english._Reader(t).read(), korean._Reader(t).read()), texts)) == alone


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("It was designed in 1998 in Uppsala.", "date", "1998"),
        ("The pipe is 12 in long.", "quantity", "12 in"),
        ("The pipe is 12 in.", "quantity", "12 in"),
        ("It holds 20 per cent of the oil.", "quantity", "20 per cent"),
    ],
)
def test_a_number_takes_a_unit_and_no_preposition(text: str, kind: str, found: str) -> None:
    assert [piece.text for piece in english.pieces(text) if piece.kind == kind] == [found]
