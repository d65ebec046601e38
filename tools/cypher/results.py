"""How large what a function gives may be, from the sizes of its arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

from .sizes import DATA, FEW, Env, Measure, Value, either, element, joined, number, spanned, times

AGGREGATES = frozenset("avg collect count max min percentilecont percentiledisc stdev stdevp sum".split())
_TEMPORAL = ("date", "local", "time", "duration")
_YEARS = 10_000.0


def called(name: str, arguments: Sequence[Measure], rows: float) -> Measure:
    """What a call of that function gives, over so many rows where it aggregates."""
    shape = _SHAPES.get(name) or (_moment if name.startswith(_TEMPORAL) else _gathered)

    def measure(env: Env) -> Value:
        values = [argument(env) for argument in arguments]
        if name == "range" and len(values) in (2, 3):
            count = spanned(values)
            env.widest = max(env.widest, count)
            return Value(count, 1, count, max(value.magnitude for value in values[:2]), count, numbers=True)
        work = 1 + sum(value.work + value.total for value in values)
        return replace(shape(values, rows), work=work) if values else _bare(name)

    return measure


def _bare(name: str) -> Value:
    """Without arguments: `count(*)`, `timestamp()`, `rand()`."""
    if name == "timestamp":
        return number(inf)
    return number() if name in ("count", "rand", "pi", "e") else replace(DATA, magnitude=_YEARS)


def _moment(values: Sequence[Value], rows: float) -> Value:
    return replace(DATA, magnitude=_YEARS)


def _lasting(values: Sequence[Value], rows: float) -> Value:
    """A number that no range should go to."""
    return number(inf)


def _size(values: Sequence[Value], rows: float) -> Value:
    return number(max(values[0].total, values[0].count))


def _counted(values: Sequence[Value], rows: float) -> Value:
    return number(max(rows, DATA.magnitude))


def _summed(values: Sequence[Value], rows: float) -> Value:
    return replace(values[0], magnitude=times(max(rows, DATA.magnitude), values[0].magnitude), exact=None)


def _collected(values: Sequence[Value], rows: float) -> Value:
    one = values[0]
    return Value(max(rows, FEW), one.total, times(rows, one.total + 1), one.magnitude, numbers=one.number)


def _end(values: Sequence[Value], rows: float) -> Value:
    return element(values[0])


def _choice(values: Sequence[Value], rows: float) -> Value:
    return either(values)


def _numeric(values: Sequence[Value], rows: float) -> Value:
    return number(max(value.magnitude for value in values))


def _split(values: Sequence[Value], rows: float) -> Value:
    total = max(values[0].total, 1)
    return Value(total, total, 2 * total, values[0].magnitude)


def _replaced(values: Sequence[Value], rows: float) -> Value:
    """As if the text were nothing but what is replaced."""
    if len(values) != 3:
        return _gathered(values, rows)
    old = values[1].total
    stretch = max(values[2].total / (old if 1 <= old < FEW else 1), 1)
    total = times(values[0].total, stretch)
    return Value(1, total, total, inf)


def _joint(values: Sequence[Value], rows: float) -> Value:
    total = joined(values).total + times(values[0].count, values[-1].total)
    return Value(1, total, total, inf)


def _encoded(values: Sequence[Value], rows: float) -> Value:
    total = 2 * joined(values).total  # each quotation mark gets its backslash
    return Value(1, total, total, inf)


def _flattened(values: Sequence[Value], rows: float) -> Value:
    whole = joined(values)
    return replace(whole, count=max(whole.count, whole.total), numbers=False, number=False)


def _written(values: Sequence[Value], rows: float) -> Value:
    return replace(_gathered(values, rows), magnitude=inf, number=False)


def _gathered(values: Sequence[Value], rows: float) -> Value:
    """Of any other: no more than all that it is given."""
    whole = joined(values)
    return replace(whole, magnitude=max(value.magnitude for value in values), exact=None)


_Shape = Callable[[Sequence[Value], float], Value]
_NAMES: tuple[tuple[_Shape, str], ...] = (
    (_lasting, "timestamp exp apoc.math.maxlong apoc.math.minlong apoc.date.currenttimestamp apoc.date.parse"),
    (_size, "size length char_length character_length"),
    (_counted, "count"),
    (_summed, "sum"),
    (_collected, "collect"),
    (_end, "head last"),
    (_choice, "coalesce max min nullif avg percentilecont percentiledisc"),
    (_numeric, "tointeger tofloat tointegerornull tofloatornull abs ceil ceiling floor round sign sqrt"),
    (_split, "split"),
    (_replaced, "replace"),
    (_joint, "apoc.text.join"),
    (_encoded, "apoc.convert.tojson"),
    (_flattened, "apoc.coll.flatten apoc.convert.fromjsonlist apoc.convert.fromjsonmap"),
    (_written, "tostring tostringornull apoc.convert.tostring apoc.number.format"),
)
_SHAPES: dict[str, _Shape] = {name: shape for shape, names in _NAMES for name in names.split()}
