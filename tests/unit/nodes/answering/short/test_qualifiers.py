"""qualified: the year a question is about, and the word that tells its noun from its like."""

from __future__ import annotations

import pytest
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.answering.short.qualifiers import is_of_it, of_its_year, tells_year, years


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who was the mayor in 1999?", ["1999"]),
        ("What was it called before 2003?", []),
        ("How much was sold from 2020 to 2023?", []),
        ("Who bought 2,000 pumps of type 1200-A?", []),
        ("Which ferry takes 1500 passengers?", []),
        ("What were the 2019 sales of the firm?", ["2019"]),
        ("한빛그룹은 2018년에 어느 회사를 인수했나?", ["2018"]),
        ("2005년까지 회사 이름은 무엇이었나?", []),
    ],
)
def test_a_year_is_asked_about_but_for_one_that_bounds_a_time(question: str, asked: list[str]) -> None:
    assert years(question) == asked


def test_years_on_both_sides_tell_those_between() -> None:
    assert tells_year("She was mayor from 1995 to 2003.", "1999")
    assert not tells_year("She was mayor from 1995 to 2003.", "2010")
    assert not tells_year("She has been mayor since 1995.", "1999")


def test_only_a_sentence_of_the_year_or_beside_one_answers_for_it() -> None:
    texts = ("In 2019 it was rebuilt.", "It cost 3 million.", "Ann came.", "Ole came.", "It cost 9 million.")
    held = [Sentence(sentence_id("d", n), "d", n, 0, len(text), text) for n, text in enumerate(texts)]
    shares = of_its_year("What did it cost in 2019?", held)
    assert [shares.get(s.id, 0.0) for s in held] == [1.0, 0.5, 0.5, 0.0, 0.0]
    assert set(of_its_year("What did it cost?", held).values()) == {1.0}


@pytest.mark.parametrize(
    ("question", "text", "its_like"),
    [
        ("Who is the deputy mayor of Aldness?", "The deputy mayor of it is Ole Berg.", "The mayor is Tove Lind."),
        ("When was the Gdansk office opened?", "The Gdansk office opened in 2001.", "The Busan office opened in 2018."),
        ("미래전자의 부대표는 누구인가?", "미래전자의 부대표는 한지우이다.", "미래전자의 대표는 최영호이다."),
    ],
)
def test_what_lacks_the_word_before_the_noun_speaks_of_its_like(question: str, text: str, its_like: str) -> None:
    assert is_of_it(question, text)
    assert not is_of_it(question, its_like)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is the current mayor of Aldness?", "The mayor is Tove Lind."),
        ("Who is the deputy mayor of Aldness?", "Ole Berg stands in for her."),
        ("When was the Gdansk office opened?", "The office was opened in 2001."),
    ],
)
def test_a_text_need_not_repeat_what_tells_nothing_apart(question: str, text: str) -> None:
    assert is_of_it(question, text)
