"""walk: a personalised walk over names and blocks of text, from what the question names and what full text hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from kgqa.graph.ports import Ports
from kgqa.model import Document, Entity, Match, sentence_id
from kgqa.nodes import walk as walking
from kgqa.nodes.ranking.blocks import LENGTH, block_of
from kgqa.nodes.ranking.pagerank import Local
from kgqa.nodes.state import QAContext, Walked
from kgqa.nodes.trace import Step, Trace
from kgqa.nodes.walk import (
    COMMON,
    blocks_hit,
    by_rarity,
    found_on,
    mark_heads,
    seeds,
    title_keys,
    walk,
    weight_of,
)
from kgqa.settings import QAOptions

from .conftest import Told


# ── where it starts
def test_the_bearers_of_one_name_share_its_weight() -> None:
    kims = [Match("Kim", key, "Kim", 1.0, "exact") for key in ("a", "b")]
    near = Match("Lindqvst", "c", "Lindqvist", 0.7, "vector")
    asked = Match("Kim", "WORK_AT", "work at", 1.0, "exact", "relation")
    assert seeds([*kims, near, asked]) == {"a": 0.5, "b": 0.5, "c": 0.7}
    assert seeds([near, replace(near, mention="Lindqvist", score=1.0), replace(near, mention="L.")])["c"] == 1.0


def test_rare_seeds_weigh_more_and_those_that_nothing_mentions_fall_away() -> None:
    weights = by_rarity({"rare": 1.0, "common": 1.0, "gone": 1.0}, {"rare": 1, "common": 8, "gone": 0})
    assert weights.keys() == {"rare", "common"}
    assert weights["rare"] > weights["common"]
    assert sum(weights.values()) == pytest.approx(1)


def test_seeds_that_weigh_nothing_are_no_seeds() -> None:
    assert by_rarity({"gone": 0.0}, {"gone": 1}) == {}


def test_a_block_has_the_score_of_the_best_passage_over_it() -> None:
    key = "d" * 32
    rows = [(f"{sentence_id(key, 10)}+4", 9.0), (f"{sentence_id(key, 0)}+5", 3.0)]
    assert blocks_hit(rows) == {sentence_id(key, 0): 9.0, sentence_id(key, LENGTH): 9.0}


def test_what_was_found_step_by_step_is_a_start_unless_it_was_merely_followed() -> None:
    state: Any = {"trace": Trace(steps=(Step("x", "exact", entities=("a", "b")),))}
    assert found_on(state) == ("a", "b")
    state = {"trace": Trace(steps=(Step("x", "exact", entities=("a",)), Step("y", "followed", entities=("b",))))}
    assert found_on(state) == ()


def test_the_walk_goes_on_by_no_more_than_so_many_sentences_the_most_promising_first() -> None:
    key = "d" * 32
    blocks = [sentence_id(key, n * LENGTH) for n in (30, *range(30))]
    inside = walking._inside(dict.fromkeys(blocks, 1.0), [f"{sentence_id(key, 0)}+499"], {})
    assert len(inside) == walking._INSIDE
    assert list(inside)[:LENGTH] == [sentence_id(key, 30 * LENGTH + n) for n in range(LENGTH)]
    assert all(block_of(sentence) == block for sentence, block in inside.items())


# ── heads
def test_a_name_heads_the_start_of_the_documents_that_bear_it_and_nothing_else() -> None:
    first = sentence_id("a" * 32, 0)
    graph = Local()
    documents = [Document("a" * 32, "Busan, Korea (city)", "a", "", "en"), Document("b" * 32, "Seoul", "b", "", "en")]
    mark_heads(graph, [Entity("busan", "Pusan", "PLACE", ("Busan",)), Entity("sea", "Sea", "TERM")], documents)
    assert graph.heads == {(first, "busan")}


def test_a_title_is_a_name_without_its_brackets_and_without_what_follows_a_comma() -> None:
    assert title_keys("Busan, Korea (city)") >= {"busan"}
    assert title_keys("Mercury (planet)") >= {"mercury"}
    assert "" not in title_keys("(a), b") | title_keys("") | title_keys(", x")


@pytest.mark.parametrize(
    ("kind", "weight"), [("PERSON", 1.0), ("TERM", COMMON), ("DATE", COMMON), ("QUANTITY", COMMON)]
)
def test_a_term_a_date_or_a_quantity_tells_less_than_a_name(kind: str, weight: float) -> None:
    assert weight_of(Entity("e", "x", kind)) == weight


# ── over a library
async def walked_from(
    ports: Ports, told: Told, search: str, *names: str, trace: Trace | None = None, **context: Any
) -> Walked:
    found = await ports.graph_store.find(names)
    matches = [Match(name, entity.id, name, 1.0, how) for name in names for entity, how in found[name]]
    passages = await ports.texts.search("passage", search, 50)
    state: Any = {"passages": passages, "matches": matches, "trace": trace or Trace()}
    runtime = told.runtime(QAContext(**context))
    return await walk(state, runtime, graph_store=ports.graph_store, settings=QAOptions())


async def titles(ports: Ports, blocks: Sequence[str]) -> list[str]:
    by_id = {document.id: document.title for document in await ports.graph_store.documents()}
    first = await ports.graph_store.sentences(list(blocks))
    return [by_id[sentence.document_id] for sentence in first]


async def test_the_walk_goes_over_names_that_the_question_does_not_have(ports: Ports, told: Told) -> None:
    walked = await walked_from(ports, told, "nothing that stands there", "Hanbit Motors", strategy="walk")
    assert walked["hits"] == {}
    reached = await titles(ports, list(walked["walked"]))
    assert reached[0] == "Hanbit Motors"
    assert set(reached) == {"Hanbit Motors", "Mira Lindqvist", "Uppsala", "PX-200"}
    assert told.events == [{"stage": "walk", "hits": 0, "blocks": 4}]


async def test_the_document_that_a_name_heads_is_found_to_be_about_it(ports: Ports, told: Told) -> None:
    walked = await walked_from(ports, told, "nothing that stands there", "Uppsala", strategy="walk")
    masses = dict(zip(await titles(ports, list(walked["walked"])), walked["walked"].values(), strict=True))
    assert masses["Uppsala"] == 1.0
    assert masses["Mira Lindqvist"] < 0.5


async def test_what_was_found_step_by_step_is_a_start_that_weighs_less_than_what_is_named(
    ports: Ports, told: Told
) -> None:
    ((uppsala, _),) = (await ports.graph_store.find(["Uppsala"]))["Uppsala"]
    trace = Trace(steps=(Step("x", "exact", entities=(uppsala.id,)),))
    nothing = "nothing that stands there"
    alone = await walked_from(ports, told, nothing, trace=trace, strategy="walk")
    assert (await titles(ports, list(alone["walked"])))[0] == "Uppsala"
    both = await walked_from(ports, told, nothing, "Hanbit Motors", trace=trace, strategy="walk")
    masses = dict(zip(await titles(ports, list(both["walked"])), both["walked"].values(), strict=True))
    assert masses["Hanbit Motors"] == 1.0
    assert masses["Uppsala"] < 0.6


async def test_full_text_alone_is_a_start_too(ports: Ports, told: Told) -> None:
    walked = await walked_from(ports, told, "Fyris river", strategy="walk")
    assert await titles(ports, list(walked["hits"])) == ["Uppsala"]
    assert (await titles(ports, list(walked["walked"])))[0] == "Uppsala"
    assert all(block_of(key) == key for key in (*walked["hits"], *walked["walked"]))


async def test_a_strategy_that_does_not_walk_looks_nothing_up(ports: Ports, told: Told) -> None:
    assert await walked_from(ports, told, "Fyris river", "Uppsala", strategy="window") == {"hits": {}, "walked": {}}
    assert told.events == []
