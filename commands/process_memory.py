"""Keep a command's process small, and its garbage collection rare; a host's process is the host's to tune."""

from __future__ import annotations

import ctypes
import gc
import sys
import time

RARELY = (500_000, 50, 1000)
"""When a process of ours collects garbage: an ingest makes much that lasts, and Python's own thresholds have the
collector look at it so often that it takes a sixth of the time; what a question loads, 370,000 objects, stays below."""
_M_ARENA_MAX = -8
"""glibc's number for how many heaps its threads allocate from."""
_SECONDS = 3.0
_last = 0.0


def spare() -> None:
    """Collect garbage rarely, and allocate from two heaps: with one for each of dozens of threads, more of what was
    freed is kept."""
    gc.set_threshold(*RARELY)
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_ARENA_MAX, 2)


def leave() -> None:
    """Before the interpreter ends: it would search all that is loaded for garbage, three times, for a fifth of the time
    that a question takes."""
    gc.freeze()


def let_go() -> None:
    """Give back what was freed, now and then."""
    global _last
    if time.monotonic() - _last < _SECONDS:
        return
    gc.collect()
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)
    _last = time.monotonic()


def _glibc() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if libc is not None and hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
