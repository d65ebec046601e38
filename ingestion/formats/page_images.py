"""Page images on disk: JPEG at `PAGE_DPI`, `pages/<document id>/<page>.jpg` below the data folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from ...errors import InputError
from ...tools.files import make_file, make_private
from .pdf_chars import PDFIUM, SCALE, PageText

_QUALITY = 85
_MOST_PIXELS = 40_000_000
"""A larger sheet (A1 has 13 million) gets no image: a page may state any size."""
_LONGEST_SIDE = 65_500
"""Pixels; JPEG has no room for more."""


def write_images(name: str, document_id: str, pdf: Any, pages: Sequence[PageText], home: Path) -> list[str]:
    """Render the pages that have no image yet; returns each one's path relative to `home`, empty for a sheet too large.

    Each file appears whole or not at all. When a page fails, the images made here go again.

    Raises:
        InputError: a page cannot be drawn, or the folder cannot be written.
    """
    folder = home / "pages" / document_id
    made: list[Path] = []
    images: list[str] = []
    try:
        _make(folder)
        for number, page in enumerate(pages, 1):
            path = folder / f"{number}.jpg"
            if page.width * page.height > _MOST_PIXELS or max(page.width, page.height) > _LONGEST_SIDE:
                images.append("")
                continue
            if not path.exists():
                made.append(path)
                _save(_draw(name, pdf, number), path)
            images.append(f"pages/{document_id}/{path.name}")
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        raise
    return images


def _make(folder: Path) -> None:
    try:
        make_private(folder)
    except OSError as error:
        raise InputError(f"page images cannot be written to {str(folder)!r}: {error.strerror}") from error


def _draw(name: str, pdf: Any, number: int) -> Image.Image:
    with PDFIUM:
        try:
            return _drawn(pdf, number)
        except pypdfium2.PdfiumError as error:
            raise InputError(f"{name}: page {number} is damaged") from error


def _drawn(pdf: Any, number: int) -> Image.Image:
    page = pdf[number - 1]
    bitmap = page.render(scale=SCALE, may_draw_forms=False, rev_byteorder=True)
    drawn: Image.Image = bitmap.to_pil()
    # The picture is a view of memory that goes with the bitmap.
    image = drawn.copy() if drawn.mode == "RGB" else drawn.convert("RGB")
    bitmap.close()
    page.close()
    return image


def _save(image: Image.Image, path: Path) -> None:
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        make_file(hidden)
        image.save(hidden, "JPEG", quality=_QUALITY)
        os.replace(hidden, path)
    except OSError as error:
        hidden.unlink(missing_ok=True)
        raise InputError(f"page images cannot be written to {str(path.parent)!r}: {error.strerror or error}") from error
