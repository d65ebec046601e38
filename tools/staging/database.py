"""One SQLite file, or one in memory, with transactions that a thread has to itself."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from ...errors import BackendError
from ..sqlite_file import SqliteFile

_MADE = re.compile(r"CREATE (?:TABLE|INDEX) IF NOT EXISTS (\w+)")
BUSY_SECONDS = 60.0
_MARKS = 500


class Database:
    """Opened before use; errors are ours, with `name` before them."""

    def __init__(self, path: Path | None, name: str) -> None:
        remedy = (
            ", and nothing else knows what the library holds: put a copy of it back, or ingest again into an empty "
            f"data folder; if the change is meant, delete {f'{path}.seal'!r}"
        )
        self._path = path
        self._file = SqliteFile(path, name, remedy)
        self._name = name
        self._connection: sqlite3.Connection | None = None
        self._tables = False
        self.alone = threading.RLock()

    def open(self, tables: str) -> None:
        """Connect and create what is not there yet. Raises: BackendError, TransientError."""
        with self.alone, self._file.errors():
            self._file.check()
            connection = self._connect()
            self._file.log_ahead(connection)
            # A killed process loses nothing so; only a power cut may take the last commits, and a rerun makes them.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = MEMORY")
            self._create(connection, tables)
            self._tables = True

    def _create(self, connection: sqlite3.Connection, tables: str) -> None:
        """Make what is missing: all in a new file, in one of an older version what came since."""
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if there.issuperset(_MADE.findall(tables)):
            return
        # As any change, in a transaction that lifts the seal: else the file would be taken for damaged.
        with self._file.transaction(connection, "IMMEDIATE"):
            for statement in tables.split(";"):
                connection.execute(statement)

    def close(self) -> None:
        """Close; a second call does nothing."""
        with self.alone:
            if self._connection:
                if self._tables:
                    self._file.keep(self._connection)
                self._connection.close()
            self._connection, self._tables = None, False

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._file.connect(BUSY_SECONDS)
        return self._connection

    @contextmanager
    def transaction(self, mode: Literal["DEFERRED", "IMMEDIATE"] = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
        """All of the block or nothing; `DEFERRED` to read one moment. Raises: BackendError, TransientError."""
        with self.alone, self._file.errors():
            if self._connection is None:
                raise BackendError(f"the {self._name} is not open")
            with self._file.transaction(self._connection, mode):
                yield self._connection


def batches(items: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """(`?,?,…`, that many of the items), since SQLite takes so many parameters only."""
    for start in range(0, len(items), _MARKS):
        some = items[start : start + _MARKS]
        yield ",".join("?" * len(some)), some
