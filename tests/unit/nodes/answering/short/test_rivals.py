"""Two sentences that say the same of different things: none of their answers alone."""

from __future__ import annotations

import pytest
from kgqa.model import Kind, Sentence, sentence_id
from kgqa.nodes.answering.short.choose import short_answer
from kgqa.nodes.answering.short.rivals import has_rival
from kgqa.tools.text.questions import answer_type


def rival(question: str, *texts: str, kind: Kind = "text") -> bool:
    held = [Sentence(sentence_id("d", n), "d", n, 0, len(text), text, kind=kind) for n, text in enumerate(texts)]
    asked = answer_type(question)
    return has_rival(question, asked, short_answer(question, asked, held), held)


def test_two_depots_of_which_none_is_named_are_rivals() -> None:
    assert rival("How many lorries does it hold?", "It holds 14 lorries.", "It holds 9 lorries.")
    assert not rival("How many lorries does it hold?", "It holds 14 lorries.", "It was built in 1990.")


def test_the_rows_of_one_builder_are_rivals_and_those_of_others_are_none() -> None:
    rows = ("Boat: Heron; Builder: Abel Stroud; Seats: 4", "Boat: Grebe; Builder: Abel Stroud; Seats: 8")
    assert rival("Which boats did Abel Stroud build?", *rows, kind="table")
    assert not rival("How many seats has the Heron?", *rows, kind="table")


@pytest.mark.parametrize("texts", [(), ("It is blue.",)])
def test_without_an_answer_there_is_no_rival(texts: tuple[str, ...]) -> None:
    assert not rival("How many lorries does it hold?", *texts)
