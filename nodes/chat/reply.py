"""reply: add the answer to the messages."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from ..matching.homonyms import bearers
from ..state import QAContext
from .message import message
from .state import ChatState


async def reply(state: ChatState, runtime: Runtime[QAContext]) -> dict[str, Any]:
    """The answer as a message, after the others."""
    notes = [state["condensing"]] if state.get("condensing") else []
    said = message(state["answer"], state["question"], bearers(state["matches"]))
    return {"messages": [said], "notes": [*notes, *state.get("notes", [])]}
