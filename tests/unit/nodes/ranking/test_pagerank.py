"""pagerank: the walk goes where names and words lead, and no order of reading changes where it ends up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import sentence_id
from kgqa.nodes.ranking.blocks import LENGTH
from kgqa.nodes.ranking.pagerank import HEAD, Local, one_step, pagerank
from kgqa.nodes.walk import COMMON

BLOCKS = [sentence_id("d" * 32, n * LENGTH) for n in range(8)]
ENTITIES = [f"e{n}" for n in range(6)]
EDGES = st.dictionaries(
    st.tuples(st.sampled_from(BLOCKS), st.sampled_from(ENTITIES)), st.sampled_from([1.0, HEAD]), max_size=24
)
HITS = st.dictionaries(st.sampled_from([*BLOCKS, "alone"]), st.floats(0.5, 30), max_size=5)
NAMED = st.dictionaries(st.sampled_from(ENTITIES), st.floats(0.1, 1), max_size=3)


def local(edges: Mapping[tuple[str, str], float], weights: Mapping[str, float] | None = None) -> Local:
    made = Local()
    for (block, entity), weight in edges.items():
        made.add([block], [entity])
        made.heads.update({(block, entity)} if weight == HEAD else ())
    made.weights.update(weights or {})
    return made


def plain(*edges: tuple[str, str]) -> Local:
    return local(dict.fromkeys(edges, 1.0))


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
    edges = {(f"s{n * 7 % 31}", f"e{n * 5 % 13}"): (1.0, 1.0, HEAD)[n % 3] for n in range(150)}
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


# ── its first step
def test_the_first_step_leads_to_the_entities_of_the_heaviest_blocks_but_those_known() -> None:
    graph = plain(("a", "x"), ("a", "known"), ("b", "y"), ("b", "x"), ("c", "z"), ("d", "far"))
    mass = {"a": 1.0, "b": 2.0, "c": 0.5, "elsewhere": 9.0}
    assert one_step(graph, mass, {"known", "nobody"}, 10) == ["x", "y", "z"]
    assert one_step(graph, mass, {"known"}, 2) == ["x", "y"]
    assert one_step(graph, {"a": 1.0}, (), 1) == ["known"], "ties by id"
    assert one_step(Local(), mass, (), 3) == []


def test_what_is_added_twice_counts_once() -> None:
    twice = plain(("a", "mira"), ("b", "mira"))
    twice.add(["a"], ["mira"])
    assert pagerank(twice, {"mira": 1.0}, {}) == pagerank(plain(("a", "mira"), ("b", "mira")), {"mira": 1.0}, {})
    assert one_step(twice, {"a": 1.0, "b": 1.0}, (), 5) == ["mira"]


def test_a_head_that_the_text_does_not_mention_is_none() -> None:
    graph = plain(("a", "mira"), ("b", "other"))
    graph.heads.update({("a", "other"), ("nowhere", "mira"), ("a", "nobody")})
    assert pagerank(graph, {"mira": 1.0}, {}) == {"a": 1.0}
