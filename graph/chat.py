"""condense → qa (the whole question graph) → reply → END."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Checkpointer

from ..nodes.chat import condense as condensing
from ..nodes.chat import reply as replying
from ..nodes.chat.state import ChatState, Replied, Talk
from ..nodes.state import QAContext
from ..settings import Settings, load_settings
from .binding import Live, bound, hosted
from .ports import Ports
from .qa import RETRY, build_qa_graph

ChatGraph: TypeAlias = CompiledStateGraph[ChatState, QAContext, Talk, Replied]


def build_chat_graph(
    ports: Ports | None = None,
    settings: Settings | None = None,
    *,
    checkpointer: Checkpointer = None,
    name: str = "chat",
) -> ChatGraph:
    """The compiled graph, sync and async: `{"messages": […]}` in, `messages`, `question`, `answer` and `notes` out.

    A follow-up is put as a question that stands alone, answered by the QA graph, and replied to with one `AIMessage`:
    text with numbered citations, image blocks that name the pages, and both as data (see `nodes/chat/message.py`).
    With a checkpointer a thread remembers; without, send the messages so far. What it streams is said in
    `graph/stream.py`.

    Args:
        ports: what the nodes are bound to, open already; without, those that this process shares for `settings`, opened
            at first use and closed a little after the last graph that used them is gone.
        settings: the settings to make ports from; else the environment's.
        checkpointer: the host's; the graph brings none of its own.
        name: what the graph is called where it is a subgraph, and in traces.

    Raises:
        ConfigError: a setting names no adapter, or one whose extra is not installed.
    """
    settings = ports.settings if ports else settings or load_settings()
    live, longest = Live(ports, settings), settings.qa.max_question_chars
    graph = StateGraph(ChatState, QAContext, input_schema=Talk, output_schema=Replied)

    async def condense(state: Any, runtime: Runtime[QAContext], held: Ports) -> dict[str, Any]:
        return await condensing.condense(state, runtime, chat=held.chat, max_question_chars=longest)

    async def reply(state: Any, runtime: Runtime[QAContext], held: Ports) -> dict[str, Any]:
        return await replying.reply(state, runtime)

    def add(node: Callable[..., Any], reads: type[Any]) -> None:
        graph.add_node(node.__name__, bound(node, live, node.__name__), input_schema=reads, retry_policy=RETRY)

    add(condense, Talk)
    graph.add_node("qa", build_qa_graph(ports, settings, live=live))
    add(reply, ChatState)
    graph.add_edge(START, "condense")
    graph.add_edge("condense", "qa")
    graph.add_edge("qa", "reply")
    graph.add_edge("reply", END)
    return graph.compile(checkpointer=checkpointer, name=name)


async def studio() -> ChatGraph:
    """The graph as `langgraph dev` and Studio load it: ports from the environment, the host's checkpointer."""
    return await hosted(build_chat_graph)
