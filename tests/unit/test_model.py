"""The nouns."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Triple, content_id


@given(st.lists(st.text()), st.lists(st.text()))
def test_two_lists_have_one_id_only_when_they_are_equal(left: list[str], right: list[str]) -> None:
    assert (content_id(*left) == content_id(*right)) == (left == right)


@given(st.lists(st.text()))
def test_an_id_is_thirty_two_hexadecimal_digits(parts: list[str]) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", content_id(*parts))


def test_an_id_is_the_same_on_every_machine() -> None:
    assert content_id("entity", "PERSON", "김지우") == "ed3097c2e798397cf36543bdac9c5b37"


def test_a_triple_is_as_sure_as_its_best_support() -> None:
    triple = Triple("a", "KNOW", "b", "know", ("s1", "s2"), (0.4, 0.9))
    assert triple.confidence == 0.9
    assert Triple("a", "KNOW", "b", "know", (), ()).confidence == 0.0
