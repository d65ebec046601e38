"""Text under construction: blocks in reading order become one canonical text with exact offsets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import chain, repeat
from pathlib import PurePath

from ...errors import InputError
from ...model import Block, Document, Kind, Reading, content_id
from ...tools.text.words import language
from .decode import canonical

_BLANK = re.compile(r"\s+")
# These follow each other line by line; everything else stands apart by a blank line.
_TIGHT = frozenset({("list", "list"), ("table", "table"), ("caption", "table")})


class Draft:
    """Blocks as a reader finds them; `reading` closes it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0

    def add(self, text: str, kind: Kind = "text", level: int = 0, *, keep_lines: bool = False) -> None:
        """One block more; runs of white space become one space (inside lines only, with `keep_lines`)."""
        text = canonical(text)
        text = text.expandtabs(4).strip("\n") if keep_lines else _BLANK.sub(" ", text).strip()
        if not text.strip():
            return
        if self._blocks:
            gap = "\n" if (self._blocks[-1].kind, kind) in _TIGHT else "\n\n"
            self._parts.append(gap)
            self._length += len(gap)
        self._blocks.append(Block(kind, self._length, self._length + len(text), level=level))
        self._parts.append(text)
        self._length += len(text)

    def add_table(self, rows: Sequence[Sequence[str]], header: bool) -> None:
        """A table, a block a row; with `header` the first row names the columns."""
        names = [_BLANK.sub(" ", cell).strip() for cell in rows[0]] if rows and header else []
        body = rows[1:] if names and len(rows) > 1 else rows
        for row in body:
            self.add(row_text(names if body is not rows else [], row), "table")

    def heading(self) -> str:
        """The first heading so far; empty when there is none."""
        for block in self._blocks:
            if block.kind == "heading":
                return "".join(self._parts)[block.start : block.end]
        return ""

    def reading(self, data: bytes, title: str = "") -> Reading:
        """The whole, with its document.

        Raises:
            InputError: there was no text.
        """
        if not self._blocks:
            raise InputError(f"{self.name}: holds no text")
        text = "".join(self._parts)
        return Reading(document_of(self.name, data, text, title or self.heading()), text, tuple(self._blocks))


def row_text(header: Sequence[str], cells: Sequence[str]) -> str:
    """A table row as a line that can be read alone: `Model: PX-200; Pressure: 16 bar`; a pair is `Model: PX-200`."""
    trimmed = [_BLANK.sub(" ", cell).strip() for cell in cells]
    if not header and len(trimmed) == 2 and all(trimmed):
        return f"{trimmed[0].rstrip(':')}: {trimmed[1]}"
    named = chain(header, repeat(""))
    pairs = [
        f"{name.rstrip(':')}: {cell}" if name else cell for cell, name in zip(trimmed, named, strict=False) if cell
    ]
    return "; ".join(pairs)


def document_of(name: str, data: bytes, text: str, title: str = "") -> Document:
    """The document that these bytes under this name are; its title falls back to the name without its ending."""
    digest = hashlib.sha256(data).hexdigest()
    return Document(
        id=content_id(name, digest),
        title=_BLANK.sub(" ", canonical(title)).strip()[:300] or PurePath(name).stem,
        source=name,
        sha256=digest,
        language=language(text[:200_000]),
    )
