"""Words to search by, and languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.tools.text.words import STOP, language, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pumps were inspected.", ["pump", "inspect"]),
        ("PX-200", ["px", "200"]),
        ("삼성전자가", ["삼성", "성전", "전자", "자가"]),
        ("배", ["배"]),
        ("the of and", []),
    ],
)
def test_terms_are_stems_and_bigrams(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text(max_size=80))
def test_no_term_is_empty_or_a_stop_word(text: str) -> None:
    assert all(terms(text))
    assert not [t for t in terms(text.lower()) if t in STOP and len(t) > 6]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Who is she?", "en"), ("누구입니까?", "ko"), ("PX-200은 무엇인가요?", "ko"), ("123 !?", "und"), ("", "und")],
)
def test_the_script_tells_the_language(text: str, expected: str) -> None:
    assert language(text) == expected
