"""walk: a personalised walk over names and stretches of text, from what the question names and what full text hit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.graph.ports import Ports
from kgqa.model import Document, Entity, Match, sentence_id
from kgqa.nodes.state import QAContext, Walked
from kgqa.nodes.stretch import LENGTH, stretch_of
from kgqa.nodes.trail import Step, Trail
from kgqa.nodes.walk import (
    COMMON,
    HEAD,
    Local,
    by_rarity,
    found_on,
    mark_heads,
    pagerank,
    seeds,
    stretches_hit,
    title_keys,
    walk,
    weight_of,
)
from kgqa.settings import QAOptions

from .conftest import Told

STRETCHES = [sentence_id("d" * 32, n * LENGTH) for n in range(8)]
ENTITIES = [f"e{n}" for n in range(6)]
EDGES = st.dictionaries(
    st.tuples(st.sampled_from(STRETCHES), st.sampled_from(ENTITIES)), st.sampled_from([1.0, HEAD]), max_size=24
)
HITS = st.dictionaries(st.sampled_from([*STRETCHES, "alone"]), st.floats(0.5, 30), max_size=5)
NAMED = st.dictionaries(st.sampled_from(ENTITIES), st.floats(0.1, 1), max_size=3)


def local(edges: Mapping[tuple[str, str], float], weights: Mapping[str, float] | None = None) -> Local:
    made = Local()
    made.edges.update(edges)
    made.weights.update(weights or {})
    return made


def plain(*edges: tuple[str, str]) -> Local:
    return local(dict.fromkeys(edges, 1.0))


# ── the walk itself
@given(EDGES, NAMED, HITS)
def test_the_most_visited_comes_first_and_its_mass_is_one(
    edges: Mapping[tuple[str, str], float], named: Mapping[str, float], hits: Mapping[str, float]
) -> None:
    walked = pagerank(local(edges), named, hits)
    masses = list(walked.values())
    assert masses == sorted(masses, reverse=True)
    assert all(mass > 0 for mass in masses)
    assert masses[:1] == ([1.0] if masses else [])
    assert bool(masses) == bool(hits or any(entity in named for _, entity in edges))


@given(EDGES, NAMED, HITS, st.randoms())
def test_no_order_of_edges_or_hits_changes_the_walk(
    edges: Mapping[tuple[str, str], float], named: Mapping[str, float], hits: Mapping[str, float], random: Any
) -> None:
    shuffled = random.sample(list(edges.items()), len(edges)), random.sample(list(hits.items()), len(hits))
    again = pagerank(local(dict(shuffled[0])), named, dict(shuffled[1]))
    assert list(again.items()) == list(pagerank(local(edges), named, hits).items())


def test_no_order_of_edges_changes_the_last_digit_of_the_walk() -> None:
    edges = {(f"s{n * 7 % 31}", f"e{n * 5 % 13}"): 1.0 + n % 3 for n in range(150)}
    weights = {f"e{n}": 1 / (n + 3) for n in range(13)}
    hits = {f"s{n}": 1 / (n + 1) for n in range(5)}
    again = pagerank(local(dict(reversed(edges.items())), weights), {"e1": 0.3}, hits)
    assert again == pagerank(local(edges, weights), {"e1": 0.3}, hits)


@given(EDGES, NAMED, HITS)
def test_a_hit_that_mentions_nobody_is_still_reached(
    edges: Mapping[tuple[str, str], float], named: Mapping[str, float], hits: Mapping[str, float]
) -> None:
    assert hits.keys() <= pagerank(local(edges), named, hits).keys()


@given(st.integers(1, 150))
def test_the_walk_keeps_the_best_sixty(count: int) -> None:
    hits = {f"s{n:03}": float(count - n) for n in range(count)}
    assert list(pagerank(Local(), {}, hits)) == list(hits)[:60]


def test_what_no_seed_leads_to_is_not_reached() -> None:
    graph = plain(("a", "mira"), ("b", "mira"), ("far", "other"))
    assert pagerank(graph, {"mira": 1.0}, {}).keys() == {"a", "b"}
    assert pagerank(Local(), {}, {}) == {}
    assert pagerank(graph, {}, {}) == {}


def test_the_text_that_a_name_heads_is_visited_far_more_than_one_that_mentions_it() -> None:
    walked = pagerank(local({("head", "mira"): HEAD, ("other", "mira"): 1.0}), {"mira": 1.0}, {})
    assert walked == {"head": 1.0, "other": pytest.approx(1 / HEAD)}


def test_the_walk_does_not_turn_back_to_the_name_that_heads_a_text() -> None:
    edges = {("start", "head"): HEAD, ("start", "other"): 1.0, ("there", "other"): 1.0, ("back", "head"): HEAD}
    walked = pagerank(local(edges), {}, {"start": 5.0})
    level = pagerank(local({**edges, ("start", "head"): 1.0}), {}, {"start": 5.0})
    assert walked["there"] > walked["back"]
    assert level["there"] < level["back"], "were the way back to it like any other"


def test_a_name_gives_up_to_twice_as_much_to_text_that_shares_the_questions_words() -> None:
    graph = plain(("hit", "mira"), ("other", "mira"))
    assert pagerank(graph, {"mira": 1.0}, {})["other"] == 1.0
    assert pagerank(graph, {"mira": 1.0}, {"hit": 5.0})["other"] < 0.5


def test_the_walk_goes_on_by_names_rather_than_by_what_many_texts_share() -> None:
    edges = dict.fromkeys([("hit", "name"), ("hit", "term"), ("by name", "name"), ("by term", "term")], 1.0)
    assert pagerank(local(edges), {}, {"hit": 1.0})["by term"] == pagerank(local(edges), {}, {"hit": 1.0})["by name"]
    walked = pagerank(local(edges, {"term": COMMON}), {}, {"hit": 1.0})
    assert walked["by term"] < walked["by name"] / 2


def test_the_walk_goes_on_by_the_rarer_of_two_names() -> None:
    many = [(f"s{n}", "common") for n in range(30)]
    walked = pagerank(plain(("hit", "rare"), ("hit", "common"), ("there", "rare"), *many), {}, {"hit": 1.0})
    assert walked["there"] > 30 * walked["s0"] / 7, "a tenth, were both alike"


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


def test_a_stretch_has_the_score_of_the_best_passage_over_it() -> None:
    key = "d" * 32
    rows = [(f"{sentence_id(key, 10)}+4", 9.0), (f"{sentence_id(key, 0)}+5", 3.0)]
    assert stretches_hit(rows) == {sentence_id(key, 0): 9.0, sentence_id(key, LENGTH): 9.0}


def test_what_was_found_step_by_step_is_a_start_unless_it_was_merely_followed() -> None:
    state: Any = {"trail": Trail(steps=(Step("x", "exact", entities=("a", "b")),))}
    assert found_on(state) == ("a", "b")
    state = {"trail": Trail(steps=(Step("x", "exact", entities=("a",)), Step("y", "followed", entities=("b",))))}
    assert found_on(state) == ()


# ── heads
def test_a_name_heads_the_start_of_the_documents_that_bear_it_and_nothing_else() -> None:
    first, later, other = sentence_id("a" * 32, 0), sentence_id("a" * 32, LENGTH), sentence_id("b" * 32, 0)
    graph = plain((first, "busan"), (first, "sea"), (later, "busan"), (other, "busan"))
    documents = [Document("a" * 32, "Busan, Korea (city)", "a", "", "en"), Document("b" * 32, "Seoul", "b", "", "en")]
    mark_heads(graph, [Entity("busan", "Pusan", "PLACE", ("Busan",)), Entity("sea", "Sea", "TERM")], documents)
    assert [edge for edge, weight in graph.edges.items() if weight == HEAD] == [(first, "busan")]


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
    ports: Ports, told: Told, search: str, *names: str, trail: Trail | None = None, **context: Any
) -> Walked:
    found = await ports.graph_store.find(names)
    matches = [Match(name, entity.id, name, 1.0, how) for name in names for entity, how in found[name]]
    passages = await ports.texts.search("passage", search, 50)
    state: Any = {"passages": passages, "matches": matches, "trail": trail or Trail()}
    runtime = told.runtime(QAContext(**context))
    return await walk(state, runtime, graph_store=ports.graph_store, settings=QAOptions())


async def titles(ports: Ports, stretches: Sequence[str]) -> list[str]:
    by_id = {document.id: document.title for document in await ports.graph_store.documents()}
    first = await ports.graph_store.sentences(list(stretches))
    return [by_id[sentence.document_id] for sentence in first]


async def test_the_walk_goes_over_names_that_the_question_does_not_have(ports: Ports, told: Told) -> None:
    walked = await walked_from(ports, told, "nothing that stands there", "Hanbit Motors", strategy="walk")
    assert walked["hits"] == {}
    reached = await titles(ports, list(walked["walked"]))
    assert reached[0] == "Hanbit Motors"
    assert set(reached) == {"Hanbit Motors", "Mira Lindqvist", "Uppsala", "PX-200"}
    assert told.events == [{"stage": "walk", "hits": 0, "stretches": 4}]


async def test_the_document_that_a_name_heads_is_found_to_be_about_it(ports: Ports, told: Told) -> None:
    walked = await walked_from(ports, told, "nothing that stands there", "Uppsala", strategy="walk")
    masses = dict(zip(await titles(ports, list(walked["walked"])), walked["walked"].values(), strict=True))
    assert masses["Uppsala"] == 1.0
    assert masses["Mira Lindqvist"] < 0.5


async def test_what_was_found_step_by_step_is_a_start_that_weighs_less_than_what_is_named(
    ports: Ports, told: Told
) -> None:
    ((uppsala, _),) = (await ports.graph_store.find(["Uppsala"]))["Uppsala"]
    trail = Trail(steps=(Step("x", "exact", entities=(uppsala.id,)),))
    nothing = "nothing that stands there"
    alone = await walked_from(ports, told, nothing, trail=trail, strategy="walk")
    assert (await titles(ports, list(alone["walked"])))[0] == "Uppsala"
    both = await walked_from(ports, told, nothing, "Hanbit Motors", trail=trail, strategy="walk")
    masses = dict(zip(await titles(ports, list(both["walked"])), both["walked"].values(), strict=True))
    assert masses["Hanbit Motors"] == 1.0
    assert masses["Uppsala"] < 0.6


async def test_full_text_alone_is_a_start_too(ports: Ports, told: Told) -> None:
    walked = await walked_from(ports, told, "Fyris river", strategy="walk")
    assert await titles(ports, list(walked["hits"])) == ["Uppsala"]
    assert (await titles(ports, list(walked["walked"])))[0] == "Uppsala"
    assert all(stretch_of(key) == key for key in (*walked["hits"], *walked["walked"]))


async def test_a_strategy_that_does_not_walk_looks_nothing_up(ports: Ports, told: Told) -> None:
    assert await walked_from(ports, told, "Fyris river", "Uppsala", strategy="window") == {"hits": {}, "walked": {}}
    assert told.events == []
