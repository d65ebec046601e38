"""Say in words what an ingest did, and all that it left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..ingestion.gone import Gone
    from ..ingestion.state import Report
    from ..model import Skipped

_NAMED = 20
"""Files that are gone, named one by one; with `--json` all are."""


def report_lines(report: Report, sync: bool = False) -> list[str]:
    """Counts, then what was skipped, what could not be read, and what is gone."""
    added, unchanged, removed = report["added"], report["unchanged"], report["removed"]
    library = report["library"]
    held = ", ".join(f"{library[name]:,} {name}" for name in ("documents", "sentences", "entities", "relations"))
    gone = f", {removed:,} removed" if removed else ""
    return [
        f"{report['documents']:,} documents from {report['sources']:,} sources: "
        f"{added:,} new or changed, {unchanged:,} unchanged{gone}",
        *([f"{report['mended']:,} that the stores had lost were written again"] if report["mended"] else []),
        f"the graph holds {held}",
        *_skipped(report["skipped"]),
        *(f"not read, for it is a picture without text: {one.source}, {_pages(one.pages)}" for one in report["unread"]),
        *_gone(report["gone"], sync),
        *report["notes"],
    ]


def _skipped(skipped: Sequence[Skipped]) -> Iterator[str]:
    for reason in dict.fromkeys(one.reason for one in skipped):
        kinds = ", ".join(f"{one.files:,} {one.kind}" for one in skipped if one.reason == reason)
        yield f"skipped {kinds}: {reason}"


def _pages(numbers: Sequence[int]) -> str:
    """`page 3`, `pages 2, 5-7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"{'page' if len(numbers) == 1 else 'pages'} {said}"


def _gone(gone: Sequence[Gone], sync: bool) -> Iterator[str]:
    for one in gone[:_NAMED]:
        how = f"now {one.now}" if one.now else "no longer there"
        yield f"{'deleted' if one.deleted else 'still held'}: {one.path} ({how})"
    if len(gone) > _NAMED:
        yield f"and {len(gone) - _NAMED:,} more that are gone from their folder"
    if any(not one.deleted for one in gone):
        yield (
            "a folder in which nothing is left to read is not synced: kgqa docs delete"
            if sync
            else "what is gone is deleted by: kgqa ingest --sync, with the same folders"
        )
