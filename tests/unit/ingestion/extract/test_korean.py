"""Korean extraction, sentence by sentence: exact mentions, claims and aliases."""

from __future__ import annotations

import pytest
from kgqa.ingestion.extract.builtin import read_sentence
from kgqa.model import Extraction, Kind, Sentence


def read(text: str, kind: Kind = "text") -> Extraction:
    return read_sentence(Sentence("s", "d", 0, 0, len(text), text, kind), "ko")


def claims(text: str) -> list[tuple[str, str, str]]:
    return [(c.subject, c.type, c.object) for c in read(text).claims]


def mentions(text: str, kind: Kind = "text") -> list[tuple[str, str]]:
    return [(m.text, m.type) for m in read(text, kind).mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("한빛정밀은 제네바전자를 인수했다.", [("한빛정밀", "인수하다", "제네바전자")]),
        ("이영희는 한빛정밀에서 일한다.", [("이영희", "근무하다", "한빛정밀")]),
        ("박민수는 서울에서 태어났다.", [("박민수", "태어나다", "서울")]),
        (
            "삼성전자와 LG전자는 반도체를 생산한다.",
            [("삼성전자", "생산하다", "반도체"), ("LG전자", "생산하다", "반도체")],
        ),
        ("한빛정밀은 서울특별시에 본사를 두고 있다.", [("한빛정밀", "위치하다", "서울특별시")]),
        ("한결조선은 김상호가 설립했다.", [("김상호", "설립하다", "한결조선")]),
    ],
)
def test_particles_say_what_a_noun_is_to_its_verb(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert claims(text) == expected


def test_a_passive_is_turned_around() -> None:
    assert ("박민수", "설립하다", "한빛정밀") in claims("한빛정밀은 박민수 대표에 의해 설립되었다.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("김지우는 한빛정밀의 안전 책임자이다.", ("김지우", "책임자", "한빛정밀")),
        ("한국의 수도는 서울이다.", ("서울", "수도", "한국")),
        ("한빛정밀 대표 박민수는 떠났다.", ("박민수", "대표", "한빛정밀")),
        ("안전모란 머리를 보호하는 장비를 말한다.", ("안전모", "의미하다", "장비")),
    ],
)
def test_a_copula_an_apposition_and_a_definition_are_read(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in claims(text)


def test_an_attribute_keeps_its_noun_as_wording() -> None:
    [claim] = read("PX-200 펌프의 최대 압력은 12 bar입니다.").claims
    assert (claim.subject, claim.phrase, claim.object) == ("PX-200", "최대 압력", "12 bar")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("한빛정밀(HBP)은 크다.", ("HBP", "한빛정밀")),
        ("세계보건기구(WHO)의 본부는 제네바에 있다.", ("WHO", "세계보건기구")),
        ("이순신(李舜臣)은 장군이다.", ("李舜臣", "이순신")),
    ],
)
def test_a_bracket_after_a_name_gives_an_alias(text: str, expected: tuple[str, str]) -> None:
    assert [(a.short, a.full) for a in read(text).aliases] == [expected]


def test_a_bracket_that_tells_two_people_apart_belongs_to_the_name() -> None:
    found = [m for m, kind in mentions("김민준(안전팀)은 김민준(설계팀)을 만났다.") if kind == "PERSON"]
    assert found == ["김민준(안전팀)", "김민준(설계팀)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("삼성전자가 컸다.", ("삼성전자", "ORGANIZATION")),
        ("서울특별시에서 만났다.", ("서울특별시", "PLACE")),
        ("2016년 11월에 열렸다.", ("2016년 11월", "DATE")),
        ("직원은 438명이다.", ("438명", "QUANTITY")),
        ("매출은 1,260억 원이었다.", ("1,260억 원", "QUANTITY")),
        ("제2도크에서 배를 만든다.", ("배", "")),
    ],
)
def test_names_and_measures_stand_without_their_particles(text: str, expected: tuple[str, str]) -> None:
    if expected[1]:
        assert expected in mentions(text)
    else:
        assert "2도" not in [m for m, _ in mentions(text)]


@pytest.mark.parametrize("text", ["그는 서울에서 태어났다.", "그녀가 우리를 만났다.", "이것은 저것보다 크다."])
def test_a_pronoun_is_no_mention(text: str) -> None:
    assert {m for m, _ in mentions(text)} <= {"서울"}


def test_a_heading_loses_its_number() -> None:
    assert ("안벽과 전력", "TERM") in mentions("2.2 안벽과 전력", "heading")


@pytest.mark.parametrize(
    "text",
    [
        "김철수는 다리를 설계하지 않았다.",
        "김철수는 다리를 설계하지는 않았다.",
        "김철수는 다리를 안 설계했다.",
        "김철수는 다리를 못 만들었다.",
        "김철수는 다리를 만들지 못했다.",
        "김철수는 다리를 만들지를 못했다.",
        "한빛은 제네바전자를 인수하지 아니하였다.",
        "김철수가 다리를 설계한 것은 아니다.",
        "다리를 설계하지 않은 김철수는 떠났다.",
        "한빛은 서울에 지점을 두고 있지 않다.",
        "김철수는 서울에 있지 않다.",
        "한빛은 제네바전자를 인수하려다 실패했다.",
        "한빛은 제네바전자를 인수하는 데 실패했다.",
        "김철수가 다리를 설계했는지는 알려지지 않았다.",
    ],
)
def test_what_is_denied_is_no_claim(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("김철수는 다리를 설계하지 않을 수 없었다.", [("김철수", "설계하다", "다리")]),
        ("김철수는 다리를 설계했지만 공장을 짓지는 못했다.", [("김철수", "설계하다", "다리")]),
        ("김철수는 다리를 설계하지 않고 공장을 지었다.", [("김철수", "건설하다", "공장")]),
        ("김철수는 다리를 설계한 적이 없는 기술자이다.", [("김철수", "IS_A", "기술자")]),
        ("김철수는 서울이 아니라 부산에서 태어났다.", [("김철수", "태어나다", "부산")]),
        ("김철수는 서울에서 태어난 것이 아니라 부산에서 태어났다.", [("김철수", "태어나다", "부산")]),
    ],
)
def test_a_denial_takes_nothing_that_it_does_not_deny(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert claims(text) == expected


@pytest.mark.parametrize(
    "title", ["「바람」", "『바람과 함께 사라지다』", "《1984년》", "〈바람의 나라〉", "“태백산맥”", "‘태백산맥’"]
)
def test_a_title_is_a_name_that_its_particle_still_belongs_to(title: str) -> None:
    text = f"{title}은 김철수가 썼다."
    assert claims(text) == [("김철수", "쓰다", title[1:-1])]
    assert mentions(text) == [(title[1:-1], "NAME"), ("김철수", "PERSON")]


def test_what_stands_in_brackets_is_still_an_aside() -> None:
    assert claims("한빛정밀은 (제네바전자) 공장을 지었다.") == [("한빛정밀", "건설하다", "공장")]
