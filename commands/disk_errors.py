"""Tell of a full disk or a folder that may not be written in one line, whichever layer failed on it."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..errors import BackendError, ConfigError, InputError
from ..tools.files import is_full, says_full, told_full

_FULL, _CLOSED = "the disk is full", "may not be read or written"
_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: "is on a disk that is read-only",
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
}
_SQLITE = {"SQLITE_FULL": _FULL, "SQLITE_READONLY": "may not be written", "SQLITE_CANTOPEN": _CLOSED}


def disk_error(error: BaseException, home: Path) -> ConfigError | None:
    """The error as one that names the folder, its file's or `home`, if a full disk or a forbidden one is behind it.

    What is the caller's or the operator's turn anyway has named its file itself.
    """
    for cause in () if isinstance(error, InputError | ConfigError) else _causes(error):
        reason = _reason(cause)
        if reason:
            named = getattr(cause, "filename", None)
            folder = os.path.abspath(os.path.dirname(os.fsdecode(named)) if isinstance(named, str | bytes) else home)
            if reason == _FULL:
                return ConfigError(str(told_full(Path(folder))))
            return ConfigError(f"{folder!r} {reason}; change that, or name another folder with --home or KGQA_HOME")
    if isinstance(error, BackendError) and is_full(home):
        return disk_error(OSError(errno.ENOSPC, _FULL), home)
    return None


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0, "")
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", None) or ""
        return next((reason for start, reason in _SQLITE.items() if name.startswith(start)), "")
    return _FULL if says_full(str(error)) else ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it came from, and what that came from."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
