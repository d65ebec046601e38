"""Keep contents under hashes of what they were made from: what a file gave, what a passage says."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter

from ...model import Document, Extraction, Layout, Parsed
from .database import Database, batches

T = TypeVar("T")
TABLES = """
CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, documents TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parsed (document TEXT PRIMARY KEY, digest TEXT NOT NULL, sentences INTEGER NOT NULL,
  value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS layouts (document TEXT PRIMARY KEY, pages INTEGER NOT NULL, pictures TEXT NOT NULL)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS extractions (key TEXT PRIMARY KEY, value BLOB NOT NULL);
"""
_LEVEL = 1
_PARSED = TypeAdapter(Parsed)
_EXTRACTION = TypeAdapter(Extraction)


def packed(adapter: TypeAdapter[T], value: T) -> bytes:
    """The value as compressed JSON."""
    return _squeezed(adapter.dump_json(value))


def _squeezed(raw: bytes) -> bytes:
    return zlib.compress(raw, _LEVEL)


def unpacked(adapter: TypeAdapter[T], raw: bytes) -> T:
    """The inverse of `packed`."""
    return adapter.validate_json(zlib.decompress(raw))


class Contents:
    """The part of `Staging` that keeps contents."""

    _database: Database

    async def readings(self, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """As the port says."""
        return await asyncio.to_thread(self._readings, keys)

    def _readings(self, keys: Sequence[str]) -> dict[str, list[str]]:
        with self._database.transaction("DEFERRED") as sql:
            found = _all(sql, "SELECT key, documents FROM readings WHERE key IN ({})", keys)
            known: dict[str, dict[str, str]] = {key: json.loads(documents) for key, documents in found}
            ids = [document for documents in known.values() for document in documents]
            # A document that was deleted since, or read with other options, is read again.
            here = dict(_all(sql, "SELECT document, digest FROM parsed WHERE document IN ({})", ids))
        return {key: list(documents) for key, documents in known.items() if documents.items() <= here.items()}

    async def put_parsed(self, parsed: Sequence[Parsed]) -> None:
        """As the port says."""
        await asyncio.to_thread(self._put_parsed, parsed)

    def _put_parsed(self, parsed: Sequence[Parsed]) -> None:
        rows = []
        for one in parsed:
            raw = _PARSED.dump_json(one)
            rows.append((one.document.id, hashlib.sha256(raw).hexdigest(), len(one.sentences), _squeezed(raw)))
        pages = [(one.document.id, len(one.pages), json.dumps(_pictures(one))) for one in parsed]
        with self._database.transaction() as sql:
            sql.executemany("INSERT OR REPLACE INTO parsed VALUES (?, ?, ?, ?)", rows)
            sql.executemany("INSERT OR REPLACE INTO layouts VALUES (?, ?, ?)", pages)

    async def put_reading(self, key: str, ids: Sequence[str]) -> None:
        """As the port says."""
        await asyncio.to_thread(self._put_reading, key, list(dict.fromkeys(ids)))

    def _put_reading(self, key: str, ids: Sequence[str]) -> None:
        with self._database.transaction() as sql:
            kept = dict(_all(sql, "SELECT document, digest FROM parsed WHERE document IN ({})", ids))
            if len(kept) == len(ids):
                sql.execute("INSERT OR REPLACE INTO readings VALUES (?, ?)", (key, json.dumps(kept)))

    async def parsed(self, ids: Sequence[str]) -> Sequence[Parsed]:
        """As the port says."""
        found = await self._values("SELECT document, value FROM parsed WHERE document IN ({})", ids, _PARSED)
        return [found[document] for document in dict.fromkeys(ids) if document in found]

    async def documents(self, ids: Sequence[str]) -> Sequence[Document]:
        """As the port says."""
        return await asyncio.to_thread(self._documents, list(dict.fromkeys(ids)))

    def _documents(self, ids: Sequence[str]) -> list[Document]:
        select = "SELECT value FROM parsed WHERE document = ?"
        with self._database.transaction("DEFERRED") as sql:
            # One at a time: with all its sentences, a document may be large.
            rows = (row for id in ids for row in sql.execute(select, (id,)))
            return [unpacked(_PARSED, value).document for (value,) in rows]

    async def layouts(self, ids: Sequence[str]) -> Mapping[str, Layout]:
        """As the port says."""
        return await asyncio.to_thread(self._layouts, ids)

    def _layouts(self, ids: Sequence[str]) -> dict[str, Layout]:
        with self._database.transaction("DEFERRED") as sql:
            rows = _all(sql, "SELECT document, pages, pictures FROM layouts WHERE document IN ({})", ids)
        return {document: Layout(pages, tuple(json.loads(pictures))) for document, pages, pictures in rows}

    async def digests(self, ids: Sequence[str]) -> Mapping[str, str]:
        """As the port says."""
        return await asyncio.to_thread(self._column, "digest", ids)

    async def sizes(self, ids: Sequence[str]) -> Mapping[str, int]:
        """As the port says."""
        return await asyncio.to_thread(self._column, "sentences", ids)

    def _column(self, name: Literal["digest", "sentences"], ids: Sequence[str]) -> dict[str, Any]:
        with self._database.transaction("DEFERRED") as sql:
            return dict(_all(sql, f"SELECT document, {name} FROM parsed WHERE document IN ({{}})", ids))  # noqa: S608

    async def extractions(self, keys: Sequence[str]) -> Mapping[str, Extraction]:
        """As the port says."""
        return await self._values("SELECT key, value FROM extractions WHERE key IN ({})", keys, _EXTRACTION)

    async def put_extractions(self, items: Mapping[str, Extraction]) -> None:
        """As the port says."""
        await asyncio.to_thread(self._put_extractions, items)

    def _put_extractions(self, items: Mapping[str, Extraction]) -> None:
        rows = [(key, packed(_EXTRACTION, value)) for key, value in items.items()]
        with self._database.transaction() as sql:
            sql.executemany("INSERT OR REPLACE INTO extractions VALUES (?, ?)", rows)

    async def _values(self, select: str, keys: Sequence[str], adapter: TypeAdapter[T]) -> dict[str, T]:
        def read() -> dict[str, T]:
            with self._database.transaction("DEFERRED") as sql:
                found = _all(sql, select, keys)
            return {key: unpacked(adapter, raw) for key, raw in found}

        return await asyncio.to_thread(read)


def _pictures(parsed: Parsed) -> list[int]:
    return [page.number for page in parsed.pages if page.picture]


def _all(sql: sqlite3.Connection, select: str, keys: Sequence[str]) -> list[Any]:
    return [row for marks, some in batches(keys) for row in sql.execute(select.format(marks), some)]
