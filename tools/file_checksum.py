"""Checksums of files that SQLite may have open, read without taking its locks away.

POSIX drops all of a process's locks on a file as soon as the process closes any descriptor of it. Another process then
takes SQLite's log for nobody's and deletes it, and what is written to it afterwards is lost or reads as damage
(sqlite.org/howtocorrupt.html, section 2.2). So a SQLite file that was read here stays open until it is deleted.
"""

from __future__ import annotations

import os
import threading
import zlib
from pathlib import Path

_HEADER = b"SQLite format 3\0"
_PIECE = 1 << 20
_open: list[int] = []
_lock = threading.Lock()


def checksum(path: Path) -> int:
    """CRC-32 of what the file holds.

    Raises:
        OSError: it cannot be read.
    """
    with _lock:
        file = _opened(path)
        try:
            os.lseek(file, 0, os.SEEK_SET)
            sum_ = 0
            while piece := os.read(file, _PIECE):
                sum_ = zlib.crc32(piece, sum_)
            return sum_
        finally:
            if file not in _open:
                os.close(file)


def _opened(path: Path) -> int:
    """A descriptor of the file: the same for good where it is SQLite's."""
    for one in [one for one in _open if not os.fstat(one).st_nlink]:
        _open.remove(one)
        os.close(one)
    state = path.stat()
    for one in _open:
        if os.path.samestat(state, os.fstat(one)):
            return one
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    # On Windows a file that is open could not be set aside, and no locks are lost.
    if os.name == "posix" and os.read(file, len(_HEADER)) == _HEADER:
        _open.append(file)
    return file
