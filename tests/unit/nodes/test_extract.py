"""extract: what the question names and asks for."""

from __future__ import annotations

import pytest
from kgqa.errors import InputError
from kgqa.nodes.extract import checked, extract, to_search
from kgqa.settings import QAOptions
from kgqa.tools.text.words import terms

from .conftest import Told

OPTIONS = QAOptions()


async def test_a_question_gives_names_relation_words_and_the_kind_of_answer(told: Told) -> None:
    found = await extract({"question": "Who designed the PX-200 pump?"}, told.runtime(), settings=OPTIONS)
    assert found["language"] == "en"
    assert "PX-200" in [mention.text for mention in found["mentions"]]
    assert found["relation_words"] == ["design"]
    assert found["answer_kind"] == "person"
    assert told.events[0]["stage"] == "extract"


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "?!…", "\u200b"])
async def test_a_blank_question_is_the_callers_fault(told: Told, blank: str) -> None:
    with pytest.raises(InputError, match="no word"):
        await extract({"question": blank}, told.runtime(), settings=OPTIONS)


async def test_a_question_of_100_kilobytes_is_refused_with_its_length(told: Told) -> None:
    with pytest.raises(InputError, match="100000 characters, more than the 2000 allowed"):
        await extract({"question": "x" * 100_000}, told.runtime(), settings=OPTIONS)


def test_what_is_no_string_is_named() -> None:
    with pytest.raises(InputError, match="got NoneType"):
        checked(None, 100)


@pytest.mark.parametrize("question", ["ใครเป็นผู้ออกแบบปั๊ม", "من صمم المضخة؟", "谁设计了水泵？", "Кто построил насос?"])
async def test_other_scripts_are_read_as_far_as_they_go(told: Told, question: str) -> None:
    found = await extract({"question": question}, told.runtime(), settings=OPTIONS)
    assert found["search"]
    assert all(question[m.start : m.end] == m.text for m in found["mentions"])


def test_how_a_question_asks_is_not_searched_for() -> None:
    assert terms(to_search("How many points did the Panthers score?", [], [])) == terms("points Panthers score")
    assert to_search("How many?", [], []) == "How many?"


async def test_a_korean_question_is_searched_without_particles_and_endings(told: Told) -> None:
    found = await extract({"question": "한결조선은 언제 설립되었는가?"}, told.runtime(), settings=OPTIONS)
    assert found["search"].split() == ["한결조선", "설립"]
    assert (found["language"], found["answer_kind"]) == ("ko", "date")


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("책을 몇 권까지 빌릴 수 있나요?", "책을 권까지 빌릴"),
        ("어떻게 빌리는 것인가요?", "빌리는"),
        ("무엇인가요?", "무엇인가요?"),
        ("왜 안 되나요?", "안"),
    ],
)
def test_a_korean_question_without_names_is_searched_by_its_words(question: str, searched: str) -> None:
    assert to_search(question, [], ["빌리다"]) == searched
