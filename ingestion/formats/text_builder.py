"""Build a document's one text from blocks in reading order, with exact offsets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat
from pathlib import PurePath
from typing import TypeAlias

from ...errors import InputError
from ...model import Block, Document, Kind, Reading, content_id
from ...tools.text.words import language
from .decode import canonical

PART = 200_000
"""Characters in each part of a large text, which is kept as several documents one after another: what is read,
extracted and written together has to find room in memory."""
Headings: TypeAlias = tuple[tuple[int, str], ...]
_BLANK = re.compile(r"\s+")
_STOP = re.compile(r"[.!?。…][\"'”’)\]]*\s+|\n+")
# These follow each other line by line; everything else stands apart by a blank line.
_TIGHT = frozenset({("list", "list"), ("table", "table"), ("caption", "table")})


class Draft:
    """Blocks as a reader finds them; `reading` closes it.

    A reader that goes through its file piece by piece takes each part off as soon as it is `full`; `size` is how many
    characters are to come.
    """

    def __init__(self, name: str, title: str = "", size: int = 0) -> None:
        self.name = name
        self._title = title
        self._large = is_large(size)
        self._parts_taken = 0
        self._above: Headings = ()
        self._begin()

    def _begin(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0

    def add(self, text: str, kind: Kind = "text", level: int = 0, *, keep_lines: bool = False) -> None:
        """One block more; runs of white space become one space (inside lines only, with `keep_lines`)."""
        text = canonical(text)
        text = text.expandtabs(4).strip("\n") if keep_lines else _BLANK.sub(" ", text).strip()
        if not text.strip():
            return
        for piece in pieces(text):
            self._put(piece, kind, level)

    def _put(self, text: str, kind: Kind, level: int) -> None:
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

    @property
    def full(self) -> bool:
        """Whether there is enough for a part of its own."""
        return self._large and self._length >= PART

    def part(self) -> Reading:
        """Take off what there is so far as the next part of a larger text, and go on with nothing."""
        # For all parts the same: a heading that comes later does not name those before it.
        self._title = self._title or self.heading() or PurePath(self.name).stem
        self._parts_taken += 1
        text, blocks = "".join(self._parts), tuple(self._blocks)
        document = part_of(self.name, self._title, self._parts_taken, text)
        above, self._above = self._above, headings_after(self._above, text, blocks)
        self._begin()
        return Reading(document, text, blocks, above=above)

    def reading(self, data: bytes, title: str = "") -> Reading:
        """The whole, with its document; the last part, where parts were taken off.

        Raises:
            InputError: there was no text.
        """
        if not self._blocks:
            raise InputError(f"{self.name}: holds no text")
        if self._parts_taken:
            return self.part()
        text = "".join(self._parts)
        return Reading(
            document_of(self.name, data, text, title or self._title or self.heading()), text, tuple(self._blocks)
        )

    def rest(self, data: bytes) -> Iterator[Reading]:
        """What there is after the last part: the whole, where there was none. Raises: InputError, as `reading`."""
        if self._blocks or not self._parts_taken:
            yield self.reading(data)


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


def is_large(size: int) -> bool:
    """Whether a text of so many characters is kept in parts."""
    return size > 2 * PART


def pieces(text: str) -> Iterator[str]:
    """The text; one paragraph as long as a book in pieces, cut where a sentence ends, or a line, or else a word."""
    start, most = 0, PART // 4
    while len(text) - start > most:
        window = text[start : start + most]
        cut = max((match.end() for match in _STOP.finditer(window)), default=0) or window.rfind(" ") + 1 or most
        yield window[:cut].rstrip()
        start += cut
    if text[start:].strip():
        yield text[start:]


def headings_after(above: Headings, text: str, blocks: Sequence[Block]) -> Headings:
    """(level, title) of the headings that what follows these blocks stands under."""
    found = list(above)
    for block in blocks:
        if block.kind == "heading":
            found = [heading for heading in found if heading[0] < block.level]
            found.append((block.level, text[block.start : block.end]))
    return tuple(found)


def part_of(name: str, title: str, number: int, text: str) -> Document:
    """A part of a larger text as a document of its own, `notes.txt#Notes, part 3`.

    It depends on nothing that comes after it, so that a text that grows at its end keeps its parts.
    """
    whole = document_of(name, text.encode("utf-8", "surrogatepass"), text, title)
    said = f"{whole.title}, part {number}"
    source = f"{name}#{said}"
    return replace(whole, id=content_id(source, whole.sha256), title=said, source=source)


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
