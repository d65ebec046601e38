"""What a question in a document gains goes to what follows it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.ranking.answered_questions import handed_on, is_asking


def held(*texts: str) -> list[Sentence]:
    """Sentences of one document; `# …` is a heading."""
    kinds = ["heading" if text.startswith("#") else "text" for text in texts]
    return [
        Sentence(sentence_id("d", n), "d", n, 0, len(text), text, kind=kind)  # type: ignore[arg-type]
        for n, (text, kind) in enumerate(zip(texts, kinds, strict=True))
    ]


@pytest.mark.parametrize("text", ["Is there a café?", "**Is there a café?**", "음식을 먹어도 되나요？", "“May I?”"])
def test_a_question_is_told_by_its_mark(text: str) -> None:
    assert is_asking(held(text)[0])
    assert not is_asking(held(f"{text} Yes.")[0])


@pytest.mark.parametrize(
    ("texts", "scores", "handed"),
    [
        (("Is there a café?", "No.", "There is a kiosk."), (1.0, 0.1, 0.2), (0.0, 1.0, 0.95)),
        (("# How is it reset?", "Hold the pin.", "Is it blue?", "Yes."), (1.0, 0.1, 0.5, 0.1), (0.0, 1.0, 0.0, 0.5)),
        (("Why?", "# Another matter", "Yes."), (1.0, 0.3, 0.1), (1.0, 0.3, 0.1)),
        (("It is blue.", "Yes."), (1.0, 0.1), (1.0, 0.1)),
    ],
)
def test_its_score_goes_to_what_follows_up_to_the_next(
    texts: Sequence[str], scores: Sequence[float], handed: Sequence[float]
) -> None:
    assert handed_on(held(*texts), scores) == pytest.approx(handed)


def test_nothing_is_handed_to_another_document_or_over_a_gap() -> None:
    asks, answer = held("Is there a café?", "No.")
    far = [Sentence("x", "e", 1, 0, 3, "No."), Sentence("y", "d", 5, 0, 3, "No.")]
    assert handed_on([asks, *far], [1.0, 0.1, 0.1]) == [1.0, 0.1, 0.1]
    assert handed_on([answer, asks], [0.1, 1.0]) == [1.0, 0.0]


@given(st.lists(st.sampled_from(["Is it?", "It is.", "# Part", "# Is it?"]), max_size=8), st.randoms())
def test_no_score_is_lost_and_none_is_made(texts: list[str], random: object) -> None:
    scores = [1.0 / (n + 1) for n in range(len(texts))]
    handed = handed_on(held(*texts), scores)
    assert max(handed, default=0) == max(scores, default=0)
    assert len(handed) == len(scores)
