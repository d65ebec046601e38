"""The key that names are compared by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.tools.text.names import name_key, other_keys

NAMES = st.text(st.sampled_from("abcXYZ 가나한 019-.'’&_()éßＡ"), max_size=24)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("PX-200", "px 200"),
        ("PX-200", "PX200"),
        ("J. K. Rowling", "J.K. Rowling"),
        ("U.S.", "US"),
        ("the Beatles", "The Beatles"),
        ("Johnson & Johnson", "Johnson and Johnson"),
        ("Hanbit's", "Hanbit"),
        ("안전 점검", "안전점검"),
        ("ＡＢＣ", "abc"),
        ("Kim Ji-woo", "Kim  Ji woo"),
    ],
)
def test_spellings_of_one_name_have_one_key(left: str, right: str) -> None:
    assert name_key(left) == name_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Robin Williams", "Robin William"),
        ("PX-200", "PX-2000"),
        ("Jordan Lee (Finance)", "Jordan Lee (Safety)"),
        ("한국은행", "한국"),
        ("!", "?"),
        ("A", "The A Team"),
        ("A320", "320"),
        ("Müller", "Muller"),
    ],
)
def test_different_names_have_different_keys(left: str, right: str) -> None:
    assert name_key(left) != name_key(right)


@given(NAMES)
def test_case_and_outer_spaces_do_not_matter(name: str) -> None:
    key = name_key(name)
    assert name_key(f"  {name} ") == key
    assert name_key(name.upper()) == name_key(name.upper().lower())
    assert (key == "") == (name.strip() == "")


@given(st.text(max_size=40))
def test_any_text_has_a_key_without_outer_spaces(name: str) -> None:
    assert name_key(name) == name_key(name).strip()


@pytest.mark.parametrize(
    ("name", "other"),
    [("pumps", "pump"), ("relief valve", "relief valves"), ("batteries", "battery"), ("boxes", "box"),
     ("한빛정밀은", "한빛정밀"), ("서울에서", "서울"), ("Apple Inc.", "apple")],
)  # fmt: skip
def test_other_keys_hold_the_other_number_and_the_bare_name(name: str, other: str) -> None:
    assert other in other_keys(name)


@given(NAMES)
def test_other_keys_are_none_of_them_empty_or_the_key_itself(name: str) -> None:
    assert not {"", name_key(name)} & set(other_keys(name))


def test_a_mark_behind_a_letter_is_part_of_the_name() -> None:
    assert len({name_key(name) for name in ("C", "C+", "C++", "C#", "A B", "B")}) == 6
    assert name_key("The Beatles") == name_key("beatles")
