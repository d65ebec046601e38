"""The in-memory vector index."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ...errors import BackendError
from .exact_search import Exact, Found


class MemoryVectors:
    """Everything in this process and gone with it."""

    def __init__(self) -> None:
        self._collections: dict[str, Exact] = {}
        self._lock = threading.Lock()

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to release: what it holds stays until the object goes."""

    async def upsert(
        self, collection: str, ids: Sequence[str], vectors: NDArray[np.float32], texts: Sequence[str]
    ) -> None:
        """See the port. Raises: BackendError when the vectors have other dimensions than those held."""
        await asyncio.to_thread(self._upsert, collection, ids, vectors, texts)

    def _upsert(self, name: str, ids: Sequence[str], vectors: NDArray[np.float32], texts: Sequence[str]) -> None:
        if not ids:
            return
        with self._lock:
            held = self._collections.setdefault(name, Exact(vectors.shape[1]))
            _check_dimensions(name, held, vectors)
            for key, vector, text in zip(ids, vectors, texts, strict=True):
                held.put(key, vector, text)

    async def delete(self, collection: str, ids: Sequence[str]) -> None:
        """See the port."""
        await asyncio.to_thread(self._delete, collection, ids)

    def _delete(self, name: str, ids: Sequence[str]) -> None:
        with self._lock:
            if name in self._collections:
                for key in ids:
                    self._collections[name].drop(key)

    async def nearest(self, collection: str, vectors: NDArray[np.float32], k: int) -> Found:
        """See the port. Raises: BackendError when the vectors have other dimensions than those held."""
        return await asyncio.to_thread(self._nearest, collection, vectors, k)

    def _nearest(self, name: str, vectors: NDArray[np.float32], k: int) -> Found:
        with self._lock:
            held = self._collections.get(name)
            if held is None:
                return [[] for _ in vectors]
            _check_dimensions(name, held, vectors)
            return held.nearest(vectors, k)

    async def count(self, collection: str) -> int:
        """See the port."""
        held = self._collections.get(collection)
        return len(held.ids) if held else 0

    async def ids(self, collection: str) -> Collection[str]:
        """See the port."""
        held = self._collections.get(collection)
        return list(held.ids) if held else []


def _check_dimensions(name: str, held: Exact, vectors: NDArray[np.float32]) -> None:
    if vectors.shape[1] != held.array.shape[1]:
        raise BackendError(f"collection {name!r} holds {held.array.shape[1]} dimensions, not {vectors.shape[1]}")
