"""Replies of models kept in SQLite, so that the same messages to the same model are paid for once."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from langchain_core.messages import AIMessage, BaseMessage, message_to_dict, messages_from_dict

from ...errors import BackendError

_BUSY_SECONDS = 30.0
_KEPT = 50_000
"""Replies kept, some 100 MB; opening lets the oldest beyond that go."""


class Replies:
    """One connection under a lock; several processes may share the file."""

    def __init__(self, path: Path | None, kept: int = _KEPT) -> None:
        self._path = path
        self._kept = kept
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the file, or memory. Blocking. Raises: BackendError."""
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        where = ":memory:" if self._path is None else str(self._path)
        try:
            self._connection = _connect(where, self._kept)
        except sqlite3.Error as error:
            raise BackendError(f"the cache of replies {where!r} cannot be opened: {error}") from error

    def close(self) -> None:
        """A second call does nothing."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def get(self, key: str) -> AIMessage | None:
        """What was kept. Blocking. Raises: BackendError."""
        rows = self._run("SELECT reply FROM replies WHERE key = ?", (key,))
        if not rows:
            return None
        [message] = messages_from_dict([json.loads(rows[0][0])])
        return message if isinstance(message, AIMessage) else None

    def put(self, key: str, reply: AIMessage) -> None:
        """Keep a reply. Blocking. Raises: BackendError."""
        self._run(
            "INSERT OR REPLACE INTO replies (key, reply) VALUES (?, ?)", (key, json.dumps(message_to_dict(reply)))
        )

    def _run(self, statement: str, values: tuple[str, ...]) -> list[tuple[str]]:
        with self._lock:
            if self._connection is None:
                raise BackendError("the cache of replies is not open")
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise BackendError(f"the cache of replies failed: {error}") from error


def _connect(where: str, kept: int) -> sqlite3.Connection:
    connection = sqlite3.connect(where, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL, "
        "at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) WITHOUT ROWID"
    )
    oldest = "SELECT key FROM replies ORDER BY at DESC, key LIMIT -1 OFFSET ?"
    connection.execute(f"DELETE FROM replies WHERE key IN ({oldest})", (kept,))  # noqa: S608
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
