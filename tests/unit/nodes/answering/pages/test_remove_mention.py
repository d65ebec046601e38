"""unpage: the name of a page is taken out of a sentence with the words that need it, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.answering.pages.remove_mention import without_mention

PIECES = st.lists(
    st.sampled_from("According to|see|on|of|the|It moves|(|)|,|.|As shown on|에 따르면|의|참조|manual| |\n".split("|"))
    | st.text(max_size=4),
    max_size=8,
).map(" ".join)


def taken(text: str) -> str:
    """The text without what stands between ‹ and ›."""
    before, _, rest = text.partition("‹")
    page, _, after = rest.partition("›")
    return without_mention(before + page + after, len(before), len(before) + len(page))


@pytest.mark.parametrize(
    "text",
    ["It moves (‹p. 12›).", "It moves (see ‹p. 12›).", "It moves [‹page 12›].", "It moves (cf. the ‹page 12›)."],
)
def test_a_page_in_brackets_goes_with_its_brackets(text: str) -> None:
    assert taken(text) == "It moves."


@pytest.mark.parametrize(
    "text",
    [
        "According to ‹page 12›, it moves.",
        "According to the ‹page 12› , it moves.",
        "As shown on ‹page 12›, it moves.",
        "On ‹page 12›, it moves.",
        "See ‹page 12›. It moves.",
        "According to ‹page 12›, line 4, it moves.",
        "According to **‹page 12›**, it moves.",
    ],
)
def test_what_led_to_a_page_goes_with_it_and_the_sentence_begins_anew(text: str) -> None:
    assert taken(text) == "It moves."
    assert taken(f"So it is. {text}") == "So it is. It moves."


@pytest.mark.parametrize(
    "text",
    ["It moves on ‹page 12›.", "It moves, as stated on ‹page 12›.", "It moves, according to ‹page 12›."],
)
def test_what_trails_off_to_a_page_goes_with_it(text: str) -> None:
    assert taken(text) == "It moves."


def test_a_sentence_that_is_but_a_reference_goes_whole_and_its_neighbours_stay() -> None:
    assert taken("It moves. See ‹page 12›. It stops.") == "It moves. It stops."


def test_of_a_page_of_a_document_the_document_stays() -> None:
    assert taken("See ‹page 12› of the manual.") == "See the manual."
    assert taken("According to ‹page 12› in the manual, it moves.") == "According to the manual, it moves."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("‹Page 12› says it moves.", "The document says it moves."),
        ("According to ‹page 12›'s table, it moves.", "According to the document's table, it moves."),
        ("It moves. ‹Page 12› says so.", "It moves. The document says so."),
        ("‹Pages 12 and 13› say so.", "The document says so."),
        ("As ‹page 12› says, it moves.", "As the document says, it moves."),
        ("‹12쪽›은 움직인다고 한다.", "원문은 움직인다고 한다."),
        ("‹12페이지›가 말한다.", "문서가 말한다."),
    ],
)
def test_where_the_sentence_needs_a_noun_the_document_takes_the_pages_place(text: str, left: str) -> None:
    assert taken(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("‹12쪽›에 따르면, 움직인다.", "움직인다."),
        ("‹12쪽›의 내용에 따르면 움직인다.", "움직인다."),
        ("‹12쪽›에서는 움직인다.", "움직인다."),
        ("‹12쪽›에 나와 있듯이, 움직인다.", "움직인다."),
        ("‹12쪽›에서 확인할 수 있는 바와 같이 움직인다.", "움직인다."),
        ("‹12쪽›에 있는 표에 따르면 움직인다.", "표에 따르면 움직인다."),
        ("‹12쪽›에 서울대로 간다고 한다.", "서울대로 간다고 한다."),
        ("움직인다(‹12쪽› 참조).", "움직인다."),
        ("움직인다 (출처: ‹12쪽›).", "움직인다."),
        ("‹12쪽›에너지는 남는다.", "원문에너지는 남는다."),
    ],
)
def test_a_korean_page_goes_with_its_particle_and_never_with_half_a_word(text: str, left: str) -> None:
    assert taken(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It moves (‹p. 12›, 2003).", "It moves (2003)."),
        ("It moves (Ulm, ‹p. 12›).", "It moves (Ulm)."),
        ("The manual, ‹page 12›, says so.", "The manual says so."),
        ("The manual ‹page 12› says so.", "The manual says so."),
        ("According to ‹page 12›, Table 2, it moves.", "According to Table 2, it moves."),
        ("매뉴얼 ‹12쪽›에 따르면, 움직인다.", "매뉴얼에 따르면, 움직인다."),
        ("이 문서의 ‹12쪽›에 따르면, 움직인다.", "이 문서에 따르면, 움직인다."),
        ("‘펌프’ ‹12쪽›에는 그림이 있다.", "‘펌프’에는 그림이 있다."),
        ("움직인다 (매뉴얼 ‹12쪽›).", "움직인다 (매뉴얼)."),
    ],
)
def test_what_stands_beside_a_page_in_a_reference_stays(text: str, left: str) -> None:
    assert taken(text) == left


def test_a_capital_is_given_to_the_first_letter_behind_a_quotation_mark() -> None:
    assert taken("According to ‹page 12›, “it moves”.") == "“It moves”."
    assert taken("According to ‹page 12›, 40 litres move.") == "40 litres move."


@given(PIECES, PIECES)
def test_the_page_is_gone_and_nothing_but_words_around_it_with_it(before: str, after: str) -> None:
    left = without_mention(f"{before}‹7›{after}", len(before), len(before) + 3)
    assert "‹7›" not in left
    assert len(left) <= len(before) + len(after) + len("The document")


@given(st.text("xyz ", max_size=20), st.text("xyz ", max_size=20))
def test_words_that_do_not_serve_to_name_a_page_all_stay(before: str, after: str) -> None:
    left = without_mention(f"{before}p. 7{after}", len(before), len(before) + 4)
    assert left.startswith(before)
    assert left.endswith(after)
