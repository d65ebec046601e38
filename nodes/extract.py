"""extract: the question's mentions, the words of the relation it asks about, and the kind of answer it wants."""

from __future__ import annotations

import asyncio

from langgraph.runtime import Runtime

from ..errors import InputError
from ..settings import QAOptions
from ..tools.text.questions import answer_type, question_words
from ..tools.text.words import language
from .state import Asked, Extracted, QAContext


async def extract(state: Asked, runtime: Runtime[QAContext], *, settings: QAOptions) -> Extracted:
    """Read the question.

    Raises:
        InputError: it is blank, or longer than `max_question_chars`.
    """
    question = checked(state.get("question"), settings.max_question_chars)
    # The first question loads word lists, and Korean a model: neither may hold up the event loop.
    mentions, relation_words = await asyncio.to_thread(question_words, question)
    runtime.stream_writer({"stage": "extract", "mentions": [mention.text for mention in mentions]})
    return {
        "language": language(question),
        "mentions": mentions,
        "relation_words": relation_words,
        "answer_kind": answer_type(question),
    }


def checked(question: object, limit: int) -> str:
    """The question, if it can be asked."""
    if not isinstance(question, str):
        raise InputError(f"a question is a string, got {type(question).__name__}")
    if not any(character.isalnum() for character in question):
        raise InputError(f"the question has no word in it: {question[:40]!r}")
    if len(question) > limit:
        raise InputError(f"the question has {len(question)} characters, more than the {limit} allowed")
    return question
