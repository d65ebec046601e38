"""Exact search over the rows of one collection, in one array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Found = list[list[tuple[str, str, float]]]
"""For each vector asked (id, text, cosine), best first."""


class Exact:
    """Rows in one array that doubles when full; a deleted row is filled by the last."""

    def __init__(self, dimensions: int) -> None:
        self.array = np.zeros((64, dimensions), dtype=np.float32)
        self.ids: list[str] = []
        self.texts: list[str] = []
        self.places: dict[str, int] = {}

    @classmethod
    def of(cls, ids: Sequence[str], texts: Sequence[str], vectors: NDArray[np.float32]) -> Exact:
        """These rows, of unit length and shape (len(ids), dimensions), as they are: to be searched, not changed."""
        made = cls(0)
        made.array, made.ids, made.texts = vectors, list(ids), list(texts)
        made.places = {key: place for place, key in enumerate(ids)}
        return made

    def put(self, key: str, vector: NDArray[np.float32], text: str) -> None:
        """Add a row of unit length, or put it in the place of the one of that id."""
        place = self.places.setdefault(key, len(self.ids))
        if place == len(self.ids):
            self.ids.append(key)
            self.texts.append(text)
        if place == len(self.array):
            self.array = np.concatenate([self.array, np.zeros_like(self.array)])
        self.array[place], self.texts[place] = vector, text

    def drop(self, key: str) -> None:
        """Take a row out, where it is there."""
        place = self.places.pop(key, None)
        if place is None:
            return
        last_id, last_text = self.ids.pop(), self.texts.pop()
        if last_id != key:
            self.array[place] = self.array[len(self.ids)]
            self.ids[place], self.texts[place], self.places[last_id] = last_id, last_text, place

    def nearest(self, vectors: NDArray[np.float32], k: int) -> Found:
        """The k nearest of each, ties by id; none of a vector of zeros."""
        # Rounded, so that the same row is as near wherever it stands in the array.
        scores = np.round((vectors @ self.array[: len(self.ids)].T).astype(np.float64), 6)
        return [self._best(row, k) if vector.any() else [] for row, vector in zip(scores, vectors, strict=True)]

    def _best(self, scores: NDArray[np.float64], k: int) -> list[tuple[str, str, float]]:
        count = min(k, len(scores))
        if count < 1:
            return []
        # All that reach the k-th score, so that ties are cut by id and not by place.
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        rows = [(self.ids[i], self.texts[i], float(scores[i])) for i in np.flatnonzero(scores >= least)]
        return sorted(rows, key=lambda row: (-row[2], row[0]))[:k]
