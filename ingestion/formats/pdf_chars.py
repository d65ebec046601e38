"""The characters of a PDF page with their boxes, and the runs of print that they form.

All calls into PDFium happen under one lock: it is not safe to call from two threads, even for two documents.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2.raw as pdfium

from ...model import PAGE_DPI

if TYPE_CHECKING:
    from numpy.typing import NDArray

PDFIUM = threading.Lock()
SCALE = PAGE_DPI / 72
APART = 0.9
"""Ems: a wider gap within a row ends a run; what stands beyond may be another column's."""
_BOLD = re.compile(r"bold|black|heavy|demi(?!light)|semib|[-,]b(?:d|ld)?$", re.I)
_MARK = re.compile(r"[•◦▪‣·○●■□▶–—*-]|\(?(?:\d{1,2}|[a-zA-Z가-하]|[ivx]{1,4})[.)]")
_FORCE_BOLD = 1 << 18
_DIVIDES = 0x02
"""What PDFium gives for a hyphen that divides a word at a line's end."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of text and the box of each of its characters, shape (len(text), 4), NaN for what is not printed."""

    text: str
    boxes: NDArray[np.float32]

    def __add__(self, other: Strip) -> Strip:
        return Strip(self.text + other.text, np.concatenate((self.boxes, other.boxes)))

    def cut(self, start: int, end: int) -> Strip:
        """The characters `[start, end)`."""
        return Strip(self.text[start:end], self.boxes[start:end])


def unprinted(text: str) -> Strip:
    """Text that joins what is printed but stands nowhere itself."""
    return Strip(text, np.full((len(text), 4), np.nan, np.float32))


@dataclass(frozen=True, slots=True)
class Run:
    """Characters printed one after the other; the box is in the frame in which they stand upright."""

    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    """Font size in pixels."""
    bold: bool
    strip: Strip


@dataclass(frozen=True, slots=True)
class PageText:
    """One page: its size in pixels as shown, and its runs by the quarter turns of their writing, most text first."""

    width: int
    height: int
    rotation: int
    runs: tuple[tuple[Run, ...], ...]
    picture: bool = False
    """Whether something is drawn on it, and no character."""


def page_text(page: Any) -> PageText:
    """Read a page's characters. The lock must be held."""
    width, height = page.get_size()
    rotation = int(page.get_rotation())
    size = (math.ceil(width * SCALE), math.ceil(height * SCALE))
    textpage = page.get_textpage()
    count = max(0, textpage.count_chars())
    raw = textpage.raw
    codes = np.fromiter((pdfium.FPDFText_GetUnicode(raw, i) for i in range(count)), np.uint32, count)
    sizes = np.fromiter((pdfium.FPDFText_GetFontSize(raw, i) for i in range(count)), np.float32, count)
    angles = np.fromiter((pdfium.FPDFText_GetCharAngle(raw, i) for i in range(count)), np.float32, count)
    boxes = _on_screen(_boxes(raw, count), page.get_bbox(), rotation)
    printed = ((codes > 32) | (codes == _DIVIDES)) & (codes != 0xA0) & np.isfinite(boxes).all(axis=1)
    printed &= (boxes[:, 2] > 0) & (boxes[:, 3] > 0) & (boxes[:, 0] < size[0]) & (boxes[:, 1] < size[1])
    # PDFium's angles, like a page's own rotation, are clockwise.
    turns = -(np.rint(angles / (math.pi / 2)).astype(int) + rotation // 90) % 4
    groups = [
        tuple(_runs(raw, codes, boxes, sizes, printed & (turns == turn), turn)) for turn in np.unique(turns[printed])
    ]
    textpage.close()
    groups.sort(key=lambda runs: -sum(len(run.strip.text) for run in runs))
    return PageText(*size, rotation, tuple(groups), not groups and _is_drawn_on(page))


def _is_drawn_on(page: Any) -> bool:
    return any(shape.type != pdfium.FPDF_PAGEOBJ_TEXT for shape in page.get_objects())


def _boxes(raw: Any, count: int) -> NDArray[np.float32]:
    """Left, bottom, right, top in points, as tall as the font's line."""
    loose = (pdfium.FS_RECTF * count)()
    for index in range(count):
        pdfium.FPDFText_GetLooseCharBox(raw, index, loose[index])
    # FS_RECTF is left, top, right, bottom.
    return np.frombuffer(loose, np.float32).reshape(count, 4)[:, (0, 3, 2, 1)].copy()


def _on_screen(
    boxes: NDArray[np.float32], crop: tuple[float, float, float, float], rotation: int
) -> NDArray[np.float32]:
    """Points of the page's own space to pixels of the page as shown, y down."""
    left, bottom, right, top = crop
    x0, y0, x1, y1 = boxes[:, 0] - left, top - boxes[:, 3], boxes[:, 2] - left, top - boxes[:, 1]
    width, height = right - left, top - bottom
    if rotation == 90:
        x0, y0, x1, y1 = height - y1, x0, height - y0, x1
    elif rotation == 180:
        x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
    elif rotation == 270:
        x0, y0, x1, y1 = y0, width - x1, y1, width - x0
    return (np.stack((x0, y0, x1, y1), axis=1) * SCALE).astype(np.float32)


def _upright(boxes: NDArray[np.float32], turn: int) -> NDArray[np.float32]:
    """The boxes in the frame where writing that is turned by `turn` quarters, counter-clockwise, runs to the right."""
    x0, y0, x1, y1 = boxes.T
    frames = {0: (x0, y0, x1, y1), 1: (-y1, x0, -y0, x1), 2: (-x1, -y1, -x0, -y0), 3: (y0, -x1, y1, -x0)}
    return np.stack(frames[turn], axis=1)


def _runs(
    raw: Any,
    codes: NDArray[np.uint32],
    boxes: NDArray[np.float32],
    sizes: NDArray[np.float32],
    chosen: NDArray[np.bool_],
    turn: int,
) -> list[Run]:
    indices = np.flatnonzero(chosen)
    if not len(indices):
        return []
    frame = _upright(boxes, turn)[indices]
    ems = np.maximum(_ems(frame, sizes[indices]), 1.0)
    firsts = [0, *(np.flatnonzero(_apart(frame, ems)) + 1).tolist(), len(indices)]
    runs = []
    for first, last in pairwise(firsts):
        box = frame[first:last]
        a, b = int(indices[first]), int(indices[last - 1])
        run = Run(
            x0=float(box[:, 0].min()),
            y0=float(np.median(box[:, 1])),
            x1=float(box[:, 2].max()),
            y1=float(np.median(box[:, 3])),
            size=float(np.median(ems[first:last])),
            bold=_is_bold(raw, a) and _is_bold(raw, b),
            strip=_strip(codes[a : b + 1], boxes[a : b + 1], chosen[a : b + 1]),
        )
        runs.append(run)
    return _with_marks([run for run in runs if run.strip.text])


def _ems(frame: NDArray[np.float32], sizes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Font sizes in pixels. A matrix may scale the stated size, so the line's height bounds it on both sides."""
    heights = frame[:, 3] - frame[:, 1]
    stated = sizes * SCALE
    fits = (stated > 0.5 * heights) & (stated < 1.6 * heights)
    return np.where(fits, stated, heights / 1.15)


def _apart(frame: NDArray[np.float32], ems: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether each character and the next are of two runs, shape (n - 1,)."""
    before, after = frame[:-1], frame[1:]
    em = np.maximum(ems[:-1], ems[1:])
    overlap = np.minimum(before[:, 3], after[:, 3]) - np.maximum(before[:, 1], after[:, 1])
    smaller = np.minimum(before[:, 3] - before[:, 1], after[:, 3] - after[:, 1])
    gap = after[:, 0] - before[:, 2]
    result: NDArray[np.bool_] = (overlap < 0.5 * smaller) | (gap > APART * em) | (after[:, 0] < before[:, 0] - 0.5 * em)
    return result


def _is_bold(raw: Any, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(raw, index) >= 600:
        return True
    flags = ctypes.c_int()
    buffer = ctypes.create_string_buffer(128)
    length = pdfium.FPDFText_GetFontInfo(raw, index, buffer, 128, flags)
    if not length:
        return False
    return bool(flags.value & _FORCE_BOLD) or bool(_BOLD.search(buffer.value.decode("utf-8", "replace")))


def _strip(codes: NDArray[np.uint32], boxes: NDArray[np.float32], printed: NDArray[np.bool_]) -> Strip:
    """Canonical text of one run: one space between words, ligatures apart, accents joined to their letters."""
    parts: list[str] = []
    places: list[int] = []
    high = 0
    spaces = codes == 32
    if codes.min() >= 32 and codes.max() < 0x7F and (printed | spaces).all() and not (spaces[1:] & spaces[:-1]).any():
        return Strip("".join(map(chr, codes.tolist())), np.where(spaces[:, None], np.float32(np.nan), boxes))
    for place, code in enumerate(codes.tolist()):
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        text = _character(code, bool(printed[place]))
        if text == " " and (not parts or parts[-1] == " "):
            continue
        parts.extend(text)
        places.extend([place] * len(text))
    while parts and parts[-1] == " ":
        parts.pop()
        places.pop()
    found = boxes[places].copy() if places else np.empty((0, 4), np.float32)
    found[[part == " " for part in parts]] = np.nan
    return _composed(Strip("".join(parts), found))


def _character(code: int, printed: bool) -> str:
    if code in (_DIVIDES, 0xFFFE, 0xAD):
        return "-"
    if code <= 0x20 or code == 0xA0 or code > 0x10FFFF:
        return " " if code in (0x20, 0xA0, 0x09) else ""
    if not printed:
        return ""
    character = chr(code)
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category in ("Cc", "Cf", "Cs"):
        return ""
    return unicodedata.normalize("NFKC", character) if 0xFB00 <= code <= 0xFB06 else character


def _composed(strip: Strip) -> Strip:
    if unicodedata.is_normalized("NFC", strip.text):
        return strip
    pieces: list[str] = []
    boxes: list[NDArray[np.float32]] = []
    # A letter and what is composed with it never reach over a space.
    start = 0
    for word in re.split(r"(?<=\s)|(?=\s)", strip.text):
        part = strip.boxes[start : start + len(word)]
        start += len(word)
        text = unicodedata.normalize("NFC", word)
        if len(text) != len(word):
            low, high = np.min(part[:, :2], axis=0), np.max(part[:, 2:], axis=0)
            part = np.tile(np.concatenate((low, high)), (len(text), 1))
        pieces.append(text)
        boxes.append(part)
    return Strip("".join(pieces), np.concatenate(boxes))


def _with_marks(runs: list[Run]) -> list[Run]:
    """Bullets and numbers joined to the text they stand before, so that no column is seen between them."""
    marks = [run for run in runs if _MARK.fullmatch(run.strip.text)]
    if not marks or len(marks) > 500:
        return runs
    taken: dict[int, Run] = {}
    for mark in marks:
        right = [
            run
            for run in runs
            if run is not mark
            and -1 <= run.x0 - mark.x1 < 3 * mark.size
            and min(run.y1, mark.y1) - max(run.y0, mark.y0) > 0.5 * min(run.y1 - run.y0, mark.y1 - mark.y0)
        ]
        nearest = min(right, key=lambda run: run.x0, default=None)
        if nearest is not None and id(nearest) not in taken and not _MARK.fullmatch(nearest.strip.text):
            taken[id(nearest)] = mark
    joined = []
    used = {id(mark) for mark in taken.values()}
    for run in runs:
        if id(run) in taken:
            mark = taken[id(run)]
            joined.append(replace(run, x0=mark.x0, strip=mark.strip + unprinted(" ") + run.strip))
        elif id(run) not in used:
            joined.append(run)
    return joined
