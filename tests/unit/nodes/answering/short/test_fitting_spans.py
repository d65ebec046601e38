"""fits: a number's noun and unit, who and where, and what a text denies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.answering.short.fitting_spans import clause, fits
from kgqa.tools.text.questions import answer_type


def fit(question: str, text: str, span: str) -> bool:
    start = text.index(span)
    return fits(question, answer_type(question), text, start, start + len(span))


CARRIED = "It carried 641,300 passengers and 158,900 vehicles."
BUILT = "2019년 4월 1일부터 2021년 3월 31일까지 공장을 지었다."
SOLD = "The M55 weighs 410 grams and costs 2,100 pounds."


@pytest.mark.parametrize(
    ("question", "text", "right", "wrong"),
    [
        ("공장은 언제부터 지었는가?", BUILT, "2019년 4월 1일", "2021년 3월 31일"),
        ("공장은 몇 년까지 지었는가?", BUILT, "2021년 3월 31일", "2019년 4월 1일"),
        ("How many passengers did it carry in 2024?", CARRIED, "641,300 passengers", "158,900 vehicles"),
        ("What is the number of vehicles?", CARRIED, "158,900", "641,300"),
        ("How much does the M55 cost?", SOLD, "2,100 pounds", "410 grams"),
        ("How many people work there?", "It has 152 employees 50 minutes away.", "152 employees", "50 minutes"),
        ("What was the population of Aldness?", "It had 48,300 in 2021 and is 9 miles long.", "48,300", "9 miles"),
        ("Who founded Sigma Labs?", "It was founded in Bergen by Rolf Brandt.", "Rolf Brandt", "Bergen"),
        ("Where was Sigma Labs founded?", "It was founded in Bergen by Rolf Brandt.", "Bergen", "Rolf Brandt"),
        ("Who founded Delta?", "Tom Reed never did, but Ann Lee founded Delta.", "Ann Lee", "Tom Reed"),
        ("X2의 가격은 얼마인가?", "X2는 890그램이고 2천 원이다.", "2천 원", "890그램"),
        ("누가 다리를 설계했나?", "다리는 박영희가 설계했다; 김철수는 설계하지 않았다.", "박영희", "김철수"),
    ],
)
def test_what_the_question_asks_for_fits_and_its_neighbour_does_not(
    question: str, text: str, right: str, wrong: str
) -> None:
    assert fit(question, text, right)
    assert not fit(question, text, wrong)


def test_what_is_asked_with_not_may_be_answered_with_not() -> None:
    assert fit("Who did not come?", "Tom Reed did not come.", "Tom Reed")


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_a_clause_holds_the_stretch_it_is_about(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    assert text[start:end] in clause(text, start, end)
