"""Which files hold which documents, what the files were like, and how those of one name are told apart."""

from __future__ import annotations

import asyncio
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from ...model import Holding, file_name
from .database import Database

TABLES = """
CREATE TABLE IF NOT EXISTS holdings (path TEXT, id TEXT, PRIMARY KEY (path, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS holdings_id ON holdings (id);
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL,
  sha256 TEXT NOT NULL, ingested TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_name ON files (name);
"""


class Holdings:
    """The part of `Staging` that keeps which files were ingested."""

    _database: Database

    async def hold(self, held: Sequence[Holding]) -> None:
        """As the port says."""
        await asyncio.to_thread(self._hold, held)

    def _hold(self, held: Sequence[Holding]) -> None:
        with self._database.transaction() as sql:
            sql.executemany("DELETE FROM holdings WHERE path = ?", ((one.path,) for one in held))
            pairs = ((one.path, id) for one in held for id in one.documents)
            sql.executemany("INSERT OR IGNORE INTO holdings VALUES (?, ?)", pairs)
            # The same bytes again do not make the file a newer one.
            sql.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET size = excluded.size,"
                " ingested = CASE sha256 WHEN excluded.sha256 THEN ingested ELSE excluded.ingested END,"
                " sha256 = excluded.sha256",
                ((one.path, file_name(one.path), one.size, one.sha256, one.ingested) for one in held if one.sha256),
            )
            forget_files(sql)

    async def holdings(self, below: str = "") -> Sequence[Holding]:
        """As the port says."""
        return await asyncio.to_thread(self._holdings, below)

    def _holdings(self, below: str) -> list[Holding]:
        start = below.rstrip("/") + "/" if below else ""
        select = (
            "SELECT path, id, coalesce(size, 0), coalesce(sha256, ''), coalesce(ingested, '')"
            " FROM holdings LEFT JOIN files USING (path) WHERE path >= ? AND substr(path, 1, ?) = ? ORDER BY path, id"
        )
        ids: dict[str, list[str]] = {}
        files: dict[str, tuple[int, str, str]] = {}
        with self._database.transaction("DEFERRED") as sql:
            for path, id, *file in sql.execute(select, (start, len(start), start)):
                ids.setdefault(path, []).append(id)
                files[path] = (*file,)
        return [Holding(path, tuple(ids[path]), *files[path]) for path in ids]

    async def told_apart(self, ids: Sequence[str]) -> Mapping[str, str]:
        """As the port says."""
        return await asyncio.to_thread(self._told_apart, ids)

    def _told_apart(self, ids: Sequence[str]) -> dict[str, str]:
        with self._database.transaction("DEFERRED") as sql:
            found = {id: said for id in dict.fromkeys(ids) if (said := _said_apart(sql, id))}
        return found


def _said_apart(sql: sqlite3.Connection, id: str) -> str:
    """The shortest end of the document's path that no other file has; empty where none has its name."""
    held = [path for (path,) in sql.execute("SELECT path FROM holdings WHERE id = ? ORDER BY path", (id,))]
    if not held:
        return ""
    named = sql.execute("SELECT path FROM files WHERE name = ?", (file_name(held[0]),))
    others = [PurePath(path).parts for (path,) in named if path not in held]
    parts = PurePath(held[0]).parts
    for count in range(2, len(parts) + 1):
        if others and all(other[-count:] != parts[-count:] for other in others):
            return unicodedata.normalize("NFC", "/".join(parts[-count:]).removeprefix("/"))
    return ""


def forget_files(sql: sqlite3.Connection) -> None:
    """Keep nothing of files that hold no document any more."""
    sql.execute("DELETE FROM files WHERE path NOT IN (SELECT path FROM holdings)")
