"""Planners decompose a question, choose facts to follow and write logical forms; the builtin has no model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ...tools.ports import Embedder
from ...tools.text.words import terms
from .decomposition import chained, plan
from .logical_forms import Form, Retrieval

FLOOR = 0.12
"""Score under which a fact is not followed."""
_NEAR = 0.5
"""Weight of nearness by the embedder beside words in common."""


class Planner(Protocol):
    """What the strategies that go step by step need decided. No answer (empty) is no error."""

    reads: bool
    """Whether it chooses facts by what they mean, so that the last one chosen answers."""

    async def hops(self, question: str, names: Sequence[str]) -> Sequence[Retrieval]:
        """Sub-questions in order, each from a name or an earlier one's variable; the last one answers."""

    async def forms(self, question: str, names: Sequence[str]) -> Sequence[Form]:
        """Logical forms, Output last."""

    async def choose(self, question: str, so_far: Sequence[str], facts: Sequence[str], most: int) -> Sequence[int]:
        """Places of the facts to follow, best first, at most `most`; none once `so_far` answers or nothing fits."""


class BuiltinPlanner:
    """Plans by the question's grammar, chooses by words in common and by the embedder's nearness; deterministic."""

    reads = False

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def hops(self, question: str, names: Sequence[str]) -> Sequence[Retrieval]:
        """As the port says. One hop alone is none: there the ranking of sentences finds more than the one fact does."""
        chain = chained(question, names)
        return chain if len(chain) > 1 else []

    async def forms(self, question: str, names: Sequence[str]) -> Sequence[Form]:
        """As the port says."""
        return plan(question, names)

    async def choose(self, question: str, so_far: Sequence[str], facts: Sequence[str], most: int) -> Sequence[int]:
        """As the port says: what the facts so far tell of the question is not looked for again."""
        told = {term for fact in so_far for term in terms(fact)}
        left = [term for term in dict.fromkeys(terms(question)) if term not in told]
        if not left or not facts:
            return []
        shared = {i: common for i, fact in enumerate(facts) if (common := len(set(left) & set(terms(fact))))}
        rows = await self._embedder.embed([" ".join(left), *(facts[i] for i in shared)])
        score = {
            i: common / len(left) + _NEAR * max(0.0, float(rows[0] @ row))
            for (i, common), row in zip(shared.items(), rows[1:], strict=True)
        }
        return [i for i in sorted(score, key=lambda i: (-score[i], i)) if score[i] >= FLOOR][:most]
