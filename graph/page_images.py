"""The pages of an answer as pictures, with the cited sentences boxed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, UnidentifiedImageError

from ..errors import BackendError
from ..model import Citation

INK, WASH = (217, 74, 30), (255, 240, 170)
_APART = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class BoxedPage:
    """One picture: where it was written and what it shows."""

    path: Path
    title: str
    page: int
    sentences: tuple[str, ...]


def box_pages(home: Path, citations: Sequence[Citation], folder: Path) -> list[BoxedPage]:
    """Write each cited page into `folder` with the boxes of its cited sentences, in the order of the citations.

    A citation without a page image gives none. Names are made of the document's file name, its id and the page, so that
    the same answer gives the same files.

    Raises:
        BackendError: a page image is missing or broken.
    """
    pages: dict[str, list[Citation]] = {}
    for citation in citations:
        if citation.image and citation.page is not None:
            pages.setdefault(citation.image, []).append(citation)
    if pages:
        folder.mkdir(parents=True, exist_ok=True)
    return [_box(home / image, cited, folder) for image, cited in pages.items()]


def _box(source: Path, cited: Sequence[Citation], folder: Path) -> BoxedPage:
    first = cited[0]
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
    # The suffix of a source may be one that Pillow would take for a format of its own.
    stem = _APART.sub("_", first.source)[:60]
    path = folder / f"{stem}-{first.document_id[:8]}-page{first.page}.png"
    page.save(path, "PNG")
    return BoxedPage(path, first.title, first.page or 0, tuple(citation.sentence for citation in cited))


def _opened(source: Path) -> Image.Image:
    try:
        return Image.open(source).convert("RGB")
    except UnidentifiedImageError as error:
        raise BackendError(f"page image {str(source)!r} is broken; ingest its document again") from error
    except OSError as error:
        raise BackendError(f"page image {str(source)!r} cannot be read ({error}); ingest its document again") from error
