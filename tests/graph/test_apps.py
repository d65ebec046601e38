"""One suite at every door: `qa` and `chat` synchronous, asynchronous, as a subgraph, and through `RemoteGraph`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from kgqa import build_chat_graph, build_ingestion_graph, build_qa_graph
from kgqa.graph.ports import Ports
from kgqa.nodes.state import QAContext
from langchain_core.messages import BaseMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_client, get_sync_client
from typing_extensions import TypedDict

PUMP = (
    "# Pumps\n\nThe PX-200 pump was designed by Mira Lindqvist in 1998. It moves 40 litres a minute.\n\n"
    "# Staff\n\nMira Lindqvist was born in Uppsala. She works at Hanbit Motors.\n"
)
KOREAN = "# 한빛모터스\n\n한빛모터스는 1971년에 박재호가 부산에서 설립하였다. 박재호는 대구에서 태어났다.\n"
REFUSED = "no word in it|'InputError'"
"""A server tells strangers the kind of an error, not its message."""
BEFORE, BESIDE = ["extract"], {"write_cypher", "match", "search"}
AFTER = ["run_cypher", "rank", "answer", "check"]


class Door:
    """One way to a graph: state and events of a run, as plain values."""

    def __init__(self, run: Callable[[str, dict[str, Any]], Any]) -> None:
        self._run = run

    async def ask(self, question: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What `qa` gives, and what it told."""
        return self._told(await self._run("qa", {"question": question}))

    async def talk(self, *texts: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What `chat` gives for the last text after the others, each answered, with the messages sent along."""
        messages: list[dict[str, Any]] = []
        for text in texts:
            messages.append({"role": "user", "content": text})
            state, events = self._told(await self._run("chat", {"messages": messages}))
            messages = state["messages"]
        return state, events

    @staticmethod
    def _told(stream: list[tuple[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        states = [plain(data) for mode, data in stream if mode == "values"]
        return states[-1], [plain(data) for mode, data in stream if mode == "custom"]


def plain(value: Any) -> Any:
    """As it would come over the wire."""

    def default(one: Any) -> Any:
        if isinstance(one, BaseMessage):
            return one.model_dump(mode="json")
        assert is_dataclass(one)
        assert not isinstance(one, type)
        return asdict(one)

    return json.loads(json.dumps(value, default=default))


def events_of(parts: list[Any]) -> list[tuple[str, Any]]:
    """(mode, data) of a stream with `subgraphs=True`; of the states only the outermost graph's."""
    return [(mode, data) for namespace, mode, data in parts if mode == "custom" or not namespace]


class Desk(TypedDict, total=False):
    """A host's state around either graph."""

    question: str
    messages: Annotated[list[Any], add_messages]
    answer: Any


def hosted(graph: Any) -> Any:
    host = StateGraph(Desk, QAContext)
    host.add_node("kgqa", graph)
    host.add_edge(START, "kgqa")
    host.add_edge("kgqa", END)
    return host.compile(checkpointer=InMemorySaver())


def run_sync(graphs: dict[str, Any]) -> Callable[[str, dict[str, Any]], Any]:
    async def run(name: str, given: dict[str, Any]) -> list[tuple[str, Any]]:
        how: dict[str, Any] = {"context": QAContext(), "stream_mode": ["custom", "values"], "subgraphs": True}
        return events_of(await asyncio.to_thread(lambda: list(graphs[name].stream(given, **how))))

    return run


def run_async(graphs: dict[str, Any]) -> Callable[[str, dict[str, Any]], Any]:
    async def run(name: str, given: dict[str, Any]) -> list[tuple[str, Any]]:
        how: dict[str, Any] = {"context": QAContext(), "stream_mode": ["custom", "values"], "subgraphs": True}
        # A thread a run: these doors send the messages so far along.
        thread = {"configurable": {"thread_id": str(id(given))}}
        return events_of([part async for part in graphs[name].astream(given, thread, **how)])

    return run


def run_remote(url: str) -> Callable[[str, dict[str, Any]], Any]:
    async def run(name: str, given: dict[str, Any]) -> list[tuple[str, Any]]:
        async with get_client(url=url) as client:
            parts = RemoteGraph(name, client=client).astream(given, stream_mode=["custom", "values"], subgraphs=True)
            return events_of([part async for part in parts])

    return run


@pytest.fixture(scope="module")
def served(dev_server: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server that has the documents."""
    folder = tmp_path_factory.mktemp("served")
    with get_sync_client(url=dev_server[0]) as client:
        RemoteGraph("ingest", sync_client=client).invoke({"paths": written(folder)})
    return dev_server[0]


def written(folder: Path) -> list[str]:
    for name, text in (("apps-pump", PUMP), ("apps-korean", KOREAN)):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return [str(folder / "*.md")]


@pytest.fixture
async def library(ports: Ports, tmp_path: Path) -> Ports:
    await build_ingestion_graph(ports).ainvoke({"paths": written(tmp_path)})
    return ports


@pytest.fixture(params=["sync", "async", "subgraph", pytest.param("remote", marks=pytest.mark.e2e)])
def door(request: pytest.FixtureRequest, library: Ports) -> Door:
    graphs = {"qa": build_qa_graph(library), "chat": build_chat_graph(library)}
    match request.param:
        case "sync":
            return Door(run_sync(graphs))
        case "async":
            return Door(run_async(graphs))
        case "subgraph":
            return Door(run_async({name: hosted(graph) for name, graph in graphs.items()}))
    return Door(run_remote(request.getfixturevalue("served")))


# ── qa
async def test_an_answer_comes_with_its_citations(door: Door) -> None:
    state, _ = await door.ask("Who designed the PX-200 pump?")
    assert state["answer"]["short"] == "Mira Lindqvist"
    assert state["answer"]["citations"][0]["source"] == "apps-pump.md"


async def test_every_stage_tells_its_progress_in_order(door: Door) -> None:
    _, events = await door.ask("Who designed the PX-200 pump?")
    assert all(event["event"] in ("progress", "evidence", "token") for event in events)
    told = [event["stage"] for event in events if event["event"] == "progress"]
    assert [stage for stage in told if stage in (*BEFORE, *AFTER)] == [*BEFORE, *AFTER]
    assert set(told[told.index("extract") + 1 : told.index("run_cypher")]) == BESIDE


async def test_the_evidence_is_told_before_the_answer_and_holds_what_is_cited(door: Door) -> None:
    state, events = await door.ask("Who designed the PX-200 pump?")
    kinds = [event["event"] for event in events]
    assert kinds.count("evidence") == 1
    assert kinds.index("evidence") < kinds.index("token")
    sentences = events[kinds.index("evidence")]["sentences"]
    assert {citation["sentence"] for citation in state["answer"]["citations"]} <= {one["id"] for one in sentences}
    assert [one["score"] for one in sentences] == sorted((one["score"] for one in sentences), reverse=True)


@pytest.mark.parametrize(
    "question", ["Who designed the PX-200 pump?", "누가 한빛모터스를 설립하였는가?", "What is Zorblax?"]
)
async def test_the_tokens_joined_are_the_answer_abstentions_too(door: Door, question: str) -> None:
    state, events = await door.ask(question)
    tokens = [event["token"] for event in events if event["event"] == "token"]
    assert len(tokens) > 1
    assert "".join(tokens) == state["answer"]["text"]


async def test_a_blank_question_is_the_callers_fault(door: Door) -> None:
    with pytest.raises(Exception, match=REFUSED):
        await door.ask(" ?")


# ── chat
async def test_a_reply_is_one_message_with_numbered_citations(door: Door) -> None:
    state, events = await door.talk("Who designed the PX-200 pump?")
    human, said = state["messages"]
    assert (human["type"], said["type"]) == ("human", "ai")
    text = said["content"][0]["text"]
    assert text.startswith("**Mira Lindqvist**\n\n")
    assert "Mira Lindqvist in 1998. [1]" in text
    assert "\n[1] Pumps (apps-pump.md)" in text
    assert said["additional_kwargs"]["kgqa"]["citations"][0]["source"] == "apps-pump.md"
    assert "".join(e["token"] for e in events if e["event"] == "token") == state["answer"]["text"]


@pytest.mark.parametrize(
    ("first", "then", "alone", "holds"),
    [
        ("Who designed the PX-200 pump?", "And where was she born?", "Where was Mira Lindqvist born?", "Uppsala"),
        ("누가 한빛모터스를 설립하였는가?", "그는 어디에서 태어났는가?", "박재호는 어디에서 태어났는가?", "대구"),
    ],
)
async def test_a_follow_up_is_understood_from_the_messages_before_it(
    door: Door, first: str, then: str, alone: str, holds: str
) -> None:
    state, _ = await door.talk(first, then)
    assert len(state["messages"]) == 4
    kept = state["messages"][-1]["additional_kwargs"]["kgqa"]
    assert kept["question"] == alone
    assert holds in state["messages"][-1]["content"][0]["text"]


async def test_a_conversation_that_ends_with_no_question_is_the_callers_fault(door: Door) -> None:
    with pytest.raises(Exception, match=REFUSED):
        await door.talk("…")


# ── many at once
async def test_of_64_questions_at_once_none_fails_and_no_answer_is_lost(library: Ports) -> None:
    asked = [("Who designed the PX-200 pump?", "Mira Lindqvist"), ("Where was Mira Lindqvist born?", "Uppsala")]
    qa, chat = build_qa_graph(library), build_chat_graph(library)

    async def one(n: int) -> tuple[str, str]:
        question, expected = asked[n // 2 % 2]
        if n % 2:
            return str((await qa.ainvoke({"question": question}))["answer"].text), expected
        return str((await chat.ainvoke({"messages": [HumanMessage(question)]}))["messages"][-1].text), expected

    answers = await asyncio.gather(*(one(n) for n in range(64)))
    assert len(answers) == 64
    assert all(expected in text for text, expected in answers)
