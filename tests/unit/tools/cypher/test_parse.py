import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import RefusedQuery
from kgqa.tools.cypher.parse import Clauses, parse
from kgqa.tools.cypher.tokens import tokenize

WORDS = st.sampled_from(
    [
        "MATCH",
        "OPTIONAL",
        "WHERE",
        "RETURN",
        "WITH",
        "UNWIND",
        "AS",
        "CALL",
        "CASE",
        "WHEN",
        "THEN",
        "END",
        "EXISTS",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "-",
        "->",
        "<-",
        ":",
        "|",
        "*",
        ",",
        ".",
        "$",
        "=",
        "+",
        "..",
        "<",
        ">",
        "::",
        "n",
        "m",
        "A",
        "1",
        "'x'",
        "IN",
        "IS",
        "NOT",
        "NULL",
        "AND",
        "count",
        "reduce",
        "all",
        "shortestPath",
        ";",
    ]
)


def test_a_pattern_gives_its_nodes_labels_types_and_keys() -> None:
    parsed = parse("MATCH (a:Person|Dog {name: $e0})<-[r:OWNS*1..3]-(:`Big Firm`) WHERE a.age > 3 RETURN r")
    assert [node.variable.name for node in parsed.nodes] == ["a", ""]
    assert [(use.label.text, use.typed) for use in parsed.labels] == [
        ("Person", False),
        ("Dog", False),
        ("OWNS", True),
        ("Big Firm", False),
    ]
    (one,) = parsed.relationships
    assert one.hops
    assert (one.direction, one.hops.low, one.hops.high) == ("left", 1, 3)
    assert [(access.variable.name, access.key.text) for access in parsed.accesses] == [("a", "name"), ("a", "age")]
    assert [name.text for name in parsed.parameters] == ["e0"]


def test_a_variable_passed_on_under_another_name_keeps_its_labels() -> None:
    parsed = parse("MATCH (a:Person) WITH a AS b RETURN b.name")
    (access,) = parsed.accesses
    assert access.variable.labels == {"Person"}


def test_a_variable_that_with_left_behind_is_not_in_scope() -> None:
    parsed = parse("MATCH (a)-->(b) WITH b RETURN a.name, b.name")
    assert [(use.name, use.key.text if use.key else None) for use in parsed.unbound] == [("a", "name")]


def test_subqueries_see_outer_variables_and_keep_their_own() -> None:
    parsed = parse("MATCH (a) WHERE EXISTS { (a)-->(b) WHERE b.x = 1 } RETURN b.x")
    assert [use.name for use in parsed.unbound] == ["b"]


@pytest.mark.parametrize(
    "query",
    [
        "MATCH p = shortestPath((a:A)-[*]-(b)) RETURN [n IN nodes(p) WHERE n.x IS NOT NULL | n.name]",
        "MATCH (a) RETURN a {.*, .name, other: a.x, a}, [(a)-->(b) | b.name], {k: [1, 2][0..1]}",
        "MATCH (a) RETURN CASE a.x WHEN 1, 2 THEN 'y' ELSE NULL END AS `case`, COUNT { (a)--() } > 1",
        "MATCH (n:(A|B)&!C WHERE n.x > 1)-[r:R|S WHERE r.y = 2]-(m) RETURN n",
        "MATCH ((a)-[:R]->(b)){1,3} (c) RETURN count(*)",
        "MATCH (a) CALL { WITH a MATCH (a)--(b) RETURN b UNION MATCH (b) RETURN b } RETURN b ORDER BY b.x DESC SKIP 1",
        "UNWIND $rows AS row WITH row WHERE row.x STARTS WITH 'a' RETURN reduce(t = 0, x IN row.l | t + x)",
        "RETURN all(x IN [1] WHERE x > 0) AND none(x IN [] WHERE x) XOR NOT 1 < 2 <= 3",
        "MATCH (count:Set)-[end:IN]->(match) RETURN count.order, end, match",
        "RETURN 1 IS :: INTEGER NOT NULL, 'a' IS NORMALIZED, trim(BOTH 'x' FROM 'xax'), -1 ^ +2 % 3",
        "MATCH (a)-[r]-(b) USING INDEX a:Person(name) WHERE a:Person AND (a)-[:X]->(b) RETURN DISTINCT *",
        "CALL db.labels() YIELD label AS l WHERE l <> 'x' RETURN l",
    ],
)
def test_what_reads_is_read(query: str) -> None:
    assert parse(query).clauses


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "empty"),
        ("MATCH (n", "not closed"),
        ("MATCH (n) RETURN n)", "closes nothing"),
        ("MATCH (n) RETRUN n", "expected MATCH"),
        ("MATCH (a)-->(b) (c)-->(d) RETURN a", "a comma between two nodes"),
        ("MATCH (n) WHERE n.x = 'open RETURN n", "not closed"),
        ("MATCH (n) SET n.x = 1", "SET may write"),
        ("RETURN 1; RETURN 2", "more than one statement"),
        ("MATCH (n:$(label)) RETURN n", "written out"),
        ("MATCH (n) WHERE n.name LIKE 'a%' RETURN n", "CONTAINS"),
        ("MATCH (n) RETURN n.x, count(*) HAVING count(*) > 1", "WITH … WHERE"),
        ("MATCH (n) WHERE n.x = 1 && n.y = 2 RETURN n", "write AND"),
        ("MATCH (n) RETURN TOP 5 n", "LIMIT"),
        ("MATCH (n) WHERE n.name = “x” RETURN n", "quote texts"),
        ("RETURN " + "[" * 100 + "]" * 100, "deep"),
        ("RETURN 1 IS :: " + "LIST<" * 500 + "ANY" + ">" * 500, "deep"),
    ],
)
def test_the_reason_says_what_was_met(query: str, reason: str) -> None:
    with pytest.raises(RefusedQuery, match=reason):
        parse(query)


@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_any_sequence_of_tokens_is_read_or_refused(query: str) -> None:
    with contextlib.suppress(RefusedQuery):
        parse(query)


@pytest.mark.parametrize(
    "part",
    [
        "(a)-->",
        "n.x + ",
        "NOT ",
        "a.b.c.",
        "x IN ",
        "-",
        "n:A|B:",
        "`a`",
        "[1], ",
        "f(x), ",
        "(n) + ",
        "{a: 1}.b, ",
        "[x IN y | x], ",
        "(a)--(b) AND ",
        "CASE WHEN x THEN y END, ",
        "EXISTS { (a)-->(b) } OR ",
        "a.b.c.d(x) + ",
    ],
)
def test_the_work_grows_with_the_length_and_not_faster(part: str) -> None:
    assert _steps(part * 400) <= 2.1 * _steps(part * 200) + 200


def _steps(text: str) -> int:
    """Tokens looked at until the query was read or refused."""
    clauses = Clauses([token for token in tokenize("MATCH (n) RETURN " + text) if token.kind != "space"])
    with contextlib.suppress(RefusedQuery):
        clauses.query()
    return clauses.parsed.steps
