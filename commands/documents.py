"""`kgqa ingest` and `kgqa docs`: documents into the graph, what is in it, and out again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from ..errors import EmptyLibrary
from ..model import Document
from ..settings import Settings
from .extensions import format_choices
from .process_memory import let_go
from .shared import PARTIAL, Door, clean, command

if TYPE_CHECKING:
    from ..graph.ports import Ports
    from ..ingestion.state import Asked, Report
    from ..ingestion.state import Progress as Event


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
) -> int:
    """Read documents into the knowledge graph.

    Takes Markdown, text, HTML, DOCX, PDF with a text layer, JSON Lines (a passage a line: id, title, text), and what
    installed packages add. What
    has not changed is not read again, and an ingest that was interrupted goes on where it stood. A file that cannot be
    taken is named with the reason, the others go in, and the exit code is 6.
    """
    from ..graph.ports import open_ports

    settings = door.settings()
    # A byte more than the largest document can have is enough to be told that it is too large.
    stdin = sys.stdin.buffer.read(int(settings.ingest.max_file_mb * 2**20) + 1) if "-" in paths else b""
    async with open_ports(settings) as ports:
        report = await read_in(ports, paths, stdin)
    door.show(report, report_lines(report))
    for failure in report["failures"]:
        door.note(f"kgqa: {failure.source}: {failure.reason}")
    return PARTIAL if report["failures"] else 0


async def read_in(ports: Ports, paths: Sequence[str], stdin: bytes = b"") -> Report:
    """Run the ingestion graph, with a bar for each stage on standard error where that is a terminal."""
    from ..graph.ingest import build_ingestion_graph
    from ..ingestion.state import IngestContext

    given: Asked = {"paths": list(paths), "stdin": stdin} if stdin else {"paths": list(paths)}
    graph = build_ingestion_graph(ports)
    result: dict[str, Any] = {}
    event: Any
    with Bars() as bars:
        async for mode, event in graph.astream(given, context=IngestContext(), stream_mode=["custom", "values"]):
            if mode == "custom":
                bars.show(event)
                let_go()
            else:
                result = event
    report: Report = result["report"]
    return report


class Bars:
    """A bar a stage on standard error; nothing where that is no terminal."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description:<8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[name]}"),
        )
        console = Console(stderr=True)
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, event: Event) -> None:
        """Bring the stage's bar to where the event says it is."""
        stage = event["stage"]
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, name="")
        self._bars.update(
            self._tasks[stage], completed=event["done"], total=event["total"], name=escape(clean(event["name"][:60]))
        )


def report_lines(report: Report) -> list[str]:
    """What an ingest did, in words."""
    added, unchanged, removed = report["added"], report["unchanged"], report["removed"]
    library = report["library"]
    held = ", ".join(f"{library[name]:,} {name}" for name in ("documents", "sentences", "entities", "relations"))
    gone = f", {removed:,} removed" if removed else ""
    return [
        f"{report['documents']:,} documents from {report['sources']:,} sources: "
        f"{added:,} new or changed, {unchanged:,} unchanged{gone}",
        *([f"{report['mended']:,} that the stores had lost were written again"] if report["mended"] else []),
        f"the graph holds {held}",
    ]


async def list_documents(door: Door) -> int:
    """List the documents in the graph: id, language, file, title."""
    settings = door.settings()
    found = await _documents(settings)
    door.show(found, _table(found) if found else [str(EmptyLibrary(settings.home))])
    return 0


async def _documents(settings: Settings) -> Sequence[Document]:
    """Those of the data folder; where there is no folder, none is made."""
    from ..graph.library import documents
    from ..graph.ports import open_ports, was_used

    if not was_used(settings):
        return ()
    async with open_ports(settings) as ports:
        return await documents(ports)


async def delete_documents(
    door: Door,
    which: Annotated[
        list[str],
        typer.Argument(
            metavar="ID|TITLE|FILE",
            help="What `docs list` shows: the id or its first digits, the title, or the file.",
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


def _table(found: Sequence[Document]) -> list[str]:
    rows = [(d.id[:12], d.language, clean(d.source), clean(d.title)) for d in found]
    widths = [max(cell_len(row[i]) for row in rows) for i in range(3)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()
        for row in rows
    ]
