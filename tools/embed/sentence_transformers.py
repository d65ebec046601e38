"""The sentence-transformers embedder: any of its models, by name or from a local folder (extra `local`)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

_BATCH = 32


class SentenceTransformers:
    """Loads its model at the first text; one thread encodes at a time."""

    semantic = True

    def __init__(self, model: str) -> None:
        self.name = f"sentence-transformers:{model}"
        self._model_name = model
        self._lock = threading.Lock()
        self._loaded: SentenceTransformer | None = None

    @property
    def dimensions(self) -> int:
        """The model's own; loads it where it is not loaded yet.

        Raises:
            ConfigError: the extra or the model is missing.
        """
        with self._lock:
            return int(self._model().get_embedding_dimension() or 0)

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions), rows of unit length; a blank text gives a row of zeros.

        Raises:
            ConfigError: the extra or the model is missing.
        """
        return await asyncio.to_thread(self._embed, list(texts))

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        with self._lock:
            model = self._model()
            found = np.zeros((len(texts), int(model.get_embedding_dimension() or 0)), dtype=np.float32)
            said = [i for i, text in enumerate(texts) if text.strip()]
            if said:
                found[said] = model.encode(
                    [texts[i] for i in said],
                    batch_size=_BATCH,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
        return found

    def _model(self) -> SentenceTransformer:
        if self._loaded is None:
            self._loaded = _load(self._model_name)
        return self._loaded


def _load(name: str) -> SentenceTransformer:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ConfigError(
            "KGQA_EMBEDDER__KIND 'sentence-transformers' needs the extra `local`: pip install 'kgqa[local]'"
        ) from error
    try:
        return SentenceTransformer(name)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ConfigError(
            f"KGQA_EMBEDDER__MODEL {name!r} is neither a folder nor a model that can be fetched: {reason}"
        ) from error
