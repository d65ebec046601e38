"""The ledger: which documents the library holds and why, what they say, and what is still to be written."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from ...errors import ContractError
from ...model import Entity, Said, Tally, Task
from ..ports import Resolver
from . import name_settling as settling
from .content_cache import packed, unpacked
from .database import Database, batches
from .holdings import forget_files
from .name_settling import Settling, entity_of

TABLES = f"""{settling.TABLES}
CREATE TABLE IF NOT EXISTS documents (doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, member INTEGER NOT NULL,
  signature TEXT NOT NULL, digest TEXT NOT NULL, sentences INTEGER NOT NULL, said BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS extracted (doc INTEGER, key TEXT, PRIMARY KEY (doc, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS extracted_key ON extracted (key);
CREATE TABLE IF NOT EXISTS written (document TEXT PRIMARY KEY, figures TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS noted (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
"""
_SAID = TypeAdapter(Said)


class Ledger:
    """The part of `Staging` that keeps the library and the work."""

    _database: Database

    async def members(self, ids: Sequence[str] | None = None) -> Mapping[str, str]:
        """As the port says."""
        return await asyncio.to_thread(self._members, ids)

    def _members(self, ids: Sequence[str] | None) -> dict[str, str]:
        select = "SELECT id, signature FROM documents WHERE member"
        with self._database.transaction("DEFERRED") as sql:
            if ids is None:
                return dict(sql.execute(select))
            return {k: v for marks, some in batches(ids) for k, v in sql.execute(f"{select} AND id IN ({marks})", some)}

    async def join(
        self, said: Sequence[Said], signatures: Sequence[str], extracted: Sequence[Sequence[str]], resolver: Resolver
    ) -> None:
        """As the port says."""
        await asyncio.to_thread(self._join, said, signatures, extracted, resolver)

    def _join(
        self, said: Sequence[Said], signatures: Sequence[str], extracted: Sequence[Sequence[str]], resolver: Resolver
    ) -> None:
        blobs = [packed(_SAID, one) for one in said]
        with self._database.transaction() as sql:
            change = Settling(sql, resolver)
            docs: list[int] = []
            whole: dict[str, str] = {}
            for one, signature, blob in zip(said, signatures, blobs, strict=True):
                doc, sentences = _enter(sql, one.document_id, signature, blob)
                docs.append(doc)
                if sentences is not None:
                    whole[one.document_id] = str(sentences)
            change.begin(docs)
            for doc, one, keys in zip(docs, said, extracted, strict=True):
                _put_said(sql, doc, one)
                sql.executemany("INSERT OR IGNORE INTO extracted VALUES (?, ?)", ((doc, key) for key in keys))
            change.settle()
            change.write(whole.items())

    async def leave(self, ids: Sequence[str], resolver: Resolver) -> Sequence[str]:
        """As the port says."""
        return await asyncio.to_thread(self._leave, ids, resolver)

    def _leave(self, ids: Sequence[str], resolver: Resolver) -> list[str]:
        with self._database.transaction() as sql:
            for marks, some in batches(ids):
                sql.execute(f"DELETE FROM holdings WHERE id IN ({marks})", some)  # noqa: S608
            if ids:
                forget_files(sql)
            unheld = "member AND id NOT IN (SELECT id FROM holdings) ORDER BY id"
            rows = sql.execute(f"SELECT id, doc, sentences FROM documents WHERE {unheld}").fetchall()  # noqa: S608
            leaving: dict[str, int] = {id: doc for id, doc, _ in rows}
            if not leaving:
                return []
            change = Settling(sql, resolver)
            change.begin(leaving.values())
            sql.executemany("UPDATE documents SET member = 0 WHERE doc = ?", ((doc,) for doc in leaving.values()))
            sql.executemany("DELETE FROM meant WHERE doc = ?", ((doc,) for doc in leaving.values()))
            change.settle()
            change.delete((id, str(sentences)) for id, _, sentences in rows)
        return list(leaving)

    async def resolved(self, ids: Sequence[str]) -> Sequence[tuple[Said, Mapping[str, Entity]]]:
        """As the port says."""
        return await asyncio.to_thread(self._resolved, ids)

    def _resolved(self, ids: Sequence[str]) -> list[tuple[Said, Mapping[str, Entity]]]:
        with self._database.transaction("DEFERRED") as sql:
            said = _by_id(sql, "SELECT id, said FROM documents WHERE member AND id IN ({})", ids)
            names: dict[str, dict[str, str]] = {id: {} for id in said}
            values: dict[str, str] = {}
            for marks, some in batches(ids):
                rows = sql.execute(
                    "SELECT DISTINCT d.id, u.key, e.id, e.value FROM documents d JOIN uses u USING (doc)"  # noqa: S608
                    " LEFT JOIN meant m USING (doc, key) JOIN names n ON n.key = coalesce(m.target, u.key)"
                    f" JOIN entities e ON e.id = n.entity WHERE d.member AND d.id IN ({marks})",
                    some,
                )
                for id, key, entity, value in rows:
                    names[id][key] = entity
                    values[entity] = value
        entities = {id: entity_of(id, value) for id, value in values.items()}
        return [
            (unpacked(_SAID, said[id]), {key: entities[e] for key, e in names[id].items()}) for id in ids if id in said
        ]

    async def tasks(self, subject: str, limit: int) -> Sequence[Task]:
        """As the port says."""
        return await asyncio.to_thread(self._tasks, subject, limit)

    def _tasks(self, subject: str, limit: int) -> list[Task]:
        select = "SELECT subject, id, work, value, version FROM tasks WHERE subject = ? ORDER BY late, row LIMIT ?"
        with self._database.transaction("DEFERRED") as sql:
            return [Task(*row) for row in sql.execute(select, (subject, limit))]

    async def done(self, tasks: Sequence[Task]) -> None:
        """As the port says."""
        await asyncio.to_thread(self._done, tasks)

    def _done(self, tasks: Sequence[Task]) -> None:
        with self._database.transaction() as sql:
            for task in tasks:
                struck = sql.execute(
                    "DELETE FROM tasks WHERE subject = ? AND id = ? AND version = ?",
                    (task.subject, task.id, task.version),
                )
                if struck.rowcount and task.subject == "document" and task.work == "delete":
                    _forget(sql, task.id)

    async def backlog(self) -> Mapping[str, int]:
        """As the port says."""
        return await asyncio.to_thread(self._backlog)

    def _backlog(self) -> dict[str, int]:
        with self._database.transaction("DEFERRED") as sql:
            return dict(sql.execute("SELECT subject, count(*) FROM tasks GROUP BY subject"))

    async def unjoined(self) -> Sequence[str]:
        """As the port says."""
        select = "SELECT document FROM parsed WHERE document NOT IN (SELECT id FROM documents) ORDER BY document"
        return [document for (document,) in await asyncio.to_thread(self._all_rows, select)]

    async def forget(self, ids: Sequence[str]) -> None:
        """As the port says."""
        for table in ("parsed", "layouts"):
            statement = f"DELETE FROM {table} WHERE document = ?1 AND ?1 NOT IN (SELECT id FROM documents)"  # noqa: S608
            await asyncio.to_thread(self._many, statement, [(id,) for id in ids])

    async def written(self, tallies: Mapping[str, tuple[Tally, int]]) -> None:
        """As the port says."""
        rows = [(document, json.dumps([*tally, passages])) for document, (tally, passages) in tallies.items()]
        await asyncio.to_thread(self._many, "INSERT OR REPLACE INTO written VALUES (?, ?)", rows)

    def _many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with self._database.transaction() as sql:
            sql.executemany(statement, rows)

    async def tallies(self) -> Mapping[str, tuple[Tally, int]]:
        """As the port says."""
        select = "SELECT document, figures FROM written JOIN documents ON id = document WHERE member"
        rows = await asyncio.to_thread(self._all_rows, select)
        figures = ((document, json.loads(text)) for document, text in rows)
        return {document: (Tally(*counts[:-1]), counts[-1]) for document, counts in figures}

    def _all_rows(self, select: str) -> list[tuple[Any, ...]]:
        with self._database.transaction("DEFERRED") as sql:
            return sql.execute(select).fetchall()

    async def rows(self, collection: str, resolver: Resolver) -> Collection[str]:
        """As the port says."""
        return await asyncio.to_thread(self._rows, collection, resolver)

    def _rows(self, collection: str, resolver: Resolver) -> list[str]:
        if collection == "relations":
            return [kind for (kind,) in self._all_rows("SELECT type FROM types")]
        return [
            row for one in self._all_rows("SELECT id, value FROM entities") for row in resolver.rows(entity_of(*one))
        ]

    async def note(self, counts: Mapping[str, int]) -> None:
        """As the port says."""
        await asyncio.to_thread(self._many, "INSERT OR REPLACE INTO noted VALUES (?, ?)", list(counts.items()))

    async def noted(self) -> Mapping[str, int]:
        """As the port says."""
        return dict(await asyncio.to_thread(self._all_rows, "SELECT name, count FROM noted"))

    async def redo(self, subject: str, ids: Collection[str], resolver: Resolver) -> None:
        """As the port says."""
        await asyncio.to_thread(self._redo, subject, set(ids), resolver)

    def _redo(self, subject: str, ids: set[str], resolver: Resolver) -> None:
        with self._database.transaction() as sql:
            change = Settling(sql, resolver)
            if subject == "document":
                rows = sql.execute("SELECT id, sentences FROM documents WHERE member ORDER BY doc").fetchall()
                change.write((id, str(sentences)) for id, sentences in rows if id in ids)
            else:
                change.index_anew(subject, ids)


def _enter(sql: sqlite3.Connection, id: str, signature: str, said: bytes) -> tuple[int, int | None]:
    """The document's number; where its text is new to the stores, how many sentences it has, or had if that is more."""
    kept = sql.execute("SELECT digest, sentences FROM parsed WHERE document = ?", (id,)).fetchone()
    if kept is None:
        raise ContractError(f"document {id!r} joins the library, but its text is not kept")
    select = "SELECT CASE WHEN member THEN digest END, sentences FROM documents WHERE id = ?"
    digest, sentences = sql.execute(select, (id,)).fetchone() or (None, 0)
    sql.execute(
        "INSERT INTO documents (id, member, signature, digest, sentences, said) VALUES (?, 1, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET member = 1, signature = excluded.signature, digest = excluded.digest,"
        " sentences = excluded.sentences, said = excluded.said",
        (id, signature, *kept, said),
    )
    doc = sql.execute("SELECT doc FROM documents WHERE id = ?", (id,)).fetchone()[0]
    return doc, None if digest == kept[0] else max(sentences, kept[1])


def _put_said(sql: sqlite3.Connection, doc: int, said: Said) -> None:
    sql.executemany("INSERT INTO uses VALUES (?, ?, ?, ?, ?)", ((doc, *use) for use in said.uses))
    sql.executemany("INSERT INTO pairs VALUES (?, ?, ?, ?)", ((doc, *pair) for pair in said.pairs))
    kinds = sorted({triple.type for triple in said.triples})
    sql.executemany("INSERT INTO said_types VALUES (?, ?)", ((doc, kind) for kind in kinds))


def _forget(sql: sqlite3.Connection, id: str) -> None:
    """Everything kept of a document that has left; of extractions, those that no other document needs."""
    found = sql.execute("SELECT doc FROM documents WHERE id = ? AND NOT member", (id,)).fetchone()
    if found is None:
        return
    sql.execute(
        "DELETE FROM extractions WHERE key IN (SELECT key FROM extracted WHERE doc = :doc)"
        " AND key NOT IN (SELECT key FROM extracted WHERE doc <> :doc AND key IN"
        " (SELECT key FROM extracted WHERE doc = :doc))",
        {"doc": found[0]},
    )
    sql.execute("DELETE FROM extracted WHERE doc = ?", found)
    sql.execute("DELETE FROM parsed WHERE document = ?", (id,))
    sql.execute("DELETE FROM layouts WHERE document = ?", (id,))
    sql.execute("DELETE FROM written WHERE document = ?", (id,))
    sql.execute("DELETE FROM documents WHERE doc = ?", found)


def _by_id(sql: sqlite3.Connection, select: str, ids: Sequence[str]) -> dict[str, bytes]:
    return {k: v for marks, some in batches(ids) for k, v in sql.execute(select.format(marks), some)}
