"""Documents: what is handed in, and what reading it gives: pages, sentences, chunks, with their places.

Offsets are code points, half-open `[start, end)`. Boxes are pixels of the page image at `PAGE_DPI`, y growing downward.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE_DPI = 144
"""Dots per inch of page images and of every `Box`: two pixels a PDF point."""
Kind = Literal["text", "heading", "list", "table", "caption", "code"]


def content_id(*parts: str) -> str:
    """32 hexadecimal digits of BLAKE2b over the parts, each length-prefixed so that no two lists collide."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


PLACE_DIGITS = 6
"""How many of a sentence id's last characters tell its place; those before are its document's id."""


def sentence_id(document_id: str, index: int) -> str:
    """A sentence's id: its document's and its place, so that neighbours and passages are found by the id alone."""
    return f"{document_id}{index:0{PLACE_DIGITS}x}"


def sentence_place(sentence: str) -> tuple[str, int]:
    """(document id, index) of what `sentence_id` made."""
    return sentence[:-PLACE_DIGITS], int(sentence[-PLACE_DIGITS:], 16)


def file_name(path: str) -> str:
    """What documents of the file are called by."""
    return unicodedata.normalize("NFC", os.path.basename(path))


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, or what came over standard input; holds no open handle, so that a run's state can keep it."""

    path: str
    """Where the file stands on this machine; empty for standard input."""
    name: str
    """What the document is called when cited: the file's own name, without folders."""
    data: bytes | None = None
    """The bytes, where they are no file."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that was not taken, and why, in one line."""

    source: str
    """The path, pattern or name, as the caller knows it."""
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Files of one kind that stand in a folder and were not tried, and why."""

    kind: str
    """Their ending (`.png`), or what they are: `hidden files`, `links` …"""
    reason: str
    files: int


@dataclass(frozen=True, slots=True)
class Holding:
    """A file that was ingested, the documents that it holds in the library, and what it was like."""

    path: str
    """Where it stood on this machine; `-` and the document's id for what came over standard input."""
    documents: tuple[str, ...]
    size: int = 0
    """Bytes."""
    sha256: str = ""
    ingested: str = ""
    """When these bytes came in, ISO 8601 in UTC; empty where that was not noted."""


class Layout(NamedTuple):
    """How many pages a document has, and which of them could not be read."""

    pages: int
    pictures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One document as cited. `id` hashes its source name and bytes."""

    id: str
    title: str
    source: str
    """The file's name, `corpus.jsonl#passage-id` for a passage; never a path of the machine."""
    sha256: str
    language: str
    """`en`, `ko` or `und`."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page image, pixels at `PAGE_DPI`, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page; formats without pages (Markdown, HTML, DOCX, passages) have none."""

    document_id: str
    number: int
    """1-based, in file order."""
    image: str
    """Path relative to the data folder; empty where no image was made."""
    width: int
    height: int
    rotation: int = 0
    """Degrees clockwise that the source page states."""
    picture: bool = False
    """Whether it shows something and has no text, as a scan does: nothing of it was read."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a document's text with one role, as a format reader found it, in reading order."""

    kind: Kind
    start: int
    end: int
    page: int | None = None
    level: int = 0
    """Heading depth, 1 for the top; 0 for what is no heading."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of evidence: `text == document_text[start:end]`."""

    id: str
    """`sentence_id(document_id, index)`."""
    document_id: str
    index: int
    """0-based place in its document; neighbours are `index ± 1`."""
    start: int
    end: int
    text: str
    kind: Kind = "text"
    page: int | None = None
    section: str = ""
    """Headings above it, outermost first, joined by ` › `."""
    boxes: tuple[Box, ...] = ()
    """One a line of print; empty where the format has no layout."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice `[start, end)` of a document that whole sentences fill; the unit of extraction and of passages."""

    id: str
    document_id: str
    start: int
    end: int
    sentences: tuple[str, ...]
    headings: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """`<first sentence's id>+<sentences after it>`: the id of its row in the text index.

        A hit leads back to its sentences by `GraphStore.window` alone, with no table of chunks.
        """
        return f"{self.sentences[0]}+{len(self.sentences) - 1}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format reader gives for one document: its text and where everything stands in it."""

    document: Document
    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    glyphs: NDArray[np.float32] | None = None
    """For a laid-out format, shape (len(text), 4): each character's box, NaN for what has none (spaces, breaks)."""
    above: tuple[tuple[int, str], ...] = ()
    """For a part of a larger text: (level, title) of the headings that it begins under, outermost first."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document ready for extraction."""

    document: Document
    pages: tuple[Page, ...]
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]
