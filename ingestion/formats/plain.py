"""Plain text: paragraphs, wrapped lines joined, underlined and numbered headings, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ...model import Reading, Source
from ...settings import IngestOptions
from .decode import canonical, decode
from .text_builder import Draft, pieces

ITEM = re.compile(r"\s*(?:[-*+•◦▪‣·○●■□▶–—]|\(?(?:\d{1,3}|[a-zA-Z가-하])[.)])\s+\S")
_RULE = re.compile(r"\s*([=\-~])\1{2,}\s*$")
_CHAPTER = re.compile(
    r"(?:chapter|part|section|appendix)\s+[\divxlc]+\b.{0,80}$|제\s*\d+\s*[장절편부](?:\s.{0,60})?$", re.I
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WRAPPED = 50
_LONGEST = 50_000
"""Characters of lines without a blank one that are looked at together."""


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterator[Reading]:
    """One document, a large text in parts; its title is its first heading or its name."""
    text = canonical(decode(source.name, data))
    draft = Draft(source.name, size=len(text))
    for paragraph in _paragraphs(text):
        _paragraph(draft, paragraph)
        if draft.full:
            yield draft.part()
    yield from draft.rest(data)


def _paragraphs(text: str) -> Iterator[list[str]]:
    """The lines between blank ones, those of a very long run some at a time."""
    lines: list[str] = []
    size = 0
    for match in _LINE.finditer(text):
        line = match[0].rstrip("\n")
        if len(line) > _LONGEST:
            if lines:
                yield lines
            yield from ([piece] for piece in pieces(line))
            lines, size = [], 0
            continue
        if line.strip():
            lines.append(line)
            size += len(line)
        if lines and (not line.strip() or size > _LONGEST):
            yield lines
            lines, size = [], 0
    if lines:
        yield lines


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
