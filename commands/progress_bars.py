"""A bar for each stage of an ingest, on standard error where that is a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from ..ingestion.progress import Overall
from .shared import clean

if TYPE_CHECKING:
    from ..ingestion.state import Progress as Event


class Bars:
    """A bar a stage; nothing where standard error is no terminal."""

    def __init__(self, console: Console | None = None) -> None:
        columns = (
            TextColumn("{task.description:<8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[name]}"),
        )
        console = console or Console(stderr=True)
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._overall = Overall()

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, event: Event) -> None:
        """Bring the stage's bar to where the run is; that of one file goes when it is full."""
        stage, one_file = event["stage"], event["name"] if event["stage"] == "split" else ""
        done, total = self._overall.after(event)
        task = self._tasks.get((stage, one_file))
        if task is None:
            task = self._tasks[stage, one_file] = self._bars.add_task(stage, name="")
        self._bars.update(task, completed=done, total=total, name=escape(clean(event["name"][:60])))
        if one_file and done == total:
            self._bars.remove_task(self._tasks.pop((stage, one_file)))
