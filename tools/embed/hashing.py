"""The hashing embedder: pieces of spelling hashed into a vector, so that near spellings are near; any language.

Feature hashing with signs after Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning", over
character n-grams inside word boundaries after Bojanowski et al. 2017, "Enriching Word Vectors with Subword
Information". All in array arithmetic over one long run of code points; no Python work per n-gram.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..text.words import HANGUL

VERSION = 1
_BLOCK = 4096
_SHORT, _FEW = 200, 16
"""Letters and texts that are embedded where they are asked for, in some 0.3 ms: a thread would wait longer for its turn
while others compute."""
_SPACE = 0x20
_GRAMS = ((2, 1.0), (3, 0.7), (4, 0.4))
_JAMO_GRAMS = ((2, 0.7), (3, 0.7), (4, 0.7))
_WORD_WEIGHT = 0.5
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))

U64 = NDArray[np.uint64]


class Hashing:
    """Character 2- to 4-grams and whole words; Hangul also as jamo, so that a particle moves a name little."""

    semantic = False

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self.name = f"hashing-{VERSION}-{dimensions}"

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions), rows of unit length; a text without a letter or digit gives zeros."""
        if len(texts) <= _FEW and sum(map(len, texts)) <= _SHORT:
            return self._embed(list(texts))
        return await asyncio.to_thread(self._embed, list(texts))

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BLOCK):
            block = [unicodedata.normalize("NFKC", text).casefold() for text in texts[start : start + _BLOCK]]
            found[start : start + len(block)] = self._block(block)
        return found

    def _block(self, texts: list[str]) -> NDArray[np.float32]:
        rows, hashes, weights = _features(texts, _GRAMS, _WORD_WEIGHT, salt=0)
        hangul = [i for i, text in enumerate(texts) if HANGUL.search(text)]
        if hangul:
            jamo = [unicodedata.normalize("NFD", texts[i]) for i in hangul]
            more = _features(jamo, _JAMO_GRAMS, 0.0, salt=1)
            rows = np.concatenate([rows, np.asarray(hangul, dtype=np.int64)[more[0]]])
            hashes, weights = np.concatenate([hashes, more[1]]), np.concatenate([weights, more[2]])
        return self._fold(len(texts), rows, hashes, weights)

    def _fold(
        self, count: int, rows: NDArray[np.int64], hashes: U64, weights: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Equal features of a row count 1 + ln(how often); a hash gives the place and, by its lowest bit, the sign."""
        order = np.lexsort((hashes, rows))
        rows, hashes, weights = rows[order], hashes[order], weights[order]
        new = np.ones(len(rows), dtype=bool)
        new[1:] = (rows[1:] != rows[:-1]) | (hashes[1:] != hashes[:-1])
        starts = np.flatnonzero(new)
        times = np.diff(np.append(starts, len(rows)))
        rows, hashes, weights = rows[starts], hashes[starts], weights[starts] * (1 + np.log(times))
        signs = np.where(hashes & np.uint64(1), 1.0, -1.0)
        places = (hashes >> np.uint64(20)) % np.uint64(self.dimensions)
        flat = rows * self.dimensions + places.astype(np.int64)
        summed = np.bincount(flat, weights=weights * signs, minlength=count * self.dimensions)
        dense = summed.reshape(count, self.dimensions).astype(np.float32)
        norms = np.linalg.norm(dense, axis=1, keepdims=True)
        return np.asarray(dense / np.where(norms > 0, norms, 1), dtype=np.float32)


def _features(
    texts: list[str], grams: Sequence[tuple[int, float]], word_weight: float, salt: int
) -> tuple[NDArray[np.int64], U64, NDArray[np.float64]]:
    """(row, hash, weight) of every n-gram that lies within one word and its two boundaries, and of every word."""
    codes, owner = _codes(texts)
    powers = np.cumprod(np.full(len(codes) + 1, _BASE, dtype=np.uint64))
    unwind = np.cumprod(np.full(len(codes) + 1, _INVERSE, dtype=np.uint64))
    # A window's hash is a difference of prefix sums, moved to a common origin: no loop over its characters.
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers[:-1], out=sums[1:])
    gaps = np.flatnonzero(codes == _SPACE)
    spans: list[tuple[NDArray[Any], NDArray[Any], float]] = []
    if word_weight:
        spans.append((gaps[:-1], gaps[1:] + 1, word_weight))
    inner = np.concatenate([[0], np.cumsum(codes == _SPACE)])
    for size, weight in grams:
        starts = np.arange(max(0, len(codes) - size + 1))
        # No space strictly inside: the window does not leave its word.
        inside = inner[starts + size - 1] - inner[np.minimum(starts + 1, len(codes))]
        starts = starts[inside == 0]
        spans.append((starts, starts + size, weight))
    rows, hashes, weights = [], [], []
    for starts, ends, weight in spans:
        window: U64 = (sums[ends] - sums[starts]) * unwind[starts] + (ends - starts).astype(np.uint64)
        hashes.append(_mix(window, salt))
        # A boundary may stand for the next text's too: a window belongs to the text of its first letter.
        rows.append(owner[starts + (codes[starts] == _SPACE)])
        weights.append(np.full(len(starts), weight))
    return np.concatenate(rows), np.concatenate(hashes), np.concatenate(weights)


def _codes(texts: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The code points of all texts in one run, each text between spaces, what is no word a space; and whose each is."""
    joined = " " + "".join(f"{text} " for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).copy()
    lengths = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    owner = np.concatenate([[0], np.repeat(np.arange(len(texts)), lengths)])
    kinds, inverse = np.unique(codes, return_inverse=True)
    codes[~np.fromiter((_in_word(int(c)) for c in kinds), dtype=bool, count=len(kinds))[inverse]] = _SPACE
    # Runs of spaces become one; the last of a run is kept, whose right neighbour begins a word of the same text.
    keep = np.ones(len(codes), dtype=bool)
    keep[:-1] = (codes[:-1] != _SPACE) | (codes[1:] != _SPACE)
    return codes[keep], owner[keep]


@lru_cache(maxsize=65536)
def _in_word(code: int) -> bool:
    return unicodedata.category(chr(code))[0] in "LNM"


def _mix(values: U64, salt: int) -> U64:
    """The finaliser of splitmix64: every bit of the value sways every bit of the hash."""
    mixed = values + np.uint64(salt * 0xD1B54A32D192ED03 % (1 << 64))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
