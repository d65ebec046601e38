"""Every strategy through the whole graph: a question over two documents, limits, and falling back in the open."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from kgqa import registry
from kgqa.errors import InputError
from kgqa.graph.ingest import build_ingestion_graph
from kgqa.graph.ports import Ports, open_ports
from kgqa.graph.qa import build_qa_graph
from kgqa.model import Answer, sentence_id
from kgqa.nodes.state import QAContext
from kgqa.nodes.strategies import strategies
from kgqa.nodes.strategies.solve_step import Library
from kgqa.nodes.strategies.strategy import Gathered, Reached, Strategy
from kgqa.settings import STRATEGIES, ChatOptions, load_settings
from kgqa.tools.chat.chat import chat_of
from kgqa.tools.chat.scripted import Scripted
from langchain_core.messages import BaseMessage
from langgraph.checkpoint.memory import InMemorySaver

from .conftest import memory_settings

PASSAGES = {
    "PX-200": "Mira Lindqvist designed the PX-200. The PX-200 was delivered in 1998.",
    "PX-300": "Mira Lindqvist designed the PX-300. It is painted red.",
    "Mira Lindqvist": "Mira Lindqvist was born in Uppsala. Mira Lindqvist works for Hanbit Motors.",
    "Hanbit Motors": "Jae Park founded Hanbit Motors. Hanbit Motors was founded in 1971.",
    "Torvik Power Systems": "Torvik Power Systems was founded in 1989. Torvik Power Systems makes batteries.",
    "Uppsala": "Uppsala is a city in Sweden. The Fyris river flows through Uppsala.",
}
TWO_HOPS = "Where was the designer of the PX-200 born?"
BROKEN = "Who is the mother of the designer of the PX-200?"
BROKEN_KO = "PX-200을 설계한 사람의 어머니는 누구인가?"
STEPPING = ("hops", "kag", "kg-rag")


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[Ports]:
    """Six passages, ingested."""
    file = tmp_path / "corpus.jsonl"
    rows = [{"id": str(n), "title": title, "text": text} for n, (title, text) in enumerate(PASSAGES.items())]
    file.write_text("\n".join(map(json.dumps, rows)))
    async with open_ports(memory_settings(tmp_path / "home")) as held:
        await build_ingestion_graph(held).ainvoke({"paths": [str(file)]})
        yield held


async def ask(ports: Ports, question: str, **context: Any) -> tuple[Answer, list[dict[str, Any]], list[str]]:
    """The answer, what `explore` streamed, and the notes."""
    told = []
    async for mode, part in build_qa_graph(ports).astream(
        {"question": question}, context=QAContext(**context), stream_mode=["custom", "values"]
    ):
        if mode == "custom" and part["stage"] == "explore":
            told.append(part)
        elif mode == "values":
            state = part
    return state["answer"], told, state["notes"]


def test_the_settings_name_every_strategy_that_ships() -> None:
    assert sorted(STRATEGIES) == strategies.names()


def last_first() -> Strategy:
    """A third party's strategy: nothing but the sentences of the document that comes last."""

    async def gather(reached: Reached, library: Library) -> Gathered:
        last = (await library.graph_store.documents())[-1].id
        return Gathered(await library.graph_store.window([sentence_id(last, 0)], 0, 9))

    return Strategy(gather, walks=False, powers=(0.0, 0.0))


async def test_an_extension_s_strategy_finds_the_evidence(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(name="last-first", value="stranger:last_first", group="kgqa.strategy")
    stranger = ModuleType("stranger")
    stranger.last_first = last_first  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "stranger", stranger)
    monkeypatch.setattr(registry, "extensions", lambda kind: {point.name: point} if kind == "strategy" else {})
    answer, _, _ = await ask(ports, "Where is Uppsala?", strategy="last-first")
    assert {citation.title for citation in answer.citations} == {max(PASSAGES)}
    chosen = replace(ports, settings=load_settings(**dict(ports.settings) | {"qa": {"strategy": "last-first"}}))
    assert (await ask(chosen, "Where is Uppsala?"))[0].citations == answer.citations


@pytest.mark.parametrize("strategy", [name for name in strategies.names() if name != "window"])
async def test_a_question_over_two_documents_is_answered(strategy: str, ports: Ports) -> None:
    answer, told, _ = await ask(ports, TWO_HOPS, strategy=strategy)
    assert any("Uppsala" in citation.text for citation in answer.citations)
    assert bool(told) == (strategy in STEPPING)


async def test_a_window_is_enough_for_what_the_named_entity_s_own_sentences_say(ports: Ports) -> None:
    answer, _, _ = await ask(ports, "Who designed the PX-200?", strategy="window")
    assert answer.short == "Mira Lindqvist"


@pytest.mark.parametrize("strategy", ["hops", "kag"])
async def test_the_last_hop_gives_the_short_answer_and_all_are_cited(strategy: str, ports: Ports) -> None:
    answer, told, notes = await ask(ports, TWO_HOPS, strategy=strategy)
    assert [part["found"][0] for part in told] == ["Mira Lindqvist", "Uppsala"]
    assert (answer.short, notes) == ("Uppsala", [])
    cited = [citation.text for citation in answer.citations]
    assert cited[:2] == ["Mira Lindqvist was born in Uppsala.", "Mira Lindqvist designed the PX-200."]


async def test_kag_answers_what_stands_in_no_sentence(ports: Ports) -> None:
    question = "How many years after Hanbit Motors was Torvik Power Systems founded?"
    answer, _, _ = await ask(ports, question, strategy="kag")
    assert answer.short == "18"
    assert "18" in answer.statements[0].text
    cited = {citation.text for citation in answer.citations}
    assert {"Hanbit Motors was founded in 1971.", "Torvik Power Systems was founded in 1989."} <= cited


async def test_steps_end_at_the_limit_and_say_so(ports: Ports) -> None:
    answer, told, notes = await ask(ports, TWO_HOPS, strategy="hops", hops=1)
    assert len(told) == 1
    assert "the limit of 1 steps (qa.hops) is reached" in notes[0]
    assert not answer.abstained


@pytest.mark.parametrize("strategy", STEPPING)
async def test_a_strategy_that_breaks_off_falls_back_in_the_open(strategy: str, ports: Ports) -> None:
    answer, told, notes = await ask(ports, "Which batteries are there?", strategy=strategy)
    hybrid, _, none = await ask(ports, "Which batteries are there?", strategy="hybrid")
    assert answer.citations == hybrid.citations
    assert none == []
    assert told[-1]["steps"] == 0 or strategy == "kg-rag"
    assert notes == []


@pytest.mark.parametrize(("question", "found"), [(BROKEN, "nothing found for"), (BROKEN_KO, "찾지 못했습니다")])
async def test_a_plan_that_breaks_off_is_noted_once_in_the_question_s_language(
    question: str, found: str, ports: Ports
) -> None:
    _, told, notes = await ask(ports, question, strategy="hops")
    assert (len(notes), told[-1]["note"]) == (1, notes[0])
    assert found in notes[0]


async def test_a_thread_does_not_go_on_with_the_last_question_s_trail(ports: Ports) -> None:
    graph = build_qa_graph(ports, checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "one"}}
    first = await graph.ainvoke({"question": TWO_HOPS}, thread, context=QAContext(strategy="hops"))
    again = "Who founded the company that Mira Lindqvist works for?"
    other = await graph.ainvoke({"question": again}, thread, context=QAContext(strategy="hops"))
    plain = await graph.ainvoke({"question": "Who founded Hanbit Motors?"}, thread, context=QAContext())
    assert [state["answer"].short for state in (first, other)] == ["Uppsala", "Jae Park"]
    assert all(item.why != "step" for item in plain["evidence"])


async def test_an_unknown_strategy_is_the_callers_fault(ports: Ports) -> None:
    with pytest.raises(InputError, match="strategy"):
        await ask(ports, TWO_HOPS, strategy="guess")


FORMS = """$1 = Retrieval(s="PX-200", p="designed by", o=?person)
$2 = Retrieval(s=$1, p="born in", o=?place)
Output($2)"""
HOPS = {
    "steps": [
        {"known": "PX-200", "relation": "designed by", "kind": "person"},
        {"known": "#1", "relation": "born in", "kind": "place"},
    ]
}


def modelled(ports: Ports, plans: bool) -> Ports:
    """The same ports with a model that plans and chooses, or talks nonsense there as it does everywhere else."""

    def reply(messages: list[BaseMessage]) -> Any:
        told, case = str(messages[0].text), "\n".join(str(message.text) for message in messages[1:])
        if plans and "as logical forms" in told:
            return FORMS
        if plans and "into steps" in told:
            return HOPS
        if plans and "following facts" in told:
            wanted = ["born", "PX-200"][int("Followed so far:\n-\n" in case)]
            numbers = re.findall(rf'\[(\d+)\] ".*{wanted}.*"', case)
            return {"follow": [int(n) for n in numbers][:2], "answered": not numbers}
        return "Certainly!"

    chat = chat_of(Scripted(script=reply), ChatOptions(cache=False, retries=0))
    return replace(ports, settings=ports.settings.model_copy(update={"engine": "llm"}), chat=chat)


@pytest.mark.parametrize("strategy", STEPPING)
async def test_a_model_plans_what_the_builtin_planner_has_no_shape_for(strategy: str, ports: Ports) -> None:
    answer, told, notes = await ask(modelled(ports, plans=True), "PX-200, designer, birthplace?", strategy=strategy)
    assert any("Uppsala" in part["found"] for part in told)
    assert not [note for note in notes if note.startswith("explore")]
    assert any("born in Uppsala" in citation.text for citation in answer.citations)


@pytest.mark.parametrize("strategy", STEPPING)
async def test_a_model_that_talks_nonsense_leaves_it_to_the_builtin_planner(strategy: str, ports: Ports) -> None:
    answer, told, notes = await ask(modelled(ports, plans=False), TWO_HOPS, strategy=strategy)
    assert any(note.startswith("explore: ") for note in notes)
    assert any("Uppsala" in part.get("found", []) for part in told)
    assert any("born in Uppsala" in citation.text for citation in answer.citations)
