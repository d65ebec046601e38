"""live: routes, as LangGraph calls them in both kinds of run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from kgqa.graph.binding import routed
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import get_runtime
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    """Where it came through."""

    start: str
    through: str


@dataclass
class Wanted:
    """The run's choice."""

    way: str


@pytest.fixture
def graph() -> Any:
    """Goes where the run's context says, if the state agrees."""

    def way(state: State) -> list[str]:
        return [get_runtime(Wanted).context.way] if state["start"] == "here" else ["b"]

    made = StateGraph(State, Wanted)
    made.add_node("first", lambda state: {"start": "here"})
    made.add_node("a", lambda state: {"through": "a"})
    made.add_node("b", lambda state: {"through": "b"})
    made.add_edge(START, "first")
    made.add_conditional_edges("first", routed(way), ["a", "b"])
    made.add_edge("a", END)
    made.add_edge("b", END)
    return made.compile()


@pytest.mark.parametrize("way", ["a", "b"])
def test_a_route_sees_the_state_and_the_runs_context_sync_and_async(graph: Any, way: str) -> None:
    assert graph.invoke({}, context=Wanted(way))["through"] == way
    assert asyncio.run(graph.ainvoke({}, context=Wanted(way)))["through"] == way


def test_the_picture_shows_every_way_that_a_route_may_go(graph: Any) -> None:
    drawn = {(edge.source, edge.target) for edge in graph.get_graph().edges if edge.conditional}
    assert drawn == {("first", "a"), ("first", "b")}
