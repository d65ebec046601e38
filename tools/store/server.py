"""What a Bolt store needs of its server, and what the two kinds of server do differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from .graph_layout import label_of, relationship_of

if TYPE_CHECKING:
    import neo4j
    from neo4j.exceptions import Neo4jError

    from ...errors import KgqaError


@dataclass(frozen=True, slots=True)
class Labels:
    """Type → the label or relationship type that holds it, where it is not the one of graph_layout.py."""

    entities: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)

    def entity(self, kind: str) -> str:
        """The label of entities of this type."""
        return self.entities.get(kind) or label_of(kind)

    def relation(self, kind: str) -> str:
        """The relationship type of relations of this type."""
        return self.relations.get(kind) or relationship_of(kind)


class Server(Protocol):
    """A database that speaks Bolt and Cypher. Calls block and may come from several threads."""

    relation: str
    """Pattern text for a relationship `r` between entities of any type."""

    def connect(self) -> None:
        """Reach it and make sure of indexes; a second call does nothing. Raises: ConfigError, BackendError."""

    def recover(self) -> None:
        """Reach it again after the connection was lost."""

    def close(self) -> None:
        """Let go of it; a second call does nothing."""

    def session(self, *, write: bool = False) -> neo4j.Session:
        """A session with all rights."""

    def reader(self, rows: int) -> neo4j.Session:
        """A session for queries that others wrote, with as few rights as the server can give; fetches `rows`."""

    def guard(self, session: neo4j.Session, query: neo4j.Query, parameters: Mapping[str, object]) -> None:
        """Refuse what would not only read, where the server can tell. Raises: InputError."""

    def query_seconds(self, wanted: float) -> float | None:
        """The time-out to give with a query; None where the server takes none from a client."""

    def overdue(self) -> float:
        """Seconds after which a query that still runs will never end by itself."""

    def ender(self, mark: str) -> Callable[[], None]:
        """What gets rid of the query of this mark, with the server that there is now if need be; for several calls."""

    def lack(self) -> str:
        """What the server that this thread asked last went away for want of, and the setting that gives it more.

        Known once a server is reached again; empty where it went away for another reason.
        """

    def grow(self) -> bool:
        """Give the server more of what it lacked; False where there is no more to give."""

    def blame(self, error: Neo4jError) -> KgqaError | None:
        """What is behind an error of one of our own queries, where the server can tell; it may take a while to look."""

    def prepare(self, entity_types: Iterable[str], relation_types: Iterable[str]) -> Labels:
        """Make sure that these types can be written."""

    def entity_labels(self, label: str) -> Sequence[str]:
        """The labels to create an entity of this label with, so that it is an `__Entity__`, too."""

    def edges(self, session: neo4j.Session) -> tuple[int, int]:
        """How many relations between entities, and how many mentions, there are."""
