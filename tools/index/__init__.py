"""Vector and text indexes: the tables of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ...registry import Registry

if TYPE_CHECKING:
    from ...settings import IndexOptions
    from ..ports import Embedder, TextIndex, VectorIndex


def _chroma(options: IndexOptions, home: Path, embedder: Embedder) -> VectorIndex:
    from .chroma import ChromaVectors

    return ChromaVectors(home / "chroma", embedder)


def _memory(options: IndexOptions, home: Path, embedder: Embedder) -> VectorIndex:
    from .memory import MemoryVectors

    return MemoryVectors()


def _sqlite_text(options: IndexOptions, home: Path) -> TextIndex:
    from .full_text import SqliteText

    return SqliteText(home / "text.sqlite")


def _memory_text(options: IndexOptions, home: Path) -> TextIndex:
    from .full_text import SqliteText

    return SqliteText(None)


vector_indexes: Registry[Callable[[IndexOptions, Path, Embedder], VectorIndex]] = Registry(
    "index", {"chroma": _chroma, "memory": _memory}
)
"""Name → factory taking the options, the data folder and the embedder whose vectors it will hold."""

text_indexes: Registry[Callable[[IndexOptions, Path], TextIndex]] = Registry(
    "text-index", {"sqlite": _sqlite_text, "memory": _memory_text}
)
"""Name → factory taking the options and the data folder."""
