"""A SQLite file of the data folder: for its user alone, under a seal, in transactions, its errors in our own kinds."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal

from filelock import FileLock

from ..errors import BackendError, TransientError
from .file_seal import Seal
from .files import (
    begun_anew,
    is_full,
    make_file,
    make_private,
    make_way,
    plain_errors,
    says_full,
    set_aside,
    told_full,
)

_log = logging.getLogger(__name__)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SAID_DAMAGED = ("no such", "Could not decode")
"""Of tables that were made when the file was opened, and of texts that were UTF-8."""
_PATIENCE = 30.0
_BESIDE = ("-wal", "-shm", "-journal")


class DamagedFile(BackendError):
    """What the file holds is not what was written."""


class SqliteFile:
    """One file, or memory where there is no path; `name` is what errors call it, `remedy` what to do about damage."""

    def __init__(self, path: Path | None, name: str, remedy: str = "") -> None:
        self._path = path
        self._name = name
        self._remedy = remedy
        self._seal = None if path is None else Seal(path.with_name(f"{path.name}.seal"), lambda: _existing(path))

    def connect(self, patience: float) -> sqlite3.Connection:
        """A connection without transactions of Python's own; the file is made where there is none."""
        if self._path is not None:
            with plain_errors(self._path.parent):
                make_private(self._path.parent)
                for name in ("", *_BESIDE):
                    make_way(self._path.with_name(self._path.name + name))
                make_file(self._path)
                if not os.access(self._path, os.R_OK | os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self._path))
        with self.errors():
            return sqlite3.connect(
                str(self._path or ":memory:"), timeout=patience, isolation_level=None, check_same_thread=False
            )

    def log_ahead(self, connection: sqlite3.Connection) -> None:
        """Have readers and a writer not wait for each other (WAL)."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # Here SQLite does not wait by itself: another opens the new file, or looks whether it is whole.
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def check(self) -> None:
        """Look at the file before it is used. Raises: DamagedFile."""
        if why := self._fault():
            raise DamagedFile(self._told(why))

    def begin_anew(self) -> None:
        """Set the file aside where it still is damaged; of several who find that out, one does it."""
        if self._path is None:
            return
        lock = self._path.with_name("opening.lock")
        make_way(lock)
        with FileLock(lock, mode=0o600):
            why = self._fault()
            if not why:
                return
            for name in _BESIDE:
                self._path.with_name(self._path.name + name).unlink(missing_ok=True)
            aside = set_aside(self._path) if self._path.exists() else None
            _log.warning("%s", begun_anew(self._name, why, aside))
            if self._seal:
                self._seal.forget()

    @contextmanager
    def transaction(self, connection: sqlite3.Connection, mode: Literal["DEFERRED", "IMMEDIATE"]) -> Iterator[None]:
        """All of the block or nothing; `DEFERRED` to read one moment."""
        connection.execute(f"BEGIN {mode}")
        try:
            if self._seal and mode == "IMMEDIATE":
                self._seal.lift()
            yield
            connection.execute("COMMIT")
        except BaseException:
            # On a full disk SQLite has rolled back by itself, and a second time would hide why.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def keep(self, connection: sqlite3.Connection) -> None:
        """Put the seal again where it was lifted, unless another process uses the file: then that one does it."""
        if self._path is None or self._seal is None or self._seal.stands:
            return
        log = self._path.with_name(f"{self._path.name}-wal")
        with suppress(sqlite3.DatabaseError, OSError):
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("BEGIN IMMEDIATE")  # nobody writes meanwhile
            if not log.exists() or not log.stat().st_size:
                self._seal.put()
            connection.execute("ROLLBACK")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """SQLite's errors as ours. Raises: BackendError, DamagedFile, TransientError."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._ours(error) from error

    def _ours(self, error: sqlite3.DatabaseError) -> BackendError:
        code, text = getattr(error, "sqlite_errorcode", 0) & 0xFF, str(error)
        if self._path and (code == sqlite3.SQLITE_FULL or says_full(text) or (code and is_full(self._path.parent))):
            return told_full(self._path.parent)
        if code in _BUSY or "locked" in text:
            return TransientError(f"{self._name}: {text}")
        if self._seal and (code in _DAMAGED or any(words in text for words in _SAID_DAMAGED)):
            with suppress(OSError):
                self._seal.condemn(text)
            return DamagedFile(self._told(text))
        return BackendError(f"{self._name}: {text}")

    def _told(self, why: str) -> str:
        return f"{self._name}: {str(self._path)!r} is damaged ({why}){self._remedy}"

    def _fault(self) -> str:
        """What is wrong: by the seal, or where its last user was killed by SQLite's own check; '' where nothing is."""
        if self._path is None or self._seal is None:
            return ""
        if self._path.is_dir():
            return "it is a folder"
        if self._seal.stands or not self._path.exists() or not self._path.stat().st_size:
            return self._seal.broken()
        return fault_of(self._path)


def fault_of(path: Path) -> str:
    """What SQLite's own check, which reads the whole file, finds wrong; '' where it finds nothing."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return ""  # busy; who uses it meets what is wrong
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else " ".join(said.split())


def _existing(path: Path) -> list[Path]:
    return [path] if path.exists() else []
