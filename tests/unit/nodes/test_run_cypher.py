"""run_cypher: what placeholders stand for, and why a query that fails does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kgqa.errors import InputError
from kgqa.model import Limits, Match, Query, Rows, Schema, sentence_id
from kgqa.nodes.run_cypher import binding, run_cypher, sentences_in
from kgqa.nodes.write_cypher import BuiltinCypherWriter
from kgqa.tools.cypher.functions import ARCADEDB
from kgqa.tools.store.memory import MemoryGraph

from .conftest import Told

S1 = sentence_id("d" * 32, 1)
HOSTILE = "Who is `}) DETACH DELETE n //` and 'x' OR 1=1 to Mira Lindqvist?"
MIRA = Match("Mira Lindqvist", "e1", "Mira Lindqvist", 1.0, "exact")
HANBIT = Match("Hanbit Motors", "e2", "Hanbit Motors", 1.0, "exact")
NOTHING = Schema("", (), ())


class Answering(MemoryGraph):
    """A store with Cypher that answers from a list, in order, and keeps what it was asked."""

    cypher = True

    def __init__(self, *results: Rows | InputError) -> None:
        super().__init__()
        self.results = list(results)
        self.asked: list[tuple[str, Mapping[str, object]]] = []

    async def query(self, cypher: str, parameters: Mapping[str, object], limits: Limits) -> Rows:
        self.asked.append((cypher, parameters))
        result = self.results.pop(0)
        if isinstance(result, InputError):
            raise result
        return result


EMPTY = Rows(("sentences",), ())
FOUND = Rows(("subject", "sentences"), (("e1", [S1, "no sentence"]),))


async def test_only_what_did_not_run_counts_as_failed(told: Told) -> None:
    query = (await BuiltinCypherWriter().write("Where does Mira Lindqvist work?", (), NOTHING, ()))[0]
    assert (await run(Answering(EMPTY), told, [query], [MIRA]))["failed"] == ""
    ran = await run(Answering(EMPTY, InputError("no such function"), EMPTY), told, [query] * 3, [MIRA])
    assert ran["failed"] == "no such function"


async def test_a_function_that_the_store_lacks_is_refused_with_what_says_the_same(told: Told) -> None:
    store = Answering()
    store.dialect = ARCADEDB
    ran = await run(
        store, told, [Query("MATCH (n {id: $e0[0]}) RETURN apoc.text.clean(n.name)", {"e0": "Mira Lindqvist"})], [MIRA]
    )
    assert store.asked == []
    assert "ArcadeDB has no function 'apoc.text.clean'; perhaps toLower(trim(a))" in ran["failed"]


def test_placeholders_bind_to_ids_types_and_words() -> None:
    works = Match("work at", "WORK_AT", "work at", 1.0, "exact", "relation")
    query = Query("", {"e0": "Mira Lindqvist", "r0": "work at", "w0": "work"})
    assert binding(query, [MIRA, works]) == {"e0": ["e1"], "r0": ["WORK_AT"], "w0": "work"}
    assert binding(query, [MIRA]) == {"e0": ["e1"], "r0": [], "w0": "work"}
    assert binding(query, [works]) is None


def test_two_names_of_one_thing_are_not_asked_about_each_other() -> None:
    same = Match("Lindqvist", "e1", "Mira Lindqvist", 1.0, "alias")
    assert binding(Query("", {"e0": "Mira Lindqvist", "e1": "Lindqvist"}), [MIRA, same]) is None


def test_sentences_are_read_from_columns_and_from_what_is_returned() -> None:
    rows = Rows(("r", "name"), (({"_type": "WORK_AT", "sentences": [S1]}, "x"), (None, "y")))
    assert sentences_in(rows) == [S1]
    assert sentences_in(FOUND) == [S1]


async def run(store: MemoryGraph, told: Told, queries: Sequence[Query], matches: Sequence[Match]) -> Any:
    state = {"asked": "Where does Mira work?", "queries": list(queries), "matches": list(matches)}
    return await run_cypher(state, told.runtime(), graph_store=store)  # type: ignore[arg-type]


async def test_a_failing_query_says_why_and_the_next_one_is_run(told: Told) -> None:
    store = Answering(InputError("no such function"), EMPTY, FOUND)
    query = (await BuiltinCypherWriter().write("Where does Mira Lindqvist work?", (), NOTHING, ()))[0]
    ran = await run(store, told, [query] * 3, [MIRA])
    assert [attempt.problem for attempt in ran["attempts"]] == ["no such function", "no row matches", ""]
    assert ran["fact_sentences"] == [S1]
    assert ran["rounds"] == 1


async def test_a_query_that_writes_never_reaches_the_store(told: Told) -> None:
    store = Answering()
    ran = await run(store, told, [Query("MATCH (n) WHERE n.id IN $e0 DETACH DELETE n", {"e0": MIRA.mention})], [MIRA])
    assert store.asked == []
    assert "refused" in ran["attempts"][0].problem


async def test_what_is_not_matched_is_not_asked_and_says_so(told: Told) -> None:
    store = Answering()
    queries = await BuiltinCypherWriter().write("Where does Mira Lindqvist work?", (), NOTHING, ())
    attempts = (await run(store, told, queries, []))["attempts"]
    assert {attempt.problem for attempt in attempts} == {"the graph does not know $e0"}
    assert store.asked == []


async def test_a_store_without_cypher_gives_the_same_facts_by_its_port(told: Told) -> None:
    store = MemoryGraph()
    assert (await run(store, told, [], [MIRA]))["fact_sentences"] == []
