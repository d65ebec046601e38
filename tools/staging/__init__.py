"""Staging: what ingestion has done so far, in one SQLite file: contents, the library, open work."""

from __future__ import annotations

import asyncio
from pathlib import Path

from filelock import FileLock, Timeout

from ..files import make_private, make_way, plain_errors
from .content_cache import TABLES as CONTENTS
from .content_cache import Contents
from .database import Database
from .holdings import TABLES as HOLDINGS
from .holdings import Holdings
from .ledger import TABLES as LEDGER
from .ledger import Ledger


class SqliteStaging(Contents, Holdings, Ledger):
    """The `Staging` port over a file that several processes may share; `None` keeps everything in memory."""

    def __init__(self, path: Path | None) -> None:
        self._database = Database(path, "staging")
        # Nothing is read from this file, so that it cannot be damaged; the system frees it when its process ends.
        self._lock = FileLock(path.with_suffix(".lock"), timeout=0, mode=0o600, thread_local=False) if path else None
        self._taken = False

    async def open(self) -> None:
        """Create file and tables where they are not there yet. Raises: BackendError, TransientError."""
        await asyncio.to_thread(self._database.open, CONTENTS + HOLDINGS + LEDGER)

    async def close(self) -> None:
        """Close the file; a lock that was held is free."""
        await self.release()
        await asyncio.to_thread(self._database.close)

    async def take(self) -> bool:
        """As the port says."""
        return await asyncio.to_thread(self._take)

    def _take(self) -> bool:
        with self._database.alone:
            if self._taken:
                return False
            self._taken = self._lock is None or _acquired(self._lock)
            return self._taken

    async def release(self) -> None:
        """As the port says."""
        await asyncio.to_thread(self._release)

    def _release(self) -> None:
        with self._database.alone:
            if self._taken and self._lock is not None:
                self._lock.release()
            self._taken = False


def _acquired(lock: FileLock) -> bool:
    """False where another object or process holds it. Raises: BackendError."""
    path = Path(lock.lock_file)
    with plain_errors(path.parent):
        make_private(path.parent)
        make_way(path)
        try:
            lock.acquire()
        except Timeout:
            return False
    return True
