"""The chat's state and nodes: condense a follow-up, and reply with the answer as a message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage
from langgraph.graph.message import Messages, add_messages
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from ..errors import BackendError, InputError
from ..model import Answer
from ..tools.ports import Chat
from ..tools.text.words import language
from .chat.follow_up import TURNS, Turn, standalone
from .chat.message import KEY, message
from .extract import checked
from .llm.condense import asked_alone
from .retries import last_try, may_pass
from .state import QAContext


def added(before: Messages, new: Messages) -> Messages:
    """As LangGraph's `add_messages`. Raises: InputError: what came are no messages."""
    if new is None:
        raise InputError("messages must be a list of messages, got None")
    try:
        return add_messages(before, new)
    except (ValueError, NotImplementedError) as error:
        # LangChain's, for a shape, a role or a type that it does not know.
        raise InputError(f"messages: {str(error).splitlines()[0][:200]}") from error


class Talk(TypedDict):
    """What the chat takes: messages, the last of them the user's."""

    messages: Annotated[list[AnyMessage], added]


class Replied(TypedDict):
    """What the chat gives: the messages with its reply, and what stands behind it."""

    messages: Annotated[list[AnyMessage], added]
    question: str
    """The last message as a question that stands alone."""
    answer: Answer
    notes: list[str]
    """What did not go as it should."""


class ChatState(Talk, total=False):
    """All of it."""

    question: str
    answer: Answer
    notes: list[str]
    condensing: str
    """What went wrong with the model that condenses, if it did."""


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
            question = checked(await asked_alone(asked, history, chat), max_question_chars)
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


async def reply(state: ChatState, runtime: Runtime[QAContext]) -> dict[str, Any]:
    """The answer as a message, after the others."""
    notes = [state["condensing"]] if state.get("condensing") else []
    return {"messages": [message(state["answer"], state["question"])], "notes": [*notes, *state.get("notes", [])]}


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
            found[-1] = Turn(found[-1].question, _text(kept.get("short")), _text(kept.get("question")))
    return found[-TURNS:]


def _text(value: object) -> str:
    return value[:2000] if isinstance(value, str) else ""
