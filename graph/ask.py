"""qa (the whole question graph) → tell → END: an answer as a text of a few lines, as MCP's clients show it."""

from __future__ import annotations

from typing import Any, TypeAlias

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from ..nodes.chat.message import message_text
from ..nodes.state import QAContext, Question, Told, ToTell
from ..settings import Settings
from .binding import hosted
from .ports import Ports
from .qa import build_qa_graph

AskGraph: TypeAlias = CompiledStateGraph[ToTell, QAContext, Question, Told]


def build_ask_graph(ports: Ports | None = None, settings: Settings | None = None, *, name: str = "ask") -> AskGraph:
    """The compiled graph, sync and async: `{"question": …}` in, `{"text": …}` out.

    The text holds the short answer, the cited statements, their sources, and what did not go as it should; no
    evidence, no boxes: a model that calls this as a tool reads all of what it is given.

    Args:
        ports: as `build_qa_graph` takes them.
        settings: as `build_qa_graph` takes them.
        name: what the graph is called where it is a subgraph, and in traces.

    Raises:
        ConfigError: a setting names no adapter, or one whose extra is not installed.
    """
    graph = StateGraph(ToTell, QAContext, input_schema=Question, output_schema=Told)
    graph.add_node("qa", build_qa_graph(ports, settings))
    graph.add_node("tell", tell)
    graph.add_edge(START, "qa")
    graph.add_edge("qa", "tell")
    graph.add_edge("tell", END)
    return graph.compile(name=name)


def tell(state: ToTell) -> dict[str, Any]:
    """The answer as the chat words it, then the notes."""
    return {"text": "\n".join([message_text(state["answer"]), *(f"({note})" for note in state.get("notes", ()))])}


async def studio() -> AskGraph:
    """The graph as `langgraph dev` and its MCP endpoint load it: ports from the environment."""
    return await hosted(build_ask_graph)
