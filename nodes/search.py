"""search: full-text search for the question's words, beside `match` and `write_cypher`."""

from __future__ import annotations

from langgraph.runtime import Runtime

from ..tools.ports import TextIndex
from ..tools.text.words import terms
from .state import QAContext, Searched, ToSearch

_PASSAGES = 50
_SENTENCES = 30


async def search(state: ToSearch, runtime: Runtime[QAContext], *, texts: TextIndex) -> Searched:
    """The passages and sentences that fit best by their words, and how many sentences hold each of these."""
    text = state["search"]
    # One after the other: side by side they would only wait for each other, and `match` for them all.
    passages = await texts.search("passage", text, _PASSAGES)
    sentences = await texts.search("sentence", text, _SENTENCES)
    counted = await texts.frequencies("sentence", list(dict.fromkeys(terms(text))))
    runtime.stream_writer({"stage": "search", "passages": len(passages), "sentences": len(sentences)})
    return {"passages": list(passages), "sentences": list(sentences), "counted": counted}
