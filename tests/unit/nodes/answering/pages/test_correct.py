"""Pages named in answers: read in both languages, and mended where the citations do not bear them out."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, Statement
from kgqa.nodes.answering.pages.correct import corrected, page_images, page_mentions

PAGES = st.integers(1, 3000)
RANGES = st.tuples(PAGES, PAGES).map(lambda pair: (min(pair), max(pair)))
ITEMS = st.one_of(PAGES.map(lambda page: (page, page)), RANGES.filter(lambda r: r[0] < r[1]))
PIECES = st.one_of(
    st.sampled_from(
        "According to|page|pages|p.|pp.|Page|on|of|(|)|,|.|-|–|~|and|, |the|?|N|\n".split("|")
        + "쪽|페이지|면|제|과|와|에 따르면|부터|까지|에서".split("|")
    ),
    st.integers(0, 20).map(str),
    st.text(max_size=4),
)
TEXTS = st.lists(PIECES, max_size=14).map(" ".join) | st.lists(PIECES, max_size=14).map("".join)

NUMBERS = st.one_of(
    st.integers(0, 10**13).map(str),
    st.sampled_from("-1 ? N X iv XIV None unknown N/A A-99 thirteen twenty-one".split()),
)


def sentence(key: str, page: int | None, text: str = "The pump moves.", document: str = "d") -> Sentence:
    return Sentence(key, document, 0, 0, len(text), text, page=page)


HELD = {
    s.id: s for s in (sentence("a", 3), sentence("b", 5), sentence("none", None), sentence("other", 9, document="e"))
}


def mend(text: str, *ids: str) -> str:
    return corrected(Statement(text, ids), HELD).text


def ranges(text: str) -> list[tuple[int, int]]:
    return [one for mention in page_mentions(text) for one in mention.ranges]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to pages 3–5 and 7, it moves.", [(3, 5), (7, 7)]),
        ("see p. 12", [(12, 12)]),
        ("pp. 3, 4", [(3, 3), (4, 4)]),
        ("Pages 3 & 4", [(3, 3), (4, 4)]),
        ("page 3 and page 5", [(3, 3), (5, 5)]),
        ("pages 3 to 5", [(3, 5)]),
        ("pp. 123-5", [(123, 125)]),
        ("page twelve", [(12, 12)]),
        ("Page 1,234 says", [(1234, 1234)]),
        ("page 3 of 12", [(3, 3)]),
        ("3쪽과 5쪽", [(3, 3), (5, 5)]),
        ("3~5페이지에 따르면", [(3, 5)]),
        ("제3면에 실린", [(3, 3)]),
        ("3면과 5면에 따르면", [(3, 3), (5, 5)]),
        ("3페이지부터 5페이지까지", [(3, 5)]),
        ("3쪽에서 5쪽까지", [(3, 5)]),
        ("3, 5쪽 및 7쪽", [(3, 3), (5, 5), (7, 7)]),
        ("3·5쪽", [(3, 3), (5, 5)]),
        ("페이지 3에 따르면", [(3, 3)]),
        ("p.3에 따르면", [(3, 3)]),
        ("3번째 페이지에", [(3, 3)]),
        ("1998년 3쪽에 따르면", [(3, 3)]),
    ],
)
def test_pages_are_read_in_both_languages(text: str, expected: list[tuple[int, int]]) -> None:
    assert ranges(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "3면이 바다이다",
        "300페이지 분량",
        "총 12쪽",
        "12쪽으로 구성",
        "3쪽짜리",
        "a 300 page book",
        "page 3.5",
        "PX-12p",
        "p3",
    ],
)
def test_an_amount_or_a_code_is_no_page(text: str) -> None:
    assert page_mentions(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to page 3, 40 litres are moved.", [(3, 3)]),
        ("According to pages 3 and 5, 40 litres are moved.", [(3, 3), (5, 5)]),
        ("According to pages 3, 5, 40 litres are moved.", [(3, 3), (5, 5)]),
    ],
)
def test_an_amount_after_the_comma_is_no_further_page(text: str, expected: list[tuple[int, int]]) -> None:
    assert ranges(text) == expected


@given(st.lists(ITEMS, min_size=1, max_size=6), st.sampled_from(["-", "–", "~", " to "]))
def test_a_written_list_is_read_back_in_english(items: list[tuple[int, int]], to: str) -> None:
    parts = [str(a) if a == b else f"{a}{to}{b}" for a, b in items]
    listed = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    assert ranges(f"According to pages {listed}, the pump moves.") == items


@given(
    st.lists(ITEMS, min_size=1, max_size=6),
    st.sampled_from(["쪽", "페이지"]),
    st.sampled_from(["~", "-", "∼"]),
    st.sampled_from([", ", "과 ", "와 ", " 및 ", "·"]),
)
def test_a_written_list_is_read_back_in_korean(items: list[tuple[int, int]], unit: str, to: str, join: str) -> None:
    listed = join.join(f"{a}{unit}" if a == b else f"{a}{to}{b}{unit}" for a, b in items)
    assert ranges(f"{listed}에 따르면, 펌프는 돈다.") == items


@given(TEXTS)
def test_mentions_are_slices_in_order_and_do_not_overlap(text: str) -> None:
    end = 0
    for mention in page_mentions(text):
        assert end <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        assert all(first <= last for first, last in mention.ranges)
        end = mention.end


@pytest.mark.parametrize(
    "piece",
    [
        "1,",
        "page ",
        "1쪽과 ",
        "pp. 1, ",
        "1-",
        "제 ",
        "according to ",
        "3쪽에서 ",
        "9",
        "십",
        "page 3, 4 and ",
        "(p. ",
        "[",
    ],
)
def test_a_long_hostile_text_takes_no_long_time(piece: str) -> None:
    start = time.perf_counter()
    page_mentions(piece * (50_000 // len(piece)))
    assert time.perf_counter() - start < 5


# ── mending
@pytest.mark.parametrize(
    ("text", "ids", "expected"),
    [
        ("According to page 12, the pump moves.", "a", "According to page 3, the pump moves."),
        ("According to pages 3–6, the pump moves.", "ab", "According to pages 3 and 5, the pump moves."),
        ("The pump moves (see pp. 12–13).", "ab", "The pump moves (see pp. 3 and 5)."),
        ("According to page ?, the pump moves.", "a", "According to page 3, the pump moves."),
        ("12쪽과 13쪽에 따르면, 펌프는 돈다.", "ab", "3쪽, 5쪽에 따르면, 펌프는 돈다."),
        ("제12면에 따르면 펌프는 돈다.", "a", "제3면에 따르면 펌프는 돈다."),
        ("페이지에 따르면, 펌프는 돈다.", "a", "3페이지에 따르면, 펌프는 돈다."),
        ("3쪽과 12쪽에 따르면, 펌프는 돈다.", "a", "3쪽에 따르면, 펌프는 돈다."),
        ("12쪽(13쪽)에 따르면, 펌프는 돈다.", "a", "3쪽에 따르면, 펌프는 돈다."),
        ("3쪽에서 15쪽까지 펌프를 설명한다.", "a", "3쪽에서 펌프를 설명한다."),
        ("페이지 ?에 따르면, 펌프는 돈다.", "a", "페이지 3에 따르면, 펌프는 돈다."),
        ("구십구 쪽에 나온다.", "a", "3쪽에 나온다."),
        ("From page 12 to page 14, it moves.", "a", "From page 3, it moves."),
        ("Page ? says so.", "a", "Page 3 says so."),
        ("The 9th page says so.", "a", "Page 3 says so."),
        ("It moves (p99).", "a", "It moves (p. 3)."),
        ("It moves (pp. 12-15, 2003).", "a", "It moves (p. 3, 2003)."),
        ("It moves [page unknown].", "a", "It moves [page 3]."),
        ("According to page 98/99, it moves.", "a", "According to page 3, it moves."),
        ("According to **page 99**, it moves.", "a", "According to **page 3**, it moves."),
        ("Pages 12 to 15 say so.", "a", "Page 3 says so."),
        ("Page 12 says so.", "ab", "Pages 3 and 5 say so."),
        ("쪽 99에 따르면, 펌프는 돈다.", "a", "쪽 3에 따르면, 펌프는 돈다."),
        ("According to pages 3 and 0, it moves.", "a", "According to page 3, it moves."),
    ],
)
def test_a_wrong_or_missing_page_becomes_that_of_the_citation(text: str, ids: str, expected: str) -> None:
    assert mend(text, *ids) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to page 12, the pump moves.", "The pump moves."),
        ("The pump moves (p. 12).", "The pump moves."),
        ("It moves, according to page 12.", "It moves."),
        ("It is shown on page 12.", "It is shown."),
        ("According to page 12 of the manual, it moves.", "According to the manual, it moves."),
        ("It runs. See page 12.", "It runs."),
        ("Page 12 says that it moves.", "The document says that it moves."),
        ("According to page ?, it moves.", "It moves."),
        ("12쪽에 따르면, 펌프는 돈다.", "펌프는 돈다."),
        ("12쪽은 펌프를 설명한다.", "원문은 펌프를 설명한다."),
        ("12페이지는 펌프를 설명한다.", "문서는 펌프를 설명한다."),
        ("펌프는 돈다(12쪽 참조).", "펌프는 돈다."),
        ("페이지 ?에 따르면, 펌프는 돈다.", "펌프는 돈다."),
        ("3쪽에서 15쪽까지 펌프를 설명한다.", "펌프를 설명한다."),
        ("From page 12 to page 14, it moves.", "It moves."),
        ("The pump moves (p. ?).", "The pump moves."),
        ("It runs. See page X.", "It runs."),
    ],
)
def test_a_page_of_a_source_without_pages_goes_with_the_words_around_it(text: str, expected: str) -> None:
    assert mend(text, "none") == expected


@pytest.mark.parametrize(
    "text",
    ["According to page 3, it moves.", "3~5페이지에 따르면, 펌프는 돈다.", "Pages 3–5 say so.", "It moves 40 litres."],
)
def test_what_the_citations_bear_out_is_left_alone(text: str) -> None:
    statement = Statement(text, ("a", "b"))
    assert corrected(statement, HELD) is statement


FRAMES = (
    "According to page {}, |On page {}, |As shown on p. {}, |Page {} says that |From page {} to page {}, "
    "|According to pages {} and {}, |In pp. {}, {} and {}, "
).split("|")


@given(st.sampled_from(FRAMES), st.tuples(NUMBERS, NUMBERS, NUMBERS), PAGES)
def test_whatever_number_a_frame_has_it_has_the_cited_page_in_the_end(
    frame: str, numbers: tuple[str, ...], page: int
) -> None:
    once = corrected(Statement(frame.format(*numbers) + "it moves.", ("q",)), {"q": sentence("q", page)})
    assert re.findall(r"\d+", once.text) in ([str(page)], [str(page)] * 2, [str(page)] * 3)
    lead = re.split(r"\W", frame)[0]
    assert once.text.startswith(lead)
    assert once.text.endswith("it moves.")
    assert ranges(once.text)[0] == (page, page)


@given(st.sampled_from(FRAMES[:6]), st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_whatever_number_a_frame_has_it_goes_where_there_are_no_pages(frame: str, numbers: tuple[str, ...]) -> None:
    text = mend(frame.format(*numbers) + "it moves.", "none")
    assert text in ("It moves.", "The document says that it moves.")


@pytest.mark.parametrize("text", ["이 책은 300쪽이다.", "10페이지를 인쇄하였다.", "It prints at 10 p per minute."])
@pytest.mark.parametrize("key", ["a", "none"])
def test_an_amount_of_pages_is_never_made_another(text: str, key: str) -> None:
    assert mend(text, key) == text


def test_a_frame_that_names_a_page_which_the_sentence_only_speaks_of_is_mended() -> None:
    held = {"q": sentence("q", 3, "The seal is drawn on page 12.")}
    assert corrected(Statement("According to page 12, a seal is drawn.", ("q",)), held).text == (
        "According to page 3, a seal is drawn."
    )


def test_a_page_that_the_cited_sentence_itself_names_is_left_alone() -> None:
    held = {"q": sentence("q", 3, "The seal is drawn on page 12.")}
    text = "According to page 3, the seal is drawn on page 12."
    assert corrected(Statement(text, ("q",)), held).text == text


def test_a_page_of_a_document_that_is_not_cited_is_wrong() -> None:
    assert mend("According to page 9, it moves.", "a") == "According to page 3, it moves."


def test_a_range_from_one_document_to_another_is_none() -> None:
    assert mend("According to pages 3–9, it moves.", "a", "other") == "According to pages 3 and 9, it moves."


@given(TEXTS, st.lists(st.sampled_from(sorted(HELD)), max_size=3))
def test_after_mending_no_page_is_named_that_is_not_cited(text: str, ids: list[str]) -> None:
    once = corrected(Statement(text, tuple(ids)), HELD)
    pages = {HELD[key].page for key in ids}
    for mention in page_mentions(once.text):
        assert mention.ranges
        assert all({first, last} <= pages for first, last in mention.ranges)
    assert corrected(once, HELD) == once


# ── to the pictures
IMAGES = {("d", n): f"d-{n}.png" for n in range(1, 9)} | {("e", 9): "e-9.png"}


def test_pages_named_come_first_then_those_of_the_citations_each_once() -> None:
    statements = [Statement("According to page 5, x.", ("a", "b")), Statement("See page 9.", ("other", "a"))]
    assert page_images(statements, HELD, IMAGES) == ("d-5.png", "d-3.png", "e-9.png")


def test_a_range_shows_the_pages_between_its_cited_ends() -> None:
    statements = [Statement("3~5쪽에 따르면 돈다.", ("b", "a"))]
    assert page_images(statements, HELD, IMAGES) == ("d-3.png", "d-4.png", "d-5.png")


def test_a_sentence_without_a_page_or_an_image_shows_none() -> None:
    assert page_images([Statement("x", ("none",))], HELD, IMAGES) == ()
    assert page_images([Statement("x", ("a",))], HELD, {("d", 3): ""}) == ()
