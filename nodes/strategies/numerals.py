"""Parse numbers in digits or words, multipliers included: `1.2bn`, `five hundred`, `3억 4천만`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...tools.text.late_pattern import late

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS: Mapping[str, float] = {
    **{word: float(n) for n, word in enumerate(_ONES)},
    **{word: 10.0 * n for n, word in enumerate(_TENS, 2)},
    "half": 0.5,
}
_TIMES: Mapping[str, float] = {"dozen": 12, "hundred": 1e2, "십": 10, "백": 1e2, "천": 1e3}
"""Multipliers within a group: `five hundred thousand`, `4천만`."""
_GROUPS: Mapping[str, float] = {
    **{"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "만": 1e4, "억": 1e8, "조": 1e12},
    **{"k": 1e3, "mn": 1e6, "bn": 1e9, "tn": 1e12},
}
_NATIVE: Mapping[str, int] = {
    word: n
    for n, words in enumerate("한 두 세|석 네|넉 다섯 여섯 일곱 여덟 아홉 열".split(), 1)
    for word in words.split("|")
} | {"스무": 20}
_COUNTERS = (
    "명개번째대곳권장척건가지차례살시간달원초분일주년월미터킬로센티밀리그램톤리터달러유로엔위안퍼센트회세점등층평마리"
    "그루편배도구인석호발자골승패쪽여"
)
_DIGITS = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d.,])|\d+(?:[.,]\d+)*)(?![.,/]?\d|\s?[-–~]\s?\d)"
_ENGLISH = "|".join(sorted((*_WORDS, "dozen", "hundred", "thousand", "million", "billion", "trillion"), key=len)[::-1])
_START = late(
    rf"(?<![\w.,/~–-])(?:[-−](?=\d)|minus )?{_DIGITS}"
    rf"|\b(?:{'|'.join((*_ONES, *_TENS, 'half'))})\b"
    rf"|(?:^|\ban? )(?=(?:dozen|hundred|thousand|million|billion|trillion)\b)"
    rf"|(?<![가-힣])(?:{'|'.join(_NATIVE)})(?= ?[{_COUNTERS}])|(?<![가-힣])(?=[십백천][만억조])",
    re.IGNORECASE,
)
_NEXT = late(
    rf"(?:[\s-]|\s(?:and|a)\b)*(?:(?P<word>{_ENGLISH})\b|(?P<digits>{_DIGITS}))"
    rf"|\s?(?P<scale>[십백천만억조])(?=[십백천만억조\d]|[{_COUNTERS}]|[^가-힣]|$)"
    r"|(?P<short>k|K|mn|bn|tn|M)(?![\w/])",
    re.IGNORECASE,
)


class Numeral(NamedTuple):
    """A number and where in the text it stands."""

    value: float
    start: int
    end: int


def numeral(text: str, start: int = 0) -> Numeral | None:
    """The first number of a text from `start` on; None where none can be told, as of `several hundred`, `10-20`."""
    found = _START.search(text, start)
    if found is None:
        return None
    first = found.group().casefold().removeprefix("minus ").strip()
    group = _Group(_plain(first.lstrip("-−")))
    end = found.end()
    for factor, number, after in _onward(text, end):
        if not group.takes(factor, number):
            break
        end = after
    sign = -1 if found.group().casefold().startswith(("-", "−", "minus")) else 1
    return Numeral(sign * group.value, found.start(), end) if math.isfinite(group.value) else None


def _onward(text: str, place: int) -> Iterator[tuple[str, float | None, int]]:
    """(multiplier or empty, number or None, where it ends) of what goes on from here."""
    while found := _NEXT.match(text, place):
        place = found.end()
        short = {"M": "mn"}.get(found["short"] or "", (found["short"] or "").casefold())
        if short == "m":
            return
        word = (found["word"] or found["scale"] or short).casefold()
        yield (word, None, place) if word in _TIMES or word in _GROUPS else ("", _plain(found["digits"] or word), place)


def _plain(text: str) -> float | None:
    """A number without multipliers; None for the article of `a million`."""
    if not text[:1].isdigit():
        return _WORDS.get(text, _NATIVE.get(text))
    digits = re.sub(r"\s", "", text)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2}", digits):
        digits = digits.replace(".", "").replace(",", ".")
    found = re.match(r"\d+\.?\d*", digits.replace(",", ""))
    return float(found.group()) if found else None


class _Group:
    """A number while it is read: what is complete, the group it is in, and the number that waits for a multiplier."""

    def __init__(self, number: float | None) -> None:
        self._whole = self._group = 0.0
        self._number = number

    def takes(self, factor: str, number: float | None) -> bool:
        """Whether the next word goes on with the number; it is then part of it."""
        if factor in _TIMES:
            self._group += (1.0 if self._number is None else self._number) * _TIMES[factor]
            self._number = None
        elif factor:
            self._close(_GROUPS[factor])
        elif self._number is None:
            self._number = number
        elif number is not None and self._joins(number, self._number):
            self._number += number
        else:
            return False
        return True

    @staticmethod
    def _joins(number: float, before: float) -> bool:
        """`twenty` and `three`, `two` and `a half`."""
        return number == 0.5 or (before % 10 == 0 and 0 < number < 10 <= before < 100)

    def _close(self, factor: float) -> None:
        held = self._group + (self._number or 0.0)
        if held or self._number is not None:
            self._whole += held * factor
        else:
            self._whole = (self._whole or 1.0) * factor
        self._group, self._number = 0.0, None

    @property
    def value(self) -> float:
        return self._whole + self._group + (self._number or 0.0)
