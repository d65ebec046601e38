"""Names that a sentence says one thing had before and after."""

from __future__ import annotations

import pytest
from kgqa.ingestion.extract.builtin import read_sentence
from kgqa.model import Sentence


def aliases(text: str) -> list[tuple[str, str]]:
    found = read_sentence(Sentence("s", "d", 0, 0, len(text), text, "text"), "en").aliases
    return [(alias.short, alias.full) for alias in found]


@pytest.mark.parametrize(
    "text",
    [
        "Torvald Systems, formerly Nordic Laser Works, makes lasers.",
        "He joined Torvald Systems, formerly known as Nordic Laser Works, in 1998.",
        "Torvald Systems, formerly known as “Nordic Laser Works”, makes lasers.",
        "Torvald Systems (formerly Nordic Laser Works) makes lasers.",
        "Nordic Laser Works changed its name to Torvald Systems in 1998.",
        "In 1998 Nordic Laser Works was renamed Torvald Systems.",
        "Nordic Laser Works was renamed in 1998 as Torvald Systems.",
        "Nordic Laser Works, which was later renamed Torvald Systems, makes lasers.",
        "Nordic Laser Works rebranded itself as Torvald Systems.",
        "Torvald Systems was called Nordic Laser Works until 1998.",
        "Torvald Systems was originally named Nordic Laser Works.",
        "The company changed its name from Nordic Laser Works to Torvald Systems.",
    ],
)
def test_a_renamed_company_has_both_names(text: str) -> None:
    assert aliases(text) == [("Torvald Systems", "Nordic Laser Works")]


@pytest.mark.parametrize(
    "text",
    [
        "한빛정밀은 1998년 제네바전자로 이름을 바꾸었다.",
        "한빛정밀은 1998년에 사명을 ‘제네바전자’로 변경했다.",
        "회사는 사명을 한빛정밀에서 제네바전자로 바꿨다.",
        "한빛정밀은 제네바전자로 개칭되었다.",
        "한빛정밀의 전신은 제네바전자이다.",
        "한빛정밀의 옛 이름은 제네바전자였다.",
        "한빛정밀의 전신인 제네바전자는 서울에 있었다.",
        "한빛정밀(옛 제네바전자)은 서울에 있다.",
        "한빛정밀(구 제네바전자)은 서울에 있다.",
    ],
)
def test_a_renamed_korean_company_has_both_names(text: str) -> None:
    assert aliases(text) == [("한빛정밀", "제네바전자")]


@pytest.mark.parametrize(
    "text",
    [
        "The stadium of Hanbit was renamed Harman Park.",
        "Hanbit and Harman were renamed Torvald Systems.",
        "Hanbit was never renamed Harman.",
        "Hanbit was not called Harman until 1998.",
        "Hanbit, formerly a subsidiary of Harman, makes pumps.",
        "Kim Ji-woo, formerly of Hanbit, joined Harman.",
        "Kim Ji-woo, formerly Hanbit, joined Harman.",
        "Hanbit was called by Harman until 1998.",
        "한빛정밀은 제네바전자로 이름을 바꾸지 않았다.",
        "한빛정밀의 전신은 제네바전자가 아니다.",
        "한빛정밀은 제네바전자로 이전했다.",
        "김철수(구미시)는 떠났다.",
    ],
)
def test_what_is_not_renamed_keeps_its_one_name(text: str) -> None:
    assert aliases(text) == []
