"""What ingestion has done so far: contents read, the library, work not yet done, in one SQLite file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from .contents import TABLES as CONTENTS
from .contents import Contents
from .database import Database
from .ledger import TABLES as LEDGER
from .ledger import Ledger


class SqliteStaging(Contents, Ledger):
    """The `Staging` port over a file that several processes may share; `None` keeps everything in memory."""

    def __init__(self, path: Path | None) -> None:
        self._database = Database(path, "staging")
        self._lock = Database(path.with_suffix(".lock") if path else None, "ingestion lock", patience=0.0)
        self._taken = False

    async def open(self) -> None:
        """Create file and tables where they are not there yet. Raises: BackendError, TransientError."""
        await asyncio.to_thread(self._database.open, CONTENTS + LEDGER)

    async def close(self) -> None:
        """Close the file; a lock that was held is free."""
        await self.release()
        await asyncio.to_thread(self._database.close)

    async def take(self) -> bool:
        """As the port says; an open exclusive transaction, which ends with its process, is the lock."""
        return await asyncio.to_thread(self._take)

    def _take(self) -> bool:
        with self._database.alone:
            if self._taken:
                return False
            self._taken = self._lock.seize()
            return self._taken

    async def release(self) -> None:
        """As the port says."""
        await asyncio.to_thread(self._release)

    def _release(self) -> None:
        with self._database.alone:
            if self._taken:
                self._lock.close()
            self._taken = False
