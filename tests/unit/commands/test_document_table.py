"""The table of documents: files of one name, sizes, and what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from kgqa.commands.document_table import table
from kgqa.graph.library import Listed
from kgqa.model import Document

NOON = "2026-03-04T12:00:00+00:00"


def listed(path: str = "", size: int | None = None, **given: object) -> Listed:
    document = Document("ab" * 16, "Notes \x1b[2J", "notes.md", "", "en")
    paths = (path,) if path else ()
    known = {"paths": paths, "part": "", "ingested": NOON, "size": size, "pages": None, "sentences": None}
    return Listed(document, **{**known, **given})  # type: ignore[arg-type]  # the test's own


def test_a_file_is_shown_from_here_and_one_elsewhere_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = table(
        [listed(f"{tmp_path}/north/notes.md", 37), listed("/far/notes.md", 2_400_000, pages=7, sentences=1200)]
    )
    assert rows[0].split() == ["ID", "DATE", "SIZE", "PAGES", "SENTENCES", "FILE", "TITLE"]
    assert rows[1].split()[:6] == ["abababababab", "en", "2026-03-04", "37", "B", "north/notes.md"]
    assert rows[2].split()[3:8] == ["2.4", "MB", "7", "1,200", "/far/notes.md"]


def test_what_is_not_known_is_left_open_and_no_title_steers_the_terminal() -> None:
    _, row = table([listed(ingested="")])
    assert row.split()[:3] == ["abababababab", "en", "notes.md"]
    assert "\x1b" not in row


def test_more_files_of_one_document_are_counted() -> None:
    assert "/a/c.jsonl#7 (+1)" in table([listed(paths=("/a/c.jsonl", "/b/c.jsonl"), part="#7")])[1]
