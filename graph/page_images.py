"""The pages of an answer as pictures, with the cited sentences boxed."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, UnidentifiedImageError

from ..errors import BackendError, InputError
from ..model import Answer, Citation, content_id
from ..tools.files import make_file, make_private

INK, WASH = (217, 74, 30), (255, 240, 170)
_APART = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class BoxedPage:
    """One picture: where it was written and what it shows."""

    path: Path
    title: str
    page: int
    sentences: tuple[str, ...]
    document_id: str


def boxed_pages(home: Path, answer: Answer) -> list[BoxedPage]:
    """The pages that an answer cites as pictures with its sentences boxed, the order that of `answer.pages`.

    They are written to `cited/` in the data folder, in a folder named after what is cited, so that the same answer
    gives the same files. What comes back are paths under `home` and ids. Blocking: some tenths of a second a page.

    Raises:
        BackendError: a page image is missing or broken.
        InputError: a citation names an image outside the data folder.
    """
    keys = [f"{citation.sentence} {citation.image} {citation.boxes}" for citation in answer.citations]
    order = {image: n for n, image in enumerate(answer.pages)}
    cited = sorted(answer.citations, key=lambda citation: order.get(citation.image, len(order)))
    return box_pages(home, cited, home / "cited" / content_id(*keys))


def box_pages(home: Path, citations: Sequence[Citation], folder: Path) -> list[BoxedPage]:
    """Write each cited page into `folder` with the boxes of its cited sentences, in the order of the citations.

    A citation without a page image gives none. Names are made of the document's file name, its id and the page, so that
    the same answer gives the same files.

    Raises:
        BackendError: a page image is missing or broken.
        InputError: a citation names an image outside the data folder.
    """
    pages: dict[str, list[Citation]] = {}
    for citation in citations:
        if citation.image and citation.page is not None:
            pages.setdefault(citation.image, []).append(citation)
    if pages:
        make_private(folder)
    return [_box(_within(home, image), cited, folder) for image, cited in pages.items()]


def _within(home: Path, image: str) -> Path:
    """The image's path; an answer may come from a client, so it may not lead anywhere else."""
    path = home / image
    if not path.resolve().is_relative_to(home.resolve()):
        raise InputError(f"page image {image!r} is not in the data folder")
    return path


def _box(source: Path, cited: Sequence[Citation], folder: Path) -> BoxedPage:
    first = cited[0]
    # The suffix of a source may be one that Pillow would take for a format of its own.
    stem = _APART.sub("_", first.source)[:60]
    path = folder / f"{stem}-{_APART.sub('_', first.document_id)[:8]}-page{first.page}.png"
    _draw(source, cited, path)
    sentences = tuple(citation.sentence for citation in cited)
    return BoxedPage(path, first.title, first.page or 0, sentences, first.document_id)


def _draw(source: Path, cited: Sequence[Citation], path: Path) -> None:
    page = _opened(source)
    corners = [
        (box.x0 - 3, box.y0 - 3, max(box.x1, box.x0) + 3, max(box.y1, box.y0) + 3)
        for citation in cited
        for box in citation.boxes
    ]
    wash = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(wash)
    for corner in corners:
        pen.rectangle(corner, fill=WASH)
    # Multiplied, as a marker pen does: the print stays as dark as it was.
    page = ImageChops.multiply(page, wash)
    pen = ImageDraw.Draw(page)
    for corner in corners:
        pen.rectangle(corner, outline=INK, width=2)
    # Whole or not at all, for whoever reads it while another answer draws the same.
    part = path.with_suffix(f".{uuid.uuid4().hex}.part")
    make_file(part)
    page.save(part, "PNG")
    os.replace(part, path)


def _opened(source: Path) -> Image.Image:
    try:
        return Image.open(source).convert("RGB")
    except UnidentifiedImageError as error:
        raise BackendError(f"page image {str(source)!r} is broken; ingest its document again") from error
    except OSError as error:
        raise BackendError(f"page image {str(source)!r} cannot be read ({error}); ingest its document again") from error
