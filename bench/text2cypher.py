"""How the firewall and the mends fare on LLM-written Cypher: `python bench/text2cypher.py [DATA] [--store …]`.

Prints, over the text2cypher set: valid rows that the firewall takes; rows that do not fit their schema, before and
after the mends; and rows of the movies database that give results on the movies graph, before and after, in each store
asked for: `--store embedded neo4j` runs both and prints the rows that fare differently. The Neo4j is the one that
`NEO4J_URI` and its like name; its database must be empty, and is left empty.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import csv
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import neo4j
from kgqa.errors import BackendError, InputError, RefusedQuery
from kgqa.model import Limits
from kgqa.settings import EmbeddedStore, Neo4jStore, load_settings
from kgqa.tools.cypher.firewall import against_schema, check
from kgqa.tools.cypher.repairs import mend
from kgqa.tools.cypher.schema_names import Vocabulary
from kgqa.tools.cypher.tokens import quote
from kgqa.tools.ports import GraphStore
from kgqa.tools.store import stores
from kgqa.tools.store.embedded_server import read_address
from kgqa.tools.store.graph_layout import META

Row = dict[str, str]


def main(data: Path, kinds: list[str]) -> None:
    csv.field_size_limit(1 << 30)
    folder = data / "text2cypher"
    rows = read_rows(folder)
    vocabularies = read_vocabularies(folder)
    static(rows)
    schema(rows, vocabularies)
    mine = [row for row in rows if row["database"] == "movies"]
    fared = [asyncio.run(movies(kind, folder, mine, vocabularies["movies"])) for kind in kinds]
    if len(fared) > 1:
        differing(kinds, mine, fared)


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


async def movies(kind: str, folder: Path, mine: list[Row], known: Vocabulary) -> list[tuple[str, str]]:
    """How each row fares as it stands, and mended."""
    graph = json.loads((folder / "movies.json").read_text(encoding="utf-8"))
    async with loaded(kind, graph) as store:
        fared = [
            (await outcome(store, row["cypher"]), await outcome(store, mend(row["cypher"], known).query))
            for row in mine
        ]
    for name, which in (("all", [True] * len(mine)), ("valid", [valid(row) for row in mine])):
        some = [one for one, counts in zip(fared, which, strict=True) if counts]
        print(f"movies on {kind}, {name}: {len(some)} rows")
        print(f"  before mends: {dict(Counter(before for before, _ in some))}")
        print(f"  after mends:  {dict(Counter(after for _, after in some))}")
        print(f"  rows lost by a mend: {sum(before == 'rows' != after for before, after in some)}")
    return fared


def differing(kinds: list[str], mine: list[Row], fared: list[list[tuple[str, str]]]) -> None:
    apart = [(row, *each) for row, *each in zip(mine, *fared, strict=True) if len({after for _, after in each}) > 1]
    print(f"rows that fare differently on {' and '.join(kinds)}, mended: {len(apart)}")
    for row, *each in apart:
        print(f"  {' | '.join(after for _, after in each)} | {' '.join(row['cypher'].split())}")


@asynccontextmanager
async def loaded(kind: str, graph: dict) -> AsyncIterator[GraphStore]:
    """A store that holds this graph alone."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        options = neo4j_options() if kind == "neo4j" else EmbeddedStore(linger_seconds=0)
        store = stores.get(kind)(options, home)
        await store.open()
        try:
            database = options.database if isinstance(options, Neo4jStore) else "neo4j"
            with driver_of(options, home) as driver, driver.session(database=database) as session:
                load(session, graph)
                try:
                    yield store
                finally:
                    session.run("MATCH (n) WHERE n._id IS NOT NULL DETACH DELETE n").consume()
        finally:
            await store.close()


def neo4j_options() -> Neo4jStore:
    options = load_settings().store
    if not isinstance(options, Neo4jStore):
        sys.exit("set NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD to an empty Neo4j's")
    return options


def driver_of(options: Neo4jStore | EmbeddedStore, home: Path) -> neo4j.Driver:
    if isinstance(options, Neo4jStore):
        return neo4j.GraphDatabase.driver(options.uri, auth=(options.username, options.password.get_secret_value()))
    address = read_address(home / "graph")
    assert address is not None
    return neo4j.GraphDatabase.driver(f"bolt://127.0.0.1:{address.bolt}", auth=("root", address.root))


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


def load(session: neo4j.Session, graph: dict) -> None:
    """Write nodes and relationships as they stand, past the port: the movies graph has no documents."""
    held = session.run(f"MATCH (n) WHERE NOT n:{quote(META)} RETURN count(n) AS n").single(strict=True)["n"]
    if held:
        sys.exit(f"the database holds {held} nodes; it must be empty")
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--store", nargs="+", choices=("embedded", "neo4j"), default=["embedded"])
    chosen = parser.parse_args()
    main(chosen.data, chosen.store)
