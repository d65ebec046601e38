"""The chat graph with a model, with memory, and what it shows of its inner calls: nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest
from kgqa import build_chat_graph, build_ingestion_graph, build_qa_graph
from kgqa.errors import InputError
from kgqa.graph.ports import Ports
from kgqa.nodes.state import Question
from kgqa.settings import ChatOptions
from kgqa.tools.chat.chat import Chat
from kgqa.tools.chat.scripted import Scripted
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

from .test_apps import written


@pytest.fixture
async def library(ports: Ports, tmp_path: Path) -> Ports:
    await build_ingestion_graph(ports).ainvoke({"paths": written(tmp_path)})
    return ports


def with_model(library: Ports, script: Any) -> tuple[Ports, Scripted]:
    """The library with the `llm` engine and a scripted model."""
    model = Scripted(script=script)
    options = ChatOptions(model="scripted:x", cache=False, retries=0)
    settings = library.settings.model_copy(update={"engine": "llm", "chat": options})
    return replace(library, settings=settings, chat=Chat(model, options)), model


def says(condensed: str) -> Any:
    """A model that condenses so, answers with a wrong page, and talks nonsense otherwise."""

    def script(messages: list[BaseMessage]) -> str:
        told = str(messages[0].text)
        if "rewrite the last question" in told:
            return condensed
        return "According to page 77, Mira Lindqvist was born in Uppsala. [1]" if "statements" in told else "?!"

    return script


async def test_a_thread_remembers_with_the_hosts_checkpointer(library: Ports) -> None:
    chat = build_chat_graph(library, checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "one"}}
    await chat.ainvoke({"messages": [HumanMessage("Who designed the PX-200 pump?")]}, thread)
    state = await chat.ainvoke({"messages": [HumanMessage("And where was she born?")]}, thread)
    assert len(state["messages"]) == 4
    assert state["question"] == "Where was Mira Lindqvist born?"
    assert "Uppsala" in str(state["messages"][-1].text)


async def test_a_model_condenses_a_follow_up_and_not_a_first_question(library: Ports) -> None:
    ports, model = with_model(library, says("Where was Mira Lindqvist born?"))
    chat = build_chat_graph(ports, checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "one"}}
    await chat.ainvoke({"messages": [HumanMessage("Who designed the PX-200 pump?")]}, thread)
    assert not [call for call in model.calls if "rewrite the last question" in str(call[0].text)]
    state = await chat.ainvoke({"messages": [HumanMessage("Her birthplace, please?")]}, thread)
    assert state["question"] == "Where was Mira Lindqvist born?"
    (asked,) = [call for call in model.calls if "rewrite the last question" in str(call[0].text)]
    assert "Her birthplace, please?" in str(asked[-1].text)
    assert "Who designed the PX-200 pump?" in str(asked[-1].text)


NONSENSE = ["", "   ", "?!", "two\nlines", "x" * 5000, "Bob Malone maintains the PX-200.", "누가 PX-200을 정비하는가?"]


@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_where_the_model_condenses_to_nonsense_the_rules_do_and_it_is_noted(
    library: Ports, nonsense: str
) -> None:
    ports, _ = with_model(library, says(nonsense))
    history = [HumanMessage("Who designed the PX-200 pump?"), AIMessage("Mira Lindqvist designed it.")]
    state = await build_chat_graph(ports).ainvoke({"messages": [*history, HumanMessage("And who maintains it?")]})
    assert state["question"] == "Who maintains PX-200?"
    assert state["notes"][0].startswith("condense: done by rule")


async def test_a_korean_question_has_a_korean_note(library: Ports) -> None:
    ports, _ = with_model(library, says(""))
    history = [HumanMessage("PX-200을 누가 설계하였는가?"), AIMessage("Mira Lindqvist.")]
    state = await build_chat_graph(ports).ainvoke({"messages": [*history, HumanMessage("언제 설계하였는가?")]})
    assert state["notes"][0].startswith("condense: 모델 대신")


class Desk(TypedDict):
    """A host's state around the chat."""

    messages: Annotated[list[Any], add_messages]


def hosted(chat: Any) -> Any:
    host = StateGraph(Desk)
    host.add_node("chat", chat)
    host.add_edge(START, "chat")
    host.add_edge("chat", END)
    return host.compile()


async def shown(graph: Any, given: Any, sync: bool) -> list[Any]:
    """The messages that `stream_mode="messages"` gives."""
    how: Any = {"stream_mode": "messages", "subgraphs": True}
    if sync:
        parts = await asyncio.to_thread(lambda: list(graph.stream(given, **how)))
    else:
        parts = [part async for part in graph.astream(given, **how)]
    return [message for _, (message, _) in parts]


@pytest.mark.parametrize("sync", [True, False])
@pytest.mark.parametrize("host", [lambda chat: chat, hosted], ids=["alone", "subgraph"])
async def test_no_inner_call_shows_among_the_messages_streamed(library: Ports, host: Any, sync: bool) -> None:
    ports, model = with_model(library, says("Where was Mira Lindqvist born?"))
    history = [HumanMessage("Who designed the PX-200 pump?"), AIMessage("Mira Lindqvist designed it.")]
    given: Any = {"messages": [*history, HumanMessage("And where was she born?")]}
    messages = await shown(host(build_chat_graph(ports)), given, sync)
    assert len(model.calls) > 2
    (said,) = messages
    assert isinstance(said, AIMessage)
    assert "Uppsala" in str(said.text)


@pytest.mark.parametrize("sync", [True, False])
async def test_no_inner_call_shows_where_the_question_graph_is_a_node_of_a_host(library: Ports, sync: bool) -> None:
    ports, model = with_model(library, says("x"))
    host = StateGraph(Question, output_schema=Question)
    host.add_node("qa", build_qa_graph(ports))
    host.add_edge(START, "qa")
    host.add_edge("qa", END)
    assert await shown(host.compile(), {"question": "Where was Mira Lindqvist born?"}, sync) == []
    assert len(model.calls) > 1


async def test_a_page_that_a_model_makes_up_never_shows(library: Ports) -> None:
    ports, model = with_model(library, says("x"))
    events = []
    async for mode, data in build_qa_graph(ports).astream(
        {"question": "Where was Mira Lindqvist born?"}, stream_mode=["custom", "values"]
    ):
        events.append((mode, data))
    answer = events[-1][1]["answer"]
    assert len(model.calls) > 1
    assert "Uppsala" in answer.text
    assert "77" not in answer.text
    assert "77" not in "".join(data["token"] for mode, data in events if mode == "custom" and data["event"] == "token")
    assert any(data["event"] == "draft" for mode, data in events if mode == "custom")


async def test_the_last_message_must_be_the_users(library: Ports) -> None:
    chat = build_chat_graph(library)
    for messages in ([], [HumanMessage("Who?"), AIMessage("Me.")]):
        with pytest.raises(InputError, match="the user's"):
            await chat.ainvoke({"messages": messages})


@pytest.mark.parametrize("messages", [None, 7, {"role": "user"}, [None], [{"content": "Who?"}]])
async def test_messages_that_are_none_are_the_callers_fault(library: Ports, messages: Any) -> None:
    with pytest.raises(InputError, match="messages"):
        await build_chat_graph(library).ainvoke({"messages": messages})
