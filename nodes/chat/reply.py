"""reply: add the answer to the messages."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from ..matching.homonyms import bearers, told_bearer
from ..state import QAContext
from .message import message
from .state import ChatState


async def reply(state: ChatState, runtime: Runtime[QAContext]) -> dict[str, Any]:
    """The answer as a message, after the others."""
    notes = [state["condensing"]] if state.get("condensing") else []
    answer, known = state["answer"], bearers(state["matches"])
    if meant := told_bearer(answer.candidate, [citation.text for citation in answer.citations[:1]]):
        known = {**known, answer.candidate: [meant]}
    said = message(answer, state["question"], known)
    return {"messages": [said], "notes": [*notes, *state.get("notes", [])]}
