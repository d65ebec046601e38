"""Bound how large an expression's value may be, and its cost, from the query's text alone.

Each expression becomes a `Measure`, evaluated once where it stands; the body of a `reduce` as often as it would run, up
to a number from which its growth is plain. What the data holds counts as a few dozen elements or characters, a number
in it as sensible: only what a query itself spells out or multiplies is measured, the rest is left to the limits on time
and rows. A number of which nothing is known, such as one read from a text, is infinite: no length may come of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import floor, inf
from typing import Literal

from .temporal import day, fine, part

FEW = 30.0
MANY = 500.0
"""What a graph has of many things, or a number that it holds: once through so many is sensible, twice within each other
as well, three times is not."""
_NUMBER = 8.0
LARGEST = 10_000_000.0
"""Characters, or elements, that one value may hold."""
_LOGIC = frozenset(
    ("=", "<>", "<", ">", "<=", ">=", "=~", "!=", "AND", "OR", "XOR", "IN", "STARTS", "ENDS", "CONTAINS")
)
_PRODUCTS = frozenset("*/%^")
_DIGITS = re.compile("[0-9]+")
Kind = Literal["any", "integer", "number", "text", "list", "time"]


@dataclass(frozen=True, slots=True)
class Value:
    """A bound of what some value may be."""

    count: float = FEW
    """Elements, where it is a list."""
    each: float = FEW
    """Characters of its largest element."""
    total: float = FEW
    """Characters and elements of all of it."""
    magnitude: float = inf
    """The largest number that it is or holds, infinite where that is not known; of a time its days since the year 0; of
    a text that the query writes, the largest number in it."""
    work: float = 1.0
    """Elements and characters touched until it is known."""
    kind: Kind = "any"
    """What it surely is: a number or null; a list or a map; a point in time or a duration."""
    numbers: bool = False
    """Whether it is surely a list of numbers."""
    exact: float | None = None
    """The number itself, or the day, where the query writes it."""

    @property
    def number(self) -> bool:
        """Whether it is surely a number, a truth value or null."""
        return self.kind in ("integer", "number")


DATA = Value(magnitude=MANY)
GIVEN = Value(count=5.0)
"""A parameter: a few ids, or a word."""
HUGE = Value(inf, inf, inf, inf, inf)
UNKNOWN = Value(inf, inf, inf, inf)
"""What is huge once anything is made of it."""


@dataclass(slots=True)
class Env:
    """What the variables of comprehensions and `reduce` stand for; and what was met on the way."""

    values: dict[object, Value] = field(default_factory=dict)
    steps: int = 0
    widest: float = 0.0
    """The elements of the longest range."""
    places: float = 0.0
    """The most places that a number is rounded to."""


Measure = Callable[[Env], Value]


def times(one: float, other: float) -> float:
    """The product, zero where either is."""
    return one * other if one and other else 0.0


def number(magnitude: float, work: float = 1.0, exact: float | None = None, kind: Kind = "number") -> Value:
    """A number up to that magnitude."""
    return Value(1, _NUMBER, _NUMBER, magnitude, work, kind, exact=exact)


def integer(magnitude: float, work: float = 1.0, exact: float | None = None) -> Value:
    """A whole number up to that magnitude."""
    return number(magnitude, work, exact, "integer")


def literal(written: str) -> Value:
    """A number as the query writes it."""
    plain = written.replace("_", "").lower()
    based = plain[:2] in ("0x", "0o")
    try:
        found = float(int(plain[2:] or "0", 16 if plain[1] == "x" else 8)) if based else float(plain)
    except OverflowError:
        found = inf
    exact = found if found < inf else None
    return integer(found, exact=exact) if based or plain.isdigit() else number(found, exact=exact)


def text(written: str) -> Value:
    """A string."""
    largest = max((float(digits) for digits in _DIGITS.findall(written)), default=0.0)
    return Value(1, len(written), len(written), largest, 1, "text", exact=day(written))


def constant(value: Value) -> Measure:
    """What is the same wherever it stands."""
    return lambda env: value


def signed(operand: Measure, sign: int) -> Measure:
    """`-x`, `+x`."""

    def measure(env: Env) -> Value:
        value = operand(env)
        return value if value.exact is None else replace(value, exact=sign * value.exact)

    return measure


def truth(operands: Sequence[Measure]) -> Measure:
    """A predicate over these, which may look at all that they hold."""

    def measure(env: Env) -> Value:
        values = [operand(env) for operand in operands]
        return integer(1, 1 + sum(value.work + value.total for value in values))

    return measure


def common(values: Sequence[Value]) -> Kind:
    """What all of them are."""
    kinds = {value.kind for value in values}
    return "number" if kinds == {"integer", "number"} else kinds.pop() if len(kinds) == 1 else "any"


def joined(values: Sequence[Value]) -> Value:
    """Concatenated, or added."""
    work = sum(value.work for value in values)
    magnitude = sum(value.magnitude for value in values)
    kinds = {value.kind for value in values}
    if all(value.number for value in values):
        return number(magnitude, work + 1, kind=common(values))
    if "time" in kinds:
        return Value(magnitude=magnitude, work=work + 1, kind="time")
    if "text" in kinds:
        magnitude = inf  # the digits of two texts may become one number
    count, total = sum(value.count for value in values), sum(value.total for value in values)
    numbers = all(value.number or value.numbers for value in values)
    each = max((value.each for value in values), default=0)
    kind: Kind = "list" if "list" in kinds else common(values)
    return Value(count, each, total, magnitude, work + total, kind, numbers)


def either(values: Sequence[Value]) -> Value:
    """One of these."""
    return Value(
        max((value.count for value in values), default=0),
        max((value.each for value in values), default=0),
        max((value.total for value in values), default=0),
        max((value.magnitude for value in values), default=0),
        sum(value.work for value in values),
        common(values),
        all(value.numbers for value in values),
    )


def listed(values: Sequence[Value]) -> Value:
    """A list, or a map, of these."""
    each = max((value.total for value in values), default=0)
    total = sum(value.total for value in values) + len(values)
    magnitude = max((value.magnitude for value in values), default=0)
    work = total + sum(value.work for value in values)
    return Value(len(values), each, total, magnitude, work, "list", all(value.number for value in values))


def element(value: Value) -> Value:
    """An element of a list: itself perhaps a list, no longer than it is large."""
    if value.numbers:
        return number(value.magnitude)
    size = max(value.each, 1)
    return Value(size, size, size, value.magnitude, 1)


def member(value: Value, key: str) -> Value:
    """What a map, or a point in time, holds under that key."""
    if value.kind == "time":
        return number(part(key, value.magnitude), value.work)
    magnitude = inf if fine(key) and value.kind != "list" else value.magnitude
    return Value(value.total, value.total, value.total, magnitude, value.work)


def combined(operands: Sequence[Measure], operators: Sequence[str]) -> Measure:
    """Operands joined by binary operators, in the order in which they stand."""
    if not operators:
        return operands[0]
    if not _LOGIC.isdisjoint(operators):
        return truth(operands)

    def measure(env: Env) -> Value:
        values = [operand(env) for operand in operands]
        terms = [values[0]]
        for operator, value in zip(operators, values[1:], strict=True):
            if operator in _PRODUCTS:
                terms[-1] = _product(operator, terms[-1], value)
            elif operator == "-":
                terms[-1:] = [_numeric(terms[-1]), _numeric(value)]
            else:
                terms.append(value)
        return joined(terms) if len(terms) > 1 else terms[0]

    return measure


def _numeric(value: Value) -> Value:
    """What can be subtracted from is no text and no list."""
    return value if value.number or value.kind == "time" else number(value.magnitude, value.work)


def _product(operator: str, one: Value, other: Value) -> Value:
    kinds = {one.kind, other.kind}
    kind: Kind = "time" if "time" in kinds else "integer" if kinds == {"integer"} and operator != "^" else "number"
    magnitude = {"*": _multiplied, "/": _quotient, "%": lambda left, _: left.magnitude, "^": _power}[operator]
    return number(magnitude(one, other), one.work + other.work + 1, kind=kind)


def _multiplied(one: Value, other: Value) -> float:
    return times(one.magnitude, other.magnitude)


def _quotient(one: Value, other: Value) -> float:
    """By a whole number it only gets less; by a fraction that is not known, any number comes out."""
    if other.exact:
        return one.magnitude / abs(other.exact)
    return one.magnitude if one.kind == other.kind == "integer" else inf


def _power(one: Value, other: Value) -> float:
    if other.exact is None or (other.exact < 0 and not one.exact):
        return inf
    try:
        return float((abs(one.exact) if one.exact else max(one.magnitude, 1.0)) ** other.exact)
    except OverflowError:
        return inf


def spanned(arguments: Sequence[Value]) -> float:
    """The elements of `range(first, last, step)`."""
    first, last, *rest = arguments
    if first.exact is not None and last.exact is not None and all(step.exact for step in rest):
        step = (rest[0].exact if rest else 1) or 1
        return max(floor((last.exact - first.exact) / step) + 1, 0)
    return first.magnitude + last.magnitude + 1
