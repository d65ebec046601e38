"""The in-memory vector index: exact search over one array a collection."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...errors import BackendError

Found = list[list[tuple[str, str, float]]]


class _Collection:
    """Rows in one array that doubles when full; a deleted row is filled by the last."""

    def __init__(self, dimensions: int) -> None:
        self.array = np.zeros((64, dimensions), dtype=np.float32)
        self.ids: list[str] = []
        self.texts: list[str] = []
        self.places: dict[str, int] = {}

    def put(self, key: str, vector: NDArray[np.float32], text: str) -> None:
        place = self.places.setdefault(key, len(self.ids))
        if place == len(self.ids):
            self.ids.append(key)
            self.texts.append(text)
        if place == len(self.array):
            self.array = np.concatenate([self.array, np.zeros_like(self.array)])
        self.array[place], self.texts[place] = vector, text

    def drop(self, key: str) -> None:
        place = self.places.pop(key, None)
        if place is None:
            return
        last_id, last_text = self.ids.pop(), self.texts.pop()
        if last_id != key:
            self.array[place] = self.array[len(self.ids)]
            self.ids[place], self.texts[place], self.places[last_id] = last_id, last_text, place

    def nearest(self, vectors: NDArray[np.float32], k: int) -> Found:
        scores = vectors @ self.array[: len(self.ids)].T
        return [self._best(row, k) if vector.any() else [] for row, vector in zip(scores, vectors, strict=True)]

    def _best(self, scores: NDArray[np.float32], k: int) -> list[tuple[str, str, float]]:
        count = min(k, len(scores))
        if count < 1:
            return []
        # All that reach the k-th score, so that ties are cut by id and not by place.
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        rows = [(self.ids[i], self.texts[i], float(scores[i])) for i in np.flatnonzero(scores >= least)]
        return sorted(rows, key=lambda row: (-row[2], row[0]))[:k]


class MemoryVectors:
    """Everything in this process and gone with it."""

    def __init__(self) -> None:
        self._collections: dict[str, _Collection] = {}
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
            held = self._collections.setdefault(name, _Collection(vectors.shape[1]))
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


def _check_dimensions(name: str, held: _Collection, vectors: NDArray[np.float32]) -> None:
    if vectors.shape[1] != held.array.shape[1]:
        raise BackendError(f"collection {name!r} holds {held.array.shape[1]} dimensions, not {vectors.shape[1]}")
