"""Pages of an answer, from a model's wording to the images: mended by the citations, of cited documents only."""

from __future__ import annotations

from typing import Any

import pytest
from kgqa.graph.ports import Ports
from kgqa.model import Answer, Document, Evidence, Page, Sentence, Statement, sentence_id
from kgqa.nodes.answering.builtin_judge import BuiltinJudge
from kgqa.nodes.check import check
from kgqa.nodes.llm.answer import LLMAnswerWriter
from kgqa.nodes.state import QAContext, ToCheck
from kgqa.settings import ChatOptions
from kgqa.tools.chat.chat import Chat
from kgqa.tools.chat.scripted import Scripted
from langgraph.runtime import Runtime

TEXTS = {1: "The pump moves 40 litres.", 2: "The valve opens at 6 bar.", 3: "The seal is drawn on page 12."}
IDS = {name: name * 32 for name in "ab"}


def sentences(document: str) -> list[Sentence]:
    return [
        Sentence(sentence_id(IDS[document], n), IDS[document], n, 0, len(text), text, page=n)
        for n, text in TEXTS.items()
    ]


@pytest.fixture
async def library(ports: Ports) -> Ports:
    """Two documents of three pages each."""
    for name, key in IDS.items():
        pages = [Page(key, n, f"pages/{name}/{n}.jpg", 100, 100) for n in TEXTS]
        document = Document(key, name.upper(), f"{name}.pdf", key, "en")
        await ports.graph_store.write_document(document, pages, sentences(name))
    return ports


async def checked(library: Ports, *draft: tuple[str, str]) -> Answer:
    """What `check` makes of (text, sentences as `a1 b2`)."""
    held = {f"{name}{one.index}": one for name in IDS for one in sentences(name)}
    state: Any = {
        "asked": "?",
        "answer_kind": "unknown",
        "sure": 0.0,
        "demand": "",
        "language": "en",
        "mentions": [],
        "relation_words": [],
        "matches": [],
        "unknown": [],
        "short": "",
        "coverage": 1.0,
        "evidence": [Evidence(one, "text", 1.0) for one in held.values()],
        "draft": [Statement(text, tuple(held[key].id for key in keys.split()), 0.0) for text, keys in draft],
    }
    runtime: Runtime[QAContext] = Runtime(context=QAContext(), stream_writer=lambda _: None)
    given: ToCheck = state
    result = await check(given, runtime, graph_store=library.graph_store, staging=library.staging, judge=BuiltinJudge())
    return result["answer"]


async def test_the_pages_named_and_cited_are_shown_best_first_and_once(library: Ports) -> None:
    answer = await checked(
        library,
        ("According to page 2, the valve opens at 6 bar.", "a2"),
        ("According to pages 1 and 2, the pump moves 40 litres and the valve opens at 6 bar.", "a1 a2"),
    )
    assert answer.pages == ("pages/a/2.jpg", "pages/a/1.jpg")


@pytest.mark.parametrize("named", ["page 9", "pages 7–9", "p. 77", "page ?", "page 2"])
async def test_a_wrong_page_is_mended_from_the_statements_citation(library: Ports, named: str) -> None:
    answer = await checked(library, (f"According to {named}, the pump moves 40 litres.", "b1"))
    assert answer.text in (f"According to {unit} 1, the pump moves 40 litres." for unit in ("page", "p."))
    assert answer.pages == ("pages/b/1.jpg",)


async def test_a_page_in_a_range_between_cited_ones_is_shown(library: Ports) -> None:
    text = "1~3쪽에 따르면, the pump moves 40 litres; the seal is drawn on page 12."
    answer = await checked(library, (text, "a1 a3"))
    assert answer.text == text
    assert answer.pages == ("pages/a/1.jpg", "pages/a/2.jpg", "pages/a/3.jpg")


async def test_a_statement_that_is_nothing_but_a_page_is_no_statement(library: Ports) -> None:
    answer = await checked(library, ("See page 9.", ""), ("According to page 1, the pump moves 40 litres.", "a1"))
    assert answer.text == "According to page 1, the pump moves 40 litres."


async def test_a_model_that_names_a_page_gets_no_second_frame(library: Ports) -> None:
    options = ChatOptions(model="scripted:x", cache=False)
    chat = Chat(Scripted(script=["According to page 9, the pump moves 40 litres. [1]"]), options)
    (text, ids), *_ = await LLMAnswerWriter(chat, 3, lambda _: None).write("?", sentences("a")[:1], "en")
    assert text == "According to page 9, the pump moves 40 litres."
    assert (await checked(library, (text, "a1"))).text == "According to page 1, the pump moves 40 litres."
    assert ids == (sentences("a")[0].id,)
