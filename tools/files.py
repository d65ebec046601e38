"""Files of the data folder: for their user alone, put in place whole, set aside when damaged, a full disk named."""

from __future__ import annotations

import errno
import io
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import BackendError

_making = threading.Lock()
_FULL = (errno.ENOSPC, errno.EDQUOT)
_SAID_FULL = ("no space left on device", "database or disk is full", "disk quota exceeded")
_TOO_LITTLE = 1_000_000
"""Bytes; with fewer free, what failed for no stated reason failed for want of room."""


def make_private(folder: Path) -> None:
    """Make a folder that only its user may look into, and its missing parents; those there are are left as they are.

    Raises:
        OSError: it cannot be made.
    """
    # Not `parents=True`, which would give these the umask's rights.
    for one in [folder, *folder.parents][::-1]:
        if not one.is_dir():
            one.mkdir(exist_ok=True, mode=0o700)


def make_own(folder: Path) -> None:
    """The same for a folder of the data folder; a file in its place is set aside."""
    if folder.exists() and not folder.is_dir():
        set_aside(folder)
    make_private(folder)


def make_file(path: Path) -> None:
    """Make the file, empty and mode 0600, where there is none; SQLite and others go on with it as it is.

    Raises:
        OSError: it cannot be made.
    """
    # POSIX drops this process's locks on a file of which it closes any descriptor: one that is there is not opened,
    # and a new one is closed before anybody here uses it.
    with _making:
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def open_private(path: Path, truncate: bool = False) -> io.FileIO:
    """The file, open for reading and writing, made with mode 0600; a folder in its place is set aside."""
    make_way(path)
    flags = os.O_RDWR | os.O_CREAT | (os.O_TRUNC if truncate else 0)
    return io.FileIO(os.open(path, flags, 0o600), "r+")


def write_private(path: Path, text: str | bytes) -> None:
    """Put a whole file in place at once, mode 0600; a folder in its place is set aside."""
    make_way(path)
    # Several threads of one process may write the same file: two graphs that open, two queries that are given up.
    new = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    new.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)  # still there where the disk is full


def read_text(path: Path) -> str | None:
    """What a small file says, None where there is none that can be read; what is no UTF-8 is replaced."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return None


def remove(path: Path) -> None:
    """Take a file away where there is one; a folder in its place is set aside."""
    make_way(path)
    path.unlink(missing_ok=True)


def make_way(path: Path) -> None:
    """Set a folder aside that stands where a file belongs."""
    if path.is_dir():
        set_aside(path)


def set_aside(path: Path, into: Path | None = None) -> Path:
    """Move what is damaged to `NAME.damaged`, beside it or in a folder, over what was set aside there before."""
    aside = (into or path.parent) / f"{path.name}.damaged"
    if aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside)
    else:
        aside.unlink(missing_ok=True)
    return path.rename(aside)


def begun_anew(what: str, why: str, aside: Path | None) -> str:
    """The one line that says so."""
    where = "" if aside is None else f", and was set aside as {str(aside)!r}"
    return f"the {what} was damaged ({why}): it is begun anew{where}"


def close_to_others(folder: Path) -> None:
    """Take all rights of others from what stands in a folder."""
    for path in (folder, *folder.rglob("*")):
        mode = 0o700 if path.is_dir() else 0o600
        if not path.is_symlink() and path.stat().st_mode & 0o777 != mode:
            path.chmod(mode)


# ── a full disk
def told_full(folder: Path) -> BackendError:
    """The one line that a full disk gives, wherever it shows."""
    return BackendError(f"the disk that holds {str(folder)!r} is full: make room there, or move KGQA_HOME")


def says_full(text: str) -> bool:
    """Whether somebody's error text speaks of a full disk."""
    return any(words in text.lower() for words in _SAID_FULL)


def is_full(folder: Path) -> bool:
    """Whether nothing can be written there for want of room."""
    try:
        return shutil.disk_usage(folder).free < _TOO_LITTLE
    except OSError:
        return False


@contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """The system's errors about files of a folder as ours. Raises: BackendError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise told_full(folder) from error
        raise BackendError(f"{str(error.filename or folder)!r} cannot be used: {error.strerror or error}") from error
