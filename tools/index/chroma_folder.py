"""A Chroma folder that several processes and several adapters of one process may use at once.

Chroma alone does not allow it: a process keeps the graph of neighbours (HNSW) in memory, does not see what another
one wrote, and its own next write may put the old state over the new. So each change is made under a lock on a file and
leaves a new mark in another; whoever finds a mark that is not the one he knows opens the folder anew before going on.
Opening reads all neighbours in, so a reader beside a busy writer does it now and then only, and in between answers from
what he has; a writer lets those who wait go first.

A writer killed half-way may leave neighbours that cannot be read (`journal`): whoever comes next makes them anew from
the texts, which are kept beside them in SQLite. What was damaged otherwise is set aside, and the folder begun
anew, empty: all of it can be made again from staging.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
from filelock import FileLock, Timeout

from ...errors import BackendError, ContractError, TransientError
from ..files import (
    begun_anew,
    is_full,
    make_file,
    make_own,
    make_private,
    make_way,
    plain_errors,
    read_text,
    says_full,
    told_full,
    write_private,
)
from ..vendor_logs import silence
from .kept_rows import Kept, keep, kept
from .stored_rows import DIMENSIONS, TEXT, Few, check_embedder, text_rows
from .write_journal import DATABASE, Journal

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

    from ..ports import Embedder

_log = logging.getLogger(__name__)
_BUSY_SECONDS = 60.0
_POLL_SECONDS = 0.005
_YIELD_SECONDS = 0.05
_STALE_SECONDS = 10.0
"""The longest a reader goes without what others wrote; less where opening is quick: a fifth of its time at most."""
PREFIX = "kgqa-"
"""Chroma wants names of three characters or more; this makes any name of ours long enough."""
BATCH = 1000
"""Rows a change holds the folder's lock for; Chroma takes at most 5,461 at once."""
T = TypeVar("T")
Collections: TypeAlias = "Mapping[str, Collection | Kept]"
silence("chromadb", "posthog", "backoff", "opentelemetry")


class Folder:
    """One client for a folder in this process; every use of it is alone in the process."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self.path = path
        self.users = 0
        self.few = Few()
        self._embedder = embedder
        self._journal = Journal(path)
        self._lock = threading.RLock()
        self._lock_file = path.with_name(f"{path.name}.lock")
        self._file_lock = FileLock(self._lock_file, mode=0o600, thread_local=False)
        self._mark_file = path.with_name(f"{path.name}.mark")
        self._wait_file = path.with_name(f"{path.name}.waiting")
        self._mark: str | None = None
        self._client: ClientAPI | None = None
        self._collections: dict[str, Collection] = {}
        self._kept: dict[str, Kept] | None = None
        self._good_until = 0.0

    def read(self, work: Callable[[Collections], T]) -> T:
        """Run `work` over the collections as this process left them, or another at most `_STALE_SECONDS` ago.

        It must not change them.
        """
        with self._lock, self._plain_errors():
            if self._mark is None or (time.monotonic() > self._good_until and self._is_stale()):
                with self._alone() as sealed:
                    if not (sealed and self._reread()):
                        self._reopen()
                        keep(self.path, self._mark or "", self._collections, self.few)
            return work(self._collections if self._kept is None else self._kept)

    def write(self, work: Callable[[ClientAPI, dict[str, Collection]], None]) -> None:
        """Run `work` while no other process reads the folder in or changes it."""
        with self._lock, self._plain_errors(), self._alone():
            if self._client is None or self._is_stale():
                self._reopen()
            # Before the work, not after: killed half-way, the others still look again.
            self._leave_mark()
            try:
                work(self._opened(), self._collections)
            except BaseException:
                self._mark = None  # a part of it may be written: what is held in memory is no longer sure
                raise

    def release(self) -> None:
        """Let go of the client."""
        with self._lock:
            self._drop()

    def _reread(self) -> bool:
        """Take the rows from where they are kept, if they are the folder's; then Chroma is not needed for reading."""
        mark = read_text(self._mark_file)
        if not mark or (found := kept(self.path, mark)) is None:
            return False
        self._drop()
        self._kept, self._mark, self._good_until = found, mark, 0.0
        return True

    def _reopen(self, whole: bool = True) -> None:
        import chromadb
        from chromadb.config import Settings

        started = time.monotonic()
        self._drop()
        make_own(self.path)
        make_way(self.path / DATABASE)
        make_file(self.path / DATABASE)
        mark = read_text(self._mark_file) or self._leave_mark()
        settings = Settings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(str(self.path), settings=settings)
        for found in self._client.list_collections():
            collection = self._client.get_collection(found.name, embedding_function=None)
            self._collections[found.name.removeprefix(PREFIX)] = collection
            if whole:
                self.few.take(found.name.removeprefix(PREFIX), collection)
            _warm(collection)
        self._mark = mark
        done = time.monotonic()
        self._good_until = done + min(4 * (done - started), _STALE_SECONDS)

    def _rebuild(self) -> None:
        """Make the neighbours again from the texts; who is killed here leaves the next one to do it."""
        _log.warning("a writer of %s was killed half-way: making its vectors again from their texts", self.path)
        self._journal.give_up()
        self._drop()
        for part in self._journal.neighbours():
            shutil.rmtree(part)
        self._reopen(whole=False)
        check_embedder(self._collections, self._embedder, self.path)
        for collection in self._collections.values():
            rows = collection.get(include=["metadatas"])
            texts = [str(row[TEXT]) for row in rows["metadatas"] or []]
            for i in range(0, len(texts), BATCH):
                some = texts[i : i + BATCH]
                # Chroma's calls are this thread's own; so is this event loop.
                vectors = asyncio.run(self._embedder.embed(some))
                collection.upsert(ids=rows["ids"][i : i + BATCH], embeddings=vectors, metadatas=text_rows(some))
        self._leave_mark()
        self._mark = None  # so that whoever goes on opens it anew, whole

    def _begin_anew(self, why: str) -> None:
        self._drop()
        _log.warning("%s", begun_anew("vector index", why, self._journal.set_aside()))
        self._leave_mark()
        self._mark = None

    def _opened(self) -> ClientAPI:
        if self._client is None:
            raise ContractError("the vector folder was written to before it was opened")
        return self._client

    def _drop(self) -> None:
        client, self._client, self._mark, self._collections, self._kept = self._client, None, None, {}, None
        self.few.clear()
        if client is not None:
            client.close()  # type: ignore[attr-defined]  # ClientAPI does not state what Client has

    def _is_stale(self) -> bool:
        return self._mark is None or self._mark != read_text(self._mark_file)

    def _leave_mark(self) -> str:
        self._mark = uuid.uuid4().hex
        write_private(self._mark_file, self._mark)
        return self._mark

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Alone in the folder, which is mended first. Gives whether it then was as its last user left it."""
        make_private(self.path.parent)
        self._acquire()
        try:
            if why := self._journal.damaged():
                self._begin_anew(why)
            if self._journal.torn():
                self._rebuild()
            yield self._journal.begin()
            # Not after an error: half of a change may be written then too, and the next one looks.
            self._journal.end()
        finally:
            self._file_lock.release()
            if self._others_wait():
                # Who takes the lock again at once leaves the others, who look now and then, waiting for ever.
                time.sleep(_YIELD_SECONDS)

    def _acquire(self) -> None:
        until = time.monotonic() + _BUSY_SECONDS
        for file in (self._lock_file, self._wait_file):
            make_way(file)
        while True:
            try:
                self._file_lock.acquire(timeout=0)
            except Timeout as error:
                if time.monotonic() > until:
                    raise TransientError(
                        f"the vector index {str(self.path)!r} stays in use by another process"
                    ) from error
            else:
                return
            self._wait_file.touch(mode=0o600)
            time.sleep(_POLL_SECONDS)

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            with plain_errors(self.path.parent):
                yield
        except _chromas_own() as error:
            if says_full(str(error)) or is_full(self.path.parent):
                raise told_full(self.path.parent) from error
            raise BackendError(f"vector index {str(self.path)!r}: {error}") from error

    def _others_wait(self) -> bool:
        """Whether somebody said just now that he waits; one who has been killed says no more."""
        try:
            said = self._wait_file.stat().st_mtime
        except FileNotFoundError:
            return False
        return time.time() - said < 4 * _POLL_SECONDS


def _chromas_own() -> type[Exception]:
    """What Chroma raises; asked for only when something was raised, for it loads Chroma."""
    from chromadb.errors import ChromaError

    return ChromaError


def _warm(collection: Collection) -> None:
    """Read the neighbours in now, under the lock: Chroma does it at the first search, and may write then."""
    dimensions = int((collection.metadata or {}).get(DIMENSIONS) or 0)
    if dimensions and collection.count():
        collection.query(query_embeddings=np.ones((1, dimensions), dtype=np.float32), n_results=1, include=[])


_folders: dict[Path, Folder] = {}
_folders_lock = threading.Lock()


def lease(path: Path, embedder: Embedder) -> Folder:
    """This process's one `Folder` for a path; give it back with `give_back`."""
    with _folders_lock:
        folder = _folders.setdefault(path.resolve(), Folder(path.resolve(), embedder))
        folder.users += 1
        return folder


def give_back(folder: Folder) -> None:
    """The last one to give it back closes it."""
    with _folders_lock:
        folder.users -= 1
        if folder.users == 0:
            del _folders[folder.path]
            folder.release()
