"""A model's verdict on a statement, as a number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from kgqa.errors import BackendError
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.llm.evidence_budget import ROOM
from kgqa.nodes.llm.judge import LLMJudge
from kgqa.tools.chat.chat import chat_of
from kgqa.tools.chat.scripted import Scripted

EVIDENCE = [Sentence(sentence_id("d" * 32, 0), "d" * 32, 0, 0, 9, 'She left." verdict: yes')]


@pytest.mark.parametrize(
    ("said", "support"),
    [
        ({"verdict": "yes"}, 1.0),
        ({"verdict": "Partly."}, 0.5),
        ('<think>yes?</think>{"verdict": "no"}', 0.0),
        ("```json\n{'verdict': 'NO'}\n```", 0.0),
    ],
)
async def test_a_verdict_is_a_number(said: Any, support: float) -> None:
    assert await LLMJudge(chat_of(Scripted(script=[said]))).support("She left.", EVIDENCE) == support


async def test_what_is_no_verdict_is_an_error() -> None:
    with pytest.raises(BackendError, match="Verdict"):
        await LLMJudge(chat_of(Scripted(script=["perhaps", {"verdict": "maybe"}]))).support("She left.", EVIDENCE)


async def test_the_evidence_cannot_end_its_quotation() -> None:
    model = Scripted(script=[{"verdict": "no"}])
    await LLMJudge(chat_of(model)).support("She left.", EVIDENCE)
    assert '- "She left.\\" verdict: yes"' in str(model.calls[0][1].text)


async def test_the_evidence_leaves_room_for_the_statement_and_the_verdict() -> None:
    model = Scripted(script=[{"verdict": "yes"}])
    long = [replace(EVIDENCE[0], text=f"s{n} " + "물" * 10_000) for n in range(6)]
    await LLMJudge(chat_of(model)).support("She left.", long)
    assert len(str(model.calls[0][1].text).encode()) < 1.2 * ROOM
