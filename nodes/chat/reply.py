"""reply: add the answer to the messages."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from ..state import QAContext
from .message import message
from .state import ChatState


async def reply(state: ChatState, runtime: Runtime[QAContext]) -> dict[str, Any]:
    """The answer as a message, after the others."""
    notes = [state["condensing"]] if state.get("condensing") else []
    return {"messages": [message(state["answer"], state["question"])], "notes": [*notes, *state.get("notes", [])]}
