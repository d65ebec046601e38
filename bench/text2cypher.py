"""How the firewall and the mends fare on LLM-written Cypher: `python bench/text2cypher.py [../shared/data]`.

Prints, over the text2cypher set: valid rows that the firewall takes; rows that do not fit their schema, before and
after the mends; and rows of the movies database that give results on the movies graph in the embedded store, before
and after.
"""

from __future__ import annotations

import ast
import asyncio
import csv
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import neo4j
from kgqa.errors import BackendError, InputError, RefusedQuery
from kgqa.model import Limits
from kgqa.settings import EmbeddedStore
from kgqa.tools.cypher.firewall import against_schema, check
from kgqa.tools.cypher.mend import mend
from kgqa.tools.cypher.tokens import quote
from kgqa.tools.cypher.vocabulary import Vocabulary
from kgqa.tools.ports import GraphStore
from kgqa.tools.store import stores
from kgqa.tools.store.embedded import read_address

Row = dict[str, str]


def main(data: Path) -> None:
    csv.field_size_limit(1 << 30)
    folder = data / "text2cypher"
    rows = read_rows(folder)
    vocabularies = read_vocabularies(folder)
    static(rows)
    schema(rows, vocabularies)
    asyncio.run(movies(folder, rows, vocabularies["movies"]))


def read_rows(folder: Path) -> list[Row]:
    with (folder / "text2cypher_claudeopus.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_vocabularies(folder: Path) -> dict[str, Vocabulary]:
    with (folder / "text2cypher_schemas.csv").open(encoding="utf-8", newline="") as file:
        return {row["database"]: vocabulary(ast.literal_eval(row["structured_schema"])) for row in csv.DictReader(file)}


def vocabulary(structured: dict) -> Vocabulary:
    """A schema as langchain-neo4j writes it."""
    edges = frozenset((edge["start"], edge["type"], edge["end"]) for edge in structured["relationships"])
    labels = {name: keys(props) for name, props in structured["node_props"].items()}
    types = {name: keys(props) for name, props in structured["rel_props"].items()}
    labels = {name: frozenset() for edge in edges for name in (edge[0], edge[2])} | labels
    return Vocabulary(labels, {edge[1]: frozenset() for edge in edges} | types, edges)


def keys(properties: list[dict]) -> frozenset[str]:
    return frozenset(one["property"] for one in properties)


def valid(row: Row) -> bool:
    return (row["syntax_error"], row["timeout"], row["returns_results"]) == ("False", "False", "True")


def static(rows: list[Row]) -> None:
    good = [row for row in rows if valid(row)]
    refused = 0
    began = time.perf_counter()
    for row in good:
        try:
            check(row["cypher"])
        except RefusedQuery as error:
            refused += 1
            print("refused:", error.reason, "|", row["cypher"])
    each = (time.perf_counter() - began) / len(good) * 1000
    print(f"valid rows: {len(good)}, refused by the static check: {refused}, {each:.2f} ms a row")


def schema(rows: list[Row], vocabularies: dict[str, Vocabulary]) -> None:
    flagged = [row for row in rows if row["false_schema"]]
    for name, group in (("flagged false_schema", flagged), ("all rows", rows)):
        before = [row for row in group if not fits(row["cypher"], vocabularies[row["database"]])]
        mended = [row for row in before if fits(*mended_of(row, vocabularies))]
        print(f"{name}: {len(group)}, do not fit their schema: {len(before)}, of these fit after mends: {len(mended)}")
    done = Counter(change.split(" ")[0] for row in rows for change in changes_of(row, vocabularies))
    print("mends:", dict(done.most_common()))
    broken = [row for row in rows if row["syntax_error"] == "True"]
    passing = sum(fits(*mended_of(row, vocabularies)) for row in broken if changes_of(row, vocabularies))
    print(f"flagged syntax_error: {len(broken)}, mended to something that passes: {passing}")


def fits(query: str, vocabulary: Vocabulary) -> bool:
    try:
        against_schema(query, vocabulary)
    except RefusedQuery:
        return False
    return True


def mended_of(row: Row, vocabularies: dict[str, Vocabulary]) -> tuple[str, Vocabulary]:
    known = vocabularies[row["database"]]
    return mend(row["cypher"], known).query, known


def changes_of(row: Row, vocabularies: dict[str, Vocabulary]) -> tuple[str, ...]:
    return mend(row["cypher"], vocabularies[row["database"]]).changes


async def movies(folder: Path, rows: list[Row], known: Vocabulary) -> None:
    graph = json.loads((folder / "movies.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as home:
        store = stores.get("embedded")(EmbeddedStore(linger_seconds=0), Path(home))
        await store.open()
        try:
            load(Path(home), graph)
            mine = [row for row in rows if row["database"] == "movies"]
            for name, group in (("all", mine), ("valid", [row for row in mine if valid(row)])):
                before = [await outcome(store, row["cypher"]) for row in group]
                after = [await outcome(store, mend(row["cypher"], known).query) for row in group]
                print(f"movies, {name}: {len(group)} rows")
                print(f"  before mends: {dict(Counter(before))}")
                print(f"  after mends:  {dict(Counter(after))}")
                lost = [
                    row["cypher"] for row, was, now in zip(group, before, after, strict=True) if was == "rows" != now
                ]
                print(f"  rows lost by a mend: {len(lost)}")
        finally:
            await store.close()


async def outcome(store: GraphStore, query: str) -> str:
    try:
        passed = check(query)
    except RefusedQuery:
        return "refused"
    try:
        found = await store.query(passed.text, {}, Limits(rows=5, seconds=10))
    except InputError:
        return "error"
    except BackendError:
        return "out of time"
    return "rows" if found.rows else "empty"


def load(home: Path, graph: dict) -> None:
    """Write nodes and relationships as they stand, past the port: the movies graph has no documents."""
    address = read_address(home / "graph")
    assert address is not None
    with (
        neo4j.GraphDatabase.driver(f"bolt://127.0.0.1:{address.bolt}", auth=("root", address.root)) as driver,
        driver.session(database="neo4j") as session,
    ):
        for node in graph["nodes"]:
            props = {**node["properties"], "_id": node["id"]}
            session.run(f"CREATE (n:{quote(node['label'])}) SET n += $props", props=props).consume()
        for one in graph["relationships"]:
            session.run(
                f"MATCH (a {{_id: $a}}), (b {{_id: $b}}) CREATE (a)-[r:{quote(one['type'])}]->(b) SET r += $props",
                a=one["from"],
                b=one["to"],
                props=one.get("properties", {}),
            ).consume()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
