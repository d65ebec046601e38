"""match: names and relation words to what the graph holds."""

from __future__ import annotations

import pytest
from kgqa.graph.ingest import build_ingestion_graph
from kgqa.graph.ports import Ports
from kgqa.model import Document, Entity, Facts, Link, Match, Sentence, sentence_id
from kgqa.nodes.extract import extract
from kgqa.nodes.match import by_wording, match
from kgqa.nodes.state import QAContext, ToMatch
from kgqa.settings import QAOptions

from .conftest import Told


async def matched(ports: Ports, told: Told, question: str, **context: float) -> list[Match]:
    extracted = await extract({"question": question}, told.runtime(), settings=QAOptions())
    state: ToMatch = {**extracted}
    found = await match(
        state,
        told.runtime(QAContext(**context)),  # type: ignore[arg-type]
        graph_store=ports.graph_store,
        vectors=ports.vectors,
        texts=ports.texts,
        embedder=ports.embedder,
        settings=QAOptions(),
    )
    return found["matches"]


async def test_a_name_is_matched_exactly_whatever_its_case(ports: Ports, told: Told) -> None:
    (found,) = [m for m in await matched(ports, told, "where does MIRA LINDQVIST work?") if m.kind == "entity"]
    assert (found.name, found.how, found.score) == ("Mira Lindqvist", "exact", 1.0)


async def test_a_misspelt_name_is_matched_by_nearness_and_says_so(ports: Ports, told: Told) -> None:
    found = [m for m in await matched(ports, told, "Where was Mira Lindqvst born?") if m.kind == "entity"]
    assert found[0].name == "Mira Lindqvist"
    assert found[0].how == "vector"
    assert 0.6 <= found[0].score < 1.0


async def test_nothing_below_the_threshold_is_matched(ports: Ports, told: Told) -> None:
    found = await matched(ports, told, "Where was Mira Lindqvst born?", entity_threshold=1.0)
    assert not [m for m in found if m.kind == "entity" and m.how == "vector"]


async def test_a_relation_word_is_matched_to_its_type(ports: Ports, told: Told) -> None:
    found = [m for m in await matched(ports, told, "Who founded Hanbit Motors?") if m.kind == "relation"]
    assert "FOUND" in {m.target for m in found}


def test_a_wording_outside_the_vocabulary_has_no_type() -> None:
    assert by_wording("blorf") == []


def test_an_infinitive_is_not_the_participle_that_is_spelt_like_it() -> None:
    assert {m.target for m in by_wording("found")} == {"FOUND", "FOUNDED_IN"}
    assert "LOCATED_IN" in {m.target for m in by_wording("find")}


async def test_two_of_one_name_are_told_apart_by_the_questions_other_names(ports: Ports, told: Told) -> None:
    await two_kims(ports)
    alone = [m for m in await matched(ports, told, "Who is Alex Kim?") if m.mention == "Alex Kim"]
    assert {m.target for m in alone} == {"kim-a", "kim-b"}
    both = [m for m in await matched(ports, told, "What does Alex Kim do at Norvik Labs?") if m.mention == "Alex Kim"]
    assert {m.target for m in both} == {"kim-b"}


async def test_a_namesake_told_apart_in_brackets_is_meant_too(ports: Ports, told: Told) -> None:
    await the_orrs(ports)
    found = [m for m in await matched(ports, told, "When was James Orr hired?") if m.mention == "James Orr"]
    assert {m.name for m in found} == {"James Orr", "James Orr (engineer)"}


async def the_orrs(ports: Ports) -> None:
    file = ports.settings.home / "orrs.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("James Orr was hired in 1999 as a diver.\n\nJames Orr (engineer) was hired in 1998 at Uppsala.\n")
    await build_ingestion_graph(ports).ainvoke({"paths": [str(file)]})


@pytest.mark.parametrize(
    "written",
    ["Mira Lindqivst", "Lindqvist, Mira", "M. Lindqvist", "MiraLindqvist", "Mira-Lindqvist", "Mira Lindqvist에서"],
)
async def test_a_name_is_found_however_it_is_written(ports: Ports, told: Told, written: str) -> None:
    found = [m for m in await matched(ports, told, f"Where was {written} born?") if m.kind == "entity"]
    assert {m.name for m in found} == {"Mira Lindqvist"}


async def test_a_name_that_is_near_to_nobodys_is_not_taken_for_one(ports: Ports, told: Told) -> None:
    found = await matched(ports, told, "Where was Moritz Lindholm born?")
    assert not [m for m in found if m.kind == "entity"]


@pytest.mark.parametrize("absent", ["Hanbit", "Uppsala University", "Hanbit Motors Union", "the Lindqvist Prize"])
async def test_what_shares_words_with_a_name_is_not_taken_for_it(ports: Ports, told: Told, absent: str) -> None:
    found = [m for m in await matched(ports, told, f"When was {absent} opened?") if m.kind == "entity"]
    assert not [m for m in found if m.how == "vector"]


async def test_a_person_is_found_by_the_last_name(ports: Ports, told: Told) -> None:
    found = [m for m in await matched(ports, told, "Where was Lindqvist born?") if m.kind == "entity"]
    assert {m.name for m in found} == {"Mira Lindqvist"}


async def two_kims(ports: Ports) -> None:
    document = Document("k" * 32, "Staff", "staff.md", "s", "en")
    texts = ["Alex Kim sails.", "Alex Kim bakes at Norvik Labs."]
    sentences = [Sentence(sentence_id(document.id, i), document.id, i, 0, len(t), t) for i, t in enumerate(texts)]
    entities = (
        Entity("kim-a", "Alex Kim", "PERSON"),
        Entity("kim-b", "Alex Kim", "PERSON"),
        Entity("labs", "Norvik Labs", "ORGANIZATION"),
    )
    links = (Link(sentences[0].id, "kim-a"), Link(sentences[1].id, "kim-b"), Link(sentences[1].id, "labs"))
    await ports.graph_store.write_document(document, (), sentences)
    await ports.graph_store.write_facts([Facts(document.id, entities, links, ())])
