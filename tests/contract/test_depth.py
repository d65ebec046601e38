"""Queries nested to any depth: whoever reads them passes them or refuses them in one line, and never takes long."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import RefusedQuery
from kgqa.model import Relation, Schema
from kgqa.nodes.llm.bind_placeholders import bind_placeholders
from kgqa.nodes.llm.sentences_of_facts import returning_sentences
from kgqa.tools.cypher.firewall import check
from kgqa.tools.cypher.repairs import mend

SCHEMA = Schema("1", ("Person", "City"), (Relation("LIVES_IN", ("Person",), ("City",)),))
AROUND = {
    "property": ("", ".a"),
    "index": ("", "[0]"),
    "slice": ("", "[0..1]"),
    "computed index": ("[1][", "]"),
    "null": ("", " IS NULL"),
    "typed": ("", " IS :: INT"),
    "cast": ("", "::INT"),
    "label": ("", ":A"),
    "not": ("NOT ", ""),
    "minus": ("- ", ""),
    "plus": ("1 + ", ""),
    "or": ("", " OR true"),
    "equal": ("", " = 1"),
    "bracket": ("(", ")"),
    "list": ("[", "]"),
    "map": ("{a: ", "}"),
    "case": ("CASE WHEN true THEN ", " END"),
    "case of": ("CASE ", " WHEN 1 THEN 1 END"),
    "comprehension over": ("[x IN ", "]"),
    "comprehension": ("[x IN [1] | ", "]"),
    "condition": ("[x IN [1] WHERE ", "]"),
    "any": ("any(x IN [1] WHERE ", ")"),
    "reduce": ("reduce(s = 0, x IN [1] | ", ")"),
    "reduce over": ("reduce(s = 0, x IN ", " | s)"),
    "reduce from": ("reduce(s = ", ", x IN [1] | s)"),
    "call": ("abs(", ")"),
    "split": ("split(", ", 'a')"),
    "projection": ("n {a: ", "}"),
    "pattern comprehension": ("[(n)-->() | ", "]"),
    "exists": ("EXISTS { (n) WHERE ", " }"),
    "count": ("COUNT { MATCH (n) WHERE ", " }"),
    "collect": ("COLLECT { RETURN ", " }"),
    "subquery": ("COLLECT { CALL { RETURN ", " AS y } RETURN y }"),
    "regular expression": ("'a' =~ ", ""),
    "old exists": ("exists(", ")"),
}
"""Construct → what stands before and behind the expression in it."""
CLAUSES = {
    "subqueries": ("CALL { ", "RETURN 1 AS x", " } RETURN x"),
    "groups": ("MATCH (", "(a)", ") RETURN 1"),
    "labels in brackets": ("MATCH (n:(", "A", ")) RETURN n"),
    "negated labels": ("MATCH (n:!", "A", ") RETURN n"),
    "types": ("RETURN 1 IS :: LIST<", "INT", ">"),
    "patterns": ("MATCH (n WHERE EXISTS { ", "(n)", " }) RETURN 1"),
    "unions": ("RETURN 1 AS x UNION ", "RETURN 1 AS x", ""),
    "withs": ("WITH 1 AS x ", "RETURN 1", ""),
}


def outcome(query: str) -> str:
    """Why it is refused, empty where it passes, whatever else reads it."""
    mend(query, SCHEMA)
    returning_sentences(bind_placeholders(query, ["Ann Lee"]))
    try:
        check(query)
    except RefusedQuery as refused:
        return refused.reason
    return ""


def nested(parts: Sequence[tuple[str, int]]) -> str:
    before = "".join(AROUND[name][0] * count for name, count in parts)
    behind = "".join(AROUND[name][1] * count for name, count in reversed(parts))
    return f"MATCH (n) RETURN {before}n{behind} AS x"


@given(st.lists(st.tuples(st.sampled_from(sorted(AROUND)), st.integers(1, 40)), max_size=12))
def test_constructs_within_each_other_are_passed_or_refused(parts: list[tuple[str, int]]) -> None:
    outcome(nested(parts))


@pytest.mark.parametrize("construct", AROUND)
@pytest.mark.parametrize("depth", [2, 30, 75, 200, 1300, 5000])
def test_a_construct_in_itself_is_passed_or_refused(construct: str, depth: int) -> None:
    outcome(nested([(construct, depth)]))


@pytest.mark.parametrize("clauses", CLAUSES)
@pytest.mark.parametrize("depth", [2, 30, 75, 200, 1300, 5000])
def test_clauses_in_themselves_are_passed_or_refused(clauses: str, depth: int) -> None:
    before, innermost, behind = CLAUSES[clauses]
    outcome(before * depth + innermost + behind * depth)


@pytest.mark.parametrize("construct", ["property", "index", "slice", "null", "cast"])
def test_what_stands_behind_an_operand_counts_as_deep(construct: str) -> None:
    """`n.name IS NULL` once each for many operands does not."""
    assert outcome(nested([(construct, 90)])) == "nested more than 80 deep"
    assert outcome(f"MATCH (n) RETURN {' OR '.join([f'n{AROUND[construct][1]}'] * 200)} AS x") == ""


def test_a_caller_deep_in_the_stack_gets_a_refusal_too() -> None:
    query = nested([("collect", 35)])
    assert outcome(query) == ""

    def deeper(levels: int) -> str:
        return deeper(levels - 1) if levels else outcome(query)

    assert deeper(sys.getrecursionlimit() - 400) == "nested too deep"
