"""Where a name stands in a text: as words of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.matching.name_in_text import LONGEST, find_name


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Did Annette know Ann?", "Ann", " Ann?"),
        ("Did ANN call?", "Ann", " ANN "),
        ("Who is mira \n lindqvist?", "Mira  Lindqvist", "mira \n lindqvist"),
        ("How do pumps work?", "pump", "pumps"),
        ("What are Ann’s boxes?", "box", "boxes"),
        ("Where is the PX-200?", "PX-200", "PX-200?"),
        ("PX-200은 누가 설계하였는가?", "PX-200", "PX-200은"),
        ("구형PX-200은 무엇인가?", "PX-200", "형PX-200은"),
        ("Mira Lindqvist가 설계하였는가?", "Mira Lindqvist", "Mira Lindqvist가"),
        ("누가 한빛자동차를 한빛에서 샀는가?", "한빛", " 한빛에서"),
        ("부산항은 어디인가?", "부산", "부산항"),
        ("신부산에서 부산까지는?", "부산", " 부산까지"),
        ("해운대부산은?", "부산", "대부산은"),
        ("谁设计了上海中心?", "上海中心", "上海中心"),
        ("Where is Wien's Café Élan?", "Café Élan", "Café Élan"),
    ],
)
def test_a_name_is_found_as_words_of_the_text(text: str, name: str, found: str) -> None:
    span = find_name(text, name)
    assert span is not None
    start, end = span
    at = text.index(found)
    assert at <= start < end <= at + len(found)
    assert text[start:end].casefold().split() == name.casefold().split()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Who is Annette?", "Ann"),
        ("Who is Joann?", "Ann"),
        ("What is the PX-2000?", "PX-200"),
        ("Who founded it in 1971?", "97"),
        ("Who is Élann?", "lann"),
        ("Who?", "?"),
        ("Who?", ""),
        ("x" * LONGEST * 2, "x" * (LONGEST + 1)),
    ],
)
def test_a_name_is_not_found_inside_a_word(text: str, name: str) -> None:
    assert find_name(text, name) is None


@given(st.text(max_size=60), st.text(max_size=20))
def test_what_is_found_is_the_name(text: str, name: str) -> None:
    span = find_name(text, name)
    assert span is None or [*map(len, text[slice(*span)].split())] == [*map(len, name.split())]


@given(st.text(max_size=20), st.text(min_size=1, max_size=20).filter(str.isalnum), st.text(max_size=20))
def test_a_name_between_spaces_is_found(before: str, name: str, after: str) -> None:
    assert find_name(f"{before} {name} {after}", name) is not None
