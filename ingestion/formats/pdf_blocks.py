"""Regions of a PDF page to blocks: lines to paragraphs, and which are headings, list items, captions and table rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ...model import Kind
from .pdf_chars import Run, Strip, unprinted
from .reading_order import Region, Row

_ITEM = re.compile(r"(?:[•◦▪‣·○●■□▶–—*-]|\(?(?:\d{1,2}|[a-z]|[가-하])[.)])\s+\S")
_CAPTION = re.compile(
    r"(?:(?:fig(?:ure|\.)?|table|chart|map|plate|listing)\s*\d+(?:[.-]\d+)*[a-z]?|(?:그림|표|도표|사진)\s*\d+(?:[.-]\d+)*)\s*[.:)\]|–—-]\s",
    re.I,
)
_BULLET = re.compile(r"[•◦▪‣·○●■□▶]\s+")
_LEADER = re.compile(r"\s*(?:[.·…_]\s?){5,}\s*")
_ENDS = re.compile(r"[.!?:;。！？…][\"'”’»)\]」』]*$")
_HYPHEN = re.compile(r"(\w*[^\W\d_])[-‐]$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PREFIXES = frozenset(
    "self well non high low long short half cross all ex co off on mid pre post multi semi anti".split()
)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a region."""

    strip: Strip
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before its place in the text is known."""

    strip: Strip
    kind: Kind
    page: int
    size: float
    bold: bool = False
    level: int = 0
    carries_on: bool = False
    """It may go on in the next region: it is the last of its own."""
    turned: bool = False
    """It stands beside the page's own text, written in another direction."""


def line_of(row: Sequence[Run]) -> Line:
    """The runs of a row as one line, a space between two that do not touch, without dots that lead to a number."""
    strip = row[0].strip
    for before, after in pairwise(row):
        touching = after.x0 - before.x1 < 0.12 * before.size
        strip = strip + after.strip if touching else strip + unprinted(" ") + after.strip
    leader = _LEADER.search(strip.text)
    while leader:
        strip = strip.cut(0, leader.start()) + unprinted(" ") + strip.cut(leader.end(), len(strip.text))
        leader = _LEADER.search(strip.text)
    return Line(
        strip,
        min(run.x0 for run in row),
        min(run.y0 for run in row),
        max(run.x1 for run in row),
        max(run.y1 for run in row),
        max(row, key=lambda run: len(run.strip.text)).size,
        all(run.bold for run in row),
    )


class Style:
    """What is usual in the document: its body size, its line spacing, and the words it holds (for hyphens)."""

    def __init__(self, pages: Iterable[Sequence[Region]]) -> None:
        sizes: Counter[float] = Counter()
        bold: Counter[bool] = Counter()
        gaps: list[float] = []
        self.words: set[str] = set()
        for regions in pages:
            for region in regions:
                lines = [line_of(row) for row in region.rows]
                for line in lines:
                    sizes[_half(line.size)] += len(line.strip.text)
                    bold[line.bold] += len(line.strip.text)
                    self.words.update(word.lower() for word in _WORD.findall(line.strip.text))
                gaps.extend((b.y0 - a.y1) / a.size for a, b in pairwise(lines) if abs(a.size - b.size) < 1)
        self.body = max(sizes, key=lambda size: (sizes[size], -size), default=0.0)
        self.bold = bold[True] > bold[False]
        gaps.sort()
        self.gap = min(0.9, gaps[len(gaps) // 4]) if gaps else 0.2


def _half(size: float) -> float:
    return round(size * 2) / 2


def pieces(regions: Sequence[Region], page: int, style: Style) -> Iterator[Piece]:
    """The blocks of a page in reading order."""
    for region in regions:
        if region.table:
            yield from _table(region.table, page)
        else:
            yield from _paragraphs([line_of(row) for row in region.rows], page, style)


def _paragraphs(lines: Sequence[Line], page: int, style: Style) -> Iterator[Piece]:
    right = max(line.x1 for line in lines)
    group: list[Line] = []
    for line in lines:
        if group and _begins(group, line, right, style):
            yield _piece(group, page, style, last=False)
            group = []
        group.append(line)
    yield _piece(group, page, style, last=True)


def _begins(group: Sequence[Line], line: Line, right: float, style: Style) -> bool:
    """Whether `line` begins a paragraph of its own."""
    before = group[-1]
    if _half(before.size) != _half(line.size) and abs(before.size - line.size) > 0.08 * before.size:
        return True
    if before.bold != line.bold or (line.y0 - before.y1) / line.size > style.gap + 0.35 or line.y1 < before.y0:
        return True
    if _ITEM.match(line.strip.text) or _CAPTION.match(line.strip.text):
        return True
    ended = bool(_ENDS.search(before.strip.text))
    indent = line.x0 - min(other.x0 for other in group)
    if ended and indent > 0.9 * line.size and not _ITEM.match(group[0].strip.text):
        return True
    short = before.x1 - before.x0 < 0.8 * (right - before.x0)
    return (ended or (short and not line.strip.text[:1].islower())) and _had_room(before, line, right)


def _had_room(before: Line, line: Line, right: float) -> bool:
    """Whether the first word of `line` would have fitted on the line before, had the two been one paragraph."""
    words = line.strip.text.split(" ", 1)
    word = (line.x1 - line.x0) * len(words[0]) / len(line.strip.text)
    return before.x1 + word + line.size < right


def _piece(group: Sequence[Line], page: int, style: Style, last: bool) -> Piece:
    strip = joined([line.strip for line in group], style.words)
    size, bold = group[0].size, all(line.bold for line in group)
    kind = _kind(strip.text, size, bold, len(group), style)
    bullet = _BULLET.match(strip.text)
    if kind == "list" and bullet:
        strip = strip.cut(bullet.end(), len(strip.text))
    return Piece(strip, kind, page, _half(size), bold, carries_on=last)


def _kind(text: str, size: float, bold: bool, lines: int, style: Style) -> Kind:
    if _CAPTION.match(text):
        return "caption"
    short = lines <= 3 and len(text) <= 160 and any(c.isalpha() for c in text)
    if short and size >= 1.12 * style.body and not (text.endswith(".") and len(text) > 60):
        return "heading"
    if short and bold and not style.bold and len(text) <= 120 and not re.search(r"[.,;:]$", text):
        return "heading"
    return "list" if _ITEM.match(text) else "text"


def joined(strips: Sequence[Strip], words: set[str]) -> Strip:
    """Lines of one paragraph as one; a word divided at a line's end is whole again."""
    whole = strips[0]
    for strip in strips[1:]:
        whole = join(whole, strip, words)
    return whole


def join(before: Strip, after: Strip, words: set[str]) -> Strip:
    """Two lines that follow each other. A hyphen goes where it only divides a word, as the document's words tell."""
    divided = _HYPHEN.search(before.text)
    rest = re.match(r"[^\W\d_]+", after.text)
    if not divided or not rest or not rest[0][0].islower():
        glue = "" if before.text.endswith(("-", "‐", "/")) and rest else " "
        return before + unprinted(glue) + after
    first, second = divided[1].lower(), rest[0].lower()
    compound = f"{first}-{second}" in words or first in _PREFIXES
    if first + second in words or not compound:
        before = before.cut(0, len(before.text) - 1)
    return before + after


def _table(rows: Sequence[tuple[Row, ...]], page: int) -> Iterator[Piece]:
    cells = [[_cell(cell) for cell in row] for row in rows]
    header = [cell.text if cell else "" for cell in cells[0]] if _heads(rows) else []
    body = cells[1:] if header else cells
    for row, runs in zip(body, rows[1:] if header else rows, strict=True):
        strip = _row_strip(header, row)
        size = max(run.size for cell in runs for run in cell)
        yield Piece(strip, "table", page, _half(size))


def _cell(cell: Row) -> Strip | None:
    if not cell:
        return None
    lines: list[Row] = []
    for run in cell:
        if lines and run.y0 < lines[-1][0].y1 - 0.5 * run.size:
            lines[-1].append(run)
        else:
            lines.append([run])
    return joined([line_of(line).strip for line in lines], set())


def _heads(rows: Sequence[tuple[Row, ...]]) -> bool:
    """Whether the first row names the columns: it alone is bold, or it alone has no figures, cell for cell."""
    if len(rows) < 2 or not all(rows[0]) or len(rows[0]) < 2:
        return False
    bold = [all(run.bold for cell in row for run in cell) for row in rows]
    if bold[0] and not all(bold):
        return True
    texts = [["".join(run.strip.text for run in cell) for cell in row] for row in rows]
    worded = not any(c.isdigit() for cell in texts[0] for c in cell)
    figures = sum(1 for row in texts[1:] if any(c.isdigit() for cell in row[1:] for c in cell))
    return worded and len(rows) > 2 and figures >= 0.8 * (len(rows) - 1)


def _row_strip(header: Sequence[str], cells: Sequence[Strip | None]) -> Strip:
    """A row that can be read alone, as `build.row_text` writes it; only what the row itself prints has boxes."""
    pair = not header and len(cells) == 2 and all(cells)
    whole = unprinted("")
    for index, cell in enumerate(cells):
        if cell is None:
            continue
        if whole.text:
            whole = whole + unprinted(": " if pair and not whole.text.endswith(":") else " " if pair else "; ")
        if header and header[index]:
            whole = whole + unprinted(f"{header[index].rstrip(':')}: ")
        whole = whole + cell
    return whole


def with_levels(found: Sequence[Piece]) -> list[Piece]:
    """Headings with their depth: the larger the higher, bold before plain.

    Lines of one size that follow each other, as on a title page, head nothing and are text, save the document's first.
    """
    real = [
        piece if piece.kind != "heading" or place == 0 or not _in_row(found, place) else replace(piece, kind="text")
        for place, piece in enumerate(found)
    ]
    ranks = sorted({(-piece.size, not piece.bold) for piece in real if piece.kind == "heading"})
    depth = {rank: min(6, place + 1) for place, rank in enumerate(ranks)}
    return [
        replace(piece, level=depth[-piece.size, not piece.bold]) if piece.kind == "heading" else piece for piece in real
    ]


def _in_row(found: Sequence[Piece], place: int) -> bool:
    piece = found[place]
    beside = [*found[max(0, place - 1) : place], *found[place + 1 : place + 2]]
    return any(
        other.kind == "heading" and (other.size, other.bold, other.page) == (piece.size, piece.bold, piece.page)
        for other in beside
    )


def goes_on(before: Piece, after: Piece) -> bool:
    """Whether a paragraph is cut in two by the end of a column or page."""
    if not before.carries_on or before.kind not in ("text", "list") or after.kind != "text":
        return False
    if before.turned != after.turned:
        return False
    if _half(before.size) != _half(after.size) or _ENDS.search(before.strip.text):
        return False
    first = after.strip.text[:1]
    return first.islower() or "가" <= first <= "힣" or before.strip.text.endswith((",", "-", "‐"))
