"""Plain text: paragraphs, wrapped lines joined, underlined and numbered headings, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ...model import Reading, Source
from ...settings import IngestOptions
from .build import Draft
from .decode import canonical, decode

ITEM = re.compile(r"\s*(?:[-*+•◦▪‣·○●■□▶–—]|\(?(?:\d{1,3}|[a-zA-Z가-하])[.)])\s+\S")
_RULE = re.compile(r"\s*([=\-~])\1{2,}\s*$")
_CHAPTER = re.compile(
    r"(?:chapter|part|section|appendix)\s+[\divxlc]+\b.{0,80}$|제\s*\d+\s*[장절편부](?:\s.{0,60})?$", re.I
)
_WRAPPED = 50


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> list[Reading]:
    """One document; its title is its first heading or its name."""
    draft = Draft(source.name)
    text = canonical(decode(source.name, data))
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if lines:
            _paragraph(draft, lines)
    return [draft.reading(data)]


def _paragraph(draft: Draft, lines: list[str]) -> None:
    if len(lines) >= 2 and _RULE.match(lines[1]) and len(lines[0]) < 120:
        draft.add(lines[0], "heading", level=1 if "=" in lines[1] else 2)
        lines = lines[2:]
    elif len(lines) == 1 and _CHAPTER.match(lines[0].strip()):
        draft.add(lines[0], "heading", level=1)
        return
    for line in _unwrap(line for line in lines if not _RULE.match(line)):
        draft.add(line, "list" if ITEM.match(line) else "text")


def _unwrap(lines: Iterator[str]) -> Iterator[str]:
    """Lines that were broken only to fit a width, joined again; a short line is one of its own."""
    whole, wraps = "", False
    for line in lines:
        if whole and wraps and not ITEM.match(line):
            whole += " " + line.strip()
        else:
            if whole:
                yield whole
            whole = line
        wraps = len(line.strip()) >= _WRAPPED
    if whole:
        yield whole
