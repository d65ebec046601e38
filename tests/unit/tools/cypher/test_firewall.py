import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import RefusedQuery
from kgqa.model import Relation, Schema
from kgqa.tools.cypher.firewall import against_schema, check
from kgqa.tools.cypher.functions import ARCADEDB

SCHEMA = Schema(
    "v",
    ("Organization", "Person"),
    (
        Relation("WORKS_AT", ("Person",), ("Organization",)),
        Relation("KNOWS", ("Person",), ("Person",)),
        Relation("NEAR", (), ()),
    ),
)


def test_the_text_to_run_has_no_comment_prefix_or_semicolon() -> None:
    passed = check("CYPHER 5 MATCH (n) /* DELETE */ RETURN n.name // CREATE\n;")
    assert passed.text.split() == ["MATCH", "(n)", "RETURN", "n.name"]


def test_it_says_what_a_query_names() -> None:
    passed = check("MATCH (a:Person {name: $e0})-[:KNOWS]->(b) RETURN b.age", parameters=["e0"])
    assert (passed.labels, passed.types) == ({"Person"}, {"KNOWS"})
    assert (passed.properties, passed.parameters) == ({"name", "age"}, {"e0"})


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("MATCH (a)-[*]->(b) RETURN b", "MATCH (a)-[*1..10]->(b) RETURN b"),
        ("MATCH (a)-[r:R*2..]->(b) RETURN b", "MATCH (a)-[r:R*2..10]->(b) RETURN b"),
        ("MATCH (a)-[:R]->+(b) RETURN b", "MATCH (a)-[:R]->{1,10}(b) RETURN b"),
        ("MATCH (a)((x)-->(y)){2,}(b) RETURN b", "MATCH (a)((x)-->(y)){2,10}(b) RETURN b"),
        ("MATCH p = shortestPath((a)-[*]-(b)) RETURN p", "MATCH p = shortestPath((a)-[*]-(b)) RETURN p"),
        ("MATCH (a)-[*..3]->(b) RETURN b", "MATCH (a)-[*..3]->(b) RETURN b"),
        ("MATCH (a)((x)-->(y)-->(z))+(b) RETURN b", "MATCH (a)((x)-->(y)-->(z)){1,5}(b) RETURN b"),
        ("MATCH (a)-[:R]->{,}(b) RETURN b", "MATCH (a)-[:R]->{0,10}(b) RETURN b"),
    ],
)
def test_an_unbounded_length_gets_a_bound(query: str, text: str) -> None:
    assert check(query).text == text


def test_a_variable_called_like_a_writing_clause_runs_in_back_ticks() -> None:
    assert (
        check("MATCH (drop:Drop) RETURN drop.load AS load").text == "MATCH (`drop`:Drop) RETURN `drop`.load AS `load`"
    )


def test_names_in_other_scripts_are_quoted_so_that_every_server_takes_them() -> None:
    assert check("MATCH (n:사람) RETURN n.이름").text == "MATCH (n:`사람`) RETURN n.`이름`"


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n) WHERE n.name = 'CREATE (m) DELETE n' RETURN n",
        "MATCH (n:`DROP DATABASE`) RETURN n.`SET` AS `MERGE`",
        "MATCH (n:Set)-[:CREATE]->(m:Call) RETURN n.delete, m {.remove, merge: m.load}",
        "MATCH (n) RETURN n // DETACH DELETE n",
        "MATCH (n) RETURN n.name AS name, count(*) AS use, 'a;b' AS show ORDER BY name",
    ],
)
def test_a_writing_word_that_is_only_a_name_or_a_text_passes(query: str) -> None:
    check(query)


def test_a_parameter_that_is_not_bound_is_refused_with_those_that_are() -> None:
    with pytest.raises(RefusedQuery, match=r"\$e7") as refused:
        check("MATCH (n {name: $e7}) RETURN n", parameters=["e0", "e1"])
    assert refused.value.suggestions == ("$e0", "$e1")


def test_an_unknown_function_is_refused_with_those_of_like_name() -> None:
    with pytest.raises(RefusedQuery, match="tolowercase") as refused:
        check("RETURN toLowerCase('x')")
    assert "tolower" in refused.value.suggestions


@pytest.mark.parametrize(("lacking", "instead"), ARCADEDB.lacks.items())
def test_a_function_that_a_server_lacks_is_refused_there_with_what_it_takes(lacking: str, instead: str) -> None:
    check(f"RETURN {lacking}([], []) AS x")
    with pytest.raises(RefusedQuery, match=f"ArcadeDB has no function '{lacking}'") as refused:
        check(f"RETURN {lacking}([], []) AS x", dialect=ARCADEDB)
    assert refused.value.suggestions == (instead,)
    said = instead if instead.startswith("UNWIND") else f"RETURN {instead} AS z"
    check(f"WITH [1] AS a, [2] AS b, 1 AS x, 2 AS y {said}", dialect=ARCADEDB)


def test_no_function_is_suggested_that_the_server_lacks() -> None:
    with pytest.raises(RefusedQuery) as refused:
        check("RETURN apoc.coll.intersect([], [])", dialect=ARCADEDB)
    assert refused.value.suggestions
    assert not set(refused.value.suggestions) & set(ARCADEDB.lacks)


@pytest.mark.parametrize(
    ("query", "reason", "suggestion"),
    [
        ("MATCH (n:Persn) RETURN n", "label 'Persn'", "Person"),
        ("MATCH (n) WHERE n:person RETURN n", "label 'person'", "Person"),
        ("MATCH ()-[:WORKSAT]->() RETURN 1", "relation type 'WORKSAT'", "WORKS_AT"),
        ("MATCH (n:Person {nmae: 'x'}) RETURN n", "no property 'nmae'", "name"),
        ("MATCH (n:Person) WITH n AS m RETURN m.alias", "no property 'alias'", "aliases"),
        (
            "MATCH (n:Person)<-[:WORKS_AT]-(m:Organization) RETURN n",
            "other way",
            "(:Person)-[:WORKS_AT]->(:Organization)",
        ),
        ("MATCH (n)<-[:WORKS_AT]-(m:Organization) RETURN n", "other way", "(:Person)-[:WORKS_AT]->(:Organization)"),
        ("MATCH (n:Organization)-[:KNOWS]-(m) RETURN n", "joins", "(:Person)-[:KNOWS]->(:Person)"),
        ("MATCH (n) WHERE EXISTS { (n:Person)-[:WORK_AT]->() } RETURN n", "'WORK_AT'", "WORKS_AT"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_with_what_would(query: str, reason: str, suggestion: str) -> None:
    check(query)
    with pytest.raises(RefusedQuery, match=reason) as refused:
        check(query, SCHEMA)
    assert suggestion in refused.value.suggestions


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (a:Person)-[r:WORKS_AT|KNOWS]->(b) RETURN a.name, r.sentences, b.id",
        "MATCH (s:Sentence)-[:MENTIONS]->(a:Person)-[:WORKS_AT]->(:Organization:__Entity__) RETURN s.text",
        "MATCH (a:__Entity__ {id: 'x'})-[:KNOWS*1..3]-(b) RETURN b",
        "MATCH (a:Organization)-[:NEAR]->(b) RETURN b.name",
        "MATCH (a:!Person) RETURN a.whatever",
        "MATCH (d:Document)<-[:PAGE_OF]-(p:Page)<-[:ON_PAGE]-(s)-[:NEXT]->(t) RETURN d.title, p.number, t.text",
        "MATCH (a)-[r]->(b) WITH collect(a) AS many UNWIND many AS one RETURN one.anything",
    ],
)
def test_what_fits_the_schema_passes(query: str) -> None:
    check(query, SCHEMA)
    against_schema(query, SCHEMA)


@given(st.text(max_size=300))
def test_any_text_is_passed_or_refused(query: str) -> None:
    with contextlib.suppress(RefusedQuery):
        check(query, SCHEMA, parameters=("e0",))


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "MATCH (n:Person)",
            "-[:KNOWS*]->",
            "(m)",
            "WHERE n.name =~ '",
            ".*",
            "'",
            "RETURN",
            "n",
            " ",
            "range(1,",
            "9)",
            "WITH n AS n",
            ",",
            "CREATE",
            "\\u0027",
            "`",
            "{",
            "}",
            "replace('a','a','aa')",
            "/*",
            "*/",
            "$e0",
            "+",
            "1e9",
        ]
    ),
    max_size=30,
).map("".join)


@given(FRAGMENTS)
def test_any_mixture_of_query_parts_is_passed_or_refused(query: str) -> None:
    with contextlib.suppress(RefusedQuery):
        passed = check(query, SCHEMA, parameters=("e0",))
        assert not re.search(r"(?<!['`\w])CREATE\b", passed.text), "but in a string, in back-ticks, at a name's end"


@given(FRAGMENTS)
def test_what_passed_passes_again_and_stays_the_same(query: str) -> None:
    try:
        text = check(query, parameters=("e0",)).text
    except RefusedQuery:
        return
    assert check(text, parameters=("e0",)).text == text


@pytest.mark.parametrize("query", ["MATCH (n) RETURN n " + " " * 30_000, "RETURN " + "1+" * 9_000 + "1"])
def test_a_huge_query_is_refused_at_once(query: str) -> None:
    with pytest.raises(RefusedQuery, match="are allowed"):
        check(query)


def test_a_long_name_is_not_told_whole() -> None:
    with pytest.raises(RefusedQuery) as refused:
        check(f"MATCH (n:{'x' * 15_000}) RETURN n", SCHEMA)
    assert len(refused.value.reason) < 200
