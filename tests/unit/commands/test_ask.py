"""An answer on a terminal: numbered, placed, and harmless."""

from __future__ import annotations

from pathlib import Path

import pytest
from kgqa.commands.ask import answer_lines, marked, open_picture, place
from kgqa.errors import InputError
from kgqa.model import Answer, Citation, Statement


def citation(sentence: str, *, page: int | None = 4, section: str = "2 The fleet") -> Citation:
    return Citation(sentence, "d", "Handbook", "handbook.pdf", page, section, 0, 9, f"text of {sentence}")


def test_each_statement_carries_the_numbers_of_its_citations() -> None:
    answer = Answer(
        "She is red. She is big, too.",
        (Statement("She is red.", ("a",)), Statement("She is big", ("b", "a"))),
        (citation("a"), citation("b")),
    )
    assert marked(answer, {"a": 1, "b": 2}) == "She is red. [1]\nShe is big [2] [1], too."


def test_a_statement_worded_otherwise_is_numbered_at_the_end() -> None:
    answer = Answer("Page 4 says so.", (Statement("It is so.", ("a",)),), (citation("a"),))
    assert marked(answer, {"a": 1}) == "Page 4 says so. [1]"


def test_two_statements_of_the_same_words_are_numbered_one_after_the_other() -> None:
    answer = Answer("Yes. Yes.", (Statement("Yes.", ("a",)), Statement("Yes.", ("b",))))
    assert marked(answer, {"a": 1, "b": 2}) == "Yes. [1]\nYes. [2]"


def test_an_abstention_stands_alone() -> None:
    assert list(answer_lines(Answer("These documents do not say.", abstained=True), [])) == [
        "These documents do not say."
    ]


def test_citations_and_page_images_follow_the_answer() -> None:
    answer = Answer("It is.", (Statement("It is.", ("a",)),), (citation("a"),))
    lines = list(answer_lines(answer, [Path("home/pages/p4.jpg")]))
    assert lines == [
        "It is. [1]",
        "",
        "[1] Handbook (handbook.pdf), page 4, 2 The fleet",
        "    “text of a”",
        "",
        "Page images:",
        "  home/pages/p4.jpg",
    ]


@pytest.mark.parametrize(
    ("page", "section", "shown"),
    [
        (None, "Fares", "Handbook (handbook.pdf), Fares"),
        (7, "", "Handbook (handbook.pdf), page 7"),
        (None, "", "Handbook (handbook.pdf)"),
    ],
)
def test_a_place_names_what_its_format_has(page: int | None, section: str, shown: str) -> None:
    assert place(citation("a", page=page, section=section)) == shown


def test_without_a_screen_no_viewer_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(InputError, match="no viewer opens"):
        open_picture(tmp_path / "page.png")
