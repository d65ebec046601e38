"""Write many nodes or edges at once: UNWIND in batches, properties written out in the CREATE.

`CREATE (n) SET n = row` took ten times as long in ArcadeDB, which then writes every record twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from .graph_layout import Props, quoted

if TYPE_CHECKING:
    import neo4j

T = TypeVar("T")
BATCH = 1000


def create_nodes(tx: neo4j.Transaction, labels: Sequence[str], rows: Iterable[Props]) -> None:
    """Create a node with these labels for each row of properties."""
    pattern = ":".join(map(quoted, labels))
    for names, same in _by_names(rows).items():
        for batch in batches(same):
            tx.run(f"UNWIND $rows AS r CREATE (n:{pattern} {_map('r', names)})", rows=batch).consume()


def create_edges(tx: neo4j.Transaction, kind: str, ends: tuple[str, str], rows: Iterable[Props]) -> None:
    """Create an edge of this type for each row {a, b, p}: `ends` are patterns of the two nodes over `r.a` and `r.b`."""
    for names, same in _by_names(rows, "p").items():
        properties = f" {_map('r.p', names)}" if names else ""
        for batch in batches(same):
            tx.run(
                f"UNWIND $rows AS r MATCH (a{ends[0]}) MATCH (b{ends[1]}) "
                f"CREATE (a)-[x:{quoted(kind)}{properties}]->(b)",
                rows=batch,
            ).consume()


def for_each(tx: neo4j.Transaction, cypher: str, rows: Iterable[Any]) -> list[neo4j.Record]:
    """Run `UNWIND $rows AS r …` over the rows in batches; what it returned."""
    return [row for batch in batches(list(rows)) for row in tx.run(f"UNWIND $rows AS r {cypher}", rows=batch)]


def batches(rows: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """Slices of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def portions(items: Iterable[T], weight: Callable[[T], int], most: int) -> list[list[T]]:
    """Runs that weigh `most` together; one that weighs more comes alone."""
    runs: list[list[T]] = []
    room = 0
    for item in items:
        own = weight(item)
        if own > room or not runs:
            runs.append([])
            room = most
        runs[-1].append(item)
        room -= own
    return runs


def _by_names(rows: Iterable[Props], inside: str = "") -> dict[tuple[str, ...], list[Props]]:
    grouped: dict[tuple[str, ...], list[Props]] = {}
    for row in rows:
        grouped.setdefault(tuple(row.get(inside, {}) if inside else row), []).append(row)
    return grouped


def _map(row: str, names: Iterable[str]) -> str:
    # The names are property names of graph_layout.py, never data.
    return "{" + ", ".join(f"{quoted(name)}: {row}.{quoted(name)}" for name in names) + "}"
