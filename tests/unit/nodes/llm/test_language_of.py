"""The language that a text is written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.llm.language_of import is_written_in

KOREAN = [
    "박재호가 설립하였다.",
    "Mira Lindqvist가 PX-200을 설계하였다.",
    "PX-200은 Mira Lindqvist가 1998년에 Uppsala에서 설계한 pump이다.",
    "계약서는 “the tenant shall pay all rent in advance”라고 말한다.",
]
ENGLISH = [
    "She did.",
    "Mira Lindqvist designed the PX-200 pump in 1998.",
    "박재호 founded 한빛모터스 in 부산.",
    "The contract says “임차인은 모든 차임을 미리 지급하여야 한다”.",
]


@pytest.mark.parametrize("text", KOREAN)
def test_korean_stays_korean_with_names_and_quotations_in_it(text: str) -> None:
    assert is_written_in(text, "ko")


@pytest.mark.parametrize("text", ENGLISH)
def test_english_stays_english_with_names_and_quotations_in_it(text: str) -> None:
    assert is_written_in(text, "en")


@pytest.mark.parametrize("text", ["Mira Lindqvist designed the PX-200 pump in 1998.", "she did", *ENGLISH[3:]])
def test_english_is_no_korean(text: str) -> None:
    assert not is_written_in(text, "ko")


@pytest.mark.parametrize("text", ["박재호가 설립하였다.", "PX-200은 Mira Lindqvist가 1998년에 설계하였다."])
def test_korean_is_no_english(text: str) -> None:
    assert not is_written_in(text, "en")


@pytest.mark.parametrize("text", ["Mira Lindqvist.", "1998", "PX-200", ""])
def test_a_name_alone_is_in_any_language(text: str) -> None:
    assert is_written_in(text, "ko")
    assert is_written_in(text, "en")


@given(st.text(max_size=80))
def test_no_text_is_in_neither_language_and_any_is_in_one_that_nobody_can_tell(text: str) -> None:
    assert is_written_in(text, "und")
    assert is_written_in(text, "ko") or is_written_in(text, "en")
