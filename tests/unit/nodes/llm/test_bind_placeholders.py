"""What a model's Cypher needs to run here: no names in it, ids to find entities by, sentences to cite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Relation, Schema
from kgqa.nodes.llm.bind_placeholders import bind_placeholders
from kgqa.nodes.llm.queries_in_reply import queries_in
from kgqa.nodes.llm.sentences_of_facts import returning_sentences
from kgqa.nodes.llm.write_cypher import ready
from kgqa.tools.cypher.firewall import check

NAMES = ["Mira Lindqvist", "Hanbit Motors"]
SCHEMA = Schema(
    "1", ("NAME", "ORGANIZATION", "PLACE"), (Relation("WORK_AT", ("NAME",), ("ORGANIZATION",)),
                                              Relation("LOCATED_IN", ("ORGANIZATION",), ("PLACE",)))
)  # fmt: skip
FOUND = "UNWIND $e0 AS i0 MATCH (a:__Entity__ {id: i0})"


@pytest.mark.parametrize(
    ("written", "runs"),
    [
        ("MATCH (a:P {name: 'mira LINDQVIST'})-[r:X]->(b) RETURN r", f"{FOUND}-[r:X]->(b) RETURN r"),
        ("MATCH (a {name: $e0})-[r:X]->(b) RETURN r", f"{FOUND}-[r:X]->(b) RETURN r"),
        ("MATCH (a:P|Q {id: $e0})-[r:X]->(b) RETURN r", f"{FOUND}-[r:X]->(b) RETURN r"),
        ("MATCH (a)-[r]->(b) WHERE a.name = $e0 RETURN r", f"{FOUND}-[r]->(b) WHERE a.id IN $e0 RETURN r"),
        (
            "MATCH (a:P|Q)-[r]->(b) WHERE a.id IN $e0 AND b.name = 'Hanbit Motors' RETURN r",
            "UNWIND $e0 AS i0 UNWIND $e1 AS i1 MATCH (a:__Entity__ {id: i0})-[r]->(b:__Entity__ {id: i1}) "
            "WHERE a.id IN $e0 AND b.id IN $e1 RETURN r",
        ),
        (
            "MATCH (a) WHERE a.name STARTS WITH $e1 RETURN a",
            "UNWIND $e1 AS i1 MATCH (a:__Entity__ {id: i1}) WHERE a.id IN $e1 RETURN a",
        ),
        ("MATCH (a) WHERE a.id IN $e0 OR a.x = 1 RETURN a", "MATCH (a) WHERE a.id IN $e0 OR a.x = 1 RETURN a"),
        ("MATCH (a) WHERE NOT a.id IN $e0 RETURN a", "MATCH (a) WHERE NOT a.id IN $e0 RETURN a"),
        (
            "MATCH (b) OPTIONAL MATCH (a)--(b) WHERE a.id IN $e0 RETURN a",
            "MATCH (b) OPTIONAL MATCH (a)--(b) WHERE a.id IN $e0 RETURN a",
        ),
        (
            "MATCH (a)--(b) WHERE any(x IN [1] WHERE a.id IN $e0) RETURN a",
            "MATCH (a)--(b) WHERE any(x IN [1] WHERE a.id IN $e0) RETURN a",
        ),
        ("MATCH (a)--(b) WITH a WHERE a.id IN $e0 RETURN a", "MATCH (a)--(b) WITH a WHERE a.id IN $e0 RETURN a"),
        (
            "MATCH (a) WHERE toLower(a.name) = toLower('Mira Lindqvist') RETURN a",
            f"{FOUND} WHERE a.id IN $e0 RETURN a",
        ),
        ("MATCH (a) WHERE toLower(a.name) CONTAINS 'mira lindqvist' RETURN a", f"{FOUND} WHERE a.id IN $e0 RETURN a"),
        ("MATCH (a) WHERE $e0 = a.name RETURN a", f"{FOUND} WHERE a.id IN $e0 RETURN a"),
        ("MATCH (a) WHERE $e0 IN a.aliases RETURN a", f"{FOUND} WHERE a.id IN $e0 RETURN a"),
        ("MATCH (a) WHERE a.name <> $e0 RETURN a", "MATCH (a) WHERE (NOT a.id IN $e0) RETURN a"),
        ("MATCH (a) WHERE a.name IN [$e0, 'Hanbit Motors'] RETURN a", "MATCH (a) WHERE a.id IN ($e0 + $e1) RETURN a"),
        ("MATCH (a) WHERE a.name IN [$e0, 'x'] RETURN a", "MATCH (a) WHERE a.name IN [$e0, 'x'] RETURN a"),
        ("MATCH (a) WHERE a.name = $e0 + '' RETURN a", "MATCH (a) WHERE a.name = $w0 + '' RETURN a"),
        (
            "MATCH (a) WHERE a.text CONTAINS 'hanbit motors' RETURN a",
            "MATCH (a) WHERE a.text CONTAINS toLower($w1) RETURN a",
        ),
        ("MATCH (d:Document {title: 'Hanbit Motors'}) RETURN d", "MATCH (d:Document {title: $w1}) RETURN d"),
        (
            "MATCH (d:Document) WHERE d.title = 'Hanbit Motors' RETURN d",
            "MATCH (d:Document) WHERE d.title = $w1 RETURN d",
        ),
        ("MATCH (a)-[r:X {name: $e0}]->(b) RETURN r", "MATCH (a)-[r:X {name: $w0}]->(b) RETURN r"),
        ("MATCH (a) RETURN a {name: $e0}", "MATCH (a) RETURN a {name: $w0}"),
        (
            "MATCH (a) WHERE a.name = $e0 AND a.id = $e0 RETURN a",
            f"{FOUND} WHERE a.id IN $e0 AND a.id IN $e0 RETURN a",
        ),
        (
            "MATCH (a) WHERE any(x IN $e0 WHERE x = a.id) RETURN a",
            "MATCH (a) WHERE any(x IN $e0 WHERE x = a.id) RETURN a",
        ),
        (
            "MATCH (a {name: $e0})--(b) RETURN b UNION MATCH (b {name: $e1}) RETURN b",
            "MATCH (a:__Entity__ {id: $e0[0]})--(b) RETURN b UNION MATCH (b:__Entity__ {id: $e1[0]}) RETURN b",
        ),
        ("MATCH (a)-[r {phrase: 'of note'}]->(b) RETURN r", "MATCH (a)-[r {phrase: 'of note'}]->(b) RETURN r"),
        ("not even Cypher", "not even Cypher"),
    ],
)
def test_names_become_placeholders_and_placeholders_ids(written: str, runs: str) -> None:
    assert " ".join(bind_placeholders(written, NAMES).split()) == runs


@pytest.mark.parametrize(
    ("written", "tells"),
    [
        ("MATCH (a)-[:X]->(b) RETURN b.name AS n LIMIT 5", "RETURN b.name AS n, fact0.sentences AS sentences LIMIT 5"),
        ("MATCH (a)-[r:X]->(b)-[q]-(c) RETURN c", "RETURN c, r.sentences + q.sentences AS sentences"),
        ("MATCH (a)-[r]->(b) RETURN DISTINCT b.name", "RETURN DISTINCT b.name, r.sentences AS sentences"),
        ("MATCH (a)-[r]->(b) RETURN r", "RETURN r"),
        ("MATCH (a)-[r]->(b) RETURN r.sentences AS sentences", "RETURN r.sentences AS sentences"),
        ("MATCH (a)-[r]->(b) RETURN count(b)", "RETURN count(b)"),
        ("MATCH (a)-[r*1..3]->(b) RETURN b", "RETURN b"),
        ("MATCH (a)-[r]->(b) WITH b RETURN b", "RETURN b"),
        ("MATCH (a)-[r]->(b) RETURN stdev(b.x)", "RETURN stdev(b.x)"),
        ("MATCH (a)-[r]->(b) WHERE EXISTS { (b)-[q]->() } RETURN b", "RETURN b, r.sentences AS sentences"),
        (
            "MATCH (a)-[r]->(b) OPTIONAL MATCH (b)-[q]->(c) RETURN c",
            "RETURN c, r.sentences + coalesce(q.sentences, []) AS sentences",
        ),
    ],
)
def test_a_query_returns_the_sentences_of_its_facts_where_that_can_be_added(written: str, tells: str) -> None:
    assert returning_sentences(written).endswith(tells)
    check(returning_sentences(written))


def test_a_wrong_direction_and_a_misspelt_type_are_mended_by_rule() -> None:
    query = ready("MATCH (o:Organization {name: $e1})-[:WORKAT]->(p:NAME) RETURN p.name", NAMES, SCHEMA)
    assert "<-[fact0:WORK_AT]-" in query.cypher
    assert query.placeholders == {"e1": "Hanbit Motors"}
    assert "WORKAT → WORK_AT" in query.why
    check(query.cypher, SCHEMA, parameters=["e1"])


def test_only_placeholders_that_stand_in_the_query_are_bound() -> None:
    assert ready("MATCH (a)-[r]->(b) WHERE a.id IN $e9 RETURN r", NAMES, SCHEMA).placeholders == {}


def test_queries_are_found_in_fences_and_without_them() -> None:
    two = "Sure!\n```cypher\nMATCH (a) RETURN a\n```\nor\n```\nMATCH (b) RETURN b;\n```"
    assert queries_in(two) == ["MATCH (a) RETURN a", "MATCH (b) RETURN b"]
    assert queries_in("MATCH (a)\nRETURN a;\nMATCH (b) RETURN b") == ["MATCH (a)\nRETURN a", "MATCH (b) RETURN b"]
    assert queries_in("I cannot do that.") == []
    assert queries_in("Here it is:\nMATCH (a) RETURN a") == ["MATCH (a) RETURN a"]
    assert queries_in("```cypher\n// find it\nMATCH (a) RETURN a\n```") == ["// find it\nMATCH (a) RETURN a"]


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (a {id: $e0})-[r]->(b)\n\nMATCH (b)-[q]->(c)\nRETURN c",
        "MATCH (a) WHERE a.text = 'x;\n\nMATCH y' RETURN a",
        "MATCH (a) RETURN a\nUNION\n\nMATCH (b) RETURN b",
        "MATCH (a)\n\nCALL (a) { RETURN 1 AS x\n\n}\n\nMATCH (b) RETURN b",
    ],
)
def test_an_empty_line_within_a_query_does_not_part_it(query: str) -> None:
    assert queries_in(f"```cypher\n{query}\n```") == [query]


def test_at_most_three_queries_are_taken() -> None:
    assert len(queries_in("```\nMATCH (a) RETURN a\n```" * 9)) == 3


def test_queries_behind_each_other_are_parted_at_an_empty_line() -> None:
    assert queries_in("MATCH (a) RETURN a\n\nMATCH (b) RETURN b") == ["MATCH (a) RETURN a", "MATCH (b) RETURN b"]


CYPHER = st.lists(
    st.sampled_from(
        "MATCH WHERE RETURN WITH UNION UNWIND AS a b name id . = IN $e0 $e1 $w0 { } ( ) [ ] : - > < , 'Mira Lindqvist' "
        '"Hanbit Motors" STARTS CONTAINS count 1 `x` // /* */ \\ $'.split(" ")
    ),
    max_size=25,
).map(" ".join)


@given(CYPHER)
def test_whatever_a_model_writes_ends_as_a_query_or_as_it_was(written: str) -> None:
    query = ready(written, NAMES, SCHEMA)
    assert set(query.placeholders.values()) <= set(NAMES)
