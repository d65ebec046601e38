"""definition: questions that ask but who or what, and the sentences that say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.ranking.definitions import BEGINS, SAYS, TOLD, defined_thing, lifts


def lift(name: str, text: str) -> float:
    return lifts(name, [Sentence(sentence_id("d", 0), "d", 0, 0, len(text), text)])[0]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is Georgia?", "Georgia"),
        ("Who was the Iron Lady?", "Iron Lady"),
        ("김민지는 누구인가?", "김민지"),
        ("한빛그룹은 어떤 회사인가?", "한빛그룹"),
        ("What is the salary of Ann Lee?", ""),
        ("Who founded Georgia?", ""),
        ("한빛그룹의 대표는 누구인가?", ""),
    ],
)
def test_a_question_asks_but_what_something_is_where_it_names_nothing_else(question: str, name: str) -> None:
    assert defined_thing(question, {"Georgia", "Iron Lady", "Ann Lee", "김민지", "한빛그룹"})[0] == name


@pytest.mark.parametrize("question", ["about Georgia?", "Summarize the Georgia for me.", "Georgia에 대해"])
def test_what_is_told_of_a_thing_begins_with_its_definition(question: str) -> None:
    assert defined_thing(question, {"Georgia"}) == ("Georgia", TOLD)


@pytest.mark.parametrize(
    ("name", "text", "gain"),
    [
        ("바다호", "바다호는 2023년에 진수하였다.", BEGINS),
        ("바다호", "바다호(MV Sea)는 전기 여객선이다.", SAYS),
        ("Georgia", "Georgia is a country in the Caucasus.", SAYS),
        ("Peter Lund", "Peter Lund, a former engineer, leads it.", SAYS),
        ("PX-200", "The PX-200 (see page 3) is the smallest pump.", SAYS),
        ("Tove Lindahl", "The mayor of Aldness is Tove Lindahl.", SAYS),
        ("한빛그룹", "한빛그룹은 1969년 박종수가 설립한 회사이다.", SAYS),
        ("김민지", "한빛그룹의 최고경영자는 김민지이다.", SAYS),
        ("Georgia", "Georgia exports wine.", BEGINS),
        ("Georgia", "Georgian wine is a drink.", 1.0),
        ("Georgia", "The company exports to Georgia and Armenia.", 1.0),
    ],
)
def test_a_definition_gains_the_most_and_a_mere_mention_nothing(name: str, text: str, gain: float) -> None:
    assert lift(name, text) == gain


@given(st.text(min_size=1, max_size=20), st.text(max_size=60))
def test_any_name_and_text_have_a_gain(name: str, text: str) -> None:
    assert lift(name, text) in (1.0, BEGINS, SAYS)
