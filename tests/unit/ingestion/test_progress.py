"""How far a run is, whatever order its batches tell it in."""

from __future__ import annotations

from kgqa.ingestion.progress import Overall
from kgqa.ingestion.state import Progress


def read(done: int, begun: int, total: int = 6) -> Progress:
    return Progress(stage="read", done=done, total=total, name="", begun=begun)


def test_batches_beside_each_other_are_added_up() -> None:
    overall = Overall()
    told = [read(0, 0), read(3, 3), read(1, 0), read(4, 3), read(6, 3), read(2, 0), read(3, 0)]
    assert [overall.after(event)[0] for event in told] == [0, 0, 1, 2, 4, 5, 6]


def test_a_batch_that_is_tried_again_does_not_fall_back() -> None:
    overall = Overall()
    told = [read(2, 0), read(0, 0), read(1, 0), read(6, 0)]
    assert [overall.after(event) for event in told] == [(2, 6), (2, 6), (2, 6), (6, 6)]


def test_one_large_file_after_the_other_begins_anew() -> None:
    overall = Overall()
    told = [Progress(stage="split", done=n, total=4, name=name) for name in ("a", "a") for n in (2, 4)]
    assert [overall.after(event)[0] for event in told] == [2, 4, 2, 4]
