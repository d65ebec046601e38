"""The cell of a table that answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.answering.short.choose import short_answer
from kgqa.nodes.answering.short.table_cells import cell_answer, cells
from kgqa.tools.text.questions import answer_type

FLEET = [
    "Vessel: MV Dunlin; Built: 2015; Length (m): 31.5; Cars: 0",
    "Vessel: MV Sanderling; Built: 2007; Length (m): 64.0; Cars: 48",
]
DOCKS = ["도크: 제1도크; 길이 (m): 120; 완공: 1991년", "도크: 제2도크; 길이 (m): 85; 완공: 2009년"]
CARE = ["Component: Bow thruster; Interval (hours): 10000; Work: seal change"]
FARES = ["Route: 2 Port Brannock – Hallay; Adult: 88; Child (7–15): 44"]


def evidence(rows: list[str], kind: str = "table") -> list[Sentence]:
    return [
        Sentence(sentence_id("d" * 32, n), "d" * 32, n, 0, len(text), text, kind=kind)  # type: ignore[arg-type]
        for n, text in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("question", "rows", "answer"),
    [
        ("What is the length of MV Dunlin?", FLEET, "31.5 m"),
        ("How many cars does MV Sanderling take?", FLEET, "48"),
        ("When was MV Sanderling built?", FLEET, "2007"),
        ("How often is the bow thruster's seal changed?", CARE, "10000 hours"),
        ("What does an adult pay from Port Brannock to Hallay?", FARES, "88"),
        ("What does a child pay from Port Brannock to Hallay?", FARES, "44"),
        ("제2도크의 길이는 몇 미터인가?", DOCKS, "85 m"),
        ("제1도크는 언제 완공되었는가?", DOCKS, "1991년"),
        ("What is the colour of MV Dunlin?", FLEET, ""),
        ("How many cabins are there?", ["Deck: upper; Colour: red"], ""),
    ],
)
def test_the_cell_of_the_row_named_under_the_column_asked_for(question: str, rows: list[str], answer: str) -> None:
    assert cell_answer(question, answer_type(question), evidence(rows)) == answer


def test_a_table_answers_only_where_it_is_the_best_evidence() -> None:
    text = evidence(["MV Dunlin has a length of 31 metres."], "text")
    assert short_answer("What is the length of MV Dunlin?", "number", [*text, *evidence(FLEET)]) == "31 metres"
    assert short_answer("What is the length of MV Dunlin?", "number", evidence(FLEET)) == "31.5 m"


@given(st.text(max_size=60))
def test_any_text_is_read_as_cells_of_it(row: str) -> None:
    assert all(cell.heading in row and cell.value in row for cell in cells(row))
