"""What a query makes: how large, how many, how often."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import RefusedQuery
from kgqa.tools.cypher.firewall import check
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
