"""Limit the evidence that a model is shown, so that instructions and reply fit into its context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...model import Sentence

ROOM = 8000
"""Bytes of evidence that a model is shown: with instructions, question and reply they fit into 4,096 tokens."""


def within_budget(evidence: Sequence[Sentence], room: int) -> list[Sentence]:
    """Of the evidence, best first, what fits into so many bytes; one alone takes no more than half of them."""
    shown: list[Sentence] = []
    for sentence in evidence:
        text = _bytes(sentence.text)[: room // 2]
        if len(text) <= room - sum(len(_bytes(one.text)) for one in shown):
            shown.append(replace(sentence, text=text.decode(errors="ignore")))
    return shown


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
