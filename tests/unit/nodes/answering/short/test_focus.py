"""What a question asks for by name."""

from __future__ import annotations

import pytest
from kgqa.nodes.answering.short.focus import asks_for_unknown, focus


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("What is the salary of Ann Lee?", "salary"),
        ("What is Ann Lee's salary?", "salary"),
        ("Who is the mayor of Port Brannock?", "mayor"),
        ("윤서연의 연봉은 얼마인가?", "연봉"),
        ("한결조선의 군함은 몇 척인가?", "군함"),
        ("Who founded Hanbit Motors?", ""),
        ("한결조선은 언제 설립되었는가?", ""),
    ],
)
def test_the_noun_that_is_asked_for(question: str, noun: str) -> None:
    assert focus(question) == noun


def test_only_what_no_document_speaks_of_is_unknown() -> None:
    assert asks_for_unknown("What is the salary of Ann Lee?", ["Salary"])
    assert not asks_for_unknown("What is the salary of Ann Lee?", ["Ann"])
    assert not asks_for_unknown("Who pays Ann Lee?", ["pays"])


def test_a_noun_of_naming_or_measuring_need_not_stand_anywhere() -> None:
    assert not asks_for_unknown("What is the nickname of Ann Lee?", ["nickname"])
