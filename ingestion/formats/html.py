"""HTML: the block-level text of a page, without scripts, styles, navigation and what is hidden."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

from lxml import etree

from ...errors import InputError
from ...model import Kind, Reading, Source
from ...settings import IngestOptions
from .build import Draft
from .decode import decode

_SKIP = frozenset(
    "script style nav template noscript svg math iframe object embed canvas audio video button select option input "
    "textarea datalist dialog head title menu map".split()
)
_BLOCK = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr "
    "ul".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_INSIDE_LAYOUT = frozenset("table h1 h2 h3 h4 h5 h6 article section div pre".split())
_SPAN = 20
"""A cell that states a larger span is taken as this wide: spans are repeated, and a page could ask for millions."""


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> list[Reading]:
    """One document; its title is `<title>`, else the first heading."""
    markup = decode(source.name, data, declared=True)
    root = _parse(source.name, markup)
    draft = Draft(source.name)
    add_blocks(draft, root)
    # Drawings inside the page have titles, too.
    title = root.findtext("head/title") or ""
    return [draft.reading(data, title)]


def add_fragment(draft: Draft, markup: str) -> None:
    """The text of a piece of HTML, added to a document of another format."""
    if markup.strip():
        add_blocks(draft, _parse(draft.name, f"<body>{markup}</body>"))


def _parse(name: str, markup: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    raw = markup.encode("utf-8", "replace")
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{name}: is no HTML that can be read ({error.msg})") from error
    if root is None:
        raise InputError(f"{name}: holds no text")
    return root


def add_blocks(draft: Draft, root: etree._Element) -> None:
    """Every block of text below `root`, in order. The walk is a loop, so that no depth of nesting ends it."""
    walk = _Walk(draft)
    events = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in events:
        if event == "start":
            if _unseen(element) or walk.table(element):
                events.skip_subtree()
            else:
                walk.start(element)
        else:
            walk.end(element, closes=event == "end")
    walk.flush()


class _Walk:
    """Inline text gathered until a block begins or ends."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.stack: list[str] = []
        self.buffer: list[str] = []
        self.term = ""

    def start(self, element: etree._Element) -> None:
        if element.tag in _BLOCK:
            self.flush()
            self.stack.append(element.tag)
        elif element.tag == "br":
            self.buffer.append("\n")
        self.buffer.append(element.text or "")

    def end(self, element: etree._Element, closes: bool) -> None:
        if closes and self.stack and element.tag == self.stack[-1]:
            self.flush()
            self.stack.pop()
        elif closes and element.tag in _BLOCK:
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
            self.term = f"{self.term}, {text.strip()}".lstrip(", ")
            return
        if self.term and self.stack[-1:] == ["dd"]:
            text = f"{self.term.rstrip(':')}: {text.strip()}"
        self.term = ""
        self.draft.add(text, kind, level, keep_lines=kind == "code")

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


def _unseen(element: etree._Element) -> bool:
    return (
        element.tag in _SKIP
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _text(element: etree._Element) -> str:
    """All text below, what is not seen left out."""
    parts: list[str] = [element.text or ""]
    events = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, inner in events:
        if inner is element:
            continue
        if event == "start" and _unseen(inner):
            events.skip_subtree()
        elif event == "start":
            parts.append((" " if inner.tag in _BLOCK or inner.tag == "br" else "") + (inner.text or ""))
        else:
            parts.append((" " if inner.tag in _BLOCK else "") + (inner.tail or ""))
    return "".join(parts)


def _rows(table: etree._Element) -> tuple[list[list[str]], bool]:
    """The cells, spans repeated so that each row can be read alone, and whether the first row names the columns."""
    rows: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    header = False
    for number, line in enumerate(table.iter("tr")):
        cells = [cell for cell in line if cell.tag in ("td", "th") and not _unseen(cell)]
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
        for _ in range(_span(cell, "colspan")):
            if _span(cell, "rowspan") > 1:
                below[len(row)] = (text, _span(cell, "rowspan") - 1)
            row.append(text)
            text = ""
    return row


def _span(cell: etree._Element, name: str) -> int:
    stated = cell.get(name) or "1"
    return max(1, min(int(stated), _SPAN)) if stated.isascii() and stated.isdigit() and len(stated) < 6 else 1
