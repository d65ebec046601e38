"""`kgqa ingest` and `kgqa docs`: documents into the graph, what is in it, and out again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import EmptyLibrary
from ..settings import Settings
from .document_table import data, table
from .extensions import format_choices
from .ingest_report import report_lines
from .process_memory import let_go
from .progress_bars import Bars
from .shared import PARTIAL, Door, command

if TYPE_CHECKING:
    from ..graph.library import Listed
    from ..graph.ports import Ports
    from ..ingestion.state import Asked, Report


def register(app: typer.Typer) -> None:
    """Add `ingest` and the group `docs`."""
    command(
        app,
        "ingest",
        [
            "kgqa ingest handbook.pdf manuals/",
            'kgqa ingest "reports/**/*.docx"',
            "curl -s https://example.org/page.html | kgqa ingest -",
        ],
        format_choices,
    )(ingest)
    docs = typer.Typer(help="List and delete the documents that were ingested.", no_args_is_help=True)
    command(docs, "list", ["kgqa docs list", "kgqa docs list --json | jq '.[].title'"])(list_documents)
    command(docs, "delete", ["kgqa docs delete handbook.pdf", 'kgqa docs delete "Operations Handbook" 3f9a02'])(
        delete_documents
    )
    app.add_typer(docs, name="docs")


async def ingest(
    door: Door,
    paths: Annotated[
        list[str],
        typer.Argument(help="Files, folders or patterns; `-` is a document on standard input.", show_default=False),
    ],
    sync: Annotated[
        bool, typer.Option("--sync", help="Delete what an earlier ingest of these folders read and is gone from them.")
    ] = False,
) -> int:
    """Read documents into the knowledge graph.

    Takes Markdown, text, HTML, DOCX, PDF with a text layer, JSON Lines (a passage a line: id, title, text), and what
    installed packages add. What
    has not changed is not read again, and an ingest that was interrupted goes on where it stood. A file that cannot be
    taken is named with the reason, the others go in, and the exit code is 6. Files of a folder that are of no kind that
    can be read are counted; one that was read before and is gone from its folder is named, and with --sync deleted.
    """
    from ..graph.ports import open_ports

    settings = door.settings()
    # A byte more than the largest document can have is enough to be told that it is too large.
    stdin = sys.stdin.buffer.read(int(settings.ingest.max_file_mb * 2**20) + 1) if "-" in paths else b""
    async with open_ports(settings) as ports:
        report = await read_in(ports, paths, stdin, sync)
    door.show(report, report_lines(report, sync))
    for failure in report["failures"]:
        door.note(f"kgqa: {failure.source}: {failure.reason}")
    return PARTIAL if report["failures"] else 0


async def read_in(ports: Ports, paths: Sequence[str], stdin: bytes = b"", sync: bool = False) -> Report:
    """Run the ingestion graph, with a bar for each stage on standard error where that is a terminal."""
    from ..graph.ingest import build_ingestion_graph
    from ..ingestion.state import IngestContext

    given: Asked = {"paths": list(paths), "stdin": stdin} if stdin else {"paths": list(paths)}
    graph, context = build_ingestion_graph(ports), IngestContext(sync=sync)
    result: dict[str, Any] = {}
    event: Any
    with Bars() as bars:
        async for mode, event in graph.astream(given, context=context, stream_mode=["custom", "values"]):
            if mode == "custom":
                bars.show(event)
                let_go()
            else:
                result = event
    report: Report = result["report"]
    return report


async def list_documents(door: Door) -> int:
    """List the documents in the graph: id, language, date, size, pages, sentences, file, title.

    The date is when the file, as it is now, was ingested, the size is the file's.
    """
    settings = door.settings()
    found = await _listed(settings)
    door.show([*map(data, found)], table(found) if found else [str(EmptyLibrary(settings.home))])
    return 0


async def _listed(settings: Settings) -> Sequence[Listed]:
    """The documents of the data folder; where there is no folder, none is made."""
    from ..graph.library import listed
    from ..graph.ports import open_ports, was_used

    if not was_used(settings):
        return ()
    async with open_ports(settings) as ports:
        return await listed(ports)


async def delete_documents(
    door: Door,
    which: Annotated[
        list[str],
        typer.Argument(
            metavar="ID|TITLE|FILE",
            help="What `docs list` shows: the id or its first digits, the title, the file's name or its path.",
            show_default=False,
        ),
    ],
) -> int:
    """Delete documents, and all that only they said.

    The graph is then as if they had never been ingested. When a name fits no document, or several, nothing is deleted.
    """
    from ..graph.library import delete
    from ..graph.ports import open_library

    async with open_library(door.settings()) as ports:
        gone = await delete(ports, which)
    door.show({"deleted": gone}, [f"deleted {document.source}: {document.title}" for document in gone])
    return 0
