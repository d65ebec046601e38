"""Turn a reading into a document ready for extraction: sentences with their places, and chunks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ...model import Block, Kind, Parsed, Reading, Sentence, sentence_id
from ...settings import IngestOptions
from ...tools.text.sentences import LONGEST, spans
from .boxes import line_boxes
from .chunks import pack

SECTION_JOINT = " › "
_LABEL = re.compile(r"\w+\.?\s*\d+(?:[.-]\d+)*[a-z]?\.?")
_TITLE = 200
"""Characters of a heading that its sections are told by: each of their sentences repeats them."""
_CODE = 500
"""Characters of code that stand together as one sentence at most; longer listings are cut between lines."""


def split(reading: Reading, options: IngestOptions) -> Parsed:
    """The document's sentences in reading order and the chunks of at most `options.chunk_size` characters they fill.

    A sentence's id says its document and index; a chunk's hashes the document's id and the slice.
    """
    document = reading.document
    sentences: list[Sentence] = []
    paths: list[tuple[str, ...]] = []
    levels: list[int] = []
    headings = [(level, title[:_TITLE]) for level, title in reading.above]
    for run in _runs(reading):
        head = run[0]
        if head.kind == "heading":
            headings = [above for above in headings if above[0] < head.level]
        path = tuple(title for _, title in headings)
        for start, end in _spans(reading.text, run):
            index = len(sentences)
            page, until = _page(run, start)
            sentences.append(
                Sentence(
                    id=sentence_id(document.id, index),
                    document_id=document.id,
                    index=index,
                    start=start,
                    end=end,
                    text=reading.text[start:end],
                    kind=head.kind,
                    page=page,
                    section=SECTION_JOINT.join(path),
                    boxes=line_boxes(reading.glyphs, start, min(end, until)),
                )
            )
            paths.append(path)
            levels.append(head.level if head.kind == "heading" else 0)
        if head.kind == "heading":
            headings.append((head.level, reading.text[head.start : head.end][:_TITLE]))
    chunks = pack(document.id, sentences, paths, levels, options.chunk_size)
    return Parsed(document, reading.pages, tuple(sentences), chunks)


def _runs(reading: Reading) -> Iterator[list[Block]]:
    """Blocks that are one paragraph: a page's end splits it in two with no line break between."""
    run: list[Block] = []
    for block in reading.blocks:
        if run and not (block.kind == run[-1].kind and "\n" not in reading.text[run[-1].end : block.start]):
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _page(run: list[Block], start: int) -> tuple[int | None, int]:
    """The page on which a sentence that begins at `start` begins, and where the paragraph leaves that page."""
    page = next((block.page for block in run if start < block.end), run[-1].page)
    return page, max(block.end for block in run if block.page == page)


def _spans(text: str, run: list[Block]) -> Iterator[tuple[int, int]]:
    start, end = run[0].start, run[-1].end
    if run[0].kind == "code":
        found = _code_spans(text, start, end)
    elif run[0].kind in ("heading", "table") and end - start <= LONGEST:
        found = iter([(start, end)])
    else:
        found = ((start + first, start + last) for first, last in _prose(text[start:end], run[0].kind))
    yield from found


def _prose(text: str, kind: Kind) -> list[tuple[int, int]]:
    found = spans(text)
    if kind == "caption" and len(found) > 1 and _LABEL.fullmatch(text[slice(*found[0])]):
        # "Figure 3." says nothing alone.
        return [(found[0][0], found[1][1]), *found[2:]]
    return found


def _code_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Whole lines together up to `_CODE` characters; a line longer than any sentence is cut as one."""
    ends = [start, *(place + 1 for place in range(start, end) if text[place] == "\n"), end]
    first = start
    for before, after in pairwise(ends):
        if before > first and after - first > _CODE:
            yield from _trimmed(text, first, before)
            first = before
    yield from _trimmed(text, first, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if len(piece) > LONGEST:
        yield from ((start + first, start + last) for first, last in spans(piece))
    elif piece.strip():
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
