"""HTML: the block-level text of a page, without scripts, styles, navigation and what is hidden."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from lxml import etree

from ...model import Kind, Reading, Source
from ...settings import IngestOptions
from .decode import decode
from .html_page import BLOCK, parse
from .text_builder import Draft

_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_INSIDE_LAYOUT = frozenset("table h1 h2 h3 h4 h5 h6 article section div pre".split())
_SPAN = 20
"""A cell that states a larger span is taken as this wide: spans are repeated, and a page could ask for millions."""
_COLUMNS = 100
"""Of a row that is wider, no cell is repeated to the side."""


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> list[Reading]:
    """One document; its title is `<title>`, else the first heading."""
    page = parse(source.name, decode(source.name, data, declared=True))
    draft = Draft(source.name)
    add_blocks(draft, page.root)
    return [draft.reading(data, page.title)]


def add_fragment(draft: Draft, markup: str) -> None:
    """The text of a piece of HTML, added to a document of another format."""
    if markup.strip():
        add_blocks(draft, parse(draft.name, f"<body>{markup}</body>").root)


def add_blocks(draft: Draft, root: etree._Element) -> None:
    """Every block of text below `root`, in order. The walk is a loop, so that no depth of nesting ends it."""
    walk = _Walk(draft)
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "end":
            walk.end(element)
        elif walk.table(element):
            events.skip_subtree()
        else:
            walk.start(element)
    walk.flush()
    walk.undefined()


class _Walk:
    """Inline text gathered until a block begins or ends."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.stack: list[str] = []
        self.buffer: list[str] = []
        self.terms: list[str] = []
        """Of a definition list, those whose definition is still to come."""

    def start(self, element: etree._Element) -> None:
        if element.tag in BLOCK:
            self.flush()
            self.stack.append(element.tag)
        elif element.tag == "br":
            self.buffer.append("\n")
        self.buffer.append(element.text or "")

    def end(self, element: etree._Element) -> None:
        if self.stack and element.tag == self.stack[-1]:
            self.flush()
            self.stack.pop()
        elif element.tag in BLOCK:
            self.flush()
        self.buffer.append(element.tail or "")

    def table(self, element: etree._Element) -> bool:
        """Take a table whole, where it is one of data; a table that lays out a page is walked through."""
        if element.tag != "table" or any(inner.tag in _INSIDE_LAYOUT for inner in element.iterdescendants()):
            return False
        self.flush()
        for caption in element.iterfind("caption"):
            self.draft.add(_text(caption), "caption")
        rows, header = _rows(element)
        self.draft.add_table(rows, header)
        return True

    def flush(self) -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        if not text.strip():
            return
        kind, level = self._kind()
        if "dt" in self.stack[-1:]:
            self.terms.append(text.strip())
            return
        if self.terms and "dd" in self.stack:
            text = f"{', '.join(self.terms).rstrip(':')}: {text.strip()}"
            self.terms.clear()
        self.undefined()
        self.draft.add(text, kind, level, keep_lines=kind == "code")

    def undefined(self) -> None:
        """Take the terms that nothing defines."""
        for term in self.terms:
            self.draft.add(term, "list")
        self.terms.clear()

    def _kind(self) -> tuple[Kind, int]:
        for tag in reversed(self.stack):
            if tag in _HEADINGS:
                return "heading", _HEADINGS[tag]
            if tag == "pre":
                return "code", 0
            if tag in ("li", "dd", "dt"):
                return "list", 0
            if tag in ("caption", "figcaption"):
                return "caption", 0
        return "text", 0


def _text(element: etree._Element) -> str:
    """All text below, on one line."""
    return " ".join(filter(None, element.itertext()))


def _rows(table: etree._Element) -> tuple[list[list[str]], bool]:
    """The cells, spans repeated so that each row can be read alone, and whether the first row names the columns."""
    rows: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    header = False
    for number, line in enumerate(table.iter("tr")):
        cells = [cell for cell in line if cell.tag in ("td", "th")]
        if number == 0:
            header = bool(cells) and (all(cell.tag == "th" for cell in cells) or line.getparent().tag == "thead")
        rows.append(_row(cells, below))
    return rows, header


def _row(cells: list[etree._Element], below: dict[int, tuple[str, int]]) -> list[str]:
    row: list[str] = []
    waiting = deque(cells)
    while waiting or len(row) in below:
        column = len(row)
        if column in below:
            text, left = below.pop(column)
            row.append(text)
            if left > 1:
                below[column] = (text, left - 1)
            continue
        cell = waiting.popleft()
        text = _text(cell)
        for _ in range(_span(cell, "colspan") if len(row) < _COLUMNS else 1):
            if _span(cell, "rowspan") > 1:
                below[len(row)] = (text, _span(cell, "rowspan") - 1)
            row.append(text)
            text = ""
    return row


def _span(cell: etree._Element, name: str) -> int:
    stated = cell.get(name) or "1"
    return max(1, min(int(stated), _SPAN)) if stated.isascii() and stated.isdigit() and len(stated) < 6 else 1
