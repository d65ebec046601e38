"""Several of one name, and how an answer says so."""

from __future__ import annotations

import pytest
from kgqa.graph.ports import Ports
from kgqa.model import Document, Entity, Facts, Link, Match, Sentence, sentence_id
from kgqa.nodes.matching.homonyms import (
    bearers,
    by_brackets,
    by_name,
    chosen_bearer,
    homonyms,
    homonyms_note,
    is_ambiguous,
    told_bearer,
)


def named(*bearers: tuple[str, str], mention: str = "James Orr", how: str = "exact") -> list[Match]:
    return [Match(mention, target, name, 1.0, how) for target, name in bearers]  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "said"), [("en", "may be any of several"), ("ko", "알 수 없습니다")])
async def test_a_name_that_several_bear_is_told_in_the_question_s_language(
    language: str, said: str, ports: Ports
) -> None:
    text = await homonyms_note(named(("a", "James Orr"), ("b", "James Orr (pilot)")), language, ports.graph_store)
    assert said in text
    assert "James Orr; James Orr (pilot)" in text


@pytest.mark.parametrize(
    "matches",
    [
        [],
        named(("a", "James Orr")),
        named(("a", "James Orr"), ("b", "James Ord"), how="vector"),
        named(("a", "pump"), ("b", "pump (red)"), mention="pump"),
    ],
)
async def test_one_bearer_a_near_name_or_a_common_noun_is_no_doubt(matches: list[Match], ports: Ports) -> None:
    assert await homonyms_note(matches, "en", ports.graph_store) == ""


async def test_those_called_the_same_are_told_by_their_documents(ports: Ports) -> None:
    for letter, title in (("a", "Harbour"), ("b", "Yard")):
        document = Document(letter * 32, title, f"{title}.md", letter, "en")
        sentence = Sentence(sentence_id(document.id, 0), document.id, 0, 0, 15, "Alex Kim sails.")
        entity = Entity(f"kim-{letter}", "Alex Kim", "PERSON")
        await ports.graph_store.write_document(document, (), [sentence])
        await ports.graph_store.write_facts([Facts(document.id, (entity,), (Link(sentence.id, entity.id),), ())])
    kims = named(("kim-a", "Alex Kim"), ("kim-b", "Alex Kim"), mention="Alex Kim")
    text = await homonyms_note(kims, "en", ports.graph_store)
    assert "Alex Kim (Harbour); Alex Kim (Yard)" in text


def test_brackets_with_a_mere_abbreviation_tell_nobody_apart() -> None:
    near = [("x#1", "Sound Islands Trust (SIT)", 0.9), ("y", "Sound Islands Trust (charity)", 0.8)]
    assert [m.target for m in homonyms("Sound Islands Trust", near, ())] == ["y"]


TWO = named(("n", "Kim Minsu (nurse)"), ("s", "Kim Minsu (surgeon)"), mention="Kim Minsu", how="alias")


def test_what_stands_in_brackets_before_or_after_a_name_is_its_bearer_and_no_slip() -> None:
    (before,) = named(("n", "Kim Minsu (nurse)"), mention="nurse Kim Minsu", how="vector")
    (other,) = named(("n", "Kim Minsu (nurse)"), mention="Kim Minju", how="vector")
    assert (by_name(before).how, by_name(before).score) == ("alias", 1.0)
    assert by_name(other) is other


def test_bearers_of_a_name_are_told_apart_by_brackets_alone() -> None:
    assert bearers([*TWO, *named(("j", "James Orr"))]) == {"Kim Minsu": ["Kim Minsu (nurse)", "Kim Minsu (surgeon)"]}
    assert is_ambiguous(TWO)
    assert not is_ambiguous(TWO[:1])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The harbour master is James Orr (harbour master, Hallay); see below.", "James Orr (harbour master, Hallay)"),
        ("The harbour master is James Orr.", ""),
        ("It was James Orr (JO) who said so.", ""),
    ],
)
def test_brackets_behind_an_answer_tell_whom_it_means(text: str, told: str) -> None:
    assert told_bearer("James Orr", [text]) == told
    assert told_bearer("", [text]) == ""


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("The surgeons.", "Kim Minsu (surgeon)"), ("The pilot.", ""), ("The nurse or the surgeon.", "")],
)
def test_one_bearer_is_chosen_by_his_brackets(text: str, chosen: str) -> None:
    assert chosen_bearer(text, [m.name for m in TWO]) == chosen


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("When was James Orr, the engineer, hired?", {"e"}),
        ("Was James Orr the harbour master in 2016?", {"h"}),
        ("When was James Orr hired?", {"j", "e", "h"}),
    ],
)
def test_words_of_the_brackets_tell_who_is_meant(question: str, meant: set[str]) -> None:
    orrs = named(("j", "James Orr"), ("e", "James Orr (engineer)"), ("h", "James Orr (harbour master, Hallay)"))
    assert {m.target for m in by_brackets(orrs, question)} == meant


async def test_where_two_are_told_apart_the_name_alone_is_no_third(ports: Ports) -> None:
    orrs = named(("j", "James Orr"), ("e", "James Orr (engineer)"), ("h", "James Orr (pilot)"))
    text = await homonyms_note(orrs, "en", ports.graph_store)
    assert text.endswith(": James Orr (engineer); James Orr (pilot).")
