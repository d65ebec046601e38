"""Read page numbers as answers write them: digits, words, ranges, and placeholders such as `?`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SINO = {digit: n for n, digit in enumerate("일이삼사오육칠팔구", 1)}
_NATIVE = dict(zip("첫 두 세 네 다섯 여섯 일곱 여덟 아홉 열".split(), range(1, 11), strict=True))
_LONGEST = 9
_ODD = {"first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine"}
_ODD |= {"twelfth": "twelve"} | {f"{ten[:-1]}ieth": ten for ten in _TENS}
_ORDINALS = _ODD | {f"{word}th": word for word in _ONES if word not in _ODD.values()}

_BELOW_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(_ONES[:9])}))?|{'|'.join(_ONES)})"
_WORDS = (
    rf"(?i:(?:(?:a|{'|'.join(_ONES[:9])})\shundred(?:\s(?:and\s)?{_BELOW_HUNDRED})?|{_BELOW_HUNDRED})\b"
    r"(?!\s(?:hundred|thousand)\b))"
)
_ORDINAL_WORDS = rf"(?:(?:{'|'.join(_TENS)})-)?(?:{'|'.join(_ORDINALS)})\b"
DIGITS = r"(?:[1-9]\d{0,2}(?:,\d{3})++(?!,?\d)|\d++)(?!\.\d)"
_NO_DATE = r"(?!(?<=\d{4})(?:-\d\d?-\d|/\d\d?/\d))(?!:\d|\.[a-z])(?!\s(?:times|percent)\b)"
NUMBER = rf"(?:{DIGITS}(?:ff?|[a-en])?(?![A-Za-z_\d]){_NO_DATE}|{_WORDS})"
"""In English text: `12`, `1,234`, `12ff`, `twenty-one`; not of a date, a time, a file name or an ordinal."""

SINO = r"(?:[이삼사오육칠팔구]?백)?[이삼사오육칠팔구]?십[일이삼사오육칠팔구]?"
"""A number in Korean words, only with `십`: `이` is also this, `이사` a director, `이천` a town."""
ORDINAL = rf"(?:\d++(?:st|nd|rd|th)|{_ORDINAL_WORDS})"
"""`12th`, `twelfth`, `twenty-first`."""
NATIVE = rf"(?:{'|'.join(_NATIVE)})"

TO = r"\s{0,3}(?:[-‐‑–—−~〜～∼]|\b(?:to|through|thru)\b)\s{0,3}"

BLANK = (
    r"(?:미상|없음|불명|알 수 없[는음]|\?{1,4}|_{1,9}|~(?!\s?\d)|X{1,3}|[Nn]/?[Aa]|[Nn]\.\s?[Aa]\.|N(?!/|\.[Aa])"
    r"|#(?!\s?\d)|[Uu]nknown|[Nn]one|[Nn]ull|nil|undefined|TBD"
    r"|\[[^\]\n]{0,20}\]|\{[^}\n]{0,20}\}|<[^>\n]{0,20}>|○{1,3})"
)
"""Where a number belongs and none is."""
_ROMAN = r"(?![iIlL]\b)(?=[{0}])(?:{1}[{2}]|{2}?{1}{{0,3}})(?:{3}[{1}{4}]|{4}?{3}{{0,3}})(?![A-Za-z\d_-])"
ROMAN = rf"(?:{_ROMAN.format('ivxl', 'x', 'l', 'i', 'v')}|{_ROMAN.format('IVXL', 'X', 'L', 'I', 'V')})"
LABEL = (
    rf"(?:(?<=[\s.:])(?:{BLANK}(?![A-Za-z\d_-])|{ROMAN}"
    r"|[A-Z]-?\d{1,6}(?![A-Za-z\d_-])|[-−]\d++))"
)
"""What is no number that a cited page has: `?`, `iv`, `A-99`, `-1`."""


@dataclass(frozen=True, slots=True)
class PageMention:
    """A span of a text that names pages: `text[start:end]`."""

    start: int
    end: int
    ranges: tuple[tuple[int, int], ...]
    """(first, last) in the order of the text, both 1 or more; a single page twice. None where the number is missing."""
    text: str
    unread: bool = False
    """Whether there is one that is no page's number: `page 0`, `page iv`."""

    def names(self, page: int) -> bool:
        """Whether the page is one of them."""
        return any(first <= page <= last for first, last in self.ranges)


def mention(text: str, start: int, end: int, ranges: list[tuple[int, int]]) -> PageMention:
    """The mention `text[start:end]`; a range from 0 is one that could not be read."""
    read = tuple(one for one in ranges if one[0])
    return PageMention(start, end, read, text[start:end], len(read) < len(ranges) or not ranges)


def pages_of(first: str | None, last: str | None = None, between: str = "-") -> tuple[int, int]:
    """`123–5` is 123 to 125, `5–3` and `page 123 to page 5` from the lower; (0, 0) what is no number of a page."""
    a = value(first)
    if last is None:
        return a, a
    b = value(last)
    if b < a and last.isdecimal() and len(last) < len(str(a)) and not any(letter.isalpha() for letter in between):
        full = int(str(a)[: -len(last)] + last)
        b = full if full > a else b
    return (min(a, b), max(a, b)) if a and b else (0, 0)


def value(number: str | None) -> int:
    """The number as it is read; 0 where it is none or too long for a page's."""
    low = (number or "").casefold()
    if digits := re.match(r"[\d,]+", low):
        plain = digits[0].replace(",", "")
        return int(plain) if 0 < len(plain) <= _LONGEST else 0
    return _NATIVE.get(low) or (_sino(low) if low[:1] and low[0] in "백십이삼사오육칠팔구" else _words(low))


def _words(number: str) -> int:
    total = 0
    for word in re.split(r"[-\s]", number):
        if word == "hundred":
            total = max(total, 1) * 100
            continue
        word = _ORDINALS.get(word, word)
        if word in _TENS:
            total += 10 * (_TENS.index(word) + 2)
        elif word in _ONES:
            total += _ONES.index(word) + 1
    return total


def _sino(number: str) -> int:
    total = digit = 0
    for character in number:
        if character in _SINO:
            digit = _SINO[character]
        else:
            total += max(digit, 1) * {"백": 100, "십": 10}.get(character, 0)
            digit = 0
    return total + digit
