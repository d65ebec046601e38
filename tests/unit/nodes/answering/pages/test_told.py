"""Cited sentences told word for word: what they say of pages stays, only the page put before them is mended."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from kgqa.model import Sentence, Statement
from kgqa.nodes.answer import framed
from kgqa.nodes.answering.pages.correct import corrected

PAGES = st.integers(1, 3000)
NUMBERS = st.integers(0, 10**13).map(str) | st.sampled_from("-1 ? N X iv XIV None unknown N/A A-99".split())
PIECES = st.one_of(
    st.sampled_from(
        "According to|page|pages|p.|Page|on|(|)|,|.|-|and|the|?|N|\n|쪽|페이지|제|과|에 따르면|부터|에서".split("|")
    ),
    st.integers(0, 20).map(str),
    st.text(max_size=4),
)
TEXTS = st.lists(PIECES, max_size=14).map(" ".join) | st.lists(PIECES, max_size=14).map("".join)


def sentence(key: str, page: int | None, text: str) -> Sentence:
    return Sentence(key, "d", 0, 0, len(text), text, page=page)


def test_a_cited_number_is_not_the_page_before_it() -> None:
    held = {"q": sentence("q", 3, "12")}
    assert corrected(Statement("According to page 12, it moves 12.", ("q",)), held).text == (
        "According to page 3, it moves 12."
    )
    assert corrected(Statement("12", ("q",)), held).text == "12"


VERBATIM = [
    "공식 페이지에 따르면 등록금은 학기당 420만 원이다.",
    "위키백과 페이지에 따르면 그는 1990년에 태어났다.",
    "이 페이지에 따르면 펌프는 돈다.",
    "세 번째 페이지에 따르면 펌프는 돈다.",
    "According to the page, he was born in 1990.",
    "On page 12 the seal is drawn (see pp. 40 and 41).",
    "이 책은 총 300페이지이다.",
    "Page 12",
]


@pytest.mark.parametrize("text", VERBATIM)
def test_a_cited_sentence_is_told_word_for_word_whatever_it_says_of_pages(text: str) -> None:
    held = {"q": sentence("q", 3, text), "none": sentence("none", None, text)}
    for key in held:
        assert corrected(Statement(text, (key,)), held).text == text
    for frame in ("According to page {}, ", "{}페이지에 따르면, "):
        assert corrected(Statement(frame.format(12) + text, ("q",)), held).text == frame.format(3) + text


@given(TEXTS.filter(str.strip), PAGES)
def test_no_text_is_altered_that_is_a_cited_sentence(text: str, page: int) -> None:
    statement = Statement(text, ("q",))
    assert corrected(statement, {"q": sentence("q", page, text)}) is statement


@example("page 0 According to", 1, "-1", "en")
@given(TEXTS.filter(str.strip) | st.just("4 and 5, the pumps, move."), PAGES, NUMBERS, st.sampled_from(["en", "ko"]))
def test_of_a_sentence_after_its_page_only_the_page_is_mended(text: str, page: int, wrong: str, language: str) -> None:
    held = {"q": sentence("q", page, text)}
    assume(any(character.isalpha() for character in text))
    right, lead = framed(held["q"], language), f"page {page}," if language == "en" else f"{page}페이지"
    said = right.replace(lead, lead.replace(str(page), wrong), 1)
    assert corrected(Statement(said, ("q",)), held).text == right
    assert corrected(Statement(right, ("q",)), held).text == right


def test_a_page_without_a_number_that_the_cited_sentence_names_so_is_left_alone() -> None:
    held = {"q": sentence("q", 3, "According to the page, he was born in Ulm in 1990.")}
    text = "According to the page, he was born in 1990."
    assert corrected(Statement(text, ("q",)), held).text == text
