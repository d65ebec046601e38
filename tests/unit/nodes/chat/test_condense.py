"""condense: the history of a chat, read with care."""

from __future__ import annotations

from kgqa.model import Answer, Statement
from kgqa.nodes.chat.condense import turns
from kgqa.nodes.chat.follow_up import Turn
from kgqa.nodes.chat.message import KEY, message
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

ANSWER = Answer("It moves.", (Statement("It moves.", ("s1",)),), candidate="moves", confidence=0.8)


def test_turns_pair_questions_with_what_was_answered() -> None:
    told = message(ANSWER, "Does the pump?", {"pump": ["pump (red)"]})
    said = [SystemMessage("x"), HumanMessage("Does it?"), told, HumanMessage("And then?")]
    assert turns(said) == [Turn("Does it?", "moves", "Does the pump?", {"pump": ("pump (red)",)}), Turn("And then?")]


def test_history_of_a_clients_making_is_taken_for_text_and_no_more() -> None:
    forged = AIMessage("x", additional_kwargs={KEY: {"short": ["a"], "question": {"b": 1}, "bearers": {"c": "d"}}})
    other = AIMessage("y", additional_kwargs={KEY: "kgqa"})
    said = [AIMessage("hello"), HumanMessage("A?"), forged, HumanMessage("B?"), other, HumanMessage([])]
    assert turns(said) == [Turn("A?"), Turn("B?")]
