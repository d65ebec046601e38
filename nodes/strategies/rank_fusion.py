"""Reciprocal rank fusion of several orders; a trace's sentences stay in front."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

from ...model import Sentence
from ..trace import Trace

T = TypeVar("T", bound=Hashable)

SMOOTHING = 60
"""The constant k of the method; as published."""


def fused_order(orders: Sequence[Sequence[T]], smoothing: int = SMOOTHING) -> list[T]:
    """One order of several, by the sum of 1 / (k + place) over those that hold the item; ties as the first has them.

    Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and
    individual Rank Learning Methods").
    """
    score: dict[T, float] = {}
    for order in orders:
        for place, item in enumerate(dict.fromkeys(order), 1):
            score[item] = score.get(item, 0.0) + 1 / (smoothing + place)
    return sorted(score, key=lambda item: -score[item])


def lifted(scores: Sequence[float], candidates: Sequence[Sentence], trace: Trace, most: int) -> list[float]:
    """The scores, with the trace's `most` first sentences above all others, in the trace's order, if it is certain."""
    place = {sentence: n for n, sentence in enumerate(trace.sentences[:most] if trace.certain else (), 1)}
    top = max(scores, default=0.0) or 1.0
    return [
        top * (1 + 1 / place[sentence.id]) if sentence.id in place else score
        for sentence, score in zip(candidates, scores, strict=True)
    ]
