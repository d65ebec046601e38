"""Embedders: the table of them; `hashing` needs nothing, `sentence-transformers` needs the extra `local`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...registry import Registry

if TYPE_CHECKING:
    from ...settings import HashingEmbedder, SentenceTransformersEmbedder
    from ..ports import Embedder


def _hashing(options: HashingEmbedder) -> Embedder:
    from .hashing import Hashing

    return Hashing(options.dimensions)


def _sentence_transformers(options: SentenceTransformersEmbedder) -> Embedder:
    from .sentence_transformers import SentenceTransformers

    return SentenceTransformers(options.model)


embedders: Registry[Callable[..., Embedder]] = Registry(
    "embedder", {"hashing": _hashing, "sentence-transformers": _sentence_transformers}
)
"""Name → factory taking that embedder's options."""
