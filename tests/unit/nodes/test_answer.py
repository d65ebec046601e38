"""answer: what is worth telling of the evidence, and how it reads."""

from __future__ import annotations

from typing import Any

import pytest
from kgqa.model import Evidence, Sentence, sentence_id
from kgqa.nodes.answer import BuiltinAnswerWriter, framed, telling
from kgqa.nodes.answering.short.table_cells import row_told


def held(n: int, text: str, page: int | None = None, section: str = "", kind: str = "text") -> Sentence:
    return Sentence(sentence_id("d", n), "d", n, 0, len(text), text, kind, page, section)


def told(question: str, *scored: tuple[str, float], kind: str = "entity", why: str = "text") -> list[str]:
    evidence = [Evidence(held(n, text), why, score) for n, (text, score) in enumerate(scored)]
    state: Any = {"asked": question, "answer_kind": kind, "evidence": evidence}
    return [sentence.text for sentence in telling(state, 3)]


BEST = ("Ann Bell built the north quay.", 1.0)


def test_what_is_far_behind_and_says_no_more_is_not_told() -> None:
    assert told("Who built the north quay?", BEST, ("Tea is served.", 0.4)) == [BEST[0]]
    assert told("Who built the north quay?", BEST, ("Tea is served.", 0.8)) == [BEST[0], "Tea is served."]


def test_what_says_more_of_the_question_is_told() -> None:
    more = ("The painter of the quay was Bo Kim.", 0.2)
    assert told("Who is the painter of the quay that Ann Bell built?", BEST, more) == [BEST[0], more[0]]


def test_steps_are_told_however_far_behind() -> None:
    assert len(told("Who built the north quay?", BEST, ("Tea is served.", 0.1), why="step")) == 2


def test_where_several_are_asked_for_more_is_told() -> None:
    other = ("Bo Kim built the south quay.", 0.5)
    assert told("Which people built quays?", BEST, other) == [BEST[0], other[0]]
    assert told("Who built the north quay?", BEST, other) == [BEST[0]]


def test_of_denials_asked_for_only_those_are_told() -> None:
    denied = ("The south quay has no light.", 0.9)
    assert told("Which quay does not have a light?", ("The north quay has a light.", 1.0), denied) == [denied[0]]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["According to page 1, it moves.", "It stops.", "According to page 2, it rests.", "It ends."]),
        ("ko", ["1페이지에 따르면, It moves.", "It stops.", "2페이지에 따르면, It rests.", "It ends."]),
    ],
)
async def test_a_place_is_told_once_for_what_stands_there(language: str, texts: list[str]) -> None:
    evidence = [held(0, "It moves.", 1), held(1, "It stops.", 1), held(2, "It rests.", 2), held(3, "It ends.")]
    written = await BuiltinAnswerWriter().write("?", evidence, language)
    assert [text for text, _ in written] == texts


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("Holder: Moira Kell; Post: captain; Since: 2022", "Moira Kell – Post: captain; Since: 2022."),
        ("Route: 3; From: Hallay", "Route: 3; From: Hallay."),
        ("Holder: Moira Kell; Post: ; Since: 2022", "Moira Kell – Since: 2022."),
        ("Name: Moira Kell", "Name: Moira Kell."),
        ("no row at all", "no row at all."),
    ],
)
def test_a_row_reads_as_a_sentence(row: str, read: str) -> None:
    assert row_told(row) == read


async def test_the_same_page_of_another_document_is_told_too() -> None:
    other = Sentence(sentence_id("e", 0), "e", 0, 0, 9, "It rests.", page=1)
    written = await BuiltinAnswerWriter().write("?", [held(0, "It moves.", 1), other], "en")
    assert [text for text, _ in written] == ["According to page 1, it moves.", "According to page 1, it rests."]


async def test_of_nothing_nothing_is_told() -> None:
    assert told("Who built the north quay?") == []
    assert await BuiltinAnswerWriter().write("?", [], "en") == []


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("Dogs are not allowed.", "dogs are not allowed."),
        ("Guided tours start at ten.", "guided tours start at ten."),
        ("The WHO visited.", "the WHO visited."),
        ("Rose works here.", "Rose works here."),
        ("May Thorne leads it.", "May Thorne leads it."),
        ("I agree.", "I agree."),
        ("English is spoken.", "English is spoken."),
        ("Monday is a holiday.", "Monday is a holiday."),
        ("Heron was built in 1998.", "Heron was built in 1998."),
    ],
)
def test_a_word_loses_its_capital_behind_the_place_and_a_name_never_does(text: str, goes_on: str) -> None:
    sentence = Sentence(sentence_id("d", 0), "d", 0, 0, len(text), text, page=3)
    assert framed(sentence, "en") == f"According to page 3, {goes_on}"


KEPT = "The boats are kept in the boathouse."
ROWS = [
    ("Boat: Heron; Builder: Abel Stroud; Seats: 4", 1.0),
    (KEPT, 0.9),
    ("Boat: Dipper; Builder: Kaya Lindqvist; Seats: 2", 0.8),
    ("Boat: Grebe; Builder: Abel Stroud; Seats: 8", 0.3),
    ("Boat: Swan; Builder: Kaya Lindqvist; Seats: 6", 0.2),
]


@pytest.mark.parametrize(
    ("question", "boats"),
    [
        ("Which boats did Abel Stroud build?", ["Heron", "Grebe", KEPT]),
        ("Which boats are there?", ["Heron", "Dipper", "Grebe", "Swan", KEPT]),
        (
            "Which boat has the most seats?",
            ["Heron", "Dipper", "Grebe", "Swan", KEPT],
        ),
    ],
)
def test_of_several_asked_for_all_rows_are_told_that_hold_as_much_of_the_question(
    question: str, boats: list[str]
) -> None:
    found = told(question, *ROWS)
    assert [text.removeprefix("Boat: ").partition(";")[0] for text in found] == boats


def test_of_one_asked_for_no_other_row_is_told() -> None:
    found = told("How many seats has the Heron?", *ROWS)
    assert "Boat: Grebe; Builder: Abel Stroud; Seats: 8" not in found


def test_a_row_keeps_its_capital_behind_the_place() -> None:
    row = held(0, "Tour: Tide and Time; Day: Saturday", page=3, kind="table")
    assert framed(row, "en") == "According to page 3, Tide and Time – Day: Saturday."
