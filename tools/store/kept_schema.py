"""The schema, written down beside the graph: counting 300,000 relations takes seconds, reading this a millisecond.

`__Kgqa__ {id: 'schema', json, changes}`: facts that only add types add them to `json`; facts that take something away
empty it, and the next reader counts anew. `changes` tells that reader whether its count is still good.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from ...model import Schema
from .canonical import schema_of

if TYPE_CHECKING:
    import neo4j

Join = tuple[str, str, str]


def take_turn(tx: neo4j.Transaction) -> None:
    """Make what this transaction reads and writes of facts one step: two at once would make one relation twice.

    Neo4j lets the second wait for this node; ArcadeDB lets it fail when it commits, and it is tried again.
    """
    tx.run(
        "MERGE (m:`__Kgqa__` {id: 'schema'}) ON CREATE SET m.json = '', m.changes = 0, m.turn = 0 "
        "SET m.turn = m.turn + 1"
    ).consume()


def forget_schema(tx: neo4j.Transaction) -> None:
    """The graph lost something: types must be counted anew."""
    tx.run("MATCH (m:`__Kgqa__` {id: 'schema'}) SET m.json = '', m.changes = m.changes + 1").consume()


def grow_schema(tx: neo4j.Transaction, types: Iterable[str], joins: Iterable[Join]) -> None:
    """The graph gained entities and relations of these types."""
    row = tx.run("MATCH (m:`__Kgqa__` {id: 'schema'}) RETURN m.json AS json").single(strict=True)
    if not row["json"]:
        forget_schema(tx)
    else:
        old_types, old_joins = unpacked(row["json"])
        grown = packed({*old_types, *types}, {*old_joins, *joins})
        if grown != row["json"]:
            set_it = "SET m.json = $json, m.changes = m.changes + 1"
            tx.run(f"MATCH (m:`__Kgqa__` {{id: 'schema'}}) {set_it}", json=grown).consume()


def keep_schema(tx: neo4j.Transaction, seen: int, types: Iterable[str], joins: Iterable[Join]) -> None:
    """Write down a count that began after `seen` changes, unless there were more since."""
    cypher = "MATCH (m:`__Kgqa__` {id: 'schema'}) WHERE m.changes = $seen SET m.json = $json"
    tx.run(cypher, seen=seen, json=packed(types, joins)).consume()


def packed(types: Iterable[str], joins: Iterable[Join]) -> str:
    """Canonical JSON: entity types, and each relation type with what it joins from and to."""
    ends: dict[str, tuple[set[str], set[str]]] = {}
    for source, relation, target in joins:
        sources, targets = ends.setdefault(relation, (set(), set()))
        sources.add(source)
        targets.add(target)
    relations = {relation: [sorted(sources), sorted(targets)] for relation, (sources, targets) in sorted(ends.items())}
    return json.dumps({"entities": sorted(types), "relations": relations})


def unpacked(text: str) -> tuple[set[str], set[Join]]:
    """Entity types, and joins that pack to the same text."""
    kept = json.loads(text)
    joins: set[Join] = set()
    for relation, (sources, targets) in kept["relations"].items():
        joins |= {(source, relation, targets[0]) for source in sources}
        joins |= {(sources[0], relation, target) for target in targets}
    return set(kept["entities"]), joins


@lru_cache(maxsize=8)
def read_schema(text: str) -> Schema:
    """The schema that was packed into this text."""
    return schema_of(*unpacked(text))
