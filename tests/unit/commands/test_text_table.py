"""Rows aligned as a terminal counts columns."""

from __future__ import annotations

from kgqa.commands.cypher import table
from kgqa.commands.text_table import text_table
from kgqa.model import Rows


def test_columns_are_as_wide_as_a_terminal_shows_them() -> None:
    assert text_table(("NAME", "N"), [("가나", "1"), ("abc", "20")], ["N"]) == ["NAME   N", "가나   1", "abc   20"]


def test_values_of_a_query_are_short_and_steer_no_terminal() -> None:
    found = Rows(("x", "n"), (("a\x1b[2Jb", 1), ("y" * 100, 12), ({"k": None}, None)))
    head, first, second, third = table(found)
    assert "\x1b" not in first
    assert second.startswith("y" * 59 + "…")
    assert third.split() == ['{"k":', "null}", "null"]
    assert head.split() == ["x", "n"]
