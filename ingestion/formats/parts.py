"""A reading too large to be kept as one document, cut into parts between paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...model import Block, Page, Reading
from . import text_builder as build
from .text_builder import Headings, headings_after, is_large, part_of


def in_parts(reading: Reading) -> Iterator[Reading]:
    """The reading itself, or its parts, in order; together they hold all of it."""
    if not is_large(len(reading.text)):
        yield reading
        return
    above: Headings = reading.above
    for number, blocks in enumerate(_runs(reading), 1):
        part = _part(reading, blocks, number, above)
        above = headings_after(above, part.text, part.blocks)
        yield part


def _runs(reading: Reading) -> Iterator[list[Block]]:
    """Blocks that go together, cut where a paragraph ends: at a page's end it may go on."""
    run: list[Block] = []
    for block in reading.blocks:
        ends = run and "\n" in reading.text[run[-1].end : block.start]
        if ends and block.end - run[0].start > build.PART:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _part(reading: Reading, blocks: Sequence[Block], number: int, above: Headings) -> Reading:
    start, end = blocks[0].start, blocks[-1].end
    text = reading.text[start:end]
    document = part_of(reading.document.source, reading.document.title, number, text)
    document = replace(document, language=reading.document.language)
    shown = {block.page for block in blocks}
    return Reading(
        document,
        text,
        tuple(replace(block, start=block.start - start, end=block.end - start) for block in blocks),
        tuple(_page(page, document.id) for page in reading.pages if page.number in shown),
        None if reading.glyphs is None else reading.glyphs[start:end],
        above,
    )


def _page(page: Page, document_id: str) -> Page:
    return replace(page, document_id=document_id)
