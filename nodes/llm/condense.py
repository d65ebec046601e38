"""condense with a model: rewrite a follow-up, given its history, as a question that stands alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ...errors import BackendError
from ...tools.ports import Chat
from ...tools.text.words import language
from ..chat.follow_up import Turn
from ..chat.is_question import is_question, is_statement
from .language_of import is_written_in
from .prompts import messages, quoted

_LONGEST, _READ = 1500, 20_000


async def standalone_question(question: str, history: Sequence[Turn], chat: Chat) -> str:
    """The question as the model puts it, one line.

    Raises:
        ConfigError, TransientError: the model's.
        BackendError: what came is no question, or one in another language.
    """
    told = await asyncio.to_thread(language, question)
    before = "\n".join(
        f"{n}. {quoted(turn.standalone or turn.question)} → {quoted(turn.short)}" for n, turn in enumerate(history, 1)
    )
    asked = await messages("condense", told, question=quoted(question), history=before)
    reply = (await chat.complete(asked, tag="condense")).text[:_READ].strip()
    lines = [line.strip().strip("\"“”'`") for line in reply.splitlines() if line.strip()]
    if len(lines) != 1 or len(lines[0]) > _LONGEST or not any(c.isalnum() for c in lines[0]):
        raise BackendError(f"the model gave no single question: {reply[:60]!r}")
    put = lines[0]
    # What asks in no sentence (`her birthplace`) may stay so; what answers is no question.
    if is_statement(put) or (is_question(question) and not is_question(put)):
        raise BackendError(f"the model gave no question: {put[:60]!r}")
    # A bare name (`PX-300?`) is in no language of its own.
    if not is_written_in(question, "en" if told == "ko" else "ko") and not is_written_in(put, told):
        raise BackendError(f"the model gave a question in another language: {put[:60]!r}")
    return put
