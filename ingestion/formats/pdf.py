"""PDF with a text layer: text in reading order with a box for every character, and an image of every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from ...errors import InputError
from ...model import Block, Page, Reading, Source
from ...settings import IngestOptions
from .decode import canonical
from .page_images import write_images
from .pdf_blocks import Piece, Style, goes_on, join, pieces, with_levels
from .pdf_chars import PDFIUM, PageText, page_text, unprinted
from .reading_order import reading_order
from .running_heads import without_furniture
from .text_builder import document_of

_WHY = {
    pdfium.FPDF_ERR_PASSWORD: "is encrypted: it opens only with a password",
    pdfium.FPDF_ERR_SECURITY: "is encrypted in a way that cannot be opened",
    pdfium.FPDF_ERR_FORMAT: "is a damaged PDF",
}
_NO_TITLE = ("untitled", "microsoft word", "microsoft powerpoint", "powerpoint presentation", "slide 1", "(anonymous)")


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> list[Reading]:
    """One document; its title is the metadata's, else its first large heading, else the name."""
    with _open(source.name, data) as pdf:
        pages = list(_pages(source.name, pdf, options))
        if not any(page.runs for page in pages):
            raise InputError(f"{source.name}: has no text layer; it needs OCR (which will come as the extra `ocr`)")
        reading = _reading(source.name, data, pages, _title(pdf, source.name))
        if not options.page_images:
            return [reading]
        images = write_images(source.name, reading.document.id, pdf, pages, home)
    return [replace(reading, pages=tuple(_with_images(reading.pages, images)))]


@contextmanager
def _open(name: str, data: bytes) -> Iterator[Any]:
    with PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise InputError(f"{name}: {_WHY.get(error.err_code, 'is a damaged PDF')}") from error
    try:
        yield pdf
    finally:
        with PDFIUM:
            pdf.close()


def _pages(name: str, pdf: Any, options: IngestOptions) -> Iterator[PageText]:
    with PDFIUM:
        count = len(pdf)
    if count > options.max_pages:
        raise InputError(f"{name}: has {count} pages; at most {options.max_pages} are read")
    if not count:
        raise InputError(f"{name}: has no pages")
    for index in range(count):
        with PDFIUM:
            try:
                found = _page(pdf, index)
            except pypdfium2.PdfiumError as error:
                raise InputError(f"{name}: page {index + 1} is damaged") from error
        yield found


def _page(pdf: Any, index: int) -> PageText:
    page = pdf[index]
    found = page_text(page)
    page.close()
    return found


def _title(pdf: Any, name: str) -> str:
    with PDFIUM:
        title = canonical(str(pdf.get_metadata_value("Title"))).strip()
    usable = len(title) > 2 and not title.lower().startswith(_NO_TITLE) and title != PurePath(name).name
    return title if usable else ""


def _reading(name: str, data: bytes, pages: Sequence[PageText], title: str) -> Reading:
    ordered = [
        (number, turned > 0, reading_order(runs))
        for number, page in without_furniture(pages)
        for turned, runs in enumerate(page)
    ]
    style = Style(regions for _, _, regions in ordered)
    found = with_levels(
        [
            replace(piece, turned=turned)
            for number, turned, regions in ordered
            for piece in pieces(regions, number, style)
        ]
    )
    if not found:
        raise InputError(f"{name}: holds no text")
    text, blocks, glyphs = _assemble(found, style)
    document = document_of(name, data, text, title or _first_heading(found))
    numbered = tuple(
        Page(document.id, number, "", page.width, page.height, page.rotation, page.picture)
        for number, page in enumerate(pages, 1)
    )
    return Reading(document, text, blocks, numbered, glyphs)


def _first_heading(found: Sequence[Piece]) -> str:
    early = [piece for piece in found if piece.kind == "heading" and piece.page <= 2]
    return min(early, key=lambda piece: piece.level).strip.text if early else ""


def _assemble(found: Sequence[Piece], style: Style) -> tuple[str, tuple[Block, ...], np.ndarray[Any, Any]]:
    """The text, its blocks and its characters' boxes, shape (len(text), 4)."""
    texts: list[str] = []
    boxes: list[np.ndarray[Any, Any]] = []
    blocks: list[Block] = []
    length = 0
    before: Piece | None = None
    for piece in found:
        if before is not None:
            gap = "\n" if before.kind == piece.kind and piece.kind in ("list", "table") else "\n\n"
            if goes_on(before, piece):
                glued = join(before.strip, piece.strip, style.words).text
                cut = len(before.strip.text) + len(piece.strip.text) - len(glued)
                if cut > 0:
                    # The hyphen that divided the word.
                    texts[-1], boxes[-1], length = texts[-1][:-1], boxes[-1][:-1], length - 1
                    blocks[-1] = replace(blocks[-1], end=length)
                gap, piece = " " * max(0, -cut), replace(piece, kind=before.kind)
            texts.append(gap)
            boxes.append(unprinted(gap).boxes)
            length += len(gap)
        end = length + len(piece.strip.text)
        blocks.append(Block(piece.kind, length, end, piece.page, piece.level))
        texts.append(piece.strip.text)
        boxes.append(piece.strip.boxes)
        length, before = end, piece
    return "".join(texts), tuple(blocks), np.concatenate(boxes)


def _with_images(pages: Sequence[Page], images: Sequence[str]) -> Iterator[Page]:
    for page, image in zip(pages, images, strict=True):
        yield replace(page, image=image)
