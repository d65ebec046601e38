"""Questions: what their words are matched to, and the queries that are run for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

How = Literal["exact", "alias", "vector"]


@dataclass(frozen=True, slots=True)
class Match:
    """A question's word bound to something of the graph."""

    mention: str
    target: str
    """An entity id, or a relation type."""
    name: str
    score: float
    """1.0 for exact and alias. For vector 0 to 1: how surely the spellings are one name (`nodes.fuzzy.closeness`), or,
    where nearness alone decided, the cosine similarity."""
    how: How
    kind: Literal["entity", "relation"] = "entity"


@dataclass(frozen=True, slots=True)
class Query:
    """A Cypher pattern over placeholders: `$e0` … stand for the mentions, never their text."""

    cypher: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """Placeholder → the mention it stands for."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a read-only query may take."""

    rows: int = 200
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Rows:
    """A query's result: `truncated` when the row limit cut it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of one query, kept for the repair loop and for the user."""

    query: Query
    rows: int
    problem: str = ""
