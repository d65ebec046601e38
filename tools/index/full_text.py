"""The text index: BM25 over words, in a SQLite file that several processes share, or in memory."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from ...errors import BackendError
from ..ports import Unit
from ..sqlite_file import DamagedFile, SqliteFile
from ..text.words import VERSION, renewed, terms
from . import postings

_BUSY_SECONDS = 30.0
_AT_ONCE = 5000
"""Rows that are mended together."""


class SqliteText:
    """Rows and postings in one file, changed in transactions; a search sees one state of it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file = SqliteFile(path, "text index", ": `kgqa doctor --repair` writes it again")
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.RLock()
        self._open = False

    async def open(self) -> None:
        """Create file and tables where they are not there yet; a damaged file is set aside, and begun anew.

        Raises: BackendError, TransientError.
        """
        await asyncio.to_thread(self._begin)

    def _begin(self) -> None:
        try:
            self._create()
        except DamagedFile:
            self._close()
            self._file.begin_anew()
            self._create()

    def _create(self) -> None:
        self._file.check()
        self._open = True
        with self._connection() as connection:
            for unit in get_args(Unit):
                connection.executescript(postings.TABLES.format(unit=unit))
            self._renew(connection)

    async def close(self) -> None:
        """Close the connections; what was in memory is gone."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._lock:
            self._open = False
            if self._idle:
                self._file.keep(self._idle[0])
            while self._idle:
                self._idle.pop().close()

    async def add(self, unit: Unit, rows: Sequence[tuple[str, str, str, str]]) -> None:
        """See the port. Raises: TransientError while another process writes for long, BackendError."""
        await asyncio.to_thread(self._add, unit, rows)

    def _add(self, unit: Unit, rows: Sequence[tuple[str, str, str, str]]) -> None:
        # Words are cut before the lock on the file is taken.
        given = {key: (document, " ".join(terms(f"{title}\n{text}"))) for key, document, title, text in rows}
        with self._connection() as connection, self._file.transaction(connection, "IMMEDIATE"):
            _remove(connection, unit, "id", list(given))
            row = connection.execute(f"SELECT coalesce(max(row), 0) FROM {unit}_rows").fetchone()[0]  # noqa: S608
            numbered = [(row + i, key, *values) for i, (key, values) in enumerate(given.items(), start=1)]
            connection.executemany(f"INSERT INTO {unit}_rows VALUES (?, ?, ?, ?)", numbered)  # noqa: S608
            postings.add(connection, unit, [(row, words) for row, _, _, words in numbered])

    async def delete_documents(self, ids: Sequence[str]) -> None:
        """See the port. Raises: TransientError while another process writes for long, BackendError."""
        await asyncio.to_thread(self._delete_documents, ids)

    def _delete_documents(self, ids: Sequence[str]) -> None:
        with self._connection() as connection, self._file.transaction(connection, "IMMEDIATE"):
            for unit in get_args(Unit):
                _remove(connection, unit, "document", list(ids))

    async def search(self, unit: Unit, text: str, k: int) -> Sequence[tuple[str, float]]:
        """See the port. Raises: BackendError."""
        return await asyncio.to_thread(self._search, unit, text, k)

    def _search(self, unit: Unit, text: str, k: int) -> list[tuple[str, float]]:
        words = set(terms(text))
        if not words or k < 1:
            return []
        with self._connection() as connection, self._file.transaction(connection, "DEFERRED"):
            return postings.rank(connection, unit, words, k)

    async def documents(self, unit: Unit) -> Mapping[str, int]:
        """See the port. Raises: BackendError."""
        return await asyncio.to_thread(self._documents, unit)

    def _documents(self, unit: Unit) -> dict[str, int]:
        with self._connection() as connection:
            return dict(connection.execute(f"SELECT document, count(*) FROM {unit}_rows GROUP BY document"))  # noqa: S608

    async def frequencies(self, unit: Unit, words: Sequence[str]) -> tuple[int, Mapping[str, int]]:
        """See the port. Raises: BackendError."""
        return await asyncio.to_thread(self._frequencies, unit, words)

    def _frequencies(self, unit: Unit, words: Sequence[str]) -> tuple[int, dict[str, int]]:
        with self._connection() as connection, self._file.transaction(connection, "DEFERRED"):
            return postings.frequencies(connection, unit, words)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for a file; the one connection, alone, for memory."""
        if self._path is None:
            with self._lock, self._file.errors():
                yield self._take()
            return
        connection = self._take()
        try:
            with self._file.errors():
                yield connection
        finally:
            self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if not self._open:
                raise BackendError("the text index is not open")
            if self._path is None:
                self._idle = self._idle or [self._connect()]
                return self._idle[0]
            if self._idle:
                return self._idle.pop()
        with self._file.errors():
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._open:
                self._idle.append(connection)
            else:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = self._file.connect(_BUSY_SECONDS)
        self._file.log_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _renew(self, connection: sqlite3.Connection) -> None:
        """Count the words of a file that is older than the words' rules as they are counted now, once."""
        if _version(connection) >= VERSION:
            return
        with self._file.transaction(connection, "IMMEDIATE"):
            # Another process may have done it while this one waited.
            for unit in get_args(Unit) if _version(connection) < VERSION else ():
                last = 0
                while rows := _rows_after(connection, unit, last):
                    last = rows[-1][0]
                    given = [(row, " ".join(renewed(words.split()))) for row, words in rows]
                    changed = [(old, new) for old, new in zip(rows, given, strict=True) if old != new]
                    postings.remove(connection, unit, [old for old, _ in changed])
                    postings.add(connection, unit, [new for _, new in changed])
                    update = f"UPDATE {unit}_rows SET words = ? WHERE row = ?"  # noqa: S608
                    connection.executemany(update, [(words, row) for _, (row, words) in changed])
            connection.execute(f"PRAGMA user_version = {VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _rows_after(connection: sqlite3.Connection, unit: Unit, row: int) -> list[tuple[int, str]]:
    query = f"SELECT row, words FROM {unit}_rows WHERE row > ? ORDER BY row LIMIT {_AT_ONCE}"  # noqa: S608
    return connection.execute(query, (row,)).fetchall()


def _remove(connection: sqlite3.Connection, unit: Unit, column: Literal["id", "document"], keys: list[str]) -> None:
    for batch in postings.batches(keys):
        where = f"FROM {unit}_rows WHERE {column} IN ({postings.marks(batch)})"
        gone = connection.execute(f"SELECT row, words {where}", batch).fetchall()
        if gone:
            postings.remove(connection, unit, gone)
            connection.execute(f"DELETE {where}", batch)
