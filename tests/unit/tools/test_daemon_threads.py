"""daemons: work runs beside its starter, in threads that are used again and are never too few."""

from __future__ import annotations

import threading

from kgqa.tools import daemon_threads as daemons


def test_work_is_done_by_another_thread_which_does_the_next_too() -> None:
    done: list[threading.Thread] = []
    for _ in range(3):
        ended = threading.Event()
        daemons.start(lambda ended=ended: (done.append(threading.current_thread()), ended.set())[1])  # type: ignore[misc]
        assert ended.wait(10)
        while not daemons._idle:  # it has told the test, and is on its way back
            threading.Event().wait(0.001)
    assert threading.current_thread() not in done
    assert all(thread.daemon for thread in done)
    assert len(set(done)) < 3


def test_work_that_waits_holds_up_no_other() -> None:
    go, reached = threading.Event(), threading.Barrier(daemons._KEPT + 9)
    for _ in range(daemons._KEPT + 8):
        daemons.start(lambda: (reached.wait(10), go.wait(10))[0])  # type: ignore[func-returns-value]
    reached.wait(10)
    go.set()
