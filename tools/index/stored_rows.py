"""What Chroma keeps of a collection and its rows beside their vectors, and the small collections in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import ConfigError
from .exact_search import Exact

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Metadata

    from ..ports import Embedder
    from .kept_rows import Kept

EMBEDDER, DIMENSIONS, TEXT = "kgqa_embedder", "kgqa_dimensions", "text"
"""What a collection and a row say of themselves. A text is not Chroma's `document`: that would be indexed by trigrams,
which nobody asks for and which takes a third of the time of writing."""
_FEW = 3000
"""Rows that are held in memory too, and searched there: Chroma takes as long for five as for thousands. They are also
kept beside Chroma's (`kept_rows`); for so many, reading them in from Chroma takes 0.1 s, once after a change."""


class Few:
    """The rows of a folder's small collections; its owner sees to it that they stay what the folder has."""

    def __init__(self) -> None:
        self._held: dict[str, Exact] = {}

    def clear(self) -> None:
        """Hold nothing."""
        self._held.clear()

    def take(self, name: str, collection: Collection) -> None:
        """Read a collection in, where it is small and ours; under the lock: Chroma fails beside another's writing."""
        dimensions = (collection.metadata or {}).get(DIMENSIONS)
        if dimensions is None or collection.count() > _FEW:
            return
        rows = collection.get(include=["embeddings", "metadatas"])
        texts = [str(row[TEXT]) for row in rows["metadatas"] or []]
        self._held[name] = Exact(int(str(dimensions)))
        self.put(name, rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), texts)

    def get(self, name: str) -> Exact | None:
        """A small collection's rows, None where there are many."""
        return self._held.get(name)

    def put(self, name: str, ids: Sequence[str], vectors: NDArray[np.float32], texts: Sequence[str]) -> None:
        """Rows of unit length that have just been put into a collection."""
        held = self._held.get(name)
        if held is None:
            return
        for key, vector, text in zip(ids, vectors, texts, strict=True):
            held.put(key, vector, text)
        if len(held.ids) > _FEW:
            del self._held[name]

    def drop(self, name: str, ids: Sequence[str]) -> None:
        """Rows that have just been taken out of a collection."""
        held = self._held.get(name)
        if held is not None:
            for key in ids:
                held.drop(key)


def text_rows(texts: Sequence[str]) -> list[Metadata]:
    """The texts as Chroma keeps them."""
    return [{TEXT: text} for text in texts]


def check_embedder(collections: Mapping[str, Collection | Kept], embedder: Embedder, path: Path) -> None:
    """Raises: ConfigError: a collection holds another embedder's vectors."""
    for collection in collections.values():
        made_by = (collection.metadata or {}).get(EMBEDDER)
        if made_by != embedder.name:
            raise ConfigError(
                f"the vector index was made with the embedder {made_by!r}, KGQA_EMBEDDER says {embedder.name!r}: "
                f"set it back, or delete {str(path)!r} and ingest again"
            )
