"""explore with a model: decompose the question, choose facts to follow, and write logical forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field, field_validator

from ...errors import BackendError, InputError
from ...tools.ports import Chat
from ...tools.text.words import language
from ..strategies.logical_forms import KINDS, MOST, Form, Retrieval, parse
from .prompts import Messages, messages, quoted

_SHOWN = 40
"""Facts shown to the model in one step."""
_LONGEST = 200
_MEND = "That cannot be read: {}. Write the whole plan again, one form a line, and nothing else."


class SubQuestion(BaseModel):
    """One step: what stands in a relation to what is known."""

    known: str = Field(min_length=1, max_length=_LONGEST)
    """A name from the question, or `#1` for what the first step finds."""
    relation: str = Field(min_length=1, max_length=_LONGEST)
    kind: str = "entity"

    @field_validator("kind", mode="before")
    @classmethod
    def _known_kind(cls, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) and value.strip().lower() in KINDS else "entity"


class SubQuestions(BaseModel):
    """The steps in order."""

    steps: list[SubQuestion]


class Choice(BaseModel):
    """Which facts to follow, and whether those followed so far answer."""

    follow: list[int] = Field(default_factory=list)
    answered: bool = False


class LLMPlanner:
    """Asks a model. Names that it gives are looked up, numbers must be of facts shown: nothing else of it is used."""

    reads = True

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def hops(self, question: str, names: Sequence[str]) -> Sequence[Retrieval]:
        """As the port says. Raises: ConfigError, TransientError, BackendError."""
        asked = await messages("hops", language(question), question=quoted(question), names=_listed(names))
        steps = (await self._chat.structured(asked, SubQuestions, tag="explore")).steps[:MOST]
        lines = [str(Retrieval(f"${n}", _known(s.known), s.relation, s.kind)) for n, s in enumerate(steps, 1)]
        if not lines:
            return []
        return [form for form in _parsed("\n".join(lines), self._chat.name) if isinstance(form, Retrieval)]

    async def forms(self, question: str, names: Sequence[str]) -> Sequence[Form]:
        """As the port says; what cannot be read goes back once. Raises: as `hops`."""
        asked: Messages = await messages("forms", language(question), question=quoted(question), names=_listed(names))
        reply = (await self._chat.complete(asked, tag="explore")).text
        try:
            return parse(reply)
        except InputError as error:
            problem = str(error)
        again: Messages = [*asked, ("ai", reply or "(nothing)"), ("human", _MEND.format(problem))]
        return _parsed((await self._chat.complete(again, tag="explore")).text, self._chat.name)

    async def choose(self, question: str, so_far: Sequence[str], facts: Sequence[str], most: int) -> Sequence[int]:
        """As the port says, of the first facts shown. Raises: as `hops`."""
        shown = facts[:_SHOWN]
        if not shown:
            return []
        asked = await messages(
            "follow",
            language(question),
            question=quoted(question),
            most=str(most),
            so_far="\n".join(f"- {quoted(fact)}" for fact in so_far) or "-",
            facts="\n".join(f"[{n}] {quoted(fact)}" for n, fact in enumerate(shown, 1)),
        )
        choice = await self._chat.structured(asked, Choice, tag="explore")
        if choice.answered and so_far:
            return []
        return [n - 1 for n in dict.fromkeys(choice.follow) if 1 <= n <= len(shown)][:most]


def _known(text: str) -> str:
    return f"${text[1:]}" if text[:1] == "#" and text[1:].isdigit() else text


def _listed(names: Sequence[str]) -> str:
    return "\n".join(f"- {quoted(name)}" for name in names) or "-"


def _parsed(text: str, model: str) -> list[Form]:
    try:
        return parse(text)
    except InputError as error:
        raise BackendError(f"model {model!r} gave no valid plan: {error}") from error
