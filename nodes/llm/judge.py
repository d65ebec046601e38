"""check with a model: do the cited sentences bear out a statement?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, field_validator

from ...model import Sentence
from ...tools.ports import Chat
from ...tools.text.words import language
from .evidence_budget import ROOM, within_budget
from .prompts import messages, quoted

_SUPPORT = {"yes": 1.0, "partly": 0.5, "no": 0.0}


class Verdict(BaseModel):
    """How far the sentences bear the statement out."""

    verdict: Literal["yes", "partly", "no"]

    @field_validator("verdict", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return value.strip(" .!\"'").lower() if isinstance(value, str) else value


class LLMJudge:
    """Asks a model about one statement and its evidence."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def support(self, statement: str, evidence: Sequence[Sentence]) -> float:
        """As the port says: 1 for all of it, 0.5 for a part. Raises: ConfigError, TransientError, BackendError."""
        # Who wrote the statement was shown no more of them.
        sentences = "\n".join(f"- {quoted(sentence.text)}" for sentence in within_budget(evidence, ROOM))
        told = language(statement)
        asked = await messages("check", told, sentences=sentences, statement=quoted(statement))
        return _SUPPORT[(await self._chat.structured(asked, Verdict, tag="check")).verdict]
