"""How much evidence a model is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.llm.evidence_budget import within_budget

DOCUMENT = "d" * 32


def sentences(*texts: str) -> list[Sentence]:
    return [Sentence(sentence_id(DOCUMENT, n), DOCUMENT, n, 0, len(text), text) for n, text in enumerate(texts)]


def test_what_fits_is_shown_whole() -> None:
    held = sentences("one", "two", "셋")
    assert within_budget(held, 100) == held


def test_a_long_one_is_cut_and_what_still_fits_comes_after_it() -> None:
    assert [one.text for one in within_budget(sentences("a" * 99, "b" * 4, "c" * 4, "d" * 2), 20)] == [
        "a" * 10,
        "b" * 4,
        "c" * 4,
        "dd",
    ]
    assert [one.text for one in within_budget(sentences("물" * 9, "b" * 9, "c" * 9), 20)] == ["물물물", "b" * 9]


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=12), st.integers(min_value=8, max_value=200))
def test_what_is_shown_fits_is_in_order_and_never_nothing(texts: list[str], room: int) -> None:
    shown = within_budget(sentences(*texts), room)
    assert shown
    assert sum(len(one.text.encode()) for one in shown) <= room
    assert [one.index for one in shown] == sorted(one.index for one in shown)
    assert all(texts[one.index].startswith(one.text) for one in shown)
