"""Find running heads, running feet and page numbers: what repeats at one place of the pages."""

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
    usual = _Usual(pages)
    for number, page in enumerate(pages):
        groups = [tuple(run for run in runs if not usual.has(number, page, run)) for runs in page.runs]
        yield number + 1, [group for group in groups if group]


class _Usual:
    """What stands at the edges of the pages, and how often."""

    def __init__(self, pages: Sequence[PageText]) -> None:
        self.pages = len(pages)
        self.seen: Counter[_Key] = Counter()
        self.places: Counter[_Key] = Counter()
        sizes: Counter[int] = Counter()
        for number, page in enumerate(pages):
            edge = [run for runs in page.runs for run in runs if _at_edge(page, run)]
            self.seen.update({key for run in edge for key in _keys(number, run)})
            self.places.update({place for run in edge for place in _places(run)})
            for runs in page.runs:
                for run in runs:
                    sizes[round(run.size)] += len(run.strip.text)
        self.body = max(sizes, key=lambda size: (sizes[size], -size), default=0)

    def has(self, number: int, page: PageText, run: Run) -> bool:
        """Whether the run is furniture: words seen at their place before, or a bare number alone on its line."""
        # A heading that page after page begins with, as slides do, is larger than the text below.
        if not _at_edge(page, run) or run.size > 1.12 * self.body:
            return False
        # Where most pages have something, a chapter's head counts though the chapter has two pages only.
        common = self.pages >= 4 and any(2 * self.places[place] > self.pages for place in _places(run))
        least = 2 if common and _apart(page, run) else max(2, min(3, self.pages))
        if any(self.seen[key] >= least for key in _keys(number, run)):
            return True
        return bool(_ONLY_NUMBER.fullmatch(run.strip.text)) and _alone(page, run)


def _at_edge(page: PageText, run: Run) -> bool:
    return run.y0 >= 0 and (run.y1 < _EDGE * page.height or run.y0 > (1 - _EDGE) * page.height)


def _keys(number: int, run: Run) -> Iterator[_Key]:
    """What makes two runs the same furniture: its place, and its words, numbers counted from the page's own."""
    text = run.strip.text
    texts = [text]
    for match in list(_NUMBER.finditer(text))[:4]:
        texts.append(f"{text[: match.start()]}\0{int(match[0]) - number}\0{text[match.end() :]}")
    for _, middle, size in _places(run):
        for key in texts:
            yield key, middle, size


def _places(run: Run) -> set[_Key]:
    # Two of them, so that places to either side of a border between grains still meet in one.
    return {("", round(run.y0 / _GRAIN + shift), round(run.size)) for shift in (0, 0.5)}


def _apart(page: PageText, run: Run) -> bool:
    """Whether white of a line's height lies between the run and the text towards the middle of the page."""
    upper = run.y0 < page.height / 2
    inner = [
        other.y0 - run.y1 if upper else run.y0 - other.y1
        for runs in page.runs
        for other in runs
        if (other.y0 > run.y1 - 0.5 * run.size if upper else other.y1 < run.y0 + 0.5 * run.size)
    ]
    return min(inner, default=run.size) > 0.8 * run.size


def _alone(page: PageText, run: Run) -> bool:
    middle = (run.y0 + run.y1) / 2
    return not any(
        other is not run and other.y0 < middle < other.y1 and not _ONLY_NUMBER.fullmatch(other.strip.text)
        for runs in page.runs
        for other in runs
    )
