"""A model's rewriting of a follow-up: only a question, in the follow-up's language, is taken for one."""

from __future__ import annotations

import pytest
from kgqa.errors import BackendError
from kgqa.nodes.chat.follow_up import Turn
from kgqa.nodes.llm.condense import standalone_question
from kgqa.tools.chat.chat import chat_of
from kgqa.tools.chat.scripted import Scripted

HISTORY = [Turn("Who designed the PX-200 pump?", "Mira Lindqvist")]


async def put(question: str, reply: str) -> str:
    return await standalone_question(question, HISTORY, chat_of(Scripted(script=[reply])))


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("And where was she born?", "Where was Mira Lindqvist born?"),
        ("And where was she born?", '"Where was Mira Lindqvist born"'),
        ("tell me about her", "Tell me about Mira Lindqvist."),
        ("her birthplace", "Mira Lindqvist’s birthplace"),
        ("그 사람은 어디에서 태어났나?", "Mira Lindqvist는 어디에서 태어났나?"),
        ("PX-300?", "PX-300은 누가 설계하였는가?"),
        ("¿Y dónde nació?", "¿Dónde nació Mira Lindqvist?"),
    ],
)
async def test_a_question_in_the_follow_ups_language_is_taken(question: str, reply: str) -> None:
    assert await put(question, reply) == reply.strip('"')


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("When did she design it?", "Mira Lindqvist designed the PX-200 pump in 1998."),
        ("When did she design it?", "Mira Lindqvist designed the PX-200 pump in 1998"),
        ("her birthplace", "Mira Lindqvist was born in Uppsala."),
        ("언제 설계하였나?", "Mira Lindqvist가 1998년에 설계하였다."),
    ],
)
async def test_a_statement_is_no_question(question: str, reply: str) -> None:
    with pytest.raises(BackendError, match="no question"):
        await put(question, reply)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("그 사람은 어디에서 태어났나?", "Where was Mira Lindqvist born?"),
        ("And where was she born?", "미라 린드크비스트는 어디에서 태어났나?"),
        ("When?", "PX-200은 언제 설계하였는가?"),
    ],
)
async def test_a_question_in_another_language_is_not_the_same(question: str, reply: str) -> None:
    with pytest.raises(BackendError, match="another language"):
        await put(question, reply)


@pytest.mark.parametrize("reply", ["", "?!", "two\nlines?", "x" * 5000])
async def test_what_is_no_single_line_of_words_is_no_question(reply: str) -> None:
    with pytest.raises(BackendError, match="no single question"):
        await put("And where was she born?", reply)
