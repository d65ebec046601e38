"""Threads that nobody waits for. Each is kept for the next piece of work: who starts a new one stands still until it
runs, and that takes long where others compute."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable

_KEPT = 32
_idle: list[queue.SimpleQueue[Callable[[], None]]] = []


def start(work: Callable[[], None]) -> None:
    """Have it done, by a thread that does not keep the interpreter from ending. It must not raise."""
    try:
        inbox = _idle.pop()
    except IndexError:
        inbox = queue.SimpleQueue()
        threading.Thread(target=_serve, args=(inbox,), name="kgqa-daemon", daemon=True).start()
    inbox.put(work)


def _serve(inbox: queue.SimpleQueue[Callable[[], None]]) -> None:
    while True:
        inbox.get()()
        if len(_idle) >= _KEPT:
            return
        _idle.append(inbox)


os.register_at_fork(after_in_child=_idle.clear)
