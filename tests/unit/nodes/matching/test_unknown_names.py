"""unknown_names: names that no document knows, and what is none though it stands in none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Match
from kgqa.nodes.matching.unknown_names import strange_fronts, unknown_names
from kgqa.tools.text.questions import question_words
from kgqa.tools.text.words import terms


def strange(question: str, *unknown: str, matches: tuple[Match, ...] = (), texts: tuple[str, ...] = ()) -> list[str]:
    return unknown_names(question, question_words(question)[0], matches, unknown, texts)


@pytest.mark.parametrize(
    ("question", "unknown", "name"),
    [
        ("Who founded Microsoft?", "Microsoft", "Microsoft"),
        ("What is the wind limit for MV Osprey?", "Osprey", "MV Osprey"),
        ("Who is the matron of Guy's Hospital?", "Guy's", "Guy's Hospital"),
        ("How much does the M99 sensor cost?", "M99", "M99"),
        ("Where is Atlantis?", "Atlantis", "Atlantis"),
        ("삼성전자의 최고경영자는 누구인가?", "삼성전자", "삼성전자"),
    ],
)
def test_a_name_with_a_telling_word_that_stands_nowhere_is_unheard_of(question: str, unknown: str, name: str) -> None:
    assert strange(question, unknown) == [name]
    assert strange(question) == []


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("Who sponsors the pump?", ("sponsors",)),
        ("How many Norwegians live in Oslo?", ("Norwegians",)),
        ("What did Mr. Lee say?", ("Mr",)),
        ("Who is Thomas Alva Edison?", ("Alva",)),
        ("WHO ESTABLISHED HANBIT MOTORS?", ("ESTABLISHED",)),
        ("What happened on 3 August 1950?", ("August", "1950")),
    ],
)
def test_other_words_tell_no_name(question: str, unknown: tuple[str, ...]) -> None:
    assert strange(question, *unknown) == []


def test_a_name_that_is_matched_is_known_however_it_is_spelt() -> None:
    near = Match("Microsoft", "e1", "Mikrosoft", 0.8, "vector")
    assert strange("Who founded Microsoft?", "Microsoft", matches=(near,)) == []


def test_initials_that_a_text_spells_out_are_known() -> None:
    question = "What does the UMC teach?"
    assert strange(question, "UMC", texts=("The United Methodist Church teaches it.",)) == []
    assert strange(question, "UMC", texts=("The United Church teaches it.",)) == ["UMC"]


def test_a_korean_name_is_told_by_its_front() -> None:
    mentions = question_words("삼성전자의 대표는 누구인가?")[0]
    assert list(strange_fronts(mentions, dict.fromkeys(terms("한빛전자 성전"), 1))) == ["삼성전자"]
    assert list(strange_fronts(mentions, dict.fromkeys(terms("삼성물산"), 1))) == []


@given(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=3))
def test_what_is_unheard_of_is_a_mention_of_the_question(question: str, unknown: list[str]) -> None:
    assert set(strange(question, *unknown)) <= {mention.text for mention in question_words(question)[0]}
