"""check: what the evidence bears out is cited down to the box; else the answer says what was looked for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from kgqa.graph.ports import Ports
from kgqa.model import Answer, Box, Citation, Document, Evidence, Match, Mention, Page, Sentence, Statement, sentence_id
from kgqa.nodes.check import SUPPORTED, abstention, check, looked_for
from kgqa.nodes.judge import BuiltinJudge
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
MIRA = Match("Mira Lindqvist", "e1", "Mira Lindqvist", 1.0, "exact")
NEAR = Match("Mira Lindqvst", "e1", "Mira Lindqvist", 0.9, "vector")
NOTHING: Any = {
    "question": "?",
    "language": "en",
    "mentions": [],
    "relation_words": [],
    "matches": [],
    "unknown": [],
    "short": "40 litres",
    "coverage": 0.5,
    "evidence": [Evidence(MOVES, "text", 1.0), Evidence(OPENS, "text", 0.5)],
    "draft": [],
}


def mentions(*names: str) -> list[Mention]:
    return [Mention(name, "NAME", 0, len(name)) for name in names]


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
    return (await check(given, told.runtime(), graph_store=store, judge=judge or BuiltinJudge()))["answer"]


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


# ── abstention
async def test_an_abstention_says_what_was_looked_for_and_what_of_it_is_there(ports: Ports, told: Told) -> None:
    answer = await checked(
        ports,
        told,
        mentions=mentions("Mira Lindqvist", "Zorvex"),
        relation_words=["design"],
        matches=[MIRA],
        unknown=["Zorvex"],
    )
    assert answer == Answer(
        "Not in these documents. Looked for: “Mira Lindqvist”, “Zorvex”, “design”. "
        "Nowhere to be found: “Zorvex”. Found, but without an answer: “Mira Lindqvist”, “design”.",
        confidence=0.0,
        abstained=True,
    )


def test_a_korean_question_is_declined_in_korean() -> None:
    state: Any = {**NOTHING, "language": "ko", "mentions": mentions("미라", "조르벡스"), "unknown": ["조르벡스"]}
    assert abstention(state).text == (
        "이 문서들에는 없습니다. 찾아본 말: “미라”, “조르벡스”. "
        "어디에도 없는 말: “조르벡스”. 나오지만 답이 없는 말: “미라”."
    )


def test_a_name_that_merely_resembles_another_is_not_said_to_be_there() -> None:
    state: Any = {**NOTHING, "mentions": mentions("Mira Lindqvst"), "matches": [NEAR], "unknown": ["Lindqvst"]}
    assert abstention(state).text.endswith("Nowhere to be found: “Mira Lindqvst”.")
    known: Any = {**state, "matches": [Match("Mira Lindqvst", "e1", "Mira Lindqvist", 1.0, "alias")]}
    assert abstention(known).text.endswith("Found, but without an answer: “Mira Lindqvst”.")


def test_where_nothing_was_read_nothing_is_said_to_have_been_found() -> None:
    state: Any = {**NOTHING, "mentions": mentions("Mira Lindqvist"), "matches": [MIRA], "evidence": []}
    assert abstention(state).text == "Not in these documents. Looked for: “Mira Lindqvist”."


def test_what_was_looked_for_is_listed_once_and_is_the_unknown_words_where_nothing_is_named() -> None:
    state: Any = {**NOTHING, "mentions": mentions("Oslo", "Oslo"), "relation_words": ["move"], "unknown": ["zorvex"]}
    assert looked_for(state) == ["Oslo", "move"]
    assert looked_for({**state, "mentions": []}) == ["zorvex"]
    assert len(looked_for({**state, "mentions": mentions(*map(str, range(20)))})) == 8
