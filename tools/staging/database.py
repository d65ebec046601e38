"""One SQLite file, or one in memory, with transactions that a thread has to itself."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from ...errors import BackendError, TransientError

BUSY_SECONDS = 60.0
_MARKS = 500


class Database:
    """Opened before use; errors are ours, with `name` before them."""

    def __init__(self, path: Path | None, name: str, patience: float = BUSY_SECONDS) -> None:
        self._path = path
        self._name = name
        self._patience = patience
        self._connection: sqlite3.Connection | None = None
        self.alone = threading.RLock()

    def open(self, tables: str) -> None:
        """Connect and create what is not there yet. Raises: BackendError, TransientError."""
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with self.alone, self._errors():
            connection = self._connect()
            connection.execute("PRAGMA journal_mode = WAL")
            # A killed process loses nothing so; only a power cut may take the last commits, and a rerun makes them.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.executescript(tables)

    def seize(self) -> bool:
        """Hold the whole file until `close`; False where another process or object holds it."""
        if self._path is None:
            return True
        with self.alone, self._errors():
            connection = self._connect()
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                self.close()
                if "locked" not in str(error):
                    raise
                return False
            return True

    def close(self) -> None:
        """Close; a second call does nothing."""
        with self.alone:
            if self._connection:
                self._connection.close()
            self._connection = None

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(
                str(self._path or ":memory:"), timeout=self._patience, isolation_level=None, check_same_thread=False
            )
        return self._connection

    @contextmanager
    def transaction(self, mode: Literal["DEFERRED", "IMMEDIATE"] = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
        """All of the block or nothing; `DEFERRED` to read one moment. Raises: BackendError, TransientError."""
        with self.alone, self._errors():
            if self._connection is None:
                raise BackendError(f"the {self._name} is not open")
            self._connection.execute(f"BEGIN {mode}")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has SQLite roll back by itself; a second one would hide what failed.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            busy = "locked" in str(error) or "busy" in str(error)
            raise (TransientError if busy else BackendError)(f"{self._name}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise BackendError(f"{self._name}: {error}") from error


def batches(items: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """(`?,?,…`, that many of the items), since SQLite takes so many parameters only."""
    for start in range(0, len(items), _MARKS):
        some = items[start : start + _MARKS]
        yield ",".join("?" * len(some)), some
