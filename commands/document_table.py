"""The documents of a library as a table, and as data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .shared import clean
from .text_table import text_table

if TYPE_CHECKING:
    from ..graph.library import Listed

_HEAD = ("ID", "", "DATE", "SIZE", "PAGES", "SENTENCES", "FILE", "TITLE")
_NUMBERS = ("SIZE", "PAGES", "SENTENCES")


def data(one: Listed) -> dict[str, Any]:
    """The document's own fields and those of its file, side by side."""
    listed = asdict(one)
    return {**listed.pop("document"), **listed}


def table(found: Sequence[Listed]) -> list[str]:
    """A line a document, below a head."""
    return text_table(_HEAD, [_row(one) for one in found], _NUMBERS)


def _row(one: Listed) -> tuple[str, ...]:
    document = one.document
    date = datetime.fromisoformat(one.ingested).astimezone().strftime("%Y-%m-%d") if one.ingested else ""
    counts = ("" if count is None else f"{count:,}" for count in (one.pages or None, one.sentences))
    return (
        document.id[:12],
        document.language,
        date,
        _size(one.size),
        *counts,
        clean(_file(one)),
        clean(document.title),
    )


def _file(one: Listed) -> str:
    """Where it stands, from here where it stands below; how many more hold the same."""
    if not one.paths:
        return one.document.source
    path, here = one.paths[0], Path.cwd()
    shown = os.path.relpath(path, here) if Path(path).is_relative_to(here) else path
    more = f" (+{len(one.paths) - 1})" if len(one.paths) > 1 else ""
    return f"{shown}{one.part}{more}"


def _size(size: int | None) -> str:
    if size is None:
        return ""
    for unit, factor in (("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:,.1f} {unit}"
    return f"{size} B"
