"""extract: find the question's mentions, its relation words, and the kind of answer that it asks for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from langgraph.runtime import Runtime

from ..errors import InputError
from ..model import Mention
from ..settings import QAOptions
from ..tools.ports import QuestionReader, Words
from ..tools.text.bare_question import bare_question
from ..tools.text.questions import answer_type, question_words
from ..tools.text.words import language, terms
from .answering.overview import KIND as OVERVIEW
from .answering.overview import asks_overview
from .state import Asked, Extracted, QAContext

_ASKING = re.compile(
    r"\bhow (?:many|much|long|often|old|far)\b|\b(?:what|which) (?:kind|type|sort)s? of\b"
    r"|\bwhat (?:is|was|are|were) the names? of\b|^(?:about|describe|summari[sz]e|define|explain)\b",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?:하|되)?다$")
_ASKING_KO = re.compile(
    r"(?<!\S)(?:몇|왜|수|어느|어떤|어떻게|얼마나?|(?:무엇|뭐|누구|언제|어디|얼마|것|게)\S{0,3}"
    r"|[있없되하인입이]\S{0,4}(?:나요|까요?|니까|가요?|는가|는지|지요|죠))(?=\s|[?？.!]|$)"
)
"""How a Korean question asks: its pronouns, `수 있나요`, `인가요`."""


class BuiltinQuestionReader:
    """Word lists and rules, no model."""

    async def read(self, question: str) -> Words:
        """As the port says."""
        # The first question loads word lists, and Korean a model: neither may hold up the event loop.
        mentions, relation_words = await asyncio.to_thread(question_words, question)
        return Words(mentions, relation_words, language(question))


async def extract(
    state: Asked, runtime: Runtime[QAContext], *, settings: QAOptions, question_reader: QuestionReader | None = None
) -> Extracted:
    """Read the question.

    Raises:
        InputError: it is blank, or longer than `max_question_chars`.
    """
    question = checked(state.get("question"), settings.max_question_chars)
    asked = bare_question(question)
    mentions, relation_words, told = await (question_reader or BuiltinQuestionReader()).read(asked)
    runtime.stream_writer({"stage": "extract", "mentions": [mention.text for mention in mentions]})
    return {
        "asked": asked,
        "language": told,
        "mentions": list(mentions),
        "relation_words": list(relation_words),
        "search": to_search(asked, mentions, relation_words),
        "answer_kind": OVERVIEW if asks_overview(asked) else answer_type(asked),
    }


def to_search(question: str, mentions: Sequence[Mention], relation_words: Sequence[str]) -> str:
    """The words of the question that a text which answers it may hold."""
    if language(question) == "ko":
        if not mentions:  # of verbs alone the stems are no way to find the text: `빌리` stands in no `빌릴`
            kept = _ASKING_KO.sub(" ", question).strip(" ?？.!")
            return " ".join(kept.split()) or question
        named = [*(mention.text for mention in mentions), *(_ENDING.sub("", word) for word in relation_words)]
        return " ".join(dict.fromkeys(named))
    kept = _ASKING.sub(" ", question).strip()
    return kept if terms(kept) else question


def checked(question: object, limit: int) -> str:
    """The question, if it can be asked."""
    if not isinstance(question, str):
        raise InputError(f"a question is a string, got {type(question).__name__}")
    if not any(character.isalnum() for character in question):
        raise InputError(f"the question has no word in it: {question[:40]!r}")
    if len(question) > limit:
        raise InputError(f"the question has {len(question)} characters, more than the {limit} allowed")
    return question
