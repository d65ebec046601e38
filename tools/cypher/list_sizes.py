"""Bound how large lists grow in comprehensions and `reduce`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, log2

from .expression_sizes import HUGE, LARGEST, Env, Measure, Value, element, times

_ROUNDS = 64
"""How often the body of a `reduce` is measured; from there on its growth is plain."""
_STEPS = 30_000
"""Bodies measured for one query; what needs more is taken to be huge."""


def mapped(over: Measure, variable: object, bodies: Sequence[Measure], gives: Measure | None) -> Measure:
    """`[x IN over WHERE bodies | gives]`: without `gives`, the elements themselves."""

    def measure(env: Env) -> Value:
        items = over(env)
        one = element(items)
        values = [bound(env, {variable: one}, body) for body in bodies]
        value = one if gives is None else bound(env, {variable: one}, gives)
        work = items.work + times(items.count, value.work + sum(body.work for body in values))
        total = items.total if gives is None else times(items.count, value.total + 1)
        return Value(items.count, value.total, total, value.magnitude, work + total, "list", value.number)

    return measure


def bound(env: Env, values: dict[object, Value], body: Measure) -> Value:
    """The body's measure with these variables bound."""
    outer = env.values
    env.values = {**outer, **values}
    env.steps += 1
    value = HUGE if env.steps > _STEPS else body(env)
    env.values = outer
    return value


def folded(total: object, start: Measure, one: object, over: Measure, body: Measure) -> Measure:
    """`reduce(total = start, one IN over | body)`."""

    def measure(env: Env) -> Value:
        items, value = over(env), start(env)
        base, rounds, half = items.work + value.work, int(min(items.count, _ROUNDS)), value
        for step in range(rounds):
            half = value if step == _ROUNDS // 2 else half
            value = bound(env, {total: replace(value, work=1), one: element(items)}, body)
            if value.total > LARGEST:
                return HUGE
        grown = _grown(half, value, items.count)
        work = base + times(items.count, max(value.work, 0 if value.number else grown.total))
        return replace(grown, work=work, exact=None)

    return measure


def _grown(half: Value, value: Value, rounds: float) -> Value:
    """What it comes to after so many rounds, growing as it did in the second half of the first ones."""
    if rounds <= _ROUNDS:
        return value
    doublings = log2(rounds / _ROUNDS) if rounds < inf else inf
    return replace(
        value,
        count=_ahead(half.count, value.count, doublings),
        each=_ahead(half.each, value.each, doublings),
        total=_ahead(half.total, value.total, doublings),
        magnitude=_ahead(half.magnitude, value.magnitude, doublings),
    )


def _ahead(half: float, now: float, doublings: float) -> float:
    if now <= half or not half:
        return now
    try:
        return float(now * (now / half) ** doublings)
    except OverflowError:
        return inf
