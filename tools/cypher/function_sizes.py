"""Bound the size of each function's result by its arguments, and the largest number it may give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

from .expression_sizes import DATA, FEW, MANY, Kind, Value, either, element, integer, joined, number, times
from .temporal import YEAR, today

Shape = Callable[[Sequence[Value], float], Value]
_WRITTEN = 400.0
"""Characters that a number or a time takes at most where it is written out."""


# ── numbers
def _small(values: Sequence[Value], rows: float) -> Value:
    """An angle, a sign, a likeness, a truth value, a logarithm."""
    return number(1_000.0)


def _whole(values: Sequence[Value], rows: float) -> Value:
    """The number itself, or the next one."""
    return number(_largest(values[:1]) + 1)


def _boundless(values: Sequence[Value], rows: float) -> Value:
    """Any number at all."""
    return number(inf)


def _converted(values: Sequence[Value], rows: float) -> Value:
    """A number made of what is none may be any: texts come from documents."""
    one = values[0] if values else DATA
    return integer(one.magnitude if one.number else inf)


def _size(values: Sequence[Value], rows: float) -> Value:
    one = values[0] if values else DATA
    return integer(one.count if one.kind == "list" else max(one.total, one.count))


def _counted(values: Sequence[Value], rows: float) -> Value:
    return integer(max(rows, MANY))


def _placed(values: Sequence[Value], rows: float) -> Value:
    """A place in it, or how often something is there."""
    return integer(joined(values).total)


def _summed(values: Sequence[Value], rows: float) -> Value:
    return number(times(max(rows, MANY), _largest(values[:1])), kind=values[0].kind if values else "any")


def _added(values: Sequence[Value], rows: float) -> Value:
    return number(times(values[0].count, values[0].magnitude) if values else inf)


# ── lists, maps and what they hold
def _collected(values: Sequence[Value], rows: float) -> Value:
    one = values[0] if values else DATA
    total = times(rows, one.total + 1)
    return Value(max(rows, MANY), one.total, total, one.magnitude, kind="list", numbers=one.number)


def _one_of(values: Sequence[Value], rows: float) -> Value:
    return element(values[0]) if values else DATA


def _choice(values: Sequence[Value], rows: float) -> Value:
    return replace(either(values), exact=None)


def _same(values: Sequence[Value], rows: float) -> Value:
    """The first, or some of it; a text the other way round may write another number."""
    one = values[0] if values else DATA
    return replace(one, magnitude=inf if one.kind == "text" else one.magnitude, exact=None)


def _held(values: Sequence[Value], rows: float) -> Value:
    """A list or map that the data holds, or what is in one that the query makes."""
    return replace(gathered([DATA, *values], rows), kind="list", numbers=False)


def _paired(values: Sequence[Value], rows: float) -> Value:
    """Each element in a list or map of its own, some of them twice."""
    whole = joined(values)
    each = 2 * whole.each + 3 * FEW
    total = 2 * whole.total + 3 * FEW * whole.count
    return Value(whole.count, each, total, max(whole.magnitude, MANY), kind="list")


def _values_of(values: Sequence[Value], rows: float) -> Value:
    """One for each key, which may be the same one again and again."""
    keys = values[1].count if len(values) > 1 else 1.0
    total = times(keys, values[0].total + 1) if values else FEW
    return Value(keys, total, total, _largest(values[:1]), kind="list")


def gathered(values: Sequence[Value], rows: float) -> Value:
    """No more than all that it is given."""
    return replace(joined(values), magnitude=_largest(values), exact=None)


def _flattened(values: Sequence[Value], rows: float) -> Value:
    whole = joined(values)
    return replace(whole, count=max(whole.count, whole.total), numbers=False, kind="list")


# ── texts: what number one may become nobody follows
def _text(factor: float) -> Shape:
    """A text of so many times the characters that it is given, and a number's or time's."""

    def shape(values: Sequence[Value], rows: float) -> Value:
        total = factor * joined(values).total + _WRITTEN
        return Value(1, total, total, kind="text")

    return shape


def _cut(values: Sequence[Value], rows: float) -> Value:
    """Some of a text."""
    total = values[0].total if values else FEW
    return Value(1, total, total, kind="text")


def _texts(values: Sequence[Value], rows: float) -> Value:
    one = values[0] if values else DATA
    return Value(one.count, one.each + _WRITTEN, one.total + _WRITTEN * one.count, kind="list")


def _split(values: Sequence[Value], rows: float) -> Value:
    total = max(values[0].total, 1) if values else FEW
    return Value(total, total, 2 * total, kind="list")


def _replaced(values: Sequence[Value], rows: float) -> Value:
    """As if the text were nothing but what is replaced; an empty text stands between all characters."""
    if len(values) != 3:
        return replace(gathered(values, rows), magnitude=inf)
    old = values[1].total
    stretch = max(values[2].total / (old if 1 <= old < FEW else 1), 1)
    total = times(values[0].total + (old < 1), stretch + (old < 1))
    return Value(1, total, total, kind="text")


def _joint(values: Sequence[Value], rows: float) -> Value:
    total = joined(values).total + (times(values[0].count, values[-1].total) if values else 0)
    return Value(1, total, total, kind="text")


def _read(values: Sequence[Value], rows: float) -> Value:
    """What a JSON text says."""
    total = joined(values).total
    return Value(total, total, total)


# ── times
def _moment(values: Sequence[Value], rows: float) -> Value:
    """A point in time, read from a text or made of parts; now where nothing is said of it."""
    exact = values[0].exact if values and values[0].kind in ("text", "time") else None if values else today()
    return _time(max(today(), sum(_days(value, inf) for value in values)) if exact is None else exact, exact)


def _lasting(values: Sequence[Value], rows: float) -> Value:
    """A duration, likewise."""
    return _time(sum(_days(value, inf) for value in values))


def _between(values: Sequence[Value], rows: float) -> Value:
    """Of times: what is in the data is one that is sensible."""
    dates = [value.exact for value in values if value.exact is not None]
    if len(values) == 2 == len(dates):
        return _time(abs(dates[0] - dates[1]) + 1)
    return _time(sum(_days(value, value.magnitude) for value in values))


def _time(days: float, exact: float | None = None) -> Value:
    return Value(magnitude=days + 1, kind="time", exact=exact)


def _days(value: Value, otherwise: float) -> float:
    if value.kind == "time":
        return value.magnitude
    known = value.number or value.kind in ("text", "list")
    return value.magnitude * YEAR if known else otherwise


def _largest(values: Sequence[Value]) -> float:
    return max((value.magnitude for value in values), default=inf)


def _data(kind: Kind = "any") -> Shape:
    return lambda values, rows: replace(DATA, kind=kind)


_NAMES: tuple[tuple[Shape, str], ...] = (
    (
        _small,
        "acos asin atan atan2 cos sin tanh e pi haversin isnan ln log log10 rand sign exists isempty toboolean"
        " tobooleanornull all any none single isnormalized point.withinbbox vector.similarity.cosine"
        " vector.similarity.euclidean apoc.coll.contains apoc.coll.containsall apoc.coll.different"
        " apoc.convert.toboolean apoc.node.relationship.exists apoc.text.compareclean apoc.text.fuzzymatch"
        " apoc.text.jarowinklerdistance apoc.text.levenshteinsimilarity apoc.text.sorensendicesimilarity",
    ),
    (_whole, "abs ceil ceiling floor radians round sqrt apoc.math.round"),
    (
        _boundless,
        "cot coth cosh degrees exp sinh tan id timestamp point.distance distance apoc.math.maxlong apoc.math.minlong"
        " apoc.date.add apoc.date.convert apoc.date.currenttimestamp apoc.date.field apoc.date.fromiso8601"
        " apoc.date.parse",
    ),
    (
        _converted,
        "tofloat tofloatornull tointeger tointegerornull apoc.convert.tofloat apoc.convert.tointeger",
    ),
    (_size, "size length char_length character_length"),
    (_counted, "count apoc.node.degree apoc.node.degree.in apoc.node.degree.out"),
    (
        _placed,
        "apoc.coll.indexof apoc.coll.occurrences apoc.text.distance apoc.text.indexof apoc.text.levenshteindistance",
    ),
    (_summed, "sum"),
    (_added, "apoc.coll.sum"),
    (_collected, "collect"),
    (_one_of, "head last apoc.coll.avg apoc.coll.max apoc.coll.min"),
    (_choice, "coalesce avg max min nullif percentilecont percentiledisc stdev stdevp"),
    (
        _same,
        "reverse tail apoc.coll.duplicates apoc.coll.reverse apoc.coll.sort apoc.coll.sortmaps apoc.coll.sortnodes"
        " apoc.coll.subtract apoc.coll.toset apoc.convert.tolist apoc.convert.tomap apoc.convert.toset"
        " apoc.map.removekey apoc.map.removekeys apoc.map.submap",
    ),
    (
        _held,
        "keys labels nodes properties relationships tobooleanlist apoc.node.labels apoc.node.relationship.types"
        " apoc.date.fields",
    ),
    (_paired, "apoc.coll.frequencies apoc.coll.frequenciesasmap apoc.coll.pairs apoc.coll.pairsmin apoc.coll.zip"),
    (_values_of, "apoc.map.values"),
    (
        gathered,
        "apoc.coll.disjunction apoc.coll.intersection apoc.coll.union apoc.coll.unionall apoc.map.frompairs"
        " apoc.map.fromlists apoc.map.merge apoc.map.setkey",
    ),
    (_flattened, "apoc.coll.flatten"),
    (
        _text(1),
        "elementid randomuuid tostring tostringornull type apoc.convert.tostring apoc.date.format apoc.date.toiso8601"
        " apoc.number.format apoc.rel.type apoc.temporal.format",
    ),
    (
        _text(3),
        "lower upper tolower toupper apoc.text.capitalize apoc.text.capitalizeall apoc.text.decapitalize"
        " apoc.text.swapcase",
    ),
    (_text(6), "apoc.convert.tojson"),
    (_text(20), "normalize valuetype apoc.text.clean"),
    (_cut, "btrim left ltrim right rtrim substring trim"),
    (_texts, "tostringlist"),
    (_split, "split"),
    (_replaced, "replace"),
    (_joint, "apoc.text.join"),
    (_read, "apoc.convert.fromjsonlist apoc.convert.fromjsonmap tofloatlist tointegerlist"),
    (
        _moment,
        "date datetime localdatetime localtime time date.realtime date.statement date.transaction"
        " datetime.fromepoch datetime.fromepochmillis datetime.realtime datetime.statement datetime.transaction"
        " localdatetime.realtime localdatetime.statement localdatetime.transaction localtime.realtime"
        " localtime.statement localtime.transaction time.realtime time.statement time.transaction",
    ),
    (_lasting, "duration"),
    (
        _between,
        "date.truncate datetime.truncate duration.between duration.indays duration.inmonths duration.inseconds"
        " localdatetime.truncate localtime.truncate time.truncate",
    ),
    (_data(), "endnode startnode"),
    (_data("list"), "point range"),
)
SHAPES: dict[str, Shape] = {name: shape for shape, names in _NAMES for name in names.split()}
