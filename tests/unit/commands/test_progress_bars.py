"""The bars of an ingest: none runs backwards, and each ends full."""

from __future__ import annotations

import io

from kgqa.commands.progress_bars import Bars
from kgqa.ingestion.state import Progress
from rich.console import Console


def shown(bars: Bars) -> list[tuple[float, float | None]]:
    return [(task.completed, task.total) for task in bars._bars.tasks]


def test_a_bar_of_batches_beside_each_other_only_grows() -> None:
    bars = Bars(Console(file=io.StringIO(), force_terminal=True))
    with bars:
        for done, begun in ((0, 0), (2, 2), (1, 0), (4, 2), (2, 0)):
            before = shown(bars)
            bars.show(Progress(stage="read", done=done, total=4, name="a [b] \x1b[2J", begun=begun))
            assert not before or shown(bars)[0][0] >= before[0][0]
        assert shown(bars) == [(4, 4)]


def test_the_bar_of_a_large_file_goes_when_it_is_full() -> None:
    bars = Bars(Console(file=io.StringIO(), force_terminal=True))
    with bars:
        bars.show(Progress(stage="split", done=1, total=4, name="large.txt"))
        assert shown(bars) == [(1, 4)]
        bars.show(Progress(stage="split", done=4, total=4, name="large.txt"))
        assert shown(bars) == []
