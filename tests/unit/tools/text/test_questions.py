"""What a question names, asks about and wants."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.tools.text.questions import answer_type, question_words


@pytest.mark.parametrize(
    ("question", "mentions", "relations"),
    [
        ("Who founded Hanbit Precision?", ["Hanbit Precision"], ["found"]),
        ("When was Hanbit founded?", ["Hanbit"], ["found", "founded"]),
        ("Where was Marie Curie born?", ["Marie Curie"], ["bear", "born"]),
        ("Where does Kim Ji-woo work?", ["Kim Ji-woo"], ["work"]),
        ('Who is the mother of the composer of "Gloria"?', ["Gloria"], ["mother", "composer"]),
        ("Which valve does the maintenance team inspect every 30 days?", ["maintenance team", "30 days"], ["inspect"]),
        (
            "What is the maximum pressure of the PX-200?",
            ["maximum pressure", "PX-200"],
            ["maximum pressure", "pressure"],
        ),
        ("Who works at Hanbit?", ["Hanbit"], ["work at"]),
        ("누가 한빛정밀을 설립했나요?", ["한빛정밀"], ["설립하다"]),
        ("한국의 수도는 어디인가?", ["한국"], ["수도"]),
        ("PX-200의 최대 압력은 얼마인가요?", ["PX-200", "최대 압력"], ["최대 압력", "압력"]),
        ("'안전모'란 무엇인가?", ["안전모"], []),
        ("", [], []),
        ("?", [], []),
    ],
)
def test_a_question_gives_its_mentions_and_relation_words(
    question: str, mentions: list[str], relations: list[str]
) -> None:
    found, words = question_words(question)
    assert ([m.text for m in found], words) == (mentions, relations)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who founded Hanbit?", "person"),
        ("When was it founded?", "date"),
        ("In what year did it open?", "date"),
        ("Where is the pump?", "place"),
        ("Which city is the capital of France?", "place"),
        ("How many people work there?", "number"),
        ("What is the maximum pressure of the PX-200?", "number"),
        ("Which company made it?", "organization"),
        ("Why did it stop?", "reason"),
        ("How is it cleaned?", "manner"),
        ("What does the team inspect?", "entity"),
        ("Is the pump new?", "boolean"),
        ("누가 설립했나요?", "person"),
        ("언제 열렸나요?", "date"),
        ("몇 년에 열렸나요?", "date"),
        ("몇 명이 일합니까?", "number"),
        ("본사는 어디에 있나요?", "place"),
        ("왜 멈췄나요?", "reason"),
        ("안전모란 무엇인가?", "entity"),
        ("어느 회사가 만들었나요?", "organization"),
        ("Hanbit", "unknown"),
    ],
)
def test_the_question_word_says_what_kind_of_answer_is_wanted(question: str, expected: str) -> None:
    assert answer_type(question) == expected


WORDS = st.sampled_from(
    "who what did he it the Kim Hanbit of ' \" found ? 누가 한빛 은 를 무엇 그는 which is 2020 PX-200 (".split()
)


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=100), st.lists(WORDS, max_size=20).map(" ".join)))
def test_mentions_are_slices_that_do_not_overlap(question: str) -> None:
    found, words = question_words(question)
    assert all(question[m.start : m.end] == m.text for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(words)
    assert len(set(words)) == len(words)
