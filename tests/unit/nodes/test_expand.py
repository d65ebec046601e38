"""expand: the candidates are what the run's strategy gathers around all that was found."""

from __future__ import annotations

from typing import Any

import pytest
from kgqa.graph.ports import Ports
from kgqa.model import Match, Sentence
from kgqa.nodes.expand import expand
from kgqa.nodes.ranking.blocks import block_of
from kgqa.nodes.state import Expanded, QAContext
from kgqa.nodes.trace import Step, Trace
from kgqa.settings import QAOptions

from .conftest import Told


async def sentences_of(ports: Ports, title: str) -> list[Sentence]:
    (document,) = [d for d in await ports.graph_store.documents() if d.title == title]
    return list(await ports.graph_store.window([f"{document.id}{0:06x}"], 0, 9))


async def expanded(ports: Ports, told: Told, **given: Any) -> Expanded:
    context = QAContext(strategy=given.pop("strategy", "window"), window=given.pop("window", 0))
    state: Any = {
        "search": "zyxgat", "matches": [], "sentences": [], "fact_sentences": [], "hits": {}, "walked": {}, **given,
    }  # fmt: skip
    return await expand(
        state,
        told.runtime(context),
        graph_store=ports.graph_store,
        texts=ports.texts,
        vectors=ports.vectors,
        embedder=ports.embedder,
        settings=QAOptions(),
    )


async def test_where_nothing_was_found_there_is_nothing_to_choose_from(ports: Ports, told: Told) -> None:
    assert await expanded(ports, told) == {"candidates": [], "near": {}}
    assert told.events == [{"stage": "expand", "sentences": 0}]


async def test_sentences_of_facts_come_with_as_many_neighbours_as_the_run_says(ports: Ports, told: Told) -> None:
    first, second = await sentences_of(ports, "Uppsala")
    assert (await expanded(ports, told, fact_sentences=[first.id]))["candidates"] == [first]
    assert (await expanded(ports, told, fact_sentences=[first.id], window=1))["candidates"] == [first, second]
    assert told.events[-1] == {"stage": "expand", "sentences": 2}


async def test_what_was_found_step_by_step_is_among_the_candidates(ports: Ports, told: Told) -> None:
    first, second = await sentences_of(ports, "Uppsala")
    other, _ = await sentences_of(ports, "PX-200")
    trace = Trace(steps=(Step("x", "exact", sentences=(second.id, other.id)),))
    found = (await expanded(ports, told, trace=trace, fact_sentences=[first.id]))["candidates"]
    assert {sentence.id for sentence in found} == {first.id, second.id, other.id}
    assert found == sorted(found, key=lambda s: (s.document_id, s.index))


async def test_the_names_of_the_question_lead_to_their_sentences_and_relation_words_do_not(
    ports: Ports, told: Told
) -> None:
    ((entity, how),) = (await ports.graph_store.find(["Jae Park"]))["Jae Park"]
    named = Match("Jae Park", entity.id, "Jae Park", 1.0, how)
    found = (await expanded(ports, told, matches=[named]))["candidates"]
    assert [sentence.text for sentence in found] == ["It was founded by Jae Park in 1971."]
    asked = Match("Jae Park", entity.id, "Jae Park", 1.0, how, "relation")
    assert (await expanded(ports, told, matches=[asked]))["candidates"] == []


@pytest.mark.parametrize(("strategy", "reads"), [("walk", True), ("hybrid", True), ("window", False)])
async def test_the_runs_strategy_decides_whether_the_walks_stretches_are_read(
    ports: Ports, told: Told, strategy: str, reads: bool
) -> None:
    first, second = await sentences_of(ports, "Uppsala")
    found = await expanded(ports, told, strategy=strategy, walked={block_of(first.id): 1.0})
    assert found["candidates"] == ([first, second] if reads else [])


async def test_full_text_finds_candidates_for_hybrid_alone(ports: Ports, told: Told) -> None:
    given = {"search": "Fyris river", "sentences": await ports.texts.search("sentence", "Fyris river", 60)}
    found = await expanded(ports, told, strategy="hybrid", **given)
    assert [sentence.text for sentence in found["candidates"]] == ["The Fyris river flows through it."]
    assert found["near"] == {}, "the hashing embedder knows spelling, not meaning"
    assert (await expanded(ports, told, strategy="walk", **given))["candidates"] == []
