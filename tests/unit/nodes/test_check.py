"""check: what the evidence bears out is cited down to the box; else the answer says what was looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from kgqa.graph.ports import Ports
from kgqa.model import Answer, Box, Citation, Document, Evidence, Match, Page, Sentence, Statement, sentence_id
from kgqa.nodes.answering.builtin_judge import BuiltinJudge
from kgqa.nodes.check import SUPPORTED, check
from kgqa.nodes.llm.judge import LLMJudge
from kgqa.tools.chat.chat import chat_of
from kgqa.tools.chat.scripted import Scripted
from kgqa.tools.ports import Judge
from langchain_core.messages import BaseMessage

from .conftest import Told

KEY, PLAIN = "a" * 32, "b" * 32
MOVES = Sentence(
    sentence_id(KEY, 0), KEY, 0, 0, 25, "The pump moves 40 litres.", "text", 3, "Pumps", (Box(1, 2, 3, 4),)
)
OPENS = Sentence(sentence_id(PLAIN, 0), PLAIN, 0, 0, 28, "The valve opens at six bars.")
NOTHING: Any = {
    "asked": "?",
    "language": "en",
    "mentions": [],
    "relation_words": [],
    "matches": [],
    "unknown": [],
    "answer_kind": "number",
    "short": "40 litres",
    "sure": 0.9,
    "demand": "",
    "coverage": 0.5,
    "evidence": [Evidence(MOVES, "text", 1.0), Evidence(OPENS, "text", 0.5)],
    "draft": [],
}


def asked(messages: list[BaseMessage]) -> str:
    """The statement in a judge's prompt."""
    return re.split("Statement: |진술: ", str(messages[-1].text))[-1]


async def checked(ports: Ports, told: Told, *draft: Statement, judge: Judge | None = None, **state: Any) -> Answer:
    store = ports.graph_store
    await store.write_document(
        Document(KEY, "Handbook", "h.pdf", KEY, "en"), [Page(KEY, 3, "pages/h/3.jpg", 9, 9)], [MOVES]
    )
    await store.write_document(Document(PLAIN, "Notes", "n.md", PLAIN, "en"), [], [OPENS])
    given: Any = {**NOTHING, "draft": list(draft), **state}
    found = await check(given, told.runtime(), graph_store=store, staging=ports.staging, judge=judge or BuiltinJudge())
    return found["answer"]


def said(text: str, *ids: str, support: float = 0.0) -> Statement:
    return Statement(text, ids, support)


# ── what holds
async def test_what_its_sentence_bears_out_is_cited_down_to_the_box(ports: Ports, told: Told) -> None:
    answer = await checked(ports, told, said(MOVES.text, MOVES.id), said(OPENS.text, OPENS.id))
    assert answer.text == f"{MOVES.text} {OPENS.text}"
    assert answer.citations == (
        Citation(MOVES.id, KEY, "Handbook", "h.pdf", 3, "Pumps", 0, 25, MOVES.text, MOVES.boxes, "pages/h/3.jpg"),
        Citation(OPENS.id, PLAIN, "Notes", "n.md", None, "", 0, 28, OPENS.text),
    )
    assert (answer.pages, answer.short, answer.abstained) == (("pages/h/3.jpg",), "40 litres", False)
    assert told.events == [{"stage": "check", "statements": 2, "kept": 2}]


class Denies:
    """A judge that bears nothing out."""

    async def support(self, statement: str, evidence: Sequence[Sentence]) -> float:
        return 0.0


@pytest.mark.parametrize(
    "text",
    [MOVES.text, "According to page 3, the pump moves 40 litres.", "The pump  moves\n40 litres."],
)
async def test_a_sentence_of_its_evidence_stands_whatever_the_judge_says(ports: Ports, told: Told, text: str) -> None:
    answer = await checked(ports, told, said(text, OPENS.id, MOVES.id), judge=Denies())
    assert [statement.support for statement in answer.statements] == [1.0]
    for other in (f"It is not true that {MOVES.text}", "The pump moves 40", OPENS.text):
        assert (await checked(ports, told, said(other, MOVES.id), judge=Denies())).abstained


async def test_what_its_sentence_does_not_bear_out_is_left_out(ports: Ports, told: Told) -> None:
    answer = await checked(ports, told, said("The pump moves 90 gallons.", MOVES.id), said(OPENS.text, OPENS.id))
    assert [statement.text for statement in answer.statements] == [OPENS.text]
    assert [citation.sentence for citation in answer.citations] == [OPENS.id]
    assert told.events == [{"stage": "check", "statements": 2, "kept": 1}]


async def test_a_statement_without_evidence_at_hand_never_stands_however_sure_it_is(ports: Ports, told: Told) -> None:
    assert (await checked(ports, told, said(MOVES.text, "made up", support=1.0), said(MOVES.text))).abstained


async def test_of_the_sentences_that_a_statement_names_only_those_at_hand_are_cited(ports: Ports, told: Told) -> None:
    answer = await checked(ports, told, said(MOVES.text, "made up", MOVES.id), said(MOVES.text, MOVES.id))
    assert [statement.sentences for statement in answer.statements] == [(MOVES.id,), (MOVES.id,)]
    assert [citation.sentence for citation in answer.citations] == [MOVES.id]


@pytest.mark.parametrize(
    "frame", ["According to page 3, {}", "{} (p. 3)", "3페이지에 따르면, {}", "According to section “Pumps”, {}"]
)
async def test_a_model_is_asked_of_a_statement_without_the_place_that_no_sentence_holds(
    ports: Ports, told: Told, frame: str
) -> None:
    model = Scripted(script=lambda said: {"verdict": "yes" if f'"{MOVES.text}"' in asked(said) else "partly"})
    answer = await checked(ports, told, said(frame.format(MOVES.text), MOVES.id), judge=LLMJudge(chat_of(model)))
    assert [statement.text for statement in answer.statements] == [frame.format(MOVES.text)]


@pytest.mark.parametrize(("support", "stands"), [(SUPPORTED, True), (SUPPORTED - 0.01, False)])
async def test_what_was_judged_before_is_not_judged_again(
    ports: Ports, told: Told, support: float, stands: bool
) -> None:
    answer = await checked(ports, told, said("Forty are moved.", MOVES.id, support=support))
    assert answer.abstained is not stands


async def test_confidence_is_coverage_times_support_and_at_most_one(ports: Ports, told: Told) -> None:
    half = said(MOVES.text, MOVES.id, support=0.8)
    assert (await checked(ports, told, half)).confidence == pytest.approx(0.4)
    assert (await checked(ports, told, half, coverage=7.0)).confidence == pytest.approx(0.8)


async def test_an_answer_about_a_name_of_several_says_so(ports: Ports, told: Told) -> None:
    orrs = [Match("James Orr", f"o{n}", f"James Orr ({who})", 1.0, "alias") for n, who in enumerate(("diver", "cook"))]
    answer = await checked(ports, told, said(MOVES.text, MOVES.id), matches=orrs)
    assert answer.text == f"{MOVES.text} “James Orr” may be any of several: James Orr (cook); James Orr (diver)."
    assert (await checked(ports, told, matches=orrs)).text.endswith("James Orr (cook); James Orr (diver).")


# ── the short answer
MIRA = Sentence(sentence_id(KEY, 1), KEY, 1, 26, 70, "Mira Lindqvist designed the pump in 1998.", page=3)
BOB = Sentence(sentence_id(KEY, 2), KEY, 2, 71, 99, "Bob Malone designed the valve, Mira Lindqvist says.", page=3)
ROW = Sentence(sentence_id(KEY, 3), KEY, 3, 100, 130, "Vessel: Dunlin; Length (m): 31.5", "table", 3)


async def shortened(ports: Ports, told: Told, short: str, *draft: Statement, **state: Any) -> str:
    held = [Evidence(sentence, "text", 1.0) for sentence in (MIRA, BOB, ROW)]
    asked = {"asked": "Who designed it?", "answer_kind": "person", "evidence": held, "short": short, **state}
    return (await checked(ports, told, *draft, **asked)).candidate


async def test_a_short_answer_that_what_was_kept_says_stands(ports: Ports, told: Told) -> None:
    assert await shortened(ports, told, "Mira Lindqvist", said(MIRA.text, MIRA.id)) == "Mira Lindqvist"
    assert await shortened(ports, told, "31.5 m", said(ROW.text, ROW.id)) == "31.5 m"
    assert await shortened(ports, told, "", said(MIRA.text, MIRA.id)) == ""


async def test_a_short_answer_from_what_was_dropped_gives_way_to_what_was_kept(ports: Ports, told: Told) -> None:
    dropped = said("Eva Torvik designed seven hundred pumps.", MIRA.id)
    assert await shortened(ports, told, "Eva Torvik", dropped, said(MIRA.text, MIRA.id)) == "Mira Lindqvist"


async def test_the_short_answer_is_the_models_where_its_sentence_names_another_too(ports: Ports, told: Told) -> None:
    model = said("Bob Malone designed the valve.", BOB.id)
    assert await shortened(ports, told, "Mira Lindqvist", model) == "Bob Malone"


async def test_where_what_was_kept_gives_no_short_answer_there_is_none(ports: Ports, told: Told) -> None:
    assert (
        await shortened(
            ports,
            told,
            "Mira Lindqvist",
            said("It moves 40 litres.", MOVES.id),
            evidence=[Evidence(MOVES, "text", 1.0)],
        )
        == ""
    )
