"""unitfirst: pages are read where a text cites them, and never in a name, a code, a date or a compound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.answering.pages.unit_first import unit_first


def ranges(text: str) -> list[tuple[int, int]]:
    return [one for mention in unit_first(text) for one in mention.ranges]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to page thirteen, it moves.", [(13, 13)]),
        ("According to page twenty-one, it moves.", [(21, 21)]),
        ("According to page one hundred and twelve, it moves.", [(112, 112)]),
        ("According to page 12,345, it moves.", [(12345, 12345)]),
        ("According to page 3, 4 and 5, it moves.", [(3, 3), (4, 4), (5, 5)]),
        ("Pages 3 to page 5 say so.", [(3, 5)]),
        ("It moves [p. 14; p. 15].", [(14, 14), (15, 15)]),
        ("On both page 14 and 15, it moves.", [(14, 14), (15, 15)]),
        ("See pp. 123–5.", [(123, 125)]),
        ("See pp. 125–5.", [(5, 125)]),
        ("From page 123 to page 5, it moves.", [(5, 123)]),
        ("From page 12 to page 14, it moves.", [(12, 14)]),
        ("It moves (pp. 12-15, 2003).", [(12, 15)]),
        ("It is on page 12 (page 13).", [(12, 12), (13, 13)]),
        ("It moves (p12).", [(12, 12)]),
        ("It is shown on p12.", [(12, 12)]),
        ("P99에 따르면 펌프는 돈다.", [(99, 99)]),
        ("According to page-99, it moves.", [(99, 99)]),
        ("See pp. 12ff.", [(12, 12)]),
        ("According to the 12th page, it moves.", [(12, 12)]),
        ("The 9th page says so.", [(9, 9)]),
        ("페이지 번호 99에 따르면 돈다.", [(99, 99)]),
        ("The manual page 12 says so.", [(12, 12)]),
        ("매뉴얼 p. 12에 따르면 돈다.", [(12, 12)]),
        ("Page 3 and 5 say so.", [(3, 3), (5, 5)]),
        ("According to page(s) 99, it moves.", [(99, 99)]),
        ("According to page “99”, it moves.", [(99, 99)]),
        ("According to **page 99**, it moves.", [(99, 99)]),
        ("According to page **99**, it moves.", [(99, 99)]),
        ("According to page no 99, it moves.", [(99, 99)]),
        ("According to the page numbered 99, it moves.", [(99, 99)]),
        ("According to page ~99, it moves.", [(99, 99)]),
        ("According to page 99/120, it moves.", [(99, 99)]),
        ("According to the 12th and 13th pages, it moves.", [(12, 12), (13, 13)]),
        ("According to the ninety-ninth page, it moves.", [(99, 99)]),
        ("쪽 99에 따르면 돈다.", [(99, 99)]),
    ],
)
def test_a_page_that_is_cited_is_read_however_it_is_written(text: str, expected: list[tuple[int, int]]) -> None:
    assert ranges(text) == expected


BLANKS = "page 0|page -1|page 99999999999|page None|page iv|page XIV|page A-99|page ?|p. ?|p. N/A|page X|page [x]"


@pytest.mark.parametrize("page", BLANKS.split("|"))
def test_what_is_no_pages_number_is_a_mention_without_one(page: str) -> None:
    for text in (f"According to {page}, it moves.", f"It moves ({page}).", f"See {page}."):
        (mention,) = unit_first(text)
        assert (mention.text, mention.ranges, mention.unread) == (page, (), True)


@pytest.mark.parametrize(
    "text",
    [
        "Jimmy Page 1968 joined.",
        "Plant and Page 1998 toured.",
        "Mr. Page 1968 said so.",
        "It moves (Page 2011).",
        "See Page 2011 for details.",
        "Larry Page 2 yachts owns.",
        "See the home page 2 for this.",
        "The web page 404 was shown.",
        "It was on the front page 3 times.",
        "Code page 437 is used.",
        "On the page 12 pumps are drawn.",
        "He lives at P. 12 Avenue.",
        "He lives at P. 3rd Street.",
        "It is shown on page 2024-05-01.",
        "See example.com/page/12 and page-12.html.",
        "It depends on p53.",
        "Which page?",
        "The 12th page of his diary is torn.",
        "홈 페이지 2에 따르면 그는 태어났다.",
        "공식 페이지 3에 따르면 그는 태어났다.",
    ],
)
def test_a_name_a_code_a_date_or_a_compound_is_no_page(text: str) -> None:
    assert list(unit_first(text)) == []


@given(st.sampled_from(["home", "web", "landing", "Jimmy", "cover"]), st.integers(1, 9999))
def test_a_noun_before_the_page_makes_it_another_thing(noun: str, number: int) -> None:
    assert list(unit_first(f"He read the {noun} page {number} for long.")) == []
