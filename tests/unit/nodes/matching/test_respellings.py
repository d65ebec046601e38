"""taken: what a name spelt otherwise is taken for, what stands in for it, and how the answer says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Match
from kgqa.nodes.matching.respellings import as_named, respellings, respellings_note, stand_ins

SLIP = Match("Mira Lindqvst", "e1", "Mira Lindqvist", 0.8, "vector")


@pytest.mark.parametrize(
    ("mention", "name", "how"),
    [
        ("pump", "pumps", "vector"),
        ("Lindqvist", "Mira Lindqvist", "vector"),
        ("the boss", "Mira Lindqvist", "vector"),
        ("Mira Lindqvist", "Mira Lindqvist", "exact"),
        ("ML", "Mira Lindqvist", "alias"),
    ],
)
def test_another_number_a_part_a_meaning_and_an_alias_are_no_slips(mention: str, name: str, how: str) -> None:
    assert respellings([Match(mention, "e1", name, 1.0, how)]) == {}  # type: ignore[arg-type]  # one of the three ways


def test_the_best_of_several_names_is_the_one_it_is_taken_for() -> None:
    assert respellings([SLIP, Match(SLIP.mention, "e2", "Mina Lindqvist", 0.7, "vector")]) == {SLIP.mention: SLIP.name}


def test_a_name_stands_in_only_for_words_that_stand_nowhere() -> None:
    assert stand_ins([SLIP], {"mira": 3}) == {SLIP.mention: SLIP.name}
    assert stand_ins([SLIP], {"mira": 3, "lindqvst": 1}) == {}
    known = Match("Zorvex", "e1", "Mira Lindqvist", 1.0, "alias")
    assert stand_ins([known], {}) == {"Zorvex": "Mira Lindqvist"}
    assert stand_ins([Match("Zorvex", "e1", "Mira Lindqvist", 0.7, "vector")], {}) == {}


def test_the_answer_says_whom_the_name_was_taken_for_in_its_own_language() -> None:
    assert respellings_note([SLIP], "en") == "“Mira Lindqvst” is taken for “Mira Lindqvist”."
    assert respellings_note([SLIP], "ko") == "“Mira Lindqvst”: “Mira Lindqvist”의 다른 표기로 보았습니다."
    assert respellings_note([], "en") == ""


@given(st.text(), st.text(min_size=1))
def test_a_text_without_the_wording_is_left_as_it_is(text: str, wording: str) -> None:
    assert as_named(text.replace(wording, ""), {}) == text.replace(wording, "")
    assert as_named(wording, {wording: "Mira"}) == "Mira"
