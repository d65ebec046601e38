"""Spellings of one name, and how close two are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.matching.fuzzy import closeness, closest, spellings

KEYS = st.text(alphabet="abcdefgh 0123iv", max_size=20).map(lambda text: " ".join(text.split()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mira lindqivst", "mira lindqvist"),
        ("miralindqvist", "mira lindqvist"),
        ("lindqvist mira", "mira lindqvist"),
        ("j smith", "john smith"),
        ("jk rowling", "joanne kathleen rowling"),
        ("john f kennedy", "john fitzgerald kennedy"),
    ],
)
def test_slips_order_and_initials_leave_a_name_close(one: str, other: str) -> None:
    assert 0.6 <= closeness(one, other) < 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("henry iv", "henry v"),
        ("world war i", "world war ii"),
        ("px 200", "px 300"),
        ("national rail", "national mall"),
        ("sonata in c major", "sonata in g major"),
        ("j smith", "mary smith"),
        ("iran", "iraq"),
    ],
)
def test_what_differs_by_more_than_a_slip_is_another(one: str, other: str) -> None:
    assert closeness(one, other) < 0.6


@given(KEYS, KEYS)
def test_closeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0.0 <= closeness(one, other) <= 1.0
    assert closeness(one, other) == closeness(other, one)


def test_a_name_goes_to_the_stretch_closest_to_it() -> None:
    assert closest(["Is Mira Lindqvst", "Mira Lindqvst"], ["Mira Lindqvist"], 0.6)[0][0] == 1


def test_a_name_that_is_known_already_is_not_found_in_a_longer_stretch() -> None:
    assert closest(["Is Mira Lindqvist"], ["Mira Lindqvist"], 0.6, known=["Mira Lindqvist"]) == {}


def test_an_index_entry_is_turned_round_and_a_particle_taken_off() -> None:
    assert "Mira Lindqvist" in spellings("Lindqvist, Mira")
    assert "Arthur's Magazine" in spellings("Arthur's Magazine은")


def test_a_month_is_written_out() -> None:
    assert "October 1954" in spellings("Oct. 1954")


def test_a_word_cut_short_goes_on() -> None:
    assert set(closest(["Univ. of Paris"], ["University of Paris", "University of Pavia"], 0.6)) == {0}
    assert not closest(["Univ of Paris"], ["University of Paris"], 0.6)


@pytest.mark.parametrize(
    ("written", "name"),
    [("southern coast", "northern coast"), ("intention", "invention"), ("Marta Berg", "Maria Berg")],
)
def test_a_word_that_the_documents_use_is_no_slip_of_another(written: str, name: str) -> None:
    assert not closest([written], [name], 0.6, real=set(written.casefold().split()))


def test_another_form_of_a_word_is_still_close() -> None:
    assert closest(["relief valves fitted"], ["relief valve fitted"], 0.6, real={"relief", "valves", "fitted"})
