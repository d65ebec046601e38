"""Find page mentions whose unit comes first: `page 3`, `pp. 3–5 and 7`, `(p99)`, `페이지 3`, `the 3rd page`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....tools.text.late_pattern import late
from .citing_context import (
    WORD_AFTER,
    according_in_korean,
    begins,
    bracketed,
    follows_korean_noun,
    follows_small_word,
    goes_on_as_korean,
    led_to,
    says,
)
from .page_numbers import DIGITS, LABEL, NUMBER, ORDINAL, TO, PageMention, mention, pages_of

_UNIT = late(
    r"(?<![\w/=.&?#@\\-])"
    r"(?:(?P<many>[Pp]ages|[Pp]age\(s\)|PAGES|[Pp]gs\.?|[Pp]p\.|pp(?=\s?\d)|PP\.)"
    r"|(?P<korean>(?<![\d번째] )(?:페이지|쪽)(?:\s?번호|수)?)|(?P<glued>[Pp](?=\d))"
    r"|(?P<one>[Pp]age|PAGE|[Pp]g\.?|[Pp]\.|p(?=\s\d)))"
    r"(?:\s{0,3}(?:[Nn]os?\b\.?|[Nn]umber(?:s|ed)?|[Nn]um\b\.?|#(?=\s?\d)|:))?"
    r"(?:[-‐‑](?=\d)|\s{0,3}(?:~(?=\d)|(?P<wrap>[“\"'‘`*]{1,2}(?=\w)))?)(?=\S)"
)
_ITEM = late(
    rf"(?:(?P<first>{NUMBER})|{LABEL})"
    rf"(?:{TO}(?:(?:[Pp]ages?|[Pp]{{1,2}}\.|페이지)\s?)?(?:(?P<last>{NUMBER})|(?P<lost>{LABEL})))?"
    r"(?!\s?(?:개|장|곳|가지|페이지|쪽)(?!에))"
)
_JOIN = late(
    r"(?:\s{0,3}(?:[,;]\s{0,3}(?P<last>and|or|및)\b|(?P<comma>[,;/·])|(?P<and>&|\band\b|\bor\b|및|과|와))\s{0,3})"
    r"(?P<unit>(?:[Pp]ages?|[Pp]{1,2}\.|페이지)\s{0,3})?"
)
_LISTED = late(rf"(?:\s?,\s?{DIGITS}){{1,20}}\s?,?\s(?:and|or|&)\s{NUMBER}")
_YEAR = late(r"(?:1[5-9]|20)\d\d")
_QUOTES = late(r"(?:[(\[]|\b(?:[Ii]n|[Ss]ee|[Cc]f\.?)\s)$")
_ASIDE = late(rf"\s?[(（](?:[Pp]age|[Pp]\.|페이지)\s?({NUMBER})[)）]")
_WRAP_END = late(r"[”\"'’`*]{1,2}")
_TOTAL = late(r"(?:\s?/\s?|\sof\s)\d{1,6}(?!\w|[-,]\d)|\s?\(of\s\d{1,6}\)")
_NAME_AFTER = late(r"\s[A-Z][a-z]")
_PAUSE = late(r"\s?(?:[,.;:)\]]|$)")
_SEE = late(
    r"(?:\b(?:[Ss]ee|[Aa]ccording to|(?:shown|stated|found|listed|described|given|drawn|printed|mentioned) on)"
    r"|(?<![^.!?\s]\s)(?<!\w )\bOn)\s{1,3}$"
)
_ORDINAL = late(
    rf"(?<![\w.,-])(?:[Tt]he\s)?(?P<first>{ORDINAL})(?:\s(?P<to>and|to|through)\s(?:the\s)?(?P<last>{ORDINAL}))?\s[Pp]ages?\b(?!\s(?:of|in|from)\b)"
)
_AROUND = late(r"\b(?:according to|on|in|see|from|of|at)\s{1,3}$", re.IGNORECASE)
_NUMBERLESS = late(r"(?<=[Aa]ccording to )(?:the )?pages?(?=\s?,)")


def unit_first(text: str) -> Iterator[PageMention]:
    """Every such mention; some may overlap."""
    passed = 0
    for unit in _UNIT.finditer(text):
        item = _ITEM.match(text, unit.end())
        if item is None or unit.start() < passed:
            continue
        ranges, end = _list(text, unit, item)
        if unit["wrap"]:
            end = wrapped.end() if (wrapped := _WRAP_END.match(text, end)) else end
        elif not unit["many"] and (total := _TOTAL.match(text, end)) and not WORD_AFTER.match(text, total.end()):
            end = total.end()
        if aside := _ASIDE.match(text, end):
            ranges, end = [*ranges, pages_of(aside[1])], aside.end()
        passed = end
        if _cites(text, unit, item, end):
            yield mention(text, unit.start(), end, ranges)
    yield from _ordinals(text)
    for found in _NUMBERLESS.finditer(text):
        yield mention(text, found.start(), found.end(), [])


def _ordinals(text: str) -> Iterator[PageMention]:
    """`the 12th page`; in words only after `according to`: the first page of much else is spoken of too."""
    for found in _ORDINAL.finditer(text):
        if _ordinal_cites(text, found):
            first, last = pages_of(found["first"]), pages_of(found["last"] or found["first"])
            ranges = [first] if first == last else [first, last]
            if found["to"] not in (None, "and"):
                ranges = [(first[0], last[0])]
            yield mention(text, found.start(), found.end(), ranges)


def _ordinal_cites(text: str, found: re.Match[str]) -> bool:
    start, end = found.span()
    if bracketed(text, start, end):
        return True
    led = _AROUND.search(text, max(0, start - 16), start)
    if not found["first"][0].isdigit():
        return led is not None and led.group().casefold().startswith("according")
    return bool(led) or (begins(text, start) and says(text, end))


def _list(text: str, unit: re.Match[str], item: re.Match[str]) -> tuple[list[tuple[int, int]], int]:
    """The pages from the first on, and where the last ends."""
    ranges, end, closed = [_range(item)], item.end(), False
    listed = _LISTED.match(text, end)
    many = unit["many"] or (listed and not WORD_AFTER.match(text, listed.end()))
    while not closed and (join := _JOIN.match(text, end)) and (further := _ITEM.match(text, join.end())):
        # `According to page 3, 40 litres`: the comma goes on with the list only after `pages`, or before no word.
        said = WORD_AFTER.match(text, further.end())
        alone = not many or len(ranges) > 1
        if not join["unit"] and ((join["comma"] and (not many or (said and alone))) or (said and not many)):
            break
        if join["comma"] and _is_year(text, further, ranges):
            break
        ranges.append(_range(further))
        end, closed = further.end(), not join["comma"]
    return ranges, end


def _range(item: re.Match[str]) -> tuple[int, int]:
    between = item.string[item.end("first") : item.start("last")]
    return pages_of(item["first"], "" if item["lost"] else item["last"], between)


def _is_year(text: str, item: re.Match[str], before: list[tuple[int, int]]) -> bool:
    """Of `pp. 12-15, 2003` the last, far from the pages before it and the end of the list."""
    return bool(_YEAR.fullmatch(item.group())) and before[-1][1] < 1000 and not _JOIN.match(text, item.end())


def _cites(text: str, unit: re.Match[str], item: re.Match[str], end: int) -> bool:
    start = unit.start()
    if unit["korean"]:
        return follows_korean_noun(text, start) and goes_on_as_korean(text, start, end)
    if unit["glued"]:
        return _glued_cites(text, start, end)
    # `page X of`, but not `page X rays`; and nobody's `the page 12 pumps`.
    loose = item["first"] is None or not item["first"][0].isdigit() or text[:start].casefold().endswith("the ")
    if loose and WORD_AFTER.match(text, end):
        return False
    word = (unit["many"] or unit["one"]).removesuffix(".")
    if word[0] == "P" and not word.isupper():
        author = _YEAR.fullmatch(item.group()) and _QUOTES.search(text, max(0, start - 8), start)
        return led_to(text, start) and not author
    if word == "P":
        return led_to(text, start) and not _NAME_AFTER.match(text, end)
    if word == "p" and "." not in unit.group():
        return led_to(text, start)
    return "." in unit.group() or follows_small_word(text, start)


def _glued_cites(text: str, start: int, end: int) -> bool:
    """`p53` is a gene, `P4` a part: only where nothing but a page can be meant."""
    if bracketed(text, start, end) or (begins(text, start) and according_in_korean(text, end)):
        return True
    return bool(_SEE.search(text, max(0, start - 20), start) and _PAUSE.match(text, end))
