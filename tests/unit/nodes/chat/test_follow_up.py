"""Follow-ups put as questions that stand alone, by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.chat.follow_up import Turn, standalone

PUMP = Turn("Who designed the PX-200 pump?", "Mira Lindqvist")
BORN = Turn("Where was Mira Lindqvist born?", "Uppsala")
SHIP = Turn("How long is MV Turnstone?", "44 m")
YARD = Turn("한결조선을 설립한 사람은 누구인가?", "서도윤")
FERRY = Turn("시어워터호의 배터리는 어느 회사가 공급하였는가?", "토르빅")
TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(
        "and who it is she What about MV Dunlin ? When the pump there 그 회사는 언제 그는 시어워터호는 어디".split()
    ),
    max_size=8,
).map(" ".join)


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ((PUMP,), "And who maintains it?", "Who maintains PX-200?"),
        ((PUMP,), "What is its weight?", "What is PX-200's weight?"),
        ((PUMP,), "Where was she born?", "Where was Mira Lindqvist born?"),
        ((PUMP,), "How much does her cabin cost?", "How much does Mira Lindqvist's cabin cost?"),
        ((BORN,), "Who lives there?", "Who lives in Uppsala?"),
        (
            (Turn("Who are Ada Strand and Peter Orr?"),),
            "When did they meet?",
            "When did Ada Strand and Peter Orr meet?",
        ),
        ((SHIP,), "When were they launched?", "When were MV Turnstone launched?"),
        ((PUMP,), "And when?", "When designed the PX-200 pump?"),
        ((PUMP, Turn("Where was she born?", "Uppsala")), "When?", "When was Mira Lindqvist born?"),
        ((SHIP,), "And MV Dunlin?", "How long is MV Dunlin?"),
        ((SHIP,), "What about MV Dunlin?", "How long is MV Dunlin?"),
        ((YARD,), "그럼 언제 만들어졌나?", "한결조선은 언제 만들어졌나?"),
        ((YARD,), "그는 어디에서 태어났나?", "서도윤은 어디에서 태어났나?"),
        ((YARD,), "그 회사의 대표이사는 누구인가?", "한결조선의 대표이사는 누구인가?"),
        ((FERRY,), "그것은 언제 진수하였는가?", "시어워터호는 언제 진수하였는가?"),
        ((Turn("새벽누리호의 선주는 누구인가?"),), "시어워터호는?", "시어워터호의 선주는 누구인가?"),
    ],
)
def test_a_follow_up_gets_the_names_it_leaves_out(history: tuple[Turn, ...], question: str, expected: str) -> None:
    assert standalone(question, history) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who is the head of safety?",
        "How long is MV Dunlin?",
        "Is it true that Mira left?",
        "의장 안벽의 길이는 얼마인가?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert standalone(question, (PUMP, YARD)) == question


def test_what_was_looked_up_before_beats_what_was_asked() -> None:
    history = (Turn("And who runs it?", "Odalys Ferrand", "Who runs MV Dunlin?"),)
    assert standalone("When was it launched?", history) == "When was MV Dunlin launched?"


KIMS = {"Kim Minsu": ("Kim Minsu (nurse)", "Kim Minsu (surgeon)")}
WHO = Turn("Who is Kim Minsu?", bearers=KIMS)
NURSE = Turn("Where does the nurse Kim Minsu work?", bearers={"Kim Minsu": KIMS["Kim Minsu"][:1]})
KO = Turn("김민수는 누구인가?", bearers={"김민수": ("김민수(간호사)", "김민수(외과의사)")})


@pytest.mark.parametrize(
    ("history", "question", "meant"),
    [
        ((NURSE,), "What is his telephone number?", "What is Kim Minsu (nurse)'s telephone number?"),
        ((NURSE, PUMP), "When was he hired?", "When was Mira Lindqvist hired?"),
        ((WHO,), "The surgeon.", "Who is Kim Minsu (surgeon)?"),
        ((WHO,), "I mean the nurse", "Who is Kim Minsu (nurse)?"),
        ((KO,), "외과의사요", "김민수(외과의사)는 누구인가?"),
        ((WHO,), "When was he hired?", "When was Kim Minsu hired?"),
        ((WHO,), "Anna Orr, the nurse", None),
    ],
)
def test_a_namesake_that_was_chosen_stays_chosen(history: tuple[Turn, ...], question: str, meant: str | None) -> None:
    found = standalone(question, history)
    assert found == meant if meant else "Kim" not in found


@given(TEXTS)
def test_a_first_question_is_never_changed(text: str) -> None:
    assert standalone(text, ()) == text


@given(
    TEXTS, st.lists(st.builds(Turn, TEXTS, st.sampled_from(["", "Mira Lindqvist", "서도윤"])), min_size=1, max_size=2)
)
def test_nothing_that_is_said_makes_it_fail(text: str, history: list[Turn]) -> None:
    assert isinstance(standalone(text, history), str)
