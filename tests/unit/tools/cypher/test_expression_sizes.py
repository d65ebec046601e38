"""What a query makes: how large, how many, how often."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import RefusedQuery
from kgqa.tools.cypher.firewall import check
from kgqa.tools.cypher.function_sizes import SHAPES
from kgqa.tools.cypher.functions import FUNCTIONS
from kgqa.tools.cypher.parse import parse

ENOUGH = 50_000
"""Characters from which it does not matter how many more there are."""


@pytest.mark.parametrize(
    ("expression", "elements"),
    [
        ("range(1980, 2024)", 45),
        ("range(10, 1, -3)", 4),
        ("range(1, 2 * 6)", 14),
        ("range(0x10, 0x1F)", 16),
        ("range(5, 1)", 0),
    ],
)
def test_the_elements_of_a_range_are_counted(expression: str, elements: int) -> None:
    assert parse(f"RETURN {expression} AS x").range == elements


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("UNWIND range(1, timestamp()) AS x RETURN x", "range"),
        ("MATCH (n) RETURN range(1, toInteger(n.name))", "may be any number"),
        ("RETURN range(1, date({year: 999999999}).year)", "range"),
        ("RETURN round(1.1, 500000000)", "500000000 places; 1000 are allowed"),
        ("MATCH (n) RETURN round(1.1, toInteger(n.name))", "a computed number of places"),
        ("RETURN COUNT { MATCH (a), (b), (c) }", "3 patterns of one expression are not connected"),
        ("RETURN range(1, 1e999)", "range"),
        ("RETURN range(1, 0x" + "F" * 400 + ")", "range"),
        ("WITH 10 ^ 12 AS n RETURN range(1, n)", "range"),
        ("WITH {v: 999999999} AS m RETURN range(1, m.v)", "range"),
        ("RETURN reduce(s = 'x', i IN range(1, 64) | (s) + (s))", "grow"),
        ("RETURN [x IN range(1, 50000) | size(range(1, 50000))]", "within each other"),
        ("UNWIND [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] AS a " * 7 + "RETURN a", "rows"),
        ("MATCH (a), (b), (c), (d) RETURN count(*)", "connected"),
    ],
)
def test_the_reason_says_what_is_too_much(query: str, reason: str) -> None:
    with pytest.raises(RefusedQuery, match=reason):
        check(query)


@pytest.mark.parametrize(
    ("expression", "most"),
    [
        ("date('2024-02-29').year", 2026),
        ("date('20240229').year", 2026),
        ("duration.between(date('2020-01-01'), date('2024-01-01')).months", 60),
        ("duration.inDays(date('2024-01-01'), date('2024-12-31')).days", 370),
        ("date('+999999999-01-01').month", 1_000),
        ("(date() + duration({years: 5})).year", 3_000),
        ("size([1, 2, 3]) / 2", 3),
        ("size([1, 2, 3]) / 0.5", 6),
        ("abs(-7)", 8),
        ("toInteger(ceil(2.5))", 4),
        ("{a: 5, b: 7}.a", 7),
        ("CASE WHEN true THEN 3 ELSE 9 END", 9),
    ],
)
def test_a_number_that_is_known_to_be_small_is_bounded(expression: str, most: float) -> None:
    assert parse(f"RETURN range(1, {expression}) AS x").range <= most + 2


@pytest.mark.parametrize(
    "expression",
    [
        "1 / 0.0",
        "1 / (n.x - n.y)",
        "n.x ^ -3",
        "n.x ^ n.y",
        "Infinity",
        "tan(1.5707963267948966)",
        "$p",
        "date(n.name).year",
        "date(reverse('10-10-000000009+')).year",
        "date()['epochSeconds']",
        "datetime().epochMillis",
        "[datetime()][0].epochMillis",
        "duration.inSeconds(n.a, n.b).nanoseconds",
        "toInteger('9' + '9')",
        "keys(n)[0].hours",
        "apoc.convert.fromJsonMap('{}').a",
    ],
)
def test_a_number_that_is_not_known_to_be_small_is_boundless(expression: str) -> None:
    assert parse(f"MATCH (n) RETURN range(1, toInteger({expression})) AS x").range == inf


def test_every_function_that_is_allowed_has_a_bound_whatever_it_is_given() -> None:
    assert set(SHAPES) == FUNCTIONS
    for name in FUNCTIONS - {"all", "any", "none", "single"}:
        for arguments in ("", "1", "'a', 2", "[1], [2], 3", "n, n.x, n.y"):
            parse(f"MATCH (n) RETURN {name}({arguments}) AS x")


def test_nested_reduces_are_measured_in_bounded_time() -> None:
    body = "a0 + 1"
    for depth in range(12):
        body = f"reduce(a{depth} = 0, x IN [1, 2, 3, 4, 5, 6, 7, 8, 9] | a{depth} + {body})"
    parse(f"WITH 1 AS a0 RETURN {body}")


BODIES = st.recursive(
    st.sampled_from(["s", "i", "'ab'", "[s]", "1"]),
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("[t IN [{}] | {}]".format, inner, inner),
        st.builds("coalesce({}, {})".format, inner, inner),
    ),
    max_leaves=6,
)


@given(BODIES, st.integers(1, 12))
def test_no_value_is_larger_than_it_was_measured(body: str, rounds: int) -> None:
    measured = parse(f"RETURN reduce(s = 'x', i IN range(1, {rounds}) | {body}) AS s").total
    made = _made(body, rounds)
    assert min(made, ENOUGH) <= measured + 1


def _made(body: str, rounds: int) -> float:
    """The size of what such a `reduce` gives, by running it on sizes alone."""
    held: object = "x"
    for i in range(1, rounds + 1):
        held = eval(_python(body), {"s": held, "i": str(i)[:1], "plus": _plus})  # our own strategy
        if _size(held) > ENOUGH:
            return ENOUGH
    return _size(held)


def _python(body: str) -> str:
    if body.startswith("(") and body.endswith(")"):
        left, right = _halves(body[1:-1], " + ")
        return f"plus({_python(left)}, {_python(right)})"
    if body.startswith("coalesce("):
        return _python(_halves(body[9:-1], ", ")[0])
    if body.startswith("[t IN ["):
        source, gives = _halves(body[7:-1], "] | ")
        return f"[{_python(gives)} for t in [{_python(source)}]]"
    if body.startswith("["):
        halves = _halves(body[1:-1], ", ")
        return f"[{', '.join(_python(half) for half in halves if half)}]"
    return repr(body) if body == "1" else body


def _halves(text: str, mark: str) -> tuple[str, str]:
    """Parted at the mark that no bracket encloses."""
    depth = 0
    for at, character in enumerate(text):
        if depth == 0 and text.startswith(mark, at):
            return text[:at], text[at + len(mark) :]
        depth += (character in "([") - (character in ")]")
    return text, ""


def _plus(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return (left if isinstance(left, list) else [left]) + (right if isinstance(right, list) else [right])


def _size(value: object) -> int:
    return sum(map(_size, value)) if isinstance(value, list) else len(str(value))
