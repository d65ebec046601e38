"""Replies of models kept in SQLite, so that the same messages to the same model are paid for once."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, message_to_dict

from ..files import make_file, make_private

_BUSY_SECONDS = 5.0
_KEPT = 50_000
"""Replies kept, some 100 MB; the oldest beyond that go."""
_TIDY = 1_000
"""Replies after which the oldest are looked for."""
_log = logging.getLogger(__name__)


class Replies:
    """One connection under a lock; several processes may share the file.

    A reply that is not found can be asked for again: where the file fails, that is logged once, and it is done without.
    """

    def __init__(self, path: Path | None, kept: int = _KEPT, tidy: int = _TIDY) -> None:
        self._path = path
        self._kept = kept
        self._tidy = tidy
        self._since = 0
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the file, or memory. Blocking."""
        try:
            if self._path is not None:
                make_private(self._path.parent)
                make_file(self._path)
            connection = _connect(":memory:" if self._path is None else str(self._path))
        except (sqlite3.Error, OSError) as error:
            self._warn(error)
            return
        with self._lock:
            self._connection = connection
            self._let_go()

    def close(self) -> None:
        """A second call does nothing."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def get(self, key: str) -> AIMessage | None:
        """What was kept, where that can still be read. Blocking."""
        with self._lock:
            rows = self._run("SELECT reply FROM replies WHERE key = ?", key)
        if not rows:
            return None
        try:
            return AIMessage.model_validate(json.loads(rows[0][0])["data"])
        except Exception:  # noqa: BLE001 - LangChain's validators raise what they like on a row that is damaged
            return None

    def put(self, key: str, reply: AIMessage) -> None:
        """Keep a reply. Blocking."""
        # What a provider says beside its reply may be no JSON: its name will do.
        text = json.dumps(message_to_dict(reply), default=repr, skipkeys=True)
        with self._lock:
            self._run("INSERT OR REPLACE INTO replies (key, reply) VALUES (?, ?)", key, text)
            self._since += 1
            if self._since >= self._tidy:
                self._let_go()

    def drop(self, key: str) -> None:
        """Keep a reply no longer. Blocking."""
        with self._lock:
            self._run("DELETE FROM replies WHERE key = ?", key)

    def _let_go(self) -> None:
        self._since = 0
        oldest = "SELECT key FROM replies ORDER BY at DESC, key LIMIT -1 OFFSET ?"
        self._run(f"DELETE FROM replies WHERE key IN ({oldest})", self._kept)  # noqa: S608

    def _run(self, statement: str, *values: str | int) -> list[tuple[Any, ...]]:
        if self._connection is None:
            return []
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self._connection.close()
            self._connection = None
            self._warn(error)
            return []

    def _warn(self, error: Exception) -> None:
        _log.warning("the cache of replies %s is done without: %s; move it aside", self._path, error)


def _connect(where: str) -> sqlite3.Connection:
    connection = sqlite3.connect(where, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL, "
        "at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) WITHOUT ROWID"
    )
    return connection


def reply_key(identity: Mapping[str, object], messages: Sequence[BaseMessage], parameters: Mapping[str, object]) -> str:
    """SHA-256 over the model with its options, the messages as said, and the call's parameters (tools, stop)."""
    said = [
        {"type": m.type, "content": m.content, "name": m.name, "calls": getattr(m, "tool_calls", None),
         "answers": getattr(m, "tool_call_id", None)}
        for m in messages
    ]  # fmt: skip
    whole = json.dumps([identity, said, parameters], sort_keys=True, default=repr, ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()
