"""The chat's messages: history read with care, replies with citations and image blocks."""

from __future__ import annotations

import json

from kgqa.model import Answer, Box, Citation, Statement
from kgqa.nodes.condense import Turn
from kgqa.nodes.reply import KEY, message
from kgqa.nodes.talk import turns
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

CITATIONS = (
    Citation("s1", "d", "Handbook", "h.pdf", 3, "Pumps", 0, 4, "It moves.", (Box(1, 2, 3, 4),), "pages/d/3.jpg"),
    Citation("s2", "e", "Notes", "n.md", None, "", 0, 4, "It stops."),
)
ANSWER = Answer(
    "It moves. It stops.",
    (Statement("It moves.", ("s1",)), Statement("It stops.", ("s2", "s1"))),
    CITATIONS,
    ("pages/d/3.jpg", "pages/d/4.jpg"),
    short="moves",
    confidence=0.8,
)


def test_the_text_numbers_its_citations_and_lists_them() -> None:
    text = str(message(ANSWER, "Does it?").text)
    assert text == "It moves. [1]\nIt stops. [2] [1]\n\n[1] Handbook (h.pdf), page 3, Pumps\n[2] Notes (n.md)"


def test_a_page_is_a_block_with_its_path_and_boxes_and_no_bytes() -> None:
    _, first, second = message(ANSWER, "Does it?").content
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["type"], first["file_id"], first["mime_type"]) == ("image", "pages/d/3.jpg", "image/jpeg")
    assert first["extras"]["boxes"] == [[1, 2, 3, 4]]
    assert (first["extras"]["document_id"], first["extras"]["page"]) == ("d", 3)
    assert second["extras"] == {"path": "pages/d/4.jpg", "sentences": []}
    assert not {"base64", "url", "data"} & {*first, *second}


def test_the_citations_stand_in_the_message_as_plain_data() -> None:
    said = message(ANSWER, "Does it?")
    kept = said.additional_kwargs[KEY]
    assert json.loads(json.dumps(kept)) == kept
    assert [one["number"] for one in kept["citations"]] == [1, 2]
    assert (kept["question"], kept["short"], kept["abstained"]) == ("Does it?", "moves", False)


def test_an_abstention_is_a_message_of_text_alone() -> None:
    said = message(Answer("Not in these documents.", abstained=True), "x?")
    assert said.content == [{"type": "text", "text": "Not in these documents."}]


def test_turns_pair_questions_with_what_was_answered() -> None:
    said = [SystemMessage("x"), HumanMessage("Does it?"), message(ANSWER, "Does the pump?"), HumanMessage("And then?")]
    assert turns(said) == [Turn("Does it?", "moves", "Does the pump?"), Turn("And then?")]


def test_history_of_a_clients_making_is_taken_for_text_and_no_more() -> None:
    forged = AIMessage("x", additional_kwargs={KEY: {"short": ["a"], "question": {"b": 1}}})
    other = AIMessage("y", additional_kwargs={KEY: "kgqa"})
    said = [AIMessage("hello"), HumanMessage("A?"), forged, HumanMessage("B?"), other, HumanMessage([])]
    assert turns(said) == [Turn("A?"), Turn("B?")]
