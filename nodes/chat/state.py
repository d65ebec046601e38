"""The chat's state: the messages, and what its nodes add."""

from __future__ import annotations

from typing import Annotated

from langchain_core.messages import AnyMessage
from langgraph.graph.message import Messages, add_messages
from pydantic import with_config
from typing_extensions import TypedDict

from ...errors import InputError
from ...model import Answer, Match


def added(before: Messages, new: Messages) -> Messages:
    """As LangGraph's `add_messages`. Raises: InputError: what came are no messages."""
    if new is None:
        raise InputError("messages must be a list of messages, got None")
    try:
        return add_messages(before, new)
    except (ValueError, NotImplementedError) as error:
        # LangChain's, for a shape, a role or a type that it does not know.
        raise InputError(f"messages: {str(error).splitlines()[0][:200]}") from error


@with_config(use_attribute_docstrings=True)
class Talk(TypedDict):
    """What the chat takes: messages, the last of them the user's."""

    messages: Annotated[list[AnyMessage], added]


@with_config(use_attribute_docstrings=True)
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
    matches: list[Match]
    notes: list[str]
    condensing: str
    """What went wrong with the model that condenses, if it did."""
