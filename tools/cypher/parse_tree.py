"""What the parser keeps of a query: patterns, variables, accesses and calls, each with its tokens.

Positions (`at`, `first`, `last`) are indices into `Parsed.tokens`, which holds no spaces and no comments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .expression_sizes import DATA, Measure, Value
from .tokens import Token

VariableKind = Literal["node", "relationship", "path", "value"]
Direction = Literal["right", "left", "both"]


@dataclass(eq=False, slots=True)
class Variable:
    """One thing of a query, under whatever names it is passed on; anonymous when `name` is empty."""

    name: str
    kind: VariableKind
    labels: set[str] = field(default_factory=set)
    """Labels or relation types that some pattern or predicate names for it; alternatives and conjunctions alike."""
    negated: bool = False
    """Whether a label expression with `!` or `%` speaks of it: then `labels` does not bound it."""
    value: Value = DATA
    """How large what it holds may be."""
    alone: bool = False
    """Whether it is the same in every row: an aggregate of them all."""


@dataclass(frozen=True, slots=True)
class Name:
    """A label, type or property where it stands."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression's first and last token, and how large what it gives may be."""

    first: int
    last: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Access:
    """`variable.key`, a key of a pattern's map, or `.key` in a map projection."""

    variable: Variable
    key: Name


@dataclass(frozen=True, slots=True)
class LabelUse:
    """A label or type named for a variable, in a pattern or a predicate `n:Label`."""

    variable: Variable
    label: Name
    typed: bool
    """Whether it is a relation type rather than a label."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node pattern, `at` its opening parenthesis."""

    variable: Variable
    at: int
    mapped: bool
    """Whether it has a property map."""


@dataclass(frozen=True, slots=True)
class Hops:
    """How many relationships a pattern may stand for; `first` to `last` are the tokens that say so."""

    low: int | None
    high: int | None
    first: int
    last: int
    quantifier: bool
    """`{1,3}`, `+` or `*` behind the pattern, rather than `*1..3` inside the brackets."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship pattern between two node patterns; `first` and `last` are its outermost tokens."""

    variable: Variable
    left: Node
    right: Node
    direction: Direction
    hops: Hops | None
    shortest: bool
    """Inside shortestPath, allShortestPaths or a SHORTEST selector, which search by breadth."""
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function call: the name in lower case, and the first and last token of each argument."""

    name: str
    first: int
    last: int
    arguments: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Unbound:
    """A name used where no variable of that name is in scope; `key` is what is read of it, if anything."""

    name: str
    at: int
    key: Name | None


@dataclass(frozen=True, slots=True)
class Item:
    """An expression that WITH or RETURN projects."""

    clause: Literal["WITH", "RETURN"]
    first: int
    last: int
    alias: str
    """Empty where none is given."""
    bare: bool
    """Whether it is nothing but a variable."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The node and relationship patterns of one MATCH, for finding what is not connected."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]
    known: frozenset[Variable]
    """The variables that were bound before."""
    where: tuple[int, int] = (0, 0)
    """The tokens of the condition, from the first up to one behind the last."""


@dataclass(slots=True)
class Parsed:
    """A reading query, taken apart."""

    tokens: tuple[Token, ...]
    nodes: list[Node] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    labels: list[LabelUse] = field(default_factory=list)
    accesses: list[Access] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    procedures: list[Name] = field(default_factory=list)
    parameters: list[Name] = field(default_factory=list)
    unbound: list[Unbound] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    regexes: list[int] = field(default_factory=list)
    """The first token of what stands right of each `=~`."""
    clausal: list[int] = field(default_factory=list)
    """Variables called like a writing clause, which stand in back-ticks in what is run."""
    rows: float = 1.0
    """The most rows that lists and ranges may make together."""
    islands: int = 0
    """Unconnected patterns whose rows multiply."""
    apart: int = 0
    """The same of those that one expression matches."""
    range: float = 0.0
    """The elements of the longest range."""
    places: float = 0.0
    """The most places that a number is rounded to."""
    total: float = 0.0
    """The size of the largest value; `inf` for one that grows without bound."""
    work: float = 0.0
    """Elements and characters that one clause may touch."""
    clauses: int = 0
    steps: int = 0
    """Tokens looked at, to show that reading is linear."""
