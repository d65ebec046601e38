"""unitlast: pages are read where Korean text cites them, and left alone where it counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.answering.pages.unit_last import unit_last

CITED = (
    "{}에 따르면, 펌프는 돈다.|{}의 내용에 따르면 돈다.|{}에서는 펌프가 돈다.|{}에 있다.|{}에 펌프의 사양이 나온다."
    "|{}을 참조하라.|{}은 펌프를 설명한다.|펌프는 돈다({}).|펌프는 돈다 ({} 참조).|출처: {}|{}, 펌프는 돈다."
).split("|")
COUNTED = (
    "이 책은 {}이다.|이 책은 {}입니다.|이 책은 {}이고 무겁다.|{}이 넘는 책이다.|{}을 인쇄하였다.|하루 {}씩 읽는다."
    "|{}에 달하는 책이다.|{}에 이르는 글이다.|{}의 책이다.|{}짜리 글이다.|총 {}에 그림이 있다.|{}에서 20쪽으로 줄었다."
).split("|")
NUMBERS = st.integers(0, 10**12)
UNITS = st.sampled_from(["쪽", "페이지", " 쪽"])


@given(st.sampled_from(CITED), NUMBERS, UNITS)
def test_a_page_is_read_where_it_is_cited(form: str, number: int, unit: str) -> None:
    (mention,) = unit_last(form.format(f"{number}{unit}"))
    assert mention.text == f"{number}{unit}"
    assert mention.ranges == (((number, number),) if 0 < number < 10**9 else ())


@given(st.sampled_from(COUNTED), NUMBERS, UNITS)
def test_pages_that_are_counted_are_no_mention(form: str, number: int, unit: str) -> None:
    assert list(unit_last(form.format(f"{number}{unit}"))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("구십구 쪽에 나온다.", [(99, 99)]),
        ("백이십 쪽에 따르면 돈다.", [(120, 120)]),
        ("세 번째 페이지에 따르면 펌프는 돈다.", [(3, 3)]),
        ("12쪽(13쪽)에 따르면 돈다.", [(12, 12), (13, 13)]),
        ("3쪽에서 15쪽까지 펌프를 설명한다.", [(3, 15)]),
        ("99번 페이지에 따르면 돈다.", [(99, 99)]),
        ("99쪽 내용에 따르면 돈다.", [(99, 99)]),
        ("99페이지(표 3)에 따르면 돈다.", [(99, 99)]),
        ("99페이지 첫 문단에 따르면 돈다.", [(99, 99)]),
        ("12p.에 따르면 돈다.", [(12, 12)]),
        ("12 page에 따르면 돈다.", [(12, 12)]),
        ("돈다 (매뉴얼 99쪽).", [(99, 99)]),
        ("돈다 (출처: 문서, 99쪽을 참조 바람).", [(99, 99)]),
        ("-1쪽에 따르면 돈다.", []),
        ("알 수 없는 페이지에 따르면 돈다.", []),
        ("[쪽]에 따르면 돈다.", []),
        ("?쪽에 따르면 돈다.", []),
        ("N페이지에 나온다.", []),
        ("페이지에 따르면 돈다.", []),
    ],
)
def test_words_and_blanks_are_read_where_they_are_cited(text: str, expected: list[tuple[int, int]]) -> None:
    (mention,) = unit_last(text)
    assert list(mention.ranges) == expected
    assert mention.unread is not bool(expected)


@pytest.mark.parametrize(
    "text",
    [f"{word} 페이지에 따르면 그는 태어났다." for word in "공식 위키백과 마지막 이 해당".split()]
    + [
        "페이스북 페이지에 따르면 좋다.",
        "이사 쪽에 따르면 그는 왔다.",
        "이천 쪽에 따르면 그는 왔다.",
        "마늘 3쪽에 꿀을 탄다.",
    ],
)
def test_another_page_or_side_is_no_mention(text: str) -> None:
    assert list(unit_last(text)) == []
