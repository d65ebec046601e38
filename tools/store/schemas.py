"""The schema, written down beside the graph: counting 300,000 relations takes seconds, reading this a millisecond.

`__Kgqa__ {id: 'schema', json, changes}`: facts that only add types add them to `json`; facts that take something away
empty it, and the next reader counts anew. `changes` tells that reader whether its count is still good.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import neo4j

Join = tuple[str, str, str]


def forget_schema(tx: neo4j.Transaction) -> None:
    """The graph lost something: types must be counted anew."""
    tx.run("MATCH (m:`__Kgqa__` {id: 'schema'}) SET m.json = '', m.changes = m.changes + 1").consume()


def grow_schema(tx: neo4j.Transaction, types: Iterable[str], joins: Iterable[Join]) -> None:
    """The graph gained entities and relations of these types."""
    row = tx.run("MATCH (m:`__Kgqa__` {id: 'schema'}) RETURN m.json AS json").single()
    if row is None:
        tx.run("CREATE (m:`__Kgqa__` {id: 'schema', json: '', changes: 1})").consume()
    elif not row["json"]:
        forget_schema(tx)
    else:
        kept = json.loads(row["json"])
        old = set(kept["entities"]), set(map(tuple, kept["joins"]))
        new = old[0] | set(types), old[1] | set(joins)
        if new != old:
            set_it = "SET m.json = $json, m.changes = m.changes + 1"
            tx.run(f"MATCH (m:`__Kgqa__` {{id: 'schema'}}) {set_it}", json=_packed(*new)).consume()


def keep_schema(tx: neo4j.Transaction, seen: int, types: Iterable[str], joins: Iterable[Join]) -> None:
    """Write down a count that began after `seen` changes, unless there were more since."""
    cypher = "MATCH (m:`__Kgqa__` {id: 'schema'}) WHERE m.changes = $seen SET m.json = $json"
    tx.run(cypher, seen=seen, json=_packed(types, joins)).consume()


def _packed(types: Iterable[str], joins: Iterable[Join]) -> str:
    return json.dumps({"entities": sorted(types), "joins": sorted(joins)})
