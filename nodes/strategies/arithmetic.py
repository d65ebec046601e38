"""Evaluate arithmetic on what was found: a small grammar of our own; nothing of a model's text is executed.

sum    := term (("+" | "-") term)*
term   := factor (("*" | "/") factor)*
factor := number | $n | name "(" sum ("," sum)* ")" | "(" sum ")" | "-" factor
name   := count | sum | min | max | abs | difference | years | days
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date

from ...errors import InputError
from .measures import Measure, measure

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|\$\d+|[a-z]+|[-+*/(),])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3})[a-z]*,? (\d{4})\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"\b([a-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", re.IGNORECASE)
_NUMERIC = re.compile(r"(?<!\d)(\d{4})(?:-|년 ?)(\d{1,2})(?:-|월 ?)(\d{1,2})(?!\d)")
_EARLY = re.compile(r"(?:in |c\. ?|AD )?(\d{1,3})(?: ?(?:AD|CE)|년)?")
_BEFORE_CHRIST = re.compile(r"(?:기원전 ?)(\d{1,4})|\b(\d{1,4}) ?(?:BCE?|B\.C\.)")
_LONGEST, _DEEPEST, _LARGEST = 200, 20, 1e15
_FUNCTIONS = ("count", "sum", "min", "max", "abs", "difference", "years", "days")


def evaluate(expression: str, values: Mapping[str, Sequence[str]]) -> float:
    """The value of an expression; `values` holds for each `$n` the texts found, of which the first counts as a number.

    Numbers of one dimension are reckoned with in the unit of the first; what is only multiplied or divided may be of
    several.

    Raises:
        InputError: it does not parse, names what is not there, adds what is not alike, or has no finite value; the
            message says which.
    """
    if len(expression) > _LONGEST:
        raise InputError(f"an expression of {len(expression)} characters is longer than the {_LONGEST} allowed")
    result = _Reader(expression, values).whole()
    if not math.isfinite(result) or abs(result) > _LARGEST:
        raise InputError(f"{expression!r} has no value within {_LARGEST:.0e}")
    return result


def day(text: str) -> date | None:
    """The first full date of a text; None where it says less than a day, or one that is none."""
    for pattern, order in ((_DAY_FIRST, (2, 1, 0)), (_MONTH_FIRST, (2, 0, 1)), (_NUMERIC, (0, 1, 2))):
        found = pattern.search(text)
        if found:
            year, month, of_month = (found.groups()[place] for place in order)
            return _date(int(year), _month(month), int(of_month))
    return None


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return _MONTHS.index(text.casefold()) + 1 if text.casefold() in _MONTHS else 0


def _date(year: int, month: int, of_month: int) -> date | None:
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def moment(text: str) -> float:
    """A date as years, to compare by: the day where it is said, else the year alone.

    Raises:
        InputError: it holds none.
    """
    full = day(text)
    if full is not None:
        return full.year + (full.timetuple().tm_yday - 1) / 366
    before = _BEFORE_CHRIST.search(text)
    if before:
        return -float(before[1] or before[2])
    year = _YEAR.search(text) or _EARLY.fullmatch(text.strip())
    if year is None:
        raise InputError(f"there is no year in {text[:80]!r}")
    return float(year.group(year.lastindex or 0))


def order(first: str, second: str) -> float:
    """Below zero where the first date is the earlier, above where it is the later.

    Raises:
        InputError: one is no date, or they do not tell.
    """
    one, other = moment(first), moment(second)
    same_year = math.floor(one) == math.floor(other)
    if one == other or (same_year and (day(first) is None or day(second) is None)):
        raise InputError(f"neither is earlier: {first!r} and {second!r}")
    return one - other


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str, values: Mapping[str, Sequence[str]]) -> None:
        self._text, self._values = text, values
        self._tokens = self._split(text)
        self._place = self._depth = 0
        self._unit: Measure | None = None
        self._mixed = not {"+", "-", *_FUNCTIONS} & set(self._tokens)

    def _split(self, text: str) -> list[str]:
        tokens, place, end = [], 0, len(text.rstrip())
        while place < end:
            found = _TOKEN.match(text, place)
            if found is None:
                raise InputError(f"{text[place : place + 20]!r} is no part of arithmetic")
            tokens.append(found.group(1).casefold())
            place = found.end()
        return tokens

    def whole(self) -> float:
        result = self._sum()
        if self._place < len(self._tokens):
            raise InputError(f"{self._text!r} goes on after its end with {self._tokens[self._place]!r}")
        return result

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, *wanted: str) -> str:
        sign = self._peek()
        if not sign or (wanted and sign not in wanted):
            raise InputError(f"{self._text!r}: {sign or 'the end'!r} where another part should stand")
        self._place += 1
        return sign

    def _sum(self) -> float:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InputError(f"{self._text!r} is nested more than {_DEEPEST} deep")
        result = self._term()
        while self._peek() in ("+", "-"):
            result = result + self._term() if self._take() == "+" else result - self._term()
        self._depth -= 1
        return result

    def _term(self) -> float:
        result = self._factor()
        while self._peek() in ("*", "/"):
            if self._take() == "*":
                result *= self._factor()
            else:
                result = self._quotient(result, self._factor())
        return result

    def _quotient(self, above: float, below: float) -> float:
        if below == 0:
            raise InputError(f"{self._text!r} divides by zero")
        return above / below

    def _factor(self) -> float:
        sign = self._take()
        if sign == "-":
            return self._negative()
        if sign == "(":
            result = self._sum()
            self._take(")")
            return result
        if sign.startswith("$"):
            return self._measured(self._first(sign))
        if sign in _FUNCTIONS:
            return self._function(sign)
        if sign[0].isdigit():
            return float(sign)
        raise InputError(f"{self._text!r}: {sign!r} is neither a number nor one of {', '.join(_FUNCTIONS)}")

    def _measured(self, text: str) -> float:
        found = measure(text)
        if self._unit is None:
            self._unit = found
        try:
            return found.in_unit_of(self._unit)
        except InputError:
            if self._mixed:
                return found.value
            raise

    def _negative(self) -> float:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InputError(f"{self._text!r} is nested more than {_DEEPEST} deep")
        result = -self._factor()
        self._depth -= 1
        return result

    def _function(self, name: str) -> float:
        self._take("(")
        if name == "count":
            result = float(len(self._texts(self._take())))
            self._take(")")
            return result
        if name in ("years", "days"):
            first = self._first(self._take())
            self._take(",")
            result = between(first, self._first(self._take()), name)
            self._take(")")
            return result
        arguments = [self._sum()]
        while self._peek() == ",":
            self._take(",")
            arguments.append(self._sum())
        self._take(")")
        return _of(name, arguments)

    def _texts(self, variable: str) -> Sequence[str]:
        if variable not in self._values:
            raise InputError(f"{self._text!r}: {variable!r} is not found yet")
        return self._values[variable]

    def _first(self, variable: str) -> str:
        texts = self._texts(variable)
        if not texts:
            raise InputError(f"{self._text!r}: {variable} is empty")
        return texts[0]


def _of(name: str, arguments: Sequence[float]) -> float:
    if name == "difference":
        return max(arguments) - min(arguments)
    if name == "abs":
        return abs(arguments[0])
    if name == "sum":
        return math.fsum(arguments)
    return min(arguments) if name == "min" else max(arguments)


def between(first: str, second: str, unit: str) -> float:
    """Days, or whole years, from one date to another, never negative; years alone are subtracted.

    Raises:
        InputError: a text holds no date, or for `days` no full one.
    """
    a, b = day(first), day(second)
    if unit == "days":
        if a is None or b is None:
            raise InputError(f"days are counted between full dates, got {first!r} and {second!r}")
        return float(abs((b - a).days))
    if a is not None and b is not None:
        early, late = sorted((a, b))
        return float(late.year - early.year - ((late.month, late.day) < (early.month, early.day)))
    return abs(math.floor(moment(second)) - math.floor(moment(first)))


def shown(value: float) -> str:
    """A value as text: whole where it is whole, else to four significant decimals."""
    value = round(value, 6)
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0")
