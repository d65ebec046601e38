"""Bound how large each function's result may be, from the sizes of its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from .expression_sizes import Env, Measure, Value, spanned, times
from .function_sizes import SHAPES, Shape, gathered

AGGREGATES = frozenset("avg collect count max min percentilecont percentiledisc stdev stdevp sum".split())
_ROUNDING = ("round", "apoc.math.round")
_CROSSED = frozenset(
    "apoc.text.distance apoc.text.fuzzymatch apoc.text.jarowinklerdistance apoc.text.levenshteindistance"
    " apoc.text.levenshteinsimilarity apoc.text.sorensendicesimilarity apoc.coll.containsall apoc.coll.disjunction"
    " apoc.coll.intersection apoc.coll.subtract btrim ltrim rtrim trim".split()
)
"""Functions that may hold each character or element of one argument against each of the other."""


def called(name: str, arguments: Sequence[Measure], rows: float) -> Measure:
    """What a call of that function gives, over so many rows where it aggregates."""
    shape = SHAPES.get(name, _unknown)
    return (
        _ranging(arguments) if name == "range" and len(arguments) in (2, 3) else _shaped(name, shape, arguments, rows)
    )


def _ranging(arguments: Sequence[Measure]) -> Measure:
    def measure(env: Env) -> Value:
        values = [argument(env) for argument in arguments]
        count = spanned(values)
        env.widest = max(env.widest, count)
        largest = max(value.magnitude for value in values[:2])
        return Value(count, 1, count, largest, count, "list", numbers=True)

    return measure


def _shaped(name: str, shape: Shape, arguments: Sequence[Measure], rows: float) -> Measure:
    def measure(env: Env) -> Value:
        values = [argument(env) for argument in arguments]
        if name in _ROUNDING and len(values) > 1:
            env.places = max(env.places, values[1].magnitude)
        crossed = times(values[0].total, values[1].total) if name in _CROSSED and len(values) > 1 else 0
        work = 1 + crossed + sum(value.work + value.total for value in values)
        return replace(shape(values, rows), work=work)

    return measure


def _unknown(values: Sequence[Value], rows: float) -> Value:
    return replace(gathered(values, rows), magnitude=inf, kind="any", numbers=False)
