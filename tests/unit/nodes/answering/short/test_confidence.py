"""How sure a short answer is: what is told plainly is shown, what merely stands near is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.answering.short.confidence import SURE, WEIGHTS, confidence, features


def cited(*texts: str, kind: str = "text") -> list[Sentence]:
    return [Sentence(sentence_id("d", n), "d", n, 0, len(text), text, kind) for n, text in enumerate(texts)]


PLAIN = cited("The PX-200 pump was designed by Mira Lindqvist in 1998.", "Odalys Ferrand bought a valve.")
ROWS = cited("Route: 3; From: Hallay; To: Skerra; Crossing (min): 30; Since: 1998", kind="table")


@pytest.mark.parametrize(
    ("question", "kind", "relations", "short", "sentences", "sure"),
    [
        ("Who designed the PX-200 pump?", "person", ["design"], "Mira Lindqvist", PLAIN, True),
        ("When was the PX-200 pump designed?", "date", ["design", "designed"], "1998", PLAIN, True),
        ("Who founded the museum of pumps?", "person", ["found"], "Odalys Ferrand", PLAIN, False),
        ("How long is the crossing from Hallay to Skerra?", "number", [], "30 min", ROWS, True),
        ("How many captains has Hallay?", "number", ["have"], "1998", ROWS, False),
        ("Who designed the PX-200 pump?", "person", ["design"], "", PLAIN, False),
    ],
)
def test_only_what_is_told_plainly_is_shown(
    question: str, kind: str, relations: list[str], short: str, sentences: list[Sentence], sure: bool
) -> None:
    assert (confidence(question, kind, relations, short, sentences) >= SURE) == sure


@given(
    st.text(max_size=40), st.sampled_from(["person", "number", "unknown"]), st.text(max_size=20), st.text(max_size=60)
)
def test_it_is_a_probability_of_features_that_all_have_weights(question: str, kind: str, short: str, text: str) -> None:
    sentences = cited(text)
    assert set(features(question, kind, [], short, sentences)) == set(WEIGHTS)
    assert 0 <= confidence(question, kind, [], short, sentences) <= 1
