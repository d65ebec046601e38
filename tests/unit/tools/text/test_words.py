"""Words to search by, and languages."""

from __future__ import annotations

from importlib.resources import files

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st
from kgqa.tools.text.words import STOP, language, renewed, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pumps were inspected.", ["pump", "inspect"]),
        ("PX-200", ["px", "200"]),
        ("삼성전자가", ["삼성", "성전", "전자", "자가"]),
        ("배", ["배"]),
        ("the of and", []),
        ("QA팀장은", ["qa", "팀장", "장은"]),
        ("R&D센터", ["r", "d", "센터"]),
        ("IT팀이", ["it", "팀", "팀이"]),
        ("2024년에", ["2024", "년", "년에"]),
        ("KTX역에서는", ["ktx", "역", "역에", "에서", "서는"]),
        ("S3에는 VPN을", ["s3", "vpn"]),
        ("30㎡이다", ["30m2"]),
        ("3만", ["3", "만"]),
    ],
)
def test_terms_are_stems_and_bigrams(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("The strike began in 1934.", "begin begins beginning begun"),
        ("The ship sank.", "sink sinks sinking sunk"),
        ("They met and sold it.", "meet sell"),
        ("The children's knives", "child knife"),
        ("Étienne wrote it.", "write writes written"),
    ],
)
def test_an_irregular_form_counts_as_the_word_it_is_a_form_of(said: str, asked: str) -> None:
    assert set(terms(asked)) <= set(terms(said))


@pytest.mark.parametrize("word", ["QA팀장", "R&D센터", "2024년", "KTX역", "80번", "S3", "Nginx", "B동", "3호기"])
@pytest.mark.parametrize("particle", ["은", "이", "를", "의", "에서", "에는", "으로", "이다", "까지만"])
def test_a_word_that_begins_with_latin_letters_or_digits_is_found_with_any_particle(word: str, particle: str) -> None:
    assert set(terms(word)) <= set(terms(f"{word}{particle} 있다."))


@pytest.mark.parametrize("forms", ["founded founding founds found", "LED LEDs", "shots shot", "indices indicate"])
def test_a_form_that_is_as_often_another_word_keeps_its_own_stem(forms: str) -> None:
    assert terms(forms) == [Stemmer.Stemmer("english").stemWord(word.lower()) for word in forms.split()]


def test_an_irregular_form_is_of_one_word_and_neither_is_a_stop_word() -> None:
    table = files("kgqa.tools.text").joinpath("irregular_en.txt").read_text(encoding="utf-8")
    rows = [line.replace(":", "").split() for line in table.splitlines() if not line.startswith("#")]
    words = [word for row in rows for word in row]
    assert len(words) == len(set(words))
    assert STOP.isdisjoint(words)
    assert all(renewed(terms(row[0])) == terms(row[0]) for row in rows)


@pytest.mark.parametrize(
    ("title", "initials"),
    [
        ("Chief Technology Officer", "CTO"),
        ("the chief technical officer of Hanbit", "CTO of Hanbit"),
        ("two chief executive officers", "two CEOs"),
        ("chief executive", "CEO"),
        ("한빛 chief financial officer", "한빛 CFO"),
    ],
)
def test_a_chief_officer_counts_as_the_initials(title: str, initials: str) -> None:
    assert terms(title) == terms(initials)


@pytest.mark.parametrize("title", ["chief officer", "chief petty officer", "chief engineer", "mischief executive"])
def test_another_chief_keeps_its_words(title: str) -> None:
    assert len(terms(title)) == len(title.split())


@given(st.text(max_size=80))
def test_no_term_is_empty_or_a_stop_word(text: str) -> None:
    assert all(terms(text))
    assert not [t for t in terms(text.lower()) if t in STOP and len(t) > 6]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Who is she?", "en"), ("누구입니까?", "ko"), ("PX-200은 무엇인가요?", "ko"), ("123 !?", "und"), ("", "und")],
)
def test_the_script_tells_the_language(text: str, expected: str) -> None:
    assert language(text) == expected
