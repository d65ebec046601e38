"""What `qa` and `chat` stream under `stream_mode="custom"`: progress, evidence, draft and tokens.

Every event is a dictionary of plain values with `event` and `stage` (the node that tells it):

- `progress`: a node has done its part, or takes another way (`again`, `note`); the other keys are the stage's own
  (`mentions`, `queries`, `matches`, `statements`, `kept` …). A node that is tried again tells its progress again.
- `evidence`: `sentences`, what the answer is written from, best first, each with `id`, `document_id`, `page`, `text`,
  `why` and `score`.
- `draft`: `token`, a piece of what a model is writing, not yet checked; `progress` with `again` says it begins anew.
- `token`: `token`, a piece of the checked answer; joined in order they are `answer.text`. Told once, also for an
  abstention. Nothing is told as a token that was not checked.

A graph that holds `qa` as a node streams them with `subgraphs=True`, each with the namespace it comes from.
`stream_mode="messages"` gives none of the models' inner calls, but for `chat` its one finished message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from langgraph.runtime import Runtime

from ..model import Answer, Evidence
from ..nodes.state import QAContext

_PIECE = re.compile(r"\s*\S+|\s+")


def telling(runtime: Runtime[QAContext]) -> Runtime[QAContext]:
    """The runtime for a node: what it tells gets its `event`."""
    tell = runtime.stream_writer

    def write(told: Any) -> None:
        tell({"event": "draft" if "token" in told else "progress", **told})

    return runtime.override(stream_writer=write)


def tell_result(node: str, result: Mapping[str, Any], runtime: Runtime[QAContext]) -> None:
    """Tell what a node found, where that is for the user: the ranked evidence, the checked answer."""
    if node == "rank":
        runtime.stream_writer({"event": "evidence", "stage": node, "sentences": [*map(_shown, result["evidence"])]})
    if node == "check":
        answer: Answer = result["answer"]
        for piece in pieces(answer.text):
            runtime.stream_writer({"event": "token", "stage": node, "token": piece})


def pieces(text: str) -> list[str]:
    """Words with the space before them; joined they are the text."""
    return _PIECE.findall(text)


def _shown(item: Evidence) -> dict[str, Any]:
    sentence = item.sentence
    return {
        "id": sentence.id,
        "document_id": sentence.document_id,
        "page": sentence.page,
        "text": sentence.text,
        "why": item.why,
        "score": round(item.score, 4),
    }
