from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.ingestion import resolve
from kgqa.model import (
    Alias,
    Claim,
    Document,
    Entity,
    Extraction,
    Holding,
    Link,
    Mention,
    Pair,
    Parsed,
    Said,
    Sentence,
    Task,
    Triple,
    Use,
)
from kgqa.tools.ports import Count
from kgqa.tools.staging import SqliteStaging


def extraction(
    *names: tuple[str, str], claims: Sequence[tuple[str, str]] = (), aliases: Sequence[Alias] = ()
) -> Extraction:
    mentions = tuple(Mention(text, kind, 0, len(text), "s") for text, kind in names)
    drawn = tuple(Claim(a, "KNOWS", b, "know", "s", 0, 1, 0.5) for a, b in claims)
    return Extraction("c", mentions, drawn, tuple(aliases))


def entities(*counts: tuple[str, str, str, int], everywhere: Mapping[str, str] | None = None) -> set[Entity]:
    given_counts = [Count(key, key, surface, kind, times) for key, surface, kind, times in counts]
    return set(resolve.settle(given_counts, everywhere or {}).entities.values())


def test_spellings_with_one_key_are_one_name() -> None:
    said = resolve.said("d", [extraction(("The Widget Co.", "ORG"), ("widget co", "ORG"), ("Widget Co", "PLACE"))])
    assert {use.key for use in said.uses} == {"widget co"}
    assert said.links == (Link("s", "widget co"),)


def test_a_claim_said_twice_keeps_its_best_score_and_a_self_loop_goes() -> None:
    one = extraction(("Ann", "P"), ("Bo", "P"), claims=[("Ann", "Bo"), ("ann", "BO"), ("Ann", "ANN")])
    assert resolve.said("d", [one]).triples == (Triple("ann", "KNOWS", "bo", "know", ("s",), (0.5,)),)


def test_an_alias_whose_ends_the_document_does_not_mention_is_no_pair() -> None:
    said = resolve.said("d", [extraction(("Acme Corporation", "ORG"), aliases=[Alias("AC", "Acme Corporation", "s")])])
    assert said.pairs == ()


def test_a_common_word_is_no_short_form_unless_it_is_written_as_one() -> None:
    names = [("World Health Organization", "ORG"), ("WHO", "ORG"), ("it", "X")]
    aliases = [Alias("WHO", "World Health Organization", "s"), Alias("it", "World Health Organization", "s")]
    said = resolve.said("d", [extraction(*names, aliases=aliases)])
    assert said.pairs == (Pair("who", "world health organization", True),)


def test_a_telling_short_form_with_one_expansion_means_the_same_everywhere() -> None:
    scopes = resolve.scopes([(1, Pair("who", "world health organization", True))])
    assert scopes.everywhere == {"who": "world health organization"}
    assert scopes.local == {}


def test_a_short_form_with_two_expansions_means_what_each_document_says_and_joins_neither() -> None:
    pairs = [(1, Pair("ma", "marine agency", True)), (2, Pair("ma", "metro authority", True))]
    scopes = resolve.scopes(pairs)
    assert scopes.everywhere == {}
    assert scopes.local == {(1, "ma"): "marine agency", (2, "ma"): "metro authority"}


def test_two_expansions_in_one_document_leave_the_short_form_alone_there() -> None:
    pairs = [(1, Pair("ma", "marine agency", True)), (1, Pair("ma", "metro authority", True))]
    assert resolve.scopes(pairs) == ({}, {})


def test_a_defined_common_noun_holds_in_its_own_document_only() -> None:
    said = resolve.said(
        "d",
        [
            extraction(
                ("Acme Corporation", "ORG"),
                ("the Company", "ORG"),
                aliases=[Alias("the Company", "Acme Corporation", "s")],
            )
        ],
    )
    assert resolve.scopes([(7, pair) for pair in said.pairs]) == ({}, {(7, "company"): "acme corporation"})


def test_expansions_that_come_round_again_lead_nowhere_in_a_document() -> None:
    pairs = [(1, Pair("a", "b", False)), (1, Pair("b", "a", False)), (1, Pair("c", "a", False))]
    assert resolve.scopes(pairs).local == {}


def test_the_longest_key_names_the_cluster_and_the_others_are_aliases() -> None:
    found = entities(
        ("who", "WHO", "ORG", 9), ("world health organization", "World Health Organization", "ORG", 1),
        everywhere={"who": "world health organization"},
    )  # fmt: skip
    assert [(e.name, e.aliases) for e in found] == [("World Health Organization", ("WHO",))]


def test_the_most_frequent_type_wins_and_ties_go_by_name() -> None:
    assert {e.type for e in entities(("x", "X", "PLACE", 2), ("x", "X", "ORG", 3))} == {"ORG"}
    assert {e.type for e in entities(("x", "X", "PLACE", 2), ("x", "X", "ORG", 2))} == {"ORG"}


def test_a_name_that_means_another_in_its_document_has_no_vote_but_is_an_alias() -> None:
    counts = [Count("acme", "acme", "Acme", "ORG", 1), Count("company", "acme", "the Company", "TERM", 50)]
    settled = resolve.settle(counts, {})
    assert [(e.name, e.type, e.aliases) for e in settled.entities.values()] == [("Acme", "ORG", ("the Company",))]
    assert set(settled.keys) == {"acme"}


def test_facts_name_entities_and_join_what_became_one() -> None:
    one = Entity("e1", "Acme", "ORG", ("A",))
    other = Entity("e2", "Bo", "P")
    triples = (
        Triple("a", "T", "bo", "t", ("s1",), (0.4,)),
        Triple("acme", "T", "bo", "t", ("s1", "s2"), (0.9, 0.1)),
        Triple("a", "IS", "acme", "is", ("s1",), (1.0,)),
    )
    said = Said("d", (Use("a", "A", "ORG", 1), Use("acme", "Acme", "ORG", 1), Use("bo", "Bo", "P", 1)), (),
                (Link("s1", "a"), Link("s1", "acme"), Link("s2", "bo")), triples)  # fmt: skip
    facts = resolve.facts(said, {"a": one, "acme": one, "bo": other})
    assert facts.entities == (one, other)
    assert facts.links == (Link("s1", "e1"), Link("s2", "e2"))
    assert facts.triples == (Triple("e1", "T", "e2", "t", ("s1", "s2"), (0.9, 0.1)),)


# ── the library as a function of its documents
KEYS = [f"k{n}" for n in range(6)]
PAIR = st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), st.booleans()).filter(lambda p: p[0] != p[1])
USE = st.tuples(st.sampled_from(KEYS), st.sampled_from(["x", "y"]), st.sampled_from("TU"), st.integers(1, 3))


@st.composite
def documents(draw: st.DrawFn, name: str) -> Said:
    drawn = draw(st.lists(USE, min_size=1, max_size=5, unique_by=lambda use: use[:3]))
    uses = tuple(sorted(Use(key, f"{key}-{surface}", kind, times) for key, surface, kind, times in drawn))
    keys = sorted({use.key for use in uses})
    pairs = draw(st.lists(PAIR, max_size=3, unique_by=lambda pair: pair[:2]))
    kept = tuple(sorted(Pair(*pair) for pair in pairs if {pair[0], pair[1]} <= set(keys)))
    triples = tuple(Triple(a, "R" + a, b, "r", (f"{name}-s",), (1.0,)) for a, b in pairwise(keys))
    return Said(name, uses, kept, tuple(Link(f"{name}-s", key) for key in keys), triples)


Step = tuple[str, int]
LIBRARY = st.tuples(*(st.tuples(documents(f"d{n}"), documents(f"d{n}")) for n in range(4)))
STEPS = st.lists(st.tuples(st.sampled_from(["first", "second", "leave"]), st.integers(0, 3)), max_size=8)
Seen = tuple[list[tuple[Said, dict[str, Entity]]], dict[str, str]]


async def carried_out(versions: Sequence[Sequence[Said]], steps: Sequence[Step], done: Sequence[bool]) -> Seen:
    """What the stores would hold after these steps, the tasks being done after some of them and at the end."""
    staging = SqliteStaging(None)
    await staging.open()
    store = Stores({}, {}, {})
    for number, (step, which) in enumerate(steps):
        said = versions[which][step == "second"]
        document = Document(said.document_id, "t", "s", "", "en")
        sentence = Sentence(f"{said.document_id}-s", said.document_id, 0, 0, 1, step)
        if step == "leave":
            await staging.leave([said.document_id], resolve)
        else:
            await staging.put_parsed([Parsed(document, (), (sentence,), ())])
            await staging.hold([Holding(said.document_id, (said.document_id,))])
            await staging.join([said], [step], [[]], resolve)
        if number < len(done) and done[number]:
            await do(staging, store)
    await do(staging, store)
    assert await staging.backlog() == {}
    members = sorted(await staging.members())
    resolved = [(said, dict(names)) for said, names in await staging.resolved(members)]
    await staging.close()
    assert {said.document_id: ids(names) for said, names in resolved} == store.documents
    named = {entity for _, names in resolved for entity in names.values()}
    assert {store.entities[entity.id] for entity in named} == named
    return resolved, store.rows


@dataclass
class Stores:
    """What `bring_up` would have written."""

    documents: dict[str, dict[str, str]]
    """Document → name key → entity id."""
    entities: dict[str, Entity]
    rows: dict[str, str]


def ids(names: Mapping[str, Entity]) -> dict[str, str]:
    return {key: entity.id for key, entity in names.items()}


async def do(staging: SqliteStaging, stores: Stores) -> None:
    """Do the tasks in the order in which `bring_up` does them."""
    while tasks := await staging.tasks("document", 3):
        for task in tasks:
            stores.documents.pop(task.id, None)
        for said, names in await staging.resolved([task.id for task in tasks if task.work != "delete"]):
            stores.documents[said.document_id] = ids(names)
            stores.entities.update((entity.id, entity) for entity in names.values())
        await staging.done(tasks)
    while tasks := await staging.tasks("entity", 3):
        for task in tasks:
            name, kind, aliases = json.loads(task.value)
            stores.entities[task.id] = Entity(task.id, name, kind, tuple(aliases))
        await staging.done(tasks)
    for collection in ("entities", "relations"):
        while tasks := await staging.tasks(collection, 3):
            for task in tasks:
                do_row(task, stores.rows)
            await staging.done(tasks)


def do_row(task: Task, rows: dict[str, str]) -> None:
    if task.work == "delete":
        rows.pop(task.id, None)
    else:
        rows[task.id] = task.value


def settled_at_once(library: Sequence[Said]) -> Seen:
    """The same by the rules alone, over the whole library, without staging."""
    scopes = resolve.scopes([(n, pair) for n, said in enumerate(library) for pair in said.pairs])
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for n, said in enumerate(library):
        for use in said.uses:
            counts[use.key, scopes.local.get((n, use.key), use.key), use.surface, use.type] += use.times
    settled = resolve.settle([Count(*at, times) for at, times in counts.items()], scopes.everywhere)
    resolved = []
    for n, said in enumerate(library):
        targets = {use.key: settled.keys[scopes.local.get((n, use.key), use.key)] for use in said.uses}
        resolved.append((said, {key: settled.entities[entity] for key, entity in targets.items()}))
    rows = {id: text for entity in settled.entities.values() for id, text in resolve.rows(entity).items()}
    kinds = {triple.type for said in library for triple in said.triples}
    return resolved, rows | {kind: resolve.relation_text(kind) for kind in kinds}


@given(LIBRARY, STEPS, st.lists(st.booleans(), max_size=8))
@settings(max_examples=200)
def test_the_library_is_a_function_of_its_documents_not_of_how_it_came_about(
    versions: Sequence[Sequence[Said]], steps: list[Step], done: list[bool]
) -> None:
    last: dict[int, str] = {which: step for step, which in steps}
    library = [versions[which][step == "second"] for which, step in sorted(last.items()) if step != "leave"]
    assert asyncio.run(carried_out(versions, steps, done)) == settled_at_once(library)


def test_a_document_is_written_anew_when_another_makes_its_own_expansion_everybodys() -> None:
    def says(name: str, keys: str, *pairs: Pair) -> Said:
        uses = tuple(Use(key, key.upper(), "T", 1) for key in keys)
        return Said(name, uses, pairs, tuple(Link(f"{name}-s", key) for key in keys), ())

    chain = says("d0", "sfg", Pair("f", "g", False), Pair("s", "f", False))
    library = [chain, says("d1", "f"), says("d2", "fs", Pair("s", "f", True))]
    steps = [("first", n) for n in range(3)]
    assert asyncio.run(carried_out([(one, one) for one in library], steps, [False, True])) == settled_at_once(library)


@given(LIBRARY)
@settings(max_examples=80)
def test_no_two_full_names_become_one_by_a_short_form(versions: Sequence[Sequence[Said]]) -> None:
    pairs = [(n, pair) for n, (said, _) in enumerate(versions) for pair in said.pairs]
    fulls: dict[str, set[str]] = {}
    for _, pair in pairs:
        fulls.setdefault(pair.short, set()).add(pair.full)
    scopes = resolve.scopes(pairs)
    assert all(fulls[short] == {full} for short, full in scopes.everywhere.items())
