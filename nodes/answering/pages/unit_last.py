"""Find page mentions whose unit comes last, as in Korean: `3쪽`, `3~5페이지`, `제3면`, `세 번째 페이지`, `?쪽`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....tools.text.late_pattern import late
from .citing_context import according_in_korean, begins, follows_korean_noun, goes_on_as_korean
from .page_numbers import BLANK, DIGITS, NATIVE, ROMAN, SINO, PageMention, mention, pages_of

_UNIT = (
    r"(?:페이지|쪽(?!지)|[pP](?![A-Za-z\d])(?:\.(?=에|\s?[)\]]))?|[Pp]age(?=에|의|[을를]|\s?[)\]])"
    r"|면(?=에\s?(?:따르|의하|나[오온와]|있|실린|서|는)|\s?참[조고]|[과와,~]\s?(?:제\s?)?\d))"
)
_NUMBER = rf"(?:(?<!\d){DIGITS}|(?<![가-힣]){SINO})"
_ITEM = late(
    rf"(제\s?)?(?P<first>{_NUMBER})\s{{0,2}}(?:번째?\s?(?=페이지|쪽))?(?P<unit>{_UNIT}|면)?"
    rf"(?:\s{{0,2}}(?:[-–—~〜～∼]|부터|에서)\s{{0,2}}(?:제\s?)?(?P<last>{_NUMBER})\s{{0,2}}(?P<unit2>{_UNIT}|면)?(?:까지)?)?"
)
_JOIN = late(r"\s{0,3}(?:[,;·、ㆍ/]|과|와|및|그리고|또는|하고|이랑|랑)\s{0,3}")
_ASIDE = late(rf"\s?[(（]\s?(?:제\s?)?({_NUMBER})\s?(?:페이지|쪽|면)\s?[)）]")
_AMOUNT = late(r"\s?(?:분량|짜리|가량|정도|이상|이하|(?:으)?로\s?(?:구성|이루어|된|되어))")
_ORDINAL = late(rf"({NATIVE})\s?번째\s?(?:페이지|쪽|면)")
_BLANK = late(
    rf"(?:(?:{BLANK}|{ROMAN}|[A-Z]-\d{{1,6}})\s?(?:페이지|쪽|면)|\[(?:페이지|쪽)[^\]\n]{{0,8}}\]|페이지)(?=\s?에|\s?[)\]）]|\s?참[조고])"
)


def unit_last(text: str) -> Iterator[PageMention]:
    """Every such mention; some may overlap."""
    yield from _numbered(text)
    for found in _ORDINAL.finditer(text):
        if begins(text, found.start()) and according_in_korean(text, found.end()):
            yield mention(text, found.start(), found.end(), [pages_of(found[1])])
    for found in _BLANK.finditer(text):
        if _blank_cites(text, found):
            yield mention(text, found.start(), found.end(), [])


def _blank_cites(text: str, found: re.Match[str]) -> bool:
    """`공식 페이지에 따르면` speaks of another thing: `페이지` alone must begin the sentence."""
    if found.group() == "페이지":
        return begins(text, found.start()) and according_in_korean(text, found.end())
    return follows_korean_noun(text, found.start()) and goes_on_as_korean(text, found.start(), found.end())


def _numbered(text: str) -> Iterator[PageMention]:
    place = 0
    while first := _ITEM.search(text, place):
        item: re.Match[str] | None = first
        ranges: list[tuple[int, int]] = []
        end, held, last = first.end(), 0, first.end()
        while item is not None:
            ranges.append(pages_of(item["first"], item["last"], text[item.end("first") : item.start("last")]))
            end = item.end()
            if _has_unit(item):
                held, last = len(ranges), end
            join = _JOIN.match(text, end)
            item = _ITEM.match(text, join.end()) if join else None
        ranges = ranges[:held]
        aside = _ASIDE.match(text, last) if held else None
        if aside:
            ranges, last = [*ranges, pages_of(aside[1])], aside.end()
        place = max(end, last)
        start = _signed(text, first.start())
        if start < first.start():
            ranges[:1] = [(0, 0)]
        if held and _stands(text, start, last, aside is not None):
            yield mention(text, start, last, ranges)


def _signed(text: str, start: int) -> int:
    """Where the number begins with its sign, if it has one: `-1쪽`."""
    sign = text[start - 1 : start] in ("-", "−") and (start == 1 or text[start - 2] in " \n([（")
    return start - 1 if start and sign else start


def _has_unit(item: re.Match[str]) -> bool:
    """Of `면`, which is also a side, only the ordinal or what goes on as a page does; see `_UNIT`."""
    unit = item["unit2"] or item["unit"]
    if unit is None or unit != "면":
        return unit is not None
    return bool(item[1]) or late(_UNIT).match(item.string, item.end() - 1) is not None


def _stands(text: str, start: int, end: int, twice: bool) -> bool:
    left = text[start - 1 : start]
    touching = left.isascii() and (left.isalnum() or left in ".-_") and bool(left)
    return not touching and not _AMOUNT.match(text, end) and (twice or goes_on_as_korean(text, start, end))
