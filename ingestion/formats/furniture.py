"""Running heads, running feet and page numbers: what stands at the same place of page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from .pdf_chars import PageText, Run

_EDGE = 0.12
"""The share of a page's height, above and below, in which furniture stands."""
_GRAIN = 8
"""Pixels within which two places are one."""
_NUMBER = re.compile(r"\d{1,5}")
_ONLY_NUMBER = re.compile(
    r"[-–—·|\s]*(?:(?:page|p\.|쪽|페이지|면)\s*)?(?:\d{1,5}|[ivxlc]{1,7})(?:\s*(?:/|of|쪽|페이지|면)\s*\d{0,5})?[-–—·|\s]*",
    re.I,
)
_Key = tuple[str, int, int]


def without_furniture(pages: Sequence[PageText]) -> Iterator[tuple[int, list[tuple[Run, ...]]]]:
    """Each page's number and its runs by their turn, without the furniture."""
    seen = Counter(key for number, page in enumerate(pages) for key in _page_keys(number, page))
    least = max(2, min(3, len(pages)))
    for number, page in enumerate(pages):
        groups = [tuple(run for run in runs if not _is_furniture(number, page, run, seen, least)) for runs in page.runs]
        yield number + 1, [group for group in groups if group]


def _is_furniture(number: int, page: PageText, run: Run, seen: Counter[_Key], least: int) -> bool:
    if not _at_edge(page, run):
        return False
    if any(seen[key] >= least for key in _keys(number, run)):
        return True
    # A bare number at the foot or head of the page, where nothing else stands on its line.
    return bool(_ONLY_NUMBER.fullmatch(run.strip.text)) and _alone(page, run)


def _page_keys(number: int, page: PageText) -> set[_Key]:
    return {key for runs in page.runs for run in runs if _at_edge(page, run) for key in _keys(number, run)}


def _at_edge(page: PageText, run: Run) -> bool:
    return run.y0 >= 0 and (run.y1 < _EDGE * page.height or run.y0 > (1 - _EDGE) * page.height)


def _keys(number: int, run: Run) -> Iterator[_Key]:
    """What makes two runs the same furniture: its place, and its words, numbers counted from the page's own."""
    text = run.strip.text
    texts = [text]
    for match in list(_NUMBER.finditer(text))[:4]:
        texts.append(f"{text[: match.start()]}\0{int(match[0]) - number}\0{text[match.end() :]}")
    for middle in {round(run.y0 / _GRAIN), round(run.y0 / _GRAIN + 0.5)}:
        for key in texts:
            yield key, middle, round(run.size)


def _alone(page: PageText, run: Run) -> bool:
    middle = (run.y0 + run.y1) / 2
    return not any(
        other is not run and other.y0 < middle < other.y1 and not _ONLY_NUMBER.fullmatch(other.strip.text)
        for runs in page.runs
        for other in runs
    )
