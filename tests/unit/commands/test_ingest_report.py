"""What an ingest says: pages and files that are left out, in few words."""

from __future__ import annotations

from typing import Any

from kgqa.commands.ingest_report import report_lines
from kgqa.ingestion.gone import Gone
from kgqa.ingestion.state import Unread

NOTHING: Any = {
    **dict.fromkeys(("documents", "sources", "added", "unchanged", "removed", "mended"), 0),
    **{"library": dict.fromkeys(("documents", "sentences", "entities", "relations"), 0)},
    **{"skipped": [], "unread": [], "gone": [], "notes": []},
}


def test_pages_in_a_row_are_told_as_one() -> None:
    unread = [Unread("/a.pdf", (2, 5, 6, 7)), Unread("/b.pdf", (3,))]
    assert report_lines({**NOTHING, "unread": unread})[2:] == [
        "not read, for it is a picture without text: /a.pdf, pages 2, 5-7",
        "not read, for it is a picture without text: /b.pdf, page 3",
    ]


def test_what_is_gone_is_told_with_the_way_to_delete_it() -> None:
    gone = [Gone("/d/a.md", "", False), Gone("/d/b.md", "/d/c.md", False)]
    assert report_lines({**NOTHING, "gone": gone})[2:] == [
        "still held: /d/a.md (no longer there)",
        "still held: /d/b.md (now /d/c.md)",
        "what is gone is deleted by: kgqa ingest --sync, with the same folders",
    ]
    assert report_lines({**NOTHING, "gone": [Gone("/d/a.md", "", True)]}, sync=True)[2:] == [
        "deleted: /d/a.md (no longer there)"
    ]
    assert "is not synced" in report_lines({**NOTHING, "gone": gone}, sync=True)[-1]


def test_of_many_that_are_gone_the_first_are_named() -> None:
    gone = [Gone(f"/d/{n}.md", "", True) for n in range(30)]
    assert report_lines({**NOTHING, "gone": gone}, sync=True)[-1] == "and 10 more that are gone from their folder"
