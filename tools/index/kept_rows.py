"""A folder's small collections in one file of our own, so that a question is answered without loading Chroma.

Importing Chroma and opening a folder with it takes longer than all the rest of a question. Whoever has read a folder in
leaves its rows here with the folder's mark: as long as that is the folder's mark, nothing has changed since. The
file lies in Chroma's folder and goes where that goes, under its seal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..files import remove, write_private
from .exact_search import Exact
from .stored_rows import DIMENSIONS, Few

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

FILE = "kgqa-rows"
"""In Chroma's folder. One line of JSON, then each collection's vectors in its order, little-endian float32."""


class Kept:
    """One collection as the file has it, to be read in Chroma's place."""

    def __init__(self, metadata: Mapping[str, Any], rows: Exact) -> None:
        self.metadata = metadata
        self.rows = rows

    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows.ids)

    def ids(self) -> list[str]:
        """Of all rows."""
        return list(self.rows.ids)


def keep(folder: Path, mark: str, collections: Mapping[str, Collection], few: Few) -> None:
    """Leave the folder's rows in the file, where all its collections are small; under the folder's lock."""
    small = [(name, held.metadata, rows) for name, held in collections.items() if (rows := few.get(name)) is not None]
    if len(small) < len(collections):
        remove(folder / FILE)
        return
    said = [{"name": name, "metadata": of, "ids": rows.ids, "texts": rows.texts} for name, of, rows in small]
    head = json.dumps({"mark": mark, "collections": said}).encode()
    vectors = (rows.array[: len(rows.ids)].astype("<f4").tobytes() for _, _, rows in small)
    with suppress(OSError):  # a full disk keeps nobody from reading
        write_private(folder / FILE, b"".join([head, b"\n", *vectors]))


def kept(folder: Path, mark: str) -> dict[str, Kept] | None:
    """The collections as they were with that mark; None where the file is of another, or there is none.

    Only for who knows from the folder's seal that the file is as it was left.
    """
    try:
        held = (folder / FILE).read_bytes()
    except OSError:
        return None
    line = held.find(b"\n") + 1
    head = json.loads(held[:line])
    if head["mark"] != mark:
        return None
    found, start = {}, line
    for one in head["collections"]:
        shape = len(one["ids"]), int(one["metadata"][DIMENSIONS])
        vectors = np.frombuffer(held, "<f4", shape[0] * shape[1], start).reshape(shape)
        found[one["name"]] = Kept(one["metadata"], Exact.of(one["ids"], one["texts"], vectors))
        start += vectors.nbytes
    return found
