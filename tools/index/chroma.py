"""The Chroma vector index: approximate search (HNSW) in the data folder, with vectors of our own making."""

from __future__ import annotations

import asyncio
from collections.abc import Collection as AnyOf
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BackendError
from . import chroma_folder as folder
from .exact_search import Found
from .kept_rows import Kept
from .stored_rows import DIMENSIONS, EMBEDDER, TEXT, check_embedder, text_rows

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

    from ..ports import Embedder

_SPARE = 20
"""Neighbours asked for beyond k: among equals at the end the ids decide, not the search; and deleted ones go."""
_VARIABLES = 30_000
"""Results of one search at most: Chroma looks them up in one SQL statement, which takes some 32,000 variables."""
_HNSW: CreateHNSWConfiguration = {"space": "cosine", "ef_construction": 120, "ef_search": 200, "max_neighbors": 20}


class ChromaVectors:
    """Each change and each search is alone in its process; between processes see `Folder`."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path = path
        self._embedder = embedder
        self._folder: folder.Folder | None = None

    async def open(self) -> None:
        """Open the folder, or make it.

        Raises:
            ConfigError: it holds vectors of another embedder.
            BackendError: Chroma cannot read it.
            TransientError: another process keeps it.
        """
        await asyncio.to_thread(self._open)

    def _open(self) -> None:
        if self._folder is not None:
            return
        self._folder = folder.lease(self._path, self._embedder)
        try:
            self._folder.read(lambda held: check_embedder(held, self._embedder, self._path))
        except BaseException:
            self._close()
            raise

    async def close(self) -> None:
        """See the port."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        held, self._folder = self._folder, None
        if held is not None:
            folder.give_back(held)

    async def upsert(
        self, collection: str, ids: Sequence[str], vectors: NDArray[np.float32], texts: Sequence[str]
    ) -> None:
        """See the port. Raises: BackendError for vectors of other dimensions, TransientError."""
        await asyncio.to_thread(self._upsert, collection, list(ids), vectors, list(texts))

    def _upsert(self, name: str, ids: list[str], vectors: NDArray[np.float32], texts: list[str]) -> None:
        last = {key: place for place, key in enumerate(ids)}
        places, opened = list(last.values()), self._opened()
        for start in range(0, len(places), folder.BATCH):
            batch = places[start : start + folder.BATCH]

            def work(client: ClientAPI, collections: dict[str, Collection], batch: list[int] = batch) -> None:
                held = collections.get(name) or self._create(client, collections, name, vectors.shape[1])
                _check_dimensions(held, name, vectors)
                keys, said = [ids[i] for i in batch], [texts[i] for i in batch]
                held.upsert(ids=keys, embeddings=vectors[batch], metadatas=text_rows(said))
                opened.few.put(name, keys, vectors[batch], said)

            opened.write(work)

    def _create(self, client: ClientAPI, collections: dict[str, Collection], name: str, dimensions: int) -> Collection:
        collections[name] = client.create_collection(
            folder.PREFIX + name,
            embedding_function=None,
            configuration={"hnsw": _HNSW},
            metadata={EMBEDDER: self._embedder.name, DIMENSIONS: dimensions},
        )
        return collections[name]

    async def delete(self, collection: str, ids: Sequence[str]) -> None:
        """See the port. Raises: BackendError, TransientError."""
        await asyncio.to_thread(self._delete, collection, list(ids))

    def _delete(self, name: str, ids: list[str]) -> None:
        opened = self._opened()
        for start in range(0, len(ids), folder.BATCH):
            batch = ids[start : start + folder.BATCH]

            def work(_: ClientAPI, collections: dict[str, Collection], batch: list[str] = batch) -> None:
                if name in collections:
                    collections[name].delete(ids=batch)
                    opened.few.drop(name, batch)

            opened.write(work)

    async def nearest(self, collection: str, vectors: NDArray[np.float32], k: int) -> Found:
        """See the port; the k nearest are found with a recall near 1. Raises: BackendError, TransientError."""
        return await asyncio.to_thread(self._nearest, collection, vectors, k)

    def _nearest(self, name: str, vectors: NDArray[np.float32], k: int) -> Found:
        opened = self._opened()

        def work(collections: folder.Collections) -> Found:
            held = collections.get(name)
            if held is None or k < 1 or not len(vectors):
                return [[] for _ in vectors]
            _check_dimensions(held, name, vectors)
            if isinstance(held, Kept):
                return held.rows.nearest(vectors, k)
            if (few := opened.few.get(name)) is not None:
                return few.nearest(vectors, k)
            wanted = min(k + _SPARE, _VARIABLES)
            step = _VARIABLES // wanted
            return [row for i in range(0, len(vectors), step) for row in _query(held, vectors[i : i + step], wanted, k)]

        return opened.read(work)

    async def count(self, collection: str) -> int:
        """See the port. Raises: BackendError, TransientError."""

        def work(collections: folder.Collections) -> int:
            return collections[collection].count() if collection in collections else 0

        return await asyncio.to_thread(self._opened().read, work)

    async def ids(self, collection: str) -> AnyOf[str]:
        """See the port. Raises: BackendError, TransientError."""

        def work(collections: folder.Collections) -> list[str]:
            held = collections.get(collection)
            if held is None or isinstance(held, Kept):
                return held.ids() if held else []
            return list(held.get(include=[])["ids"])

        return await asyncio.to_thread(self._opened().read, work)

    def _opened(self) -> folder.Folder:
        if self._folder is None:
            raise BackendError("the vector index is not open")
        return self._folder


def _query(held: Collection, vectors: NDArray[np.float32], wanted: int, k: int) -> Found:
    found = held.query(query_embeddings=vectors, n_results=wanted, include=["metadatas", "distances"])
    rows = zip(found["ids"], found["metadatas"] or [], found["distances"] or [], vectors, strict=True)
    return [_best(ids, texts, distances, k) if vector.any() else [] for ids, texts, distances, vector in rows]


def _best(ids: list[str], metadata: Sequence[Any], distances: list[float], k: int) -> list[tuple[str, str, float]]:
    """Best first, ties by id; a row whose text is gone was deleted while this search ran."""
    rows = [
        (key, str(row[TEXT]), round(1.0 - distance, 6))
        for key, row, distance in zip(ids, metadata, distances, strict=True)
        if row is not None
    ]
    return sorted(rows, key=lambda row: (-row[2], row[0]))[:k]


def _check_dimensions(held: Collection | Kept, name: str, vectors: NDArray[np.float32]) -> None:
    dimensions = (held.metadata or {}).get(DIMENSIONS)
    if dimensions != vectors.shape[1]:
        raise BackendError(f"collection {name!r} holds {dimensions} dimensions, not {vectors.shape[1]}")
