"""A server that does not answer: left to be tried again, and in the end a problem like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from kgqa.errors import ExhaustedError, OverdueQuery, TransientError
from kgqa.model import Limits, Match, Query, Rows
from kgqa.nodes.retries import ATTEMPTS, last_try
from kgqa.nodes.run_cypher import run_cypher
from kgqa.tools.store.memory import MemoryGraph
from langgraph.runtime import ExecutionInfo

from .conftest import Told

MIRA = Match("Mira", "e1", "Mira", 1.0, "exact")
STATE: Any = {
    "asked": "Who is Mira?",
    "queries": [Query("MATCH (a {id: $e0[0]})-[r]-() RETURN r", {"e0": "Mira"}), Query("MATCH (a) RETRUN $e0")],
    "matches": [MIRA],
}


class Slow(MemoryGraph):
    """A store whose every query takes too long."""

    cypher = True

    async def query(self, cypher: str, parameters: Mapping[str, object], limits: Limits) -> Rows:
        raise TransientError("the server took longer than 10 s")


def at(told: Told, attempt: int) -> Any:
    return replace(told.runtime(), execution_info=ExecutionInfo("c", "n", "t", node_attempt=attempt))


class Worn(MemoryGraph):
    """A store where the query itself is what takes too much."""

    cypher = True

    def __init__(self, error: TransientError) -> None:
        super().__init__()
        self.error = error

    async def query(self, cypher: str, parameters: Mapping[str, object], limits: Limits) -> Rows:
        raise self.error


@pytest.mark.parametrize("error", [OverdueQuery("it ran out of time"), ExhaustedError("the server went away")])
async def test_a_query_that_took_too_much_is_not_run_again(told: Told, error: TransientError) -> None:
    ran = await run_cypher(STATE, at(told, 1), graph_store=Worn(error))
    assert ran["attempts"][0].problem == str(error)


async def test_until_the_last_try_it_is_left_to_pass(told: Told) -> None:
    assert not last_try(at(told, 1))
    with pytest.raises(TransientError):
        await run_cypher(STATE, at(told, 1), graph_store=Slow())


async def test_at_the_last_try_it_goes_back_to_the_writer_and_the_next_query_is_tried(told: Told) -> None:
    assert last_try(told.runtime())
    ran = await run_cypher(STATE, at(told, ATTEMPTS), graph_store=Slow())
    slow, refused = (attempt.problem for attempt in ran["attempts"])
    assert "longer than 10 s" in slow
    assert "refused" in refused


async def test_a_refusal_says_what_is_bound_instead(told: Told) -> None:
    state = {**STATE, "queries": [Query("MATCH (a)-[r]-(b) WHERE a.id IN $e7 RETURN r", {"e0": "Mira"})]}
    ran = await run_cypher(state, told.runtime(), graph_store=Slow())
    assert ran["attempts"][0].problem.endswith("the parameter $e7 is not bound; perhaps $e0")
