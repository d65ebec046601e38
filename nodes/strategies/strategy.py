"""A strategy: what it does at each place where strategies differ."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ...model import Sentence
from .explorer import Explorer
from .solve_step import Library


@dataclass(frozen=True, slots=True)
class Reached:
    """Where the question has led so far."""

    search: str
    facts: Sequence[str]
    """Ids of the sentences that bear facts found, or were found step by step."""
    named: Sequence[str]
    """Ids of the entities that the question names."""
    sentences: Sequence[str]
    """Ids of the sentences that fit the question's words best, best first."""
    hits: Mapping[str, float]
    walked: Mapping[str, float]
    window: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Sentences to choose from, and how near those are that were found by vectors."""

    sentences: Sequence[Sentence]
    near: Mapping[str, float] = field(default_factory=dict)
    """Sentence id → cosine, best first; empty unless the embedder knows meaning."""


Gather = Callable[[Reached, Library], Awaitable[Gathered]]


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy."""

    gather: Gather
    walks: bool
    """Whether the walk runs before."""
    powers: tuple[float, float]
    """How much the walk decides in ranking: score = words^(1 - a) · walk^a, with one a for the sentences to cite, which
    must hold the answer's words, and one for the rest, which is where the walk leads."""
    explorer: Explorer | None = None
    """What goes step by step before; None where nothing does."""
