"""DOCX: paragraphs, headings, lists and tables, in the order of the document. There are no pages to cite."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...model import Reading, Source
from ...settings import IngestOptions
from .text_builder import Draft

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_LIMIT = 64 * 2**20
"""Bytes of XML unpacked at most: a tree takes some ten times as many, and a zip can hold a thousand times its size."""
_LEVEL = re.compile(r"(?:heading|제목|titre|überschrift)\s*(\d)", re.I)
_DROPPED = frozenset({_W + "del", _W + "txbxContent", _W + "instrText", _W + "moveFrom", _W + "pPr", _W + "rPr"})
_STANDS_FOR = {_W + "tab": "\t", _W + "br": " ", _W + "cr": " ", _W + "noBreakHyphen": "-"}


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> list[Reading]:
    """One document; its title is the properties', else the first heading or title line."""
    from lxml.etree import LxmlError

    draft = Draft(source.name)
    whole = _repacked(source.name, data, options)
    # What python-docx raises on a package with parts missing or mixed up is whatever its innards meet, then or later.
    try:
        title = _fill(draft, whole)
    except (LxmlError, KeyError, ValueError, AttributeError, TypeError, NotImplementedError) as error:
        raise InputError(f"{source.name}: is a DOCX file with a part missing or broken ({_line(error)})") from error
    return [draft.reading(data, title)]


def _fill(draft: Draft, data: bytes) -> str:
    """Add all blocks; the title that the properties state."""
    import docx

    document: Any = docx.Document(io.BytesIO(data))
    levels = _style_levels(document)
    for kind, element in _content(document.element.body):
        if kind == "table":
            rows = _rows(element)
            draft.add_table(rows, header=len(rows) > 1 and _names_columns(element, rows))
        else:
            _paragraph(draft, element, levels)
    return document.core_properties.title or ""


def _repacked(name: str, data: bytes, options: IngestOptions) -> bytes:
    """The archive's XML as an archive that can be trusted: small enough, undamaged, nothing compressed.

    What a zip states of a part's size need not be true, and `ZipFile.read` unpacks up to a gigabyte at once to find
    out; here every part is unpacked a little at a time. Pictures and other parts are left empty.
    """
    target = io.BytesIO()
    limit = left = min(_XML_LIMIT, int(4 * options.max_file_mb * 2**20))
    # What `zipfile` raises on a damaged archive is whatever its parts do.
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
            for part in old.infolist():
                text = part.filename.endswith((".xml", ".rels"))
                content = _unpacked(old, part, left) if text else b""
                left -= len(content)
                new.writestr(part.filename, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        # What `zipfile` raises on a damaged archive; RuntimeError on an encrypted one, NotImplementedError on a method.
        raise InputError(f"{name}: is a damaged DOCX file ({_line(error)})") from error
    except _TooLargeError as error:
        raise InputError(f"{name}: unpacks to more than {limit / 2**20:g} MB of XML") from error
    return target.getvalue()


class _TooLargeError(Exception):
    pass


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> bytes:
    pieces: list[bytes] = []
    with archive.open(part) as stream:
        while piece := stream.read(2**16):
            pieces.append(piece)
            limit -= len(piece)
            if limit < 0:
                raise _TooLargeError
    return b"".join(pieces)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _content(body: Any) -> Iterator[tuple[str, Any]]:
    """Paragraphs and tables in order, those inside content controls and tracked insertions too."""
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if element.tag == _W + "p":
            yield "paragraph", element
        elif element.tag == _W + "tbl":
            yield "table", element
        elif element.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "moveTo", _W + "customXml"):
            waiting.extend(reversed(element))


def _text(element: Any) -> str:
    """What a paragraph or a cell shows: deleted text and field codes left out."""
    parts: list[str] = []
    waiting = list(reversed(element))
    while waiting:
        inner = waiting.pop()
        if inner.tag == _W + "t":
            parts.append(inner.text or "")
        elif inner.tag in _STANDS_FOR:
            parts.append(_STANDS_FOR[inner.tag])
        elif inner.tag not in _DROPPED:
            if inner.tag == _W + "p" and parts:
                parts.append(" ")
            waiting.extend(reversed(inner))
    return "".join(parts)


def _rows(table: Any) -> list[list[str]]:
    """The cells of each row; one merged downward is repeated, so that each row can be read alone."""
    rows: list[list[str]] = []
    for line in table.iterchildren(_W + "tr"):
        row: list[str] = []
        for cell in line.iterchildren(_W + "tc"):
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(_W + "val", "continue") == "continue"
            above = rows[-1][len(row)] if rows and len(row) < len(rows[-1]) else ""
            row.append(above if goes_on else _text(cell).strip())
        rows.append(row)
    return rows


def _paragraph(draft: Draft, element: Any, levels: dict[str, tuple[str, int]]) -> None:
    properties = element.find(_W + "pPr")
    style = properties.find(_W + "pStyle") if properties is not None else None
    kind, level = levels.get(style.get(_W + "val"), ("text", 0)) if style is not None else ("text", 0)
    if properties is not None and kind == "text":
        outline = properties.find(_W + "outlineLvl")
        if outline is not None and outline.get(_W + "val", "9") in set("012345"):
            kind, level = "heading", int(outline.get(_W + "val")) + 1
        elif properties.find(_W + "numPr") is not None:
            kind = "list"
    text = _text(element)
    if kind == "heading":
        draft.add(text, "heading", level)
    elif kind == "list":
        draft.add(text, "list")
    elif kind == "caption":
        draft.add(text, "caption")
    else:
        draft.add(text)
    for box in element.iter(_W + "txbxContent"):
        # Word writes each text box twice, the second time for readers of its older drawings.
        if not any(above.tag.endswith("}Fallback") for above in box.iterancestors()):
            for paragraph in box.iterchildren(_W + "p"):
                draft.add(_text(paragraph))


def _style_levels(document: Any) -> dict[str, tuple[str, int]]:
    """Style id → (kind, level), a style's own or that of the one it is based on."""
    styles = {style.style_id: style for style in document.styles}
    return {key: _style_level(style) for key, style in styles.items()}


def _style_level(style: Any) -> tuple[str, int]:
    for _ in range(10):
        if style is None:
            break
        name = (style.name or "").strip()
        heading = _LEVEL.match(name)
        if heading:
            return "heading", max(1, min(6, int(heading[1])))
        if name.lower() in ("title", "제목"):
            return "heading", 1
        if name.lower().startswith("list"):
            return "list", 0
        if name.lower() in ("caption", "캡션"):
            return "caption", 0
        style = getattr(style, "base_style", None)
    return "text", 0


def _names_columns(table: Any, rows: list[list[str]]) -> bool:
    """Whether the first row is marked as a header, or is all short words where a later row has figures."""
    first = table.find(_W + "tr")
    marked = first is not None and first.find(f"{_W}trPr/{_W}tblHeader") is not None
    if marked or len(rows[0]) < 2 or not all(rows[0]):
        return marked
    worded = all(len(cell) <= 40 and not any(c.isdigit() for c in cell) for cell in rows[0])
    return worded and (len(rows[0]) > 2 or any(any(c.isdigit() for c in cell) for row in rows[1:] for cell in row))
