"""Find the table row that the question names, and its cell in the column that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from ....model import Sentence
from ....tools.text.words import terms

_UNIT = re.compile(r"\(([^\W\d_%][^\d()]{0,9}|%)\)$")
_NUMBER = re.compile(r"[-–]?\d[\d.,]*")
_DATE = re.compile(r"(?:1\d|20)\d\d")


class Cell(NamedTuple):
    """A cell with its column's heading."""

    heading: str
    value: str

    @property
    def shown(self) -> str:
        """The value, with the unit that its heading states: `Length (m): 31.5` is 31.5 m."""
        unit = _UNIT.search(self.heading)
        return f"{self.value} {unit[1]}" if unit and _NUMBER.fullmatch(self.value) else self.value


def cells(row: str) -> list[Cell]:
    """The cells of a row as ingestion writes it, `Heading: value; Heading: value`."""
    parts = (part.partition(": ") for part in row.split("; "))
    return [Cell(heading.strip(), value.strip()) for heading, sign, value in parts if sign]


def row_told(row: str) -> str:
    """A row as one reads it: `Moira Kell – Post: fleet captain; Since: 2022.` for `Holder: Moira Kell; Post: …`."""
    found = [cell for cell in cells(row) if cell.value]
    if len(found) > 1 and any(character.isalpha() for character in found[0].value):
        row = f"{found[0].value} – {'; '.join(f'{cell.heading}: {cell.value}' for cell in found[1:])}"
    text = " ".join(row.split())
    return text if text.endswith((".", "!", "?", "。", "…")) else f"{text}."


def cell_answer(question: str, kind: str, evidence: Sequence[Sentence]) -> str:
    """What the table says, where the best evidence is rows of one; empty where no column is asked for.

    Of the rows the one whose cells hold most of the question's words, of its other cells the one whose heading does;
    where none does and a number or a date is asked for, the first that is one.
    """
    asked = set(terms(question))
    rows = [cells(sentence.text) for sentence in takewhile(lambda s: s.kind == "table", evidence)]
    best = max(rows, key=lambda row: sum(_told(cell, asked) + _named(cell, question) for cell in row), default=[])
    if not any(_told(cell, asked) for cell in best):
        return ""
    left = [cell for cell in best if cell.value and not _told(cell, asked)]
    headed = max(left, key=lambda cell: _headed(cell, asked), default=None)
    if headed is not None and _headed(headed, asked):
        return headed.shown
    return next((cell.shown for cell in left if _is_of(cell, kind)), "")


def headed(question: str, row: str, value: str) -> bool:
    """Whether a cell of the row is told so, and the question has words of its heading."""
    asked = set(terms(question))
    return any(cell.shown == value and _headed(cell, asked) for cell in cells(row))


def _told(cell: Cell, asked: set[str]) -> int:
    """How many of the question's words the value holds."""
    return len(set(terms(cell.value)) & asked)


def _named(cell: Cell, question: str) -> bool:
    """Whether the question has the value as it stands: 제2도크 shares its terms with 제1도크."""
    return bool(cell.value) and cell.value.casefold() in question.casefold()


def _headed(cell: Cell, asked: set[str]) -> int:
    return len(set(terms(_UNIT.sub("", cell.heading))) & asked)


def _is_of(cell: Cell, kind: str) -> bool:
    if kind == "date":
        return bool(_DATE.search(cell.value))
    return kind == "number" and bool(_NUMBER.match(cell.value)) and not _DATE.fullmatch(cell.value)
