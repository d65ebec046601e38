"""condense: turn the last message into a question that stands alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.runtime import Runtime

from ...errors import BackendError, InputError
from ...tools.ports import Chat
from ...tools.text.words import language
from ..extract import checked
from ..llm.condense import standalone_question
from ..retries import last_try, may_pass
from ..state import QAContext
from .follow_up import TURNS, Turn, standalone
from .message import KEY
from .state import Talk

_MOST = 20
"""Bearers of one name that a history may tell of."""


async def condense(
    state: Talk, runtime: Runtime[QAContext], *, chat: Chat | None, max_question_chars: int
) -> dict[str, Any]:
    """The last message as a question that stands alone: by the model where there is one, else, or if it fails, by rule.

    Raises:
        InputError: the last message is not the user's, or has no text that can be asked.
        TransientError: the model may yet answer.
    """
    said = state["messages"]
    if not said or not isinstance(said[-1], HumanMessage):
        raise InputError("the last message must be the user's")
    asked = checked(str(said[-1].text), max_question_chars)
    history, problem, question = turns(said[:-1]), "", ""
    if chat is not None and history:
        try:
            question = checked(await standalone_question(asked, history, chat), max_question_chars)
        except (BackendError, InputError) as error:
            if may_pass(error) and not last_try(runtime):
                raise
            korean = await asyncio.to_thread(language, asked) == "ko"
            problem = (
                f"condense: {'모델 대신 규칙으로 했습니다' if korean else 'done by rule in the model’s place'}: {error}"
            )
    if not question:
        # Taking the question apart loads word lists, and Korean a model: not on the event loop.
        question = await asyncio.to_thread(standalone, asked, history)
        question = question if len(question) <= max_question_chars else asked
    note = {"note": problem} if problem else {}
    runtime.stream_writer({"event": "progress", "stage": "condense", "question": question, **note})
    return {"question": question, "condensing": problem}


# ── the history
def turns(said: Sequence[BaseMessage]) -> list[Turn]:
    """The last questions with their short answers; what a client sends as history is taken for no more than text."""
    found: list[Turn] = []
    for one in said[-4 * TURNS :]:
        if isinstance(one, HumanMessage) and str(one.text).strip():
            found.append(Turn(str(one.text)[:2000]))
        elif isinstance(one, AIMessage) and found:
            kept = one.additional_kwargs.get(KEY)
            kept = kept if isinstance(kept, dict) else {}
            short, asked = _text(kept.get("candidate", kept.get("short"))), _text(kept.get("question"))
            found[-1] = Turn(found[-1].question, short, asked, _bearers(kept.get("bearers")))
    return found[-TURNS:]


def _bearers(value: object) -> dict[str, tuple[str, ...]]:
    named = value.items() if isinstance(value, dict) else ()
    return {_text(name): tuple(map(_text, some[:_MOST])) for name, some in named if isinstance(some, list)}


def _text(value: object) -> str:
    return value[:2000] if isinstance(value, str) else ""
