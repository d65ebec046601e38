"""`kgqa cypher`: read the knowledge graph by a query of one's own, through the firewall."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, RefusedQuery
from .shared import Door, clean, command, plain
from .text_table import text_table

if TYPE_CHECKING:
    from ..model import Rows

_WIDEST = 60
"""Characters of a value that the table shows; `--json` has them all."""


def register(app: typer.Typer) -> None:
    """Add `cypher`."""
    command(
        app,
        "cypher",
        [
            'kgqa cypher "MATCH (p:PERSON)-[r]->(o) RETURN p.name, type(r), o.name LIMIT 10"',
            'kgqa cypher --json "MATCH (d:Document) RETURN d.title"',
        ],
    )(cypher)


async def cypher(
    door: Door,
    query: Annotated[str, typer.Argument(help="One reading statement of Cypher 5.", show_default=False)],
    rows: Annotated[int, typer.Option(min=1, max=10_000, help="Rows at most.")] = 100,
    seconds: Annotated[float, typer.Option(min=0.1, max=300, help="How long it may take.")] = 10.0,
) -> int:
    """Run a query that only reads, and show its rows.

    It passes the same firewall as the queries that a model writes, and runs as the account that can only read.
    """
    from ..graph.ports import open_library
    from ..model import Limits
    from ..tools.cypher.firewall import check

    async with open_library(door.settings()) as ports:
        store = ports.graph_store
        if not store.cypher:
            raise InputError("the store 'memory' has no Cypher; KGQA_STORE__KIND is one of embedded, neo4j, memory")
        try:
            checked = check(query, await store.schema(), dialect=store.dialect)
        except RefusedQuery as error:
            raise InputError(_refusal(error)) from error
        found = await store.query(checked.text, {}, Limits(rows=rows, seconds=seconds))
    data = {"columns": found.columns, "rows": found.rows, "truncated": found.truncated}
    door.show(data, table(found))
    if not door.as_json:
        count = f"{len(found.rows):,} row{'s' if len(found.rows) != 1 else ''}"
        door.note(f"{count}; there are more: --rows" if found.truncated else count)
    return 0


def _refusal(error: RefusedQuery) -> str:
    return f"{error}; perhaps {', '.join(error.suggestions)}" if error.suggestions else str(error)


def table(found: Rows) -> list[str]:
    """The rows under their columns' names, a line each."""
    rows = [[_shown(value) for value in row] for row in found.rows]
    firsts = found.rows[0] if found.rows else ()
    numbers = [name for name, value in zip(found.columns, firsts, strict=False) if isinstance(value, int | float)]
    return text_table([*map(clean, found.columns)], rows, numbers)


def _shown(value: object) -> str:
    text = clean(value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False))
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
