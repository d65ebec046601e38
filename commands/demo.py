"""`kgqa demo`: ingest the examples, ask three questions, show the cited pages with the sentences boxed."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .ask import answer_lines
from .shared import PARTIAL, Door, command

if TYPE_CHECKING:
    from ..graph.page_images import BoxedPage
    from ..model import Answer

QUESTIONS = (
    ("Which recommendation of report IR-2021-07 led to the 13 m/s rule for Hallay?", "crosses documents"),
    ("시어워터호는 언제 진수하였는가?", "Korean"),
    ("How long is the crossing from Hallay to Skerra?", "from a table"),
)


def register(app: typer.Typer) -> None:
    """Add `demo`."""
    command(app, "demo", ["kgqa demo", "kgqa demo --examples ~/manuals --home /tmp/try"])(demo)


async def demo(
    door: Door,
    examples: Annotated[
        Path, typer.Option(help="The folder to ingest: that of a clone of kgqa, or one of your own.")
    ] = Path("examples/documents"),
) -> int:
    """Ingest the example documents, ask three questions, and write the cited pages with the cited sentences boxed.

    Everything goes into a data folder of its own: `demo` inside the usual one.
    """
    from ..graph.page_images import box_pages
    from ..graph.ports import open_ports
    from ..graph.qa import build_qa_graph
    from ..nodes.state import QAContext
    from .documents import read_in

    if not examples.is_dir():
        raise InputError(f"no folder {str(examples)!r}: run this in a clone of kgqa, or name one with --examples")
    settings = door.settings()
    settings = settings.model_copy(update={"home": settings.home / "demo"})
    began = time.perf_counter()
    asked: list[dict[str, Any]] = []
    async with open_ports(settings) as ports:
        report = await read_in(ports, [str(examples)])
        door.note(f"ingested {examples} in {time.perf_counter() - began:.1f} s")
        graph = build_qa_graph(ports)
        for n, (question, kind) in enumerate(QUESTIONS, 1):
            asked_at = time.perf_counter()
            result = await graph.ainvoke({"question": question}, context=QAContext())
            answer: Answer = result["answer"]
            spent = time.perf_counter() - asked_at
            pages = await asyncio.to_thread(
                box_pages, settings.home, answer.citations, settings.home / "cited" / f"q{n}"
            )
            if not door.as_json:
                door.show(None, _lines(n, question, kind, answer, pages, spent))
            asked.append(
                {"question": question, "kind": kind, "seconds": round(spent, 3), "answer": answer, "pages": pages}
            )
    door.note(f"{len(asked)} answers in {time.perf_counter() - began:.1f} s, the ingest included")
    again = f'{_called()} --home {shlex.quote(str(settings.home))} ask "…"'
    door.show({"home": settings.home, "ingest": report, "asked": asked}, ["", f"Ask this library yourself: {again}"])
    return PARTIAL if report["failures"] else 0


def _called() -> str:
    """How the user may call kgqa again: `make demo` calls one that no search path leads to."""
    this = sys.argv[0]
    return this if Path(this).name == "kgqa" and shutil.which("kgqa") is None else "kgqa"


def _lines(n: int, question: str, kind: str, answer: Answer, pages: Sequence[BoxedPage], seconds: float) -> list[str]:
    lines = ["", f"── Question {n} ({kind}, {1000 * seconds:.0f} ms)", question, "", *answer_lines(answer, [])]
    return [*lines, *(f"    boxed on page {page.page}: {page.path}" for page in pages)]
