"""`GraphStore.query` on every store with Cypher: 72 read queries to Neo4j's semantics, limits, errors, no writing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from kgqa.errors import InputError, TransientError
from kgqa.model import Document, Entity, Facts, Limits, Link, Sentence, Triple
from kgqa.tools.cypher.functions import ARCADEDB, FUNCTIONS
from kgqa.tools.ports import GraphStore
from kgqa.tools.store.bolt import BoltGraph

CONFORMANCE = json.loads((Path(__file__).parent / "conformance.json").read_text())
CASES = CONFORMANCE["cases"]


@pytest.fixture
def bolt(graph_store: GraphStore) -> BoltGraph:
    """The store under test, if it has Cypher."""
    if not isinstance(graph_store, BoltGraph):
        pytest.skip("this store has no Cypher")
    return graph_store


@pytest.fixture
async def toy(bolt: BoltGraph) -> AsyncIterator[BoltGraph]:
    """The graph that the conformance cases ask about, and nothing else."""
    await bolt._write(_load)
    yield bolt
    await bolt._write(_clear)


def _clear(tx: Any) -> None:
    tx.run("MATCH (n) DETACH DELETE n").consume()


def _load(tx: Any) -> None:
    _clear(tx)
    for label, nodes in CONFORMANCE["nodes"].items():
        for node in nodes:
            dates = {name: node[name] for name in CONFORMANCE["date_properties"] if name in node}
            rest = {name: value for name, value in node.items() if name not in dates}
            given = "".join(f" SET n.{name} = date($d.{name})" for name in dates)
            tx.run(f"CREATE (n:{label}) SET n = $p{given}", p=rest, d=dates).consume()
    for edge in CONFORMANCE["relationships"]:
        tx.run(
            f"MATCH (a:{edge['from_label']} {{name: $a}}) MATCH (b:{edge['to_label']} {{name: $b}}) "
            f"CREATE (a)-[r:{edge['type']}]->(b) SET r = $p",
            a=edge["from"],
            b=edge["to"],
            p=edge["properties"],
        ).consume()


CHECKS = {
    "pattern comprehension": lambda rows: [sorted(row[0]) for row in rows] == [["Alice", "Bob"]],
    "properties(n)": lambda rows: (
        [{k: v for k, v in r[0].items() if v is not None} for r in rows] == [{"name": "Initech", "founded": 2005}]
    ),
    "elementId(n)": lambda rows: rows[0][0] is not None,
    "id(n)": lambda rows: rows[0][0] is not None,
    "RETURN node": lambda rows: [r[0]["name"] for r in rows] == ["Alice"] and rows[0][0]["_labels"] == ["Person"],
    "keys(n)": lambda rows: [sorted(row[0]) for row in rows] == [["country", "name"]],
    "RETURN *": lambda rows: [row[0]["name"] for row in rows] == ["Paris"],
}


def test_there_are_72_cases_and_each_can_be_judged() -> None:
    assert len(CASES) == 72
    assert {case["id"] for case in CASES if "rows" not in case} == set(CHECKS)


async def test_read_queries_answer_as_neo4j_does(toy: BoltGraph) -> None:
    wrong = {}
    for case in CASES:
        result = await toy.query(case["cypher"], case.get("parameters", {}), Limits())
        rows = json.loads(json.dumps([list(row) for row in result.rows]))
        if "rows" not in case:
            right = CHECKS[case["id"]](rows)
        elif case["ordered"]:
            right = rows == case["rows"]
        else:
            right = sorted(map(json.dumps, rows)) == sorted(map(json.dumps, case["rows"]))
        if not right:
            wrong[case["id"]] = rows
    assert wrong == {}


async def test_columns_bear_the_names_the_query_gives(toy: BoltGraph) -> None:
    result = await toy.query("MATCH (p:Person {name: $e0}) RETURN p.name AS who, p.age", {"e0": "Alice"}, Limits())
    assert result.columns == ("who", "p.age")
    assert result.rows == (("Alice", 34),)
    assert not result.truncated


async def test_relationships_paths_maps_and_times_come_as_plain_data(toy: BoltGraph) -> None:
    cypher = "MATCH p = (a:Person {name: 'Alice'})-[r:WORKS_AT]->(o) RETURN r, p, {born: a.born, tags: [1, 'x']}"
    ((relation, path, mapping),) = (await toy.query(cypher, {}, Limits())).rows
    assert relation == {"since": 2015, "role": "Engineer", "_type": "WORKS_AT"}
    assert [node["name"] for node in path["_nodes"]] == ["Alice", "Acme Corp"]
    assert path["_relationships"] == [relation]
    assert mapping == {"born": "1990-05-01", "tags": [1, "x"]}


async def test_rows_beyond_the_limit_are_cut_and_said_to_be(toy: BoltGraph) -> None:
    cut = await toy.query("UNWIND range(1, 100000) AS n RETURN n", {}, Limits(rows=5))
    assert [row[0] for row in cut.rows] == [1, 2, 3, 4, 5]
    assert cut.truncated
    whole = await toy.query("UNWIND range(1, 5) AS n RETURN n", {}, Limits(rows=5))
    assert (len(whole.rows), whole.truncated) == (5, False)


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n RETURN n",
        "MATCH (n) RETURN m",
        "RETURN nonsense(1)",
        "RETURN $missing",
        "",
        "\x00",
        "RETURN '\ud800'",
    ],
)
async def test_a_wrong_query_is_the_callers_fault_and_says_why(toy: BoltGraph, cypher: str) -> None:
    with pytest.raises(InputError) as caught:
        await toy.query(cypher, {}, Limits())
    assert len(str(caught.value)) > 10


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (n:Person {name: 'Mallory'})",
        "MERGE (n:Person {name: 'Mallory'}) RETURN n",
        "MATCH (n:Person) SET n.name = 'Mallory' RETURN n",
        "MATCH (n:Person {name: 'Alice'}) REMOVE n.name",
        "MATCH (n:Person {name: 'Dave'}) DETACH DELETE n",
        "MATCH ()-[r]->() DELETE r",
        "MATCH (n:Person) SET n:Mallory",
        "FOREACH (i IN range(1, 3) | CREATE (:Mallory))",
        "MATCH (n:Person) CALL { WITH n CREATE (:Mallory) } RETURN 1",
        "CREATE INDEX mallory FOR (n:Person) ON (n.name)",
        "CREATE CONSTRAINT mallory FOR (n:Person) REQUIRE n.name IS UNIQUE",
        "CREATE USER mallory SET PASSWORD 'mallory123'",
        "EXPLAIN CREATE (n:Mallory)",
        "PROFILE CREATE (n:Mallory)",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    ],
)
async def test_a_query_that_slips_past_the_firewall_still_changes_nothing(toy: BoltGraph, cypher: str) -> None:
    def state(tx: Any) -> list[Any]:
        nodes = sorted(repr((sorted(r["l"]), sorted(r["p"].items()))) for r in tx.run(_NODES))
        return [nodes, tx.run("MATCH ()-[r]->() RETURN count(r)").single().value()]

    before = await toy._write(state)
    try:
        result = await toy.query(cypher, {}, Limits())
    except (InputError, TransientError):
        result = None
    assert await toy._write(state) == before
    assert result is None or "root" not in repr(result.rows)


_NODES = "MATCH (n) RETURN labels(n) AS l, properties(n) AS p"


async def test_a_query_sees_the_graph_that_was_written_by_its_types_and_names(bolt: BoltGraph) -> None:
    sentence = Sentence("s-1", "d-1", 0, 0, 3, "Ann works at Acme.")
    ann, acme = Entity("e-1", "Ann", "Worker", ("Annie",)), Entity("e-2", "Acme", "Company")
    fact = Triple("e-1", "EMPLOYED_BY", "e-2", "work at", ("s-1",), (0.9,))
    await bolt.write_document(Document("d-1", "T", "t.md", "0", "en"), (), (sentence,))
    await bolt.write_facts([Facts("d-1", (ann, acme), (Link("s-1", "e-1"), Link("s-1", "e-2")), (fact,))])
    told = await bolt.query(
        "MATCH (p:Worker {id: $e0})-[r:EMPLOYED_BY]->(o:Company) RETURN o.name, r.sentences, r.confidence, p",
        {"e0": "e-1"},
        Limits(),
    )
    name, sentences, confidence, person = told.rows[0]
    assert (name, sentences, confidence) == ("Acme", ["s-1"], 0.9)
    assert isinstance(person, dict)
    assert (person["name"], person["aliases"], person["_labels"]) == ("Ann", ["Annie"], ["Worker"])
    seen = await bolt.query("MATCH (s:Sentence)-[:MENTIONS]->(e) RETURN s.text, collect(e.name)", {}, Limits())
    assert [(row[0], sorted(row[1])) for row in seen.rows] == [("Ann works at Acme.", ["Acme", "Ann"])]  # type: ignore[call-overload]  # a cell is any value; this one is a list


async def test_a_query_that_takes_too_long_ends_in_time(toy: BoltGraph) -> None:
    started = time.monotonic()
    endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b = -1 RETURN count(*)"
    with pytest.raises(TransientError, match="time"):
        await toy.query(endless, {}, Limits(seconds=1))
    assert time.monotonic() - started < 5
    assert (await toy.query("RETURN 1", {}, Limits())).rows == ((1,),)


async def test_many_queries_at_once_each_get_their_own_answer(toy: BoltGraph) -> None:
    results = await asyncio.gather(*(toy.query("RETURN $n AS n", {"n": n}, Limits()) for n in range(64)))
    assert [result.rows for result in results] == [((n,),) for n in range(64)]


async def test_what_is_written_under_a_label_that_other_cypher_made_is_found(bolt: BoltGraph) -> None:
    await bolt._write(lambda tx: tx.run("CREATE (n:Visitor)-[:GREETED]->(:Visitor)").consume())
    await bolt._write(_clear)
    await bolt.close()
    await bolt.open()
    document = Document("d", "D", "d.md", "0", "en")
    sentence = Sentence("d000000", "d", 0, 0, 9, "Ann greeted Bob.")
    ann, bob = Entity("e-ann", "Ann", "Visitor"), Entity("e-bob", "Bob", "Visitor")
    greeted = Triple(ann.id, "GREETED", bob.id, "greet", (sentence.id,), (0.5,))
    links = (Link(sentence.id, ann.id), Link(sentence.id, bob.id))
    await bolt.write_document(document, (), [sentence])
    await bolt.write_facts([Facts("d", (ann, bob), links, (greeted,))])
    assert await bolt.entities([ann.id, bob.id]) == [ann, bob]
    assert await bolt.facts([ann.id]) == [greeted]
    assert [entity for entity, _ in (await bolt.find(["Ann"]))["Ann"]] == [ann]


async def test_every_function_of_a_dialect_is_known_to_its_server(bolt: BoltGraph) -> None:
    """Whatever it is given, a server that lives on says that the query is wrong; and it lacks what its dialect says."""
    unknown = set()
    for name in sorted(FUNCTIONS - {"all", "any", "none", "single"}):
        for given in ("", "1", "'a', 'b'", "[1, 2], [2, 3]", "{a: 1}, 'a'", "1, 2, 3"):
            try:
                await bolt.query(f"RETURN {name}({given}) AS x", {}, Limits(rows=1))
            except InputError as error:
                if "Unknown function" in str(error):
                    unknown.add(name)
    if bolt.dialect is ARCADEDB:
        assert unknown == set(ARCADEDB.lacks)
