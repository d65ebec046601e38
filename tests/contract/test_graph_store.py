"""The contract of `GraphStore`, on every store there is."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kgqa.errors import ContractError, InputError
from kgqa.model import (
    Box,
    Document,
    Entity,
    Facts,
    Limits,
    Link,
    Origin,
    Page,
    Parsed,
    Relation,
    Sentence,
    Tally,
    Triple,
    sentence_id,
)
from kgqa.tools.ports import GraphStore
from kgqa.tools.store.memory import MemoryGraph

MakeStore = Callable[[], GraphStore]


@dataclass(frozen=True)
class Story:
    """A document with all that is said about it."""

    document: Document
    pages: tuple[Page, ...]
    sentences: tuple[Sentence, ...]
    facts: Facts


def story(name: str, *said: tuple[str, ...], paged: bool = True, title: str = "") -> Story:
    """A document whose n-th sentence mentions the names of `said[n]`; `a -R-> b` is written `("a", "R", "b")`."""
    document = Document(f"d-{name}", title or f"Title {name}", f"{name}.pdf", f"sha-{name}", "en")
    pages = tuple(Page(document.id, n, f"pages/{name}-{n}.png", 1190, 1684, 90 * n) for n in (1, 2)) if paged else ()
    sentences = tuple(
        Sentence(
            id=f"s-{name}-{index}",
            document_id=document.id,
            index=index,
            start=index * 100,
            end=index * 100 + 10,
            text=f"Sentence {index} of {name}",
            kind="heading" if index == 0 else "text",
            page=1 + index % 2 if paged else None,
            section="Part › One",
            boxes=(Box(1.5, 2.0, 3.25, 4.0), Box(5.0, 6.0, 7.0, 8.0)) if paged else (),
        )
        for index in range(len(said))
    )
    return Story(document, pages, sentences, facts(document.id, sentences, said))


def facts(document: str, sentences: Sequence[Sentence], said: Iterable[tuple[str, ...]]) -> Facts:
    entities: dict[str, Entity] = {}
    links: list[Link] = []
    triples: list[Triple] = []
    for sentence, words in zip(sentences, said, strict=True):
        for name in {words[0], words[-1]} if words else ():
            entities[name] = person(name)
            links.append(Link(sentence.id, f"e-{name}"))
        if len(words) == 3:
            triples.append(fact(*words, sentence.id))
    return Facts(document, tuple(entities.values()), tuple(links), tuple(triples))


def person(name: str, *aliases: str, kind: str = "Person") -> Entity:
    return Entity(f"e-{name}", name, kind, tuple(sorted(aliases)))


def fact(
    subject: str,
    kind: str,
    obj: str,
    *sentences: str,
    score: float = 0.5,
    phrase: str = "",
    origin: Origin = "extracted",
) -> Triple:
    return Triple(f"e-{subject}", kind, f"e-{obj}", phrase, sentences, (score,) * len(sentences), origin)


async def put(store: GraphStore, *stories: Story) -> None:
    for one in stories:
        await store.write_document(one.document, one.pages, one.sentences)
    await store.write_facts([one.facts for one in stories])


async def told(*stories: Story) -> list[str]:
    """The dump of a graph that only these stories ever entered."""
    store = MemoryGraph()
    await put(store, *stories)
    return list(await store.dump())


ANN = story("ann", ("Ann", "KNOWS", "Bob"), ("Ann", "WORKS_AT", "Acme"), ("Bob",))
BOB = story("bob", ("Bob", "KNOWS", "Cid"), ("Ann", "KNOWS", "Bob"), paged=False)
LONG = story("long", *[("Ann",)] * 7, paged=False)


# ── an empty store
async def test_an_empty_graph_answers_every_reading_with_nothing(graph_store: GraphStore) -> None:
    assert list(await graph_store.documents()) == []
    assert list(await graph_store.pages(["d"])) == []
    assert list(await graph_store.sentences(["s"])) == []
    assert list(await graph_store.window(["s"], 1, 1)) == []
    assert dict(await graph_store.find(["Ann"])) == {}
    assert list(await graph_store.entities(["e"])) == []
    assert list(await graph_store.facts(["e"])) == []
    assert dict(await graph_store.mentions_of(["e"])) == {}
    assert dict(await graph_store.mentions_in(["s"])) == {}
    assert (await graph_store.schema()).entity_types == ()
    assert (await graph_store.schema()).relation_types == ()
    assert list(await graph_store.dump()) == []
    assert dict(await graph_store.counts()) == dict.fromkeys(
        ("documents", "pages", "sentences", "entities", "relations", "mentions"), 0
    )


async def test_asking_for_nothing_gives_nothing(graph_store: GraphStore) -> None:
    await put(graph_store, ANN)
    assert list(await graph_store.documents([])) == []
    assert list(await graph_store.pages([])) == []
    assert list(await graph_store.sentences([])) == []
    assert list(await graph_store.window([], 1, 1)) == []
    assert dict(await graph_store.find([])) == {}
    assert list(await graph_store.entities([])) == []
    assert list(await graph_store.facts([])) == []
    assert dict(await graph_store.mentions_of([])) == {}
    assert dict(await graph_store.mentions_in([])) == {}
    assert list(await graph_store.delete_documents([])) == []
    assert list(await graph_store.write_facts([])) == []
    await graph_store.update_entities([])
    assert list(await graph_store.dump()) == await told(ANN)


async def test_a_store_may_be_closed_twice(make_store: MakeStore) -> None:
    store = make_store()
    await store.open()
    await store.close()
    await store.close()


# ── documents, pages, sentences
async def test_documents_come_by_title_then_id(graph_store: GraphStore) -> None:
    some = [story("c", title="Zoo"), story("b", title="Apple"), story("a", title="Apple"), story("d", title="éclair")]
    await put(graph_store, *some)
    assert [d.id for d in await graph_store.documents()] == ["d-a", "d-b", "d-c", "d-d"]
    assert list(await graph_store.documents()) == sorted((s.document for s in some), key=lambda d: (d.title, d.id))
    assert [d.id for d in await graph_store.documents(["d-c", "d-none", "d-a", "d-a"])] == ["d-a", "d-c"]


async def test_pages_come_by_document_asked_then_number(graph_store: GraphStore) -> None:
    other = story("other", ())
    await graph_store.write_document(ANN.document, list(reversed(ANN.pages)), ANN.sentences)
    await put(graph_store, other, BOB)
    asked = ["d-other", "d-bob", "d-none", "d-ann", "d-other"]
    assert list(await graph_store.pages(asked)) == [*other.pages, *ANN.pages]


async def test_sentences_come_whole_in_the_order_asked_each_once(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    asked = ["s-bob-1", "s-none", "s-ann-2", "s-bob-1", "s-ann-0"]
    assert list(await graph_store.sentences(asked)) == [BOB.sentences[1], ANN.sentences[2], ANN.sentences[0]]


@pytest.mark.parametrize(
    ("before", "after", "indexes"),
    [(0, 0, [0, 4]), (1, 0, [0, 3, 4]), (0, 2, [0, 1, 2, 4, 5, 6]), (2, 1, [0, 1, 2, 3, 4, 5]), (10, 10, range(7))],
)
async def test_a_window_holds_the_neighbours_each_once(
    graph_store: GraphStore, before: int, after: int, indexes: Sequence[int]
) -> None:
    await put(graph_store, LONG, ANN)
    near = await graph_store.window(["s-long-4", "s-long-0", "s-none"], before, after)
    assert list(near) == [LONG.sentences[index] for index in indexes]


async def test_a_window_never_leaves_its_document_and_comes_by_document_then_index(graph_store: GraphStore) -> None:
    await put(graph_store, LONG, ANN)
    near = await graph_store.window(["s-long-0", "s-ann-2"], 1, 1)
    assert list(near) == [*ANN.sentences[1:], *LONG.sentences[:2]]


async def test_a_document_written_twice_is_there_once(graph_store: GraphStore) -> None:
    await put(graph_store, ANN)
    await put(graph_store, ANN)
    assert list(await graph_store.dump()) == await told(ANN)


async def test_rewriting_a_document_replaces_it_and_leaves_its_facts_alone(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    changed = [replace(s, text=s.text + "!", page=2, boxes=()) for s in ANN.sentences]
    renamed = replace(ANN.document, title="New title", language="und")
    await graph_store.write_document(renamed, ANN.pages[1:], changed)
    assert list(await graph_store.documents(["d-ann"])) == [renamed]
    assert list(await graph_store.pages(["d-ann"])) == list(ANN.pages[1:])
    assert list(await graph_store.sentences(["s-ann-0"])) == [changed[0]]
    expected = Story(renamed, ANN.pages[1:], tuple(changed), ANN.facts)
    assert list(await graph_store.dump()) == await told(expected, BOB)


async def test_a_sentence_that_a_rewrite_drops_takes_its_support_with_it(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    await graph_store.write_document(ANN.document, (), ANN.sentences[:1])
    left = facts("d-ann", ANN.sentences[:1], [("Ann", "KNOWS", "Bob")])
    expected = Story(ANN.document, (), ANN.sentences[:1], left)
    assert list(await graph_store.dump()) == await told(expected, BOB)


async def test_many_documents_written_at_once_are_as_each_written_alone(graph_store: GraphStore) -> None:
    first, second, third = story("a", ("x", "R", "y"), ("x",)), story("b", ("x",), paged=False), story("c", ("z",))
    await put(graph_store, first, third)
    shorter = replace(first, sentences=first.sentences[:1], facts=replace(first.facts, links=first.facts.links[:2]))
    many = [Parsed(one.document, one.pages, one.sentences, ()) for one in (shorter, second, third)]
    await graph_store.write_documents(many)
    await graph_store.write_documents([])
    await graph_store.write_facts([shorter.facts, second.facts])
    assert list(await graph_store.dump()) == await told(shorter, second, third)


async def test_sentences_may_change_places_on_a_rewrite(graph_store: GraphStore) -> None:
    await put(graph_store, LONG)
    turned = tuple(replace(s, index=6 - s.index) for s in LONG.sentences)
    await graph_store.write_document(LONG.document, (), turned)
    assert list(await graph_store.dump()) == await told(Story(LONG.document, (), turned, LONG.facts))
    assert [s.id for s in await graph_store.window(["s-long-0"], 2, 2)] == ["s-long-2", "s-long-1", "s-long-0"]


# ── facts
async def test_two_documents_that_say_one_thing_support_one_relation(graph_store: GraphStore) -> None:
    await put(graph_store, ANN)
    await put(graph_store, BOB)
    (known,) = [t for t in await graph_store.facts(["e-Ann"]) if t.type == "KNOWS"]
    assert known == fact("Ann", "KNOWS", "Bob", "s-ann-0", "s-bob-1")
    assert (await graph_store.counts())["relations"] == 3
    assert list(await graph_store.dump()) == await told(ANN, BOB)


async def test_a_relation_differs_by_type_phrase_origin_and_direction(graph_store: GraphStore) -> None:
    base = story("x", ("Ann", "KNOWS", "Bob"))
    s = base.sentences[0].id
    kinds = (
        fact("Ann", "KNOWS", "Bob", s, phrase="know"),
        fact("Ann", "KNOWS", "Bob", s, phrase="know of"),
        fact("Ann", "KNOWS", "Bob", s, phrase="know", origin="curated"),
        fact("Bob", "KNOWS", "Ann", s, phrase="know"),
        fact("Ann", "LIKES", "Bob", s, phrase="know"),
        fact("Ann", "KNOWS", "Ann", s, phrase="know"),
    )
    await put(graph_store, Story(base.document, base.pages, base.sentences, replace(base.facts, triples=kinds)))
    assert set(await graph_store.facts(["e-Ann"])) == set(kinds)
    assert (await graph_store.counts())["relations"] == len(kinds)


async def test_supports_come_best_first(graph_store: GraphStore) -> None:
    one = story("x", ("Ann", "R", "Bob"), ("Ann", "R", "Bob"), ("Ann", "R", "Bob"))
    said = [fact("Ann", "R", "Bob", s.id, score=v) for s, v in zip(one.sentences, (0.25, 1.0, 0.25), strict=True)]
    await put(graph_store, replace(one, facts=replace(one.facts, triples=tuple(said))))
    (found,) = await graph_store.facts(["e-Bob"])
    assert found.sentences == ("s-x-1", "s-x-0", "s-x-2")
    assert found.scores == (1.0, 0.25, 0.25)
    assert found.confidence == 1.0


async def test_facts_come_best_first_within_the_limit_and_the_types(graph_store: GraphStore) -> None:
    one = story("x", *[("Ann", "R", f"B{i}") for i in range(6)])
    scores = (0.5, 0.9, 0.5, 0.1, 0.5, 0.9)
    triples = [
        replace(t, scores=(v,), type="S" if v == 0.1 else "R") for t, v in zip(one.facts.triples, scores, strict=True)
    ]
    await put(graph_store, replace(one, facts=replace(one.facts, triples=tuple(triples))))
    best = [triples[i] for i in (1, 5, 0, 2, 4, 3)]
    assert list(await graph_store.facts(["e-Ann"])) == best
    assert list(await graph_store.facts(["e-Ann", "e-B1", "e-Ann"], limit=3)) == best[:3]
    assert list(await graph_store.facts(["e-Ann"], types=["S"])) == best[-1:]
    assert list(await graph_store.facts(["e-Ann"], types=["S", "R", "NONE"], limit=5)) == best[:5]
    assert list(await graph_store.facts(["e-Ann"], types=["NONE"])) == []
    assert list(await graph_store.facts(["e-B3"])) == best[-1:]
    assert list(await graph_store.facts(["e-none"])) == []
    assert list(await graph_store.facts(["e-Ann"], limit=0)) == []


async def test_replacing_facts_takes_back_what_is_said_no_more(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    instead = facts("d-ann", ANN.sentences, [("Dee", "KNOWS", "Bob"), (), ("Dee",)])
    assert list(await graph_store.write_facts([instead])) == ["e-Acme"]
    assert list(await graph_store.dump()) == await told(replace(ANN, facts=instead), BOB)
    assert list(await graph_store.write_facts([Facts("d-ann", (), (), ())])) == ["e-Dee"]
    assert list(await graph_store.write_facts([ANN.facts])) == []
    assert list(await graph_store.dump()) == await told(ANN, BOB)


async def test_replacing_facts_by_the_same_changes_nothing(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    assert list(await graph_store.write_facts([BOB.facts, ANN.facts])) == []
    assert list(await graph_store.dump()) == await told(ANN, BOB)


async def test_replacing_facts_may_change_a_score_alone(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    surer = replace(ANN.facts, triples=tuple(replace(t, scores=(0.875,)) for t in ANN.facts.triples))
    await graph_store.write_facts([surer])
    assert list(await graph_store.dump()) == await told(replace(ANN, facts=surer), BOB)


async def test_an_entity_becomes_what_the_last_facts_say(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    others = tuple(
        replace(e, name=e.name.upper(), type="Org" if e.name == "Bob" else e.type, aliases=("B", "A"))
        for e in BOB.facts.entities
    )
    await graph_store.write_facts([replace(BOB.facts, entities=others)])
    by_id = {e.id: e for e in await graph_store.entities(["e-Bob", "e-Ann", "e-Acme"])}
    assert by_id["e-Bob"] == Entity("e-Bob", "BOB", "Org", ("A", "B"))
    assert by_id["e-Ann"] == Entity("e-Ann", "ANN", "Person", ("A", "B"))
    assert by_id["e-Acme"] == person("Acme")
    assert list(await graph_store.dump()) == await told(ANN, replace(BOB, facts=replace(BOB.facts, entities=others)))
    assert (await graph_store.schema()).entity_types == ("Org", "Person")


async def test_an_entity_that_no_sentence_mentions_does_not_stay(graph_store: GraphStore) -> None:
    lonely = replace(ANN.facts, entities=(*ANN.facts.entities, person("Nobody")))
    await put(graph_store, replace(ANN, facts=lonely))
    assert list(await graph_store.entities(["e-Nobody"])) == []
    assert list(await graph_store.dump()) == await told(ANN)


@pytest.mark.parametrize(
    "broken",
    [
        replace(ANN.facts, document_id="d-none"),
        replace(ANN.facts, links=(*ANN.facts.links, Link("s-bob-0", "e-Ann"))),
        replace(ANN.facts, links=(*ANN.facts.links, Link("s-ann-0", "e-none"))),
        replace(ANN.facts, triples=(fact("Ann", "KNOWS", "Cid", "s-ann-0"),)),
        replace(ANN.facts, triples=(fact("Ann", "KNOWS", "Bob", "s-bob-0"),)),
        replace(ANN.facts, triples=(fact("Ann", "KNOWS", "Bob"),)),
        replace(ANN.facts, triples=(Triple("e-Ann", "KNOWS", "e-Bob", "", ("s-ann-0",), (0.5, 0.5)),)),
    ],
    ids=["no document", "foreign link", "no entity", "unmentioned end", "foreign support", "no support", "scores"],
)
async def test_facts_that_could_not_be_deleted_exactly_are_refused(graph_store: GraphStore, broken: Facts) -> None:
    await put(graph_store, ANN, BOB)
    with pytest.raises(ContractError, match=broken.document_id):
        await graph_store.write_facts([broken])
    assert list(await graph_store.dump()) == await told(ANN, BOB)


async def test_updating_entities_sets_name_and_aliases_and_ignores_unknown_ids(graph_store: GraphStore) -> None:
    await put(graph_store, ANN)
    await graph_store.update_entities(
        [Entity("e-Ann", "Anna Lee", "Ignored", ("Ann", "A. Lee")), person("Nobody", "No one")]
    )
    assert list(await graph_store.entities(["e-Ann"])) == [Entity("e-Ann", "Anna Lee", "Person", ("A. Lee", "Ann"))]
    assert set(await graph_store.find(["anna lee", "a lee", "ANN", "Nobody"])) == {"anna lee", "a lee", "ANN"}
    await graph_store.update_entities([person("Ann")])
    assert list(await graph_store.dump()) == await told(ANN)
    assert dict(await graph_store.find(["anna lee", "a lee"])) == {}


# ── deleting
async def test_deleting_a_document_leaves_the_graph_of_the_others_alone(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    assert list(await graph_store.delete_documents(["d-ann"])) == ["e-Acme"]
    assert list(await graph_store.dump()) == await told(BOB)
    assert dict(await graph_store.find(["Acme"])) == {}
    assert (await graph_store.schema()).entity_types == ("Person",)
    assert [r.type for r in (await graph_store.schema()).relation_types] == ["KNOWS"]
    assert list(await graph_store.delete_documents(["d-none", "d-ann"])) == []
    assert list(await graph_store.delete_documents(["d-bob", "d-bob"])) == ["e-Ann", "e-Bob", "e-Cid"]
    assert list(await graph_store.dump()) == []
    assert set((await graph_store.counts()).values()) == {0}
    assert (await graph_store.schema()).relation_types == ()


async def test_a_deleted_document_may_come_back(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    await graph_store.delete_documents(["d-ann", "d-bob"])
    await put(graph_store, BOB, ANN)
    assert list(await graph_store.dump()) == await told(ANN, BOB)


NAMES = st.sampled_from(["Ann", "Bob", "Cid", "Dee"])
SAID = st.one_of(st.just(()), st.tuples(NAMES), st.tuples(NAMES, st.sampled_from(["KNOWS", "LIKES", "OWNS"]), NAMES))


@given(
    texts=st.lists(st.lists(SAID, min_size=1, max_size=4), min_size=1, max_size=5),
    seed=st.integers(0, 2**16),
    data=st.data(),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_ingesting_and_deleting_gives_the_graph_of_what_is_left(
    make_store: MakeStore, texts: list[list[tuple[str, ...]]], seed: int, data: st.DataObject
) -> None:
    stories = [story(str(n), *said, paged=n % 2 == 0) for n, said in enumerate(texts)]
    kept = data.draw(st.sets(st.sampled_from(range(len(stories)))), label="kept")
    asyncio.run(shuffle_and_compare(make_store(), stories, kept, random.Random(seed)))


async def shuffle_and_compare(store: GraphStore, stories: list[Story], kept: set[int], dice: random.Random) -> None:
    await store.open()
    try:
        await store.delete_documents([document.id for document in await store.documents()])
        await come_and_go(store, stories, kept, dice)
        expected = MemoryGraph()
        await put(expected, *(stories[n] for n in sorted(kept)))
        assert list(await store.dump()) == list(await expected.dump())
        assert await store.schema() == await expected.schema()
        assert dict(await store.counts()) == dict(await expected.counts())
    finally:
        await store.close()


async def come_and_go(store: GraphStore, stories: list[Story], kept: set[int], dice: random.Random) -> None:
    batch: list[Story] = []
    for one in dice.sample(stories, len(stories)):
        batch.append(one)
        if dice.random() < 0.5:
            await put(store, *batch)
            await store.delete_documents([s.document.id for s in batch if dice.random() < 0.3])
            batch = []
    gone = [stories[n].document.id for n in range(len(stories)) if n not in kept]
    await put(store, *dice.sample(stories, len(stories)))
    for document in dice.sample(gone, len(gone)):
        await store.delete_documents([document])


async def test_many_documents_deleted_at_once_leave_what_the_others_say(graph_store: GraphStore) -> None:
    stories = [
        story(str(n), ("Ann", "KNOWS", f"P{n // 2}"), (f"P{n // 3}", "KNOWS", "Ann"), ("Bob",)) for n in range(9)
    ]
    await put(graph_store, *stories)
    gone = [one.document.id for one in stories[1:8]]
    assert list(await graph_store.delete_documents([gone[0], "d-none", *gone])) == ["e-P1", "e-P3"]
    assert list(await graph_store.dump()) == await told(stories[0], stories[8])
    assert list(await graph_store.delete_documents(gone)) == []


# ── finding and linking
async def test_a_name_finds_whoever_bears_it_exact_before_alias_then_by_id(graph_store: GraphStore) -> None:
    one = story("x", ("n1",), ("n2",), ("n3",), ("n4",))
    bearers = (
        Entity("e-n1", "Acme Corp.", "Org", ("ACME", "Acme-Corp")),
        Entity("e-n2", "Acme", "Org"),
        Entity("e-n3", "Globex", "Org", ("acme", "the Globex")),
        Entity("e-n4", "ＡＣＭＥ", "Person"),
    )
    await put(graph_store, replace(one, facts=replace(one.facts, entities=bearers)))
    found = await graph_store.find(["acme", "THE ACME CORP", "Globex", "Initech", "", "  "])
    assert list(found) == ["acme", "THE ACME CORP", "Globex"]
    assert [(e.id, how) for e, how in found["acme"]] == [
        ("e-n2", "exact"),
        ("e-n4", "exact"),
        ("e-n1", "alias"),
        ("e-n3", "alias"),
    ]
    assert [(e.id, how) for e, how in found["THE ACME CORP"]] == [("e-n1", "exact")]
    assert list(found["Globex"]) == [(bearers[2], "exact")]


async def test_entities_come_in_the_order_asked_each_once(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    asked = ["e-Cid", "e-none", "e-Ann", "e-Cid"]
    assert list(await graph_store.entities(asked)) == [person("Cid"), person("Ann")]


async def test_mentions_of_an_entity_begin_with_what_stands_earliest_in_its_document(graph_store: GraphStore) -> None:
    early, late = story("z", ("Ann",), ("Ann",)), story("a", ("Bob",), ("Ann",), ("Ann",))
    await put(graph_store, early, late)
    mentioned = await graph_store.mentions_of(["e-Ann"])
    assert dict(mentioned) == {person("Ann"): ["s-z-0", "s-a-1", "s-z-1", "s-a-2"]}


async def test_mentions_of_entities_are_cut_for_each_by_place_then_sentence_id(graph_store: GraphStore) -> None:
    await put(graph_store, LONG, BOB)
    mentioned = await graph_store.mentions_of(["e-Bob", "e-none", "e-Ann", "e-Bob"], per_entity=3)
    assert list(mentioned.items()) == [
        (person("Bob"), ["s-bob-0", "s-bob-1"]),
        (person("Ann"), ["s-long-0", "s-bob-1", "s-long-1"]),
    ]
    assert dict(await graph_store.mentions_of(["e-Ann"], per_entity=0)) == {person("Ann"): []}


async def test_the_first_mentions_of_a_hub_come_beside_all_of_a_rare_entity(graph_store: GraphStore) -> None:
    hub = story("hub", *(("Hub", f"N{n}") for n in range(510)))
    await put(graph_store, hub, story("also", ("Hub",), ("Hub",)))
    mentioned = await graph_store.mentions_of(["e-N7", "e-Hub"], per_entity=4)
    assert list(mentioned.items()) == [
        (person("N7"), ["s-hub-7"]),
        (person("Hub"), ["s-also-0", "s-hub-0", "s-also-1", "s-hub-1"]),
    ]


async def test_mentions_in_sentences_are_their_entities(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    mentioned = await graph_store.mentions_in(["s-bob-0", "s-ann-0", "s-none", "s-bob-0"])
    assert list(mentioned.items()) == [("s-bob-0", ["e-Bob", "e-Cid"]), ("s-ann-0", ["e-Ann", "e-Bob"])]


async def test_the_schema_tells_types_and_what_they_join_and_no_label_of_our_own(graph_store: GraphStore) -> None:
    one = story("x", ("Ann", "WORKS_AT", "Acme"), ("Bob", "WORKS_AT", "Ann"), ("Paris",))
    kinds = {"Acme": "Org", "Paris": "City"}
    typed = tuple(replace(e, type=kinds.get(e.name, "Person"), aliases=("x y",)) for e in one.facts.entities)
    await put(graph_store, replace(one, facts=replace(one.facts, entities=typed)))
    schema = await graph_store.schema()
    assert schema.entity_types == ("City", "Org", "Person")
    assert schema.relation_types == (Relation("WORKS_AT", ("Person",), ("Org", "Person")),)
    await put(graph_store, BOB)
    grown = await graph_store.schema()
    assert [r.type for r in grown.relation_types] == ["KNOWS", "WORKS_AT"]
    assert grown.version != schema.version


async def test_counts_count(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    assert dict(await graph_store.counts()) == {
        "documents": 2,
        "pages": 2,
        "sentences": 5,
        "entities": 4,
        "relations": 3,
        "mentions": 9,
    }


def placed(name: str, *said: tuple[str, ...]) -> Story:
    """A story whose sentences bear the ids that `sentence_id` makes."""
    given = story(name, *said)
    ids = {s.id: sentence_id(given.document.id, s.index) for s in given.sentences}
    sentences = tuple(replace(s, id=ids[s.id]) for s in given.sentences)
    return Story(given.document, given.pages, sentences, facts(given.document.id, sentences, said))


async def test_tallies_tell_how_much_there_is_of_each_document(graph_store: GraphStore) -> None:
    one, other = placed("one", ("ann", "KNOWS", "bo"), ("ann",), ()), placed("two", ("bo", "KNOWS", "cid"))
    await put(graph_store, one, other)
    await graph_store.write_document(story("bare", (), paged=False).document, (), ())
    assert await graph_store.tallies() == {
        "d-one": Tally(1, 3, 30, 2, 3, 1),
        "d-two": Tally(1, 1, 10, 2, 2, 1),
        "d-bare": Tally(documents=1),
    }


async def test_the_dump_is_sorted_and_the_same_on_every_store(graph_store: GraphStore) -> None:
    await put(graph_store, BOB, ANN)
    lines = list(await graph_store.dump())
    assert lines == sorted(lines) == await told(ANN, BOB)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert digest == "4ec3e85b88979ca1c1daaead1b6330edc57914fe2a3f5585975bb808e411235b"


# ── hostile content
HOSTILE = [
    *["`", "``) DETACH DELETE n //", "a`b", "\\u0060", "\\", "'", '"', "\n", "a\nb\tc\r\n", "🦜" * 3, "x" * 10_000],
    *["한" * 5_000, "삼성 전자", "a/b", "../../etc/passwd", "C:\\x", "NUL", "a.b", "$e0", "{}", "a:b", "a|b", "%", "*"],
    *["e\u0301", "\u0000", " ", " lead", "Document", "Sentence", "Page", "MENTIONS", "NEXT", "__Entity__", "__Name__"],
    *["person", "PERSON", "\u202eabc", "-", "123", ""],
]


@pytest.mark.parametrize("nasty", HOSTILE, ids=[ascii(name)[:24] for name in HOSTILE])
async def test_a_hostile_name_alias_type_phrase_or_title_is_only_a_name(graph_store: GraphStore, nasty: str) -> None:
    one = story("x", ("Ann", "KNOWS", "Bob"))
    entity = Entity("e-Ann", nasty, nasty, tuple(sorted((nasty + "2", "alias"))))
    hostile = Story(
        replace(one.document, title=nasty, source=nasty),
        (replace(one.pages[0], image=nasty),),
        (replace(one.sentences[0], text=nasty, section=nasty),),
        replace(
            one.facts,
            entities=(entity, person("Bob", "")),
            triples=(fact("Ann", nasty, "Bob", "s-x-0", phrase=nasty),),
        ),
    )
    other = story("other", ("Cid", "KNOWS", "Dee"))
    await put(graph_store, hostile, other)
    assert list(await graph_store.dump()) == await told(hostile, other)
    assert list(await graph_store.entities(["e-Ann"])) == [entity]
    assert list(await graph_store.facts(["e-Ann"], types=[nasty])) == list(hostile.facts.triples)
    assert nasty in (await graph_store.schema()).entity_types
    assert nasty in {r.type for r in (await graph_store.schema()).relation_types}
    assert [e.id for e, _ in (await graph_store.find([nasty + "2"]))[nasty + "2"]] == ["e-Ann"]
    await graph_store.delete_documents(["d-x"])
    assert list(await graph_store.dump()) == await told(other)


async def test_text_that_is_no_unicode_is_refused_on_writing_and_matches_nothing(graph_store: GraphStore) -> None:
    await put(graph_store, BOB)
    broken = replace(ANN.sentences[0], text="half \ud800")
    with pytest.raises(InputError, match="d-ann"):
        await graph_store.write_document(ANN.document, ANN.pages, (broken, *ANN.sentences[1:]))
    await graph_store.write_document(ANN.document, ANN.pages, ANN.sentences)
    misnamed = replace(ANN.facts, entities=tuple(replace(e, aliases=("\udfff",)) for e in ANN.facts.entities))
    with pytest.raises(InputError, match="d-ann"):
        await graph_store.write_facts([misnamed])
    with pytest.raises(InputError, match="e-Bob"):
        await graph_store.update_entities([person("Bob", "\ud800")])
    assert dict(await graph_store.find(["\ud800"])) == {}
    assert list(await graph_store.dump()) == await told(replace(ANN, facts=facts("d-ann", (), ())), BOB)


async def test_names_that_differ_in_case_are_different_types(graph_store: GraphStore) -> None:
    one = story("x", ("a", "knows", "b"), ("b", "KNOWS", "c"), ("c", "Knows", "a"))
    kinds = {"a": "person", "b": "Person", "c": "PERSON"}
    typed = tuple(replace(e, type=kinds[e.name]) for e in one.facts.entities)
    mixed = replace(one, facts=replace(one.facts, entities=typed))
    await put(graph_store, mixed)
    assert list(await graph_store.dump()) == await told(mixed)
    assert (await graph_store.schema()).entity_types == ("PERSON", "Person", "person")


async def test_one_word_may_be_an_entity_type_and_a_relation_type(graph_store: GraphStore) -> None:
    first = story("x", ("a", "Order", "b"))
    typed = tuple(replace(e, type="Order") for e in first.facts.entities)
    first = replace(first, facts=replace(first.facts, entities=typed))
    second = story("y", ("c", "Person", "d"))
    await put(graph_store, first)
    await put(graph_store, second)
    assert list(await graph_store.dump()) == await told(first, second)
    assert [t.type for t in await graph_store.facts(["e-c"], types=["Person"])] == ["Person"]
    assert [r.type for r in (await graph_store.schema()).relation_types] == ["Order", "Person"]


# ── query
async def test_a_store_without_cypher_says_so(graph_store: GraphStore) -> None:
    if graph_store.cypher:
        assert (await graph_store.query("RETURN 1 AS one", {}, Limits())).rows == ((1,),)
        return
    with pytest.raises(InputError, match="no Cypher"):
        await graph_store.query("RETURN 1", {}, Limits())


# ── concurrency
def test_one_store_serves_several_threads_and_event_loops(
    make_store: MakeStore, in_threads: Callable[..., None]
) -> None:
    store = make_store()
    stories = [story(str(n), ("Ann", "KNOWS", "Bob"), (f"P{n}", "KNOWS", "Ann"), paged=n % 2 == 0) for n in range(8)]

    async def start() -> None:
        await store.open()
        await store.delete_documents([document.id for document in await store.documents()])

    asyncio.run(start())
    in_threads([lambda one=one: asyncio.run(put(store, one)) for one in stories])

    async def compare() -> None:
        assert list(await store.dump()) == await told(*stories)

    asyncio.run(compare())
    in_threads([lambda one=one: asyncio.run(store.delete_documents([one.document.id])) for one in stories[1:]])

    async def end() -> None:
        assert list(await store.dump()) == await told(stories[0])
        await store.close()

    asyncio.run(end())


def test_stores_that_write_of_the_same_entities_at_once_agree(
    make_store: MakeStore, in_threads: Callable[..., None]
) -> None:
    said = [("Ann", "KNOWS", "Bob"), ("Bob", "KNOWS", "Ann"), ("Ann", "LIKES", "Cid")]
    mine = [story(f"a{n}", *said) for n in range(6)]
    yours = [story(f"b{n}", *said) for n in range(6)]

    async def write(stories: list[Story], leave: int) -> None:
        store = make_store()
        await store.open()
        for one in [*stories, stories[0]]:
            await put(store, one)
        await store.delete_documents([one.document.id for one in stories[leave:]])
        await store.close()

    async def compare() -> None:
        store = make_store()
        await store.open()
        assert list(await store.dump()) == await told(*mine[:3], *yours[:4])
        await store.delete_documents([document.id for document in await store.documents()])
        assert list(await store.dump()) == []
        await store.close()

    async def start() -> None:
        store = make_store()
        await store.open()
        await store.delete_documents([document.id for document in await store.documents()])
        await store.close()

    asyncio.run(start())
    in_threads([lambda: asyncio.run(write(mine, 3)), lambda: asyncio.run(write(yours, 4))])
    asyncio.run(compare())


async def test_many_readers_at_once_get_whole_answers(graph_store: GraphStore) -> None:
    await put(graph_store, ANN, BOB)
    answers = await asyncio.gather(*(graph_store.facts(["e-Ann"]) for _ in range(40)))
    assert all(list(answer) == list(answers[0]) for answer in answers)
    assert len(answers[0]) == 2
