"""What asks, what tells, and what does neither."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.chat.is_question import is_question, is_statement

ASKING = [
    "Who designed the PX-200?",
    "who designed the PX-200",
    "In which year was it designed",
    "And to whom was it sold",
    "Is the PX-200 blue",
    "Tell me who designed it.",
    "Please list the pumps of Hanbit Motors.",
    "Mira Lindqvist’s birthplace?",
    "누가 PX-200을 설계하였는가",
    "PX-200은 언제 설계되었습니까?",
    "한빛모터스의 대표이사를 알려 줘",
    "펌프를 모두 나열하십시오.",
    "PX-200은 파란색인가요",
    "谁设计了水泵？",
]
TELLING = [
    "Mira Lindqvist designed the PX-200 pump in 1998.",
    "Mira Lindqvist, who designed the PX-200, was born in Uppsala.",
    "The question cannot be rewritten.",
    "미라 린드크비스트가 PX-200을 설계하였다.",
    "미라 린드크비스트가 설계했습니다",
]
NEITHER = ["Mira Lindqvist’s birthplace", "PX-200", "한빛모터스 대표이사", ""]


@pytest.mark.parametrize("text", ASKING)
def test_a_question_or_a_request_asks(text: str) -> None:
    assert is_question(text)
    assert not is_statement(text)


@pytest.mark.parametrize("text", TELLING)
def test_a_statement_tells(text: str) -> None:
    assert is_statement(text)
    assert not is_question(text)


@pytest.mark.parametrize("text", NEITHER)
def test_a_few_words_do_neither(text: str) -> None:
    assert not is_question(text)
    assert not is_statement(text)


@pytest.mark.parametrize("run", [" ", "?", ". ", "and ", "ab ", "다", "a"])
def test_asking_takes_time_linear_in_the_text(run: str) -> None:
    begun = time.perf_counter()
    is_question(run * 20_000)
    is_statement(run * 20_000)
    assert time.perf_counter() - begun < 1


@given(st.text(max_size=60))
def test_no_text_does_both(text: str) -> None:
    assert not (is_question(text) and is_statement(text))
    assert is_question(f"{text}?")
