"""How large what an expression gives may be, and what it costs: an upper bound, told from the query's text alone.

Each expression becomes a `Measure`, evaluated once where it stands; the body of a `reduce` as often as it would run, up
to a number from which its growth is plain. What the data holds counts as a few dozen elements or characters: only what
a query itself spells out or multiplies is measured, the rest is left to the limits on time and rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import floor, inf

FEW = 30.0
_NUMBER = 8.0
LARGEST = 10_000_000.0
"""Characters, or elements, that one value may hold."""
_LOGIC = frozenset(
    ("=", "<>", "<", ">", "<=", ">=", "=~", "!=", "AND", "OR", "XOR", "IN", "STARTS", "ENDS", "CONTAINS")
)
_PRODUCTS = frozenset("*/%^")
_INSTANTS = ("epoch", "second")
"""What in the name of a temporal value's part says that it is a large number."""


@dataclass(frozen=True, slots=True)
class Value:
    """A bound of what some value may be."""

    count: float = FEW
    """Elements, where it is a list."""
    each: float = FEW
    """Characters of its largest element."""
    total: float = FEW
    """Characters and elements of all of it."""
    magnitude: float = 100.0
    """The largest number it is or holds; of one that comes from data, what is sensible for a range."""
    work: float = 1.0
    """Elements and characters touched until it is known."""
    number: bool = False
    """Whether it is surely a number, a truth value or null."""
    numbers: bool = False
    """Whether it is surely a list of such."""
    exact: float | None = None
    """The number itself, where the query writes it."""


DATA = Value()
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


Measure = Callable[[Env], Value]


def times(one: float, other: float) -> float:
    """The product, zero where either is."""
    return one * other if one and other else 0.0


def number(magnitude: float = 100.0, work: float = 1.0, exact: float | None = None) -> Value:
    """A number up to that magnitude."""
    return Value(1, _NUMBER, _NUMBER, magnitude, work, number=True, exact=exact)


def literal(written: str) -> Value:
    """A number as the query writes it."""
    plain = written.replace("_", "").lower()
    try:
        found = (
            float(int(plain[2:] or "0", 16 if plain[1] == "x" else 8)) if plain[:2] in ("0x", "0o") else float(plain)
        )
    except OverflowError:
        found = inf
    return number(found, exact=found if found < inf else None)


def text(written: str) -> Value:
    """A string; what number a text of digits may become nobody follows."""
    magnitude = inf if any(character.isdigit() for character in written) else 0
    return Value(1, len(written), len(written), magnitude, 1)


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
    """A predicate over these."""
    return lambda env: number(1, 1 + sum(operand(env).work for operand in operands))


def joined(values: Sequence[Value]) -> Value:
    """Concatenated, or added."""
    work = sum(value.work for value in values)
    magnitude = sum(value.magnitude for value in values)
    if all(value.number for value in values):
        return number(magnitude, work + 1)
    count, total = sum(value.count for value in values), sum(value.total for value in values)
    numbers = all(value.number or value.numbers for value in values)
    each = max((value.each for value in values), default=0)
    return Value(count, each, total, magnitude, work + total, numbers=numbers)


def either(values: Sequence[Value]) -> Value:
    """One of these."""
    return Value(
        max((value.count for value in values), default=0),
        max((value.each for value in values), default=0),
        max((value.total for value in values), default=0),
        max((value.magnitude for value in values), default=0),
        sum(value.work for value in values),
        all(value.number for value in values),
        all(value.numbers for value in values),
    )


def listed(values: Sequence[Value]) -> Value:
    """A list, or a map, of these."""
    each = max((value.total for value in values), default=0)
    total = sum(value.total for value in values) + len(values)
    magnitude = max((value.magnitude for value in values), default=0)
    work = total + sum(value.work for value in values)
    return Value(len(values), each, total, magnitude, work, numbers=all(value.number for value in values))


def element(value: Value) -> Value:
    """An element of a list: itself perhaps a list, no longer than it is large."""
    if value.numbers:
        return number(value.magnitude)
    size = max(value.each, 1)
    return Value(size, size, size, value.magnitude, 1)


def member(value: Value, key: str) -> Value:
    """What a map, or a point in time, holds under that key."""
    if value is DATA:
        return number(inf) if any(part in key.lower() for part in _INSTANTS) else DATA
    magnitude = inf if any(part in key.lower() for part in _INSTANTS) else value.magnitude
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
    return value if value.number else number(value.magnitude, value.work)


def _product(operator: str, one: Value, other: Value) -> Value:
    left, right, work = one.magnitude, other.magnitude, one.work + other.work + 1
    if operator == "*":
        return number(times(left, right), work)
    if operator == "/":
        return number(left / right if 0 < right < 1 else left, work)
    if operator == "%":
        return number(left, work)
    try:
        return number(float(max(left, 1 / left if left else 1) ** right), work)
    except OverflowError:
        return number(inf, work)


def spanned(arguments: Sequence[Value]) -> float:
    """The elements of `range(first, last, step)`."""
    first, last, *rest = arguments
    if first.exact is not None and last.exact is not None and all(step.exact for step in rest):
        step = (rest[0].exact if rest else 1) or 1
        return max(floor((last.exact - first.exact) / step) + 1, 0)
    return first.magnitude + last.magnitude + 1
