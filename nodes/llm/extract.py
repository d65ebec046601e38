"""extract with a model: the question's mentions and relation words, if they stand in the question."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, Field, model_validator

from ...errors import BackendError
from ...model import Mention
from ...tools.ports import Chat, Words
from ...tools.text.questions import question_words
from ...tools.text.words import language
from ..matching.name_in_text import find_name
from .prompts import messages, quoted

_TYPES = frozenset("PERSON ORGANIZATION PLACE PRODUCT EVENT DATE QUANTITY TERM NAME".split())
_COMMON = ("TERM", "DATE", "QUANTITY")
_MOST, _RELATIONS = 16, 4
_SPACE = re.compile(r"\s+")


class Named(BaseModel):
    """A name in the question."""

    text: str
    type: str = "NAME"

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class QuestionParts(BaseModel):
    """What a question names and asks about."""

    mentions: list[Named]
    relations: list[str] = Field(default_factory=list)
    language: str = ""


class LLMQuestionReader:
    """Asks a model; what it names and the question does not say is left out."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def read(self, question: str) -> Words:
        """As the port says. Raises: ConfigError, TransientError, BackendError."""
        told = language(question)
        asked = await messages("extract", told, question=quoted(question))
        parts, (rules, _) = await asyncio.gather(
            self._chat.structured(asked, QuestionParts, tag="extract"), asyncio.to_thread(question_words, question)
        )
        found = located(question, parts.mentions)
        mentions = [narrowed(mention, question, rules) for mention in found]
        if parts.mentions and not mentions:
            raise BackendError(f"nothing that the model names stands in the question: {parts.mentions[0].text[:60]!r}")
        relations = [word for word in (_SPACE.sub(" ", r).strip() for r in parts.relations) if 0 < len(word) <= 60]
        said = parts.language if parts.language in ("en", "ko") else told
        return Words(mentions, list(dict.fromkeys(relations))[:_RELATIONS], said if told == "und" else told)


def located(question: str, named: list[Named]) -> list[Mention]:
    """Each name where the question has it, whatever its case, once; in order of place."""
    found: dict[tuple[int, int], Mention] = {}
    for one in named[: 4 * _MOST]:
        span = find_name(question, one.text)
        if span is not None and span not in found:
            kind = one.type.upper() if one.type.upper() in _TYPES else "NAME"
            found[span] = Mention(question[slice(*span)], kind, *span)
    return sorted(found.values(), key=lambda mention: mention.start)[:_MOST]


def narrowed(mention: Mention, question: str, rules: Sequence[Mention]) -> Mention:
    """`PX-200` for `PX-200 pump`: the one name in it, where all else are common nouns in small letters.

    A graph that knows the longer name binds the shorter one to it; one that does not would know neither.
    """
    inside = [one for one in rules if mention.start <= one.start and one.end <= mention.end]
    names = [one for one in inside if one.type not in _COMMON]
    if len(names) != 1 or len(inside) < 2:
        return mention
    rest = question[mention.start : names[0].start] + question[names[0].end : mention.end]
    return replace(names[0], type=mention.type) if rest == rest.casefold() else mention
