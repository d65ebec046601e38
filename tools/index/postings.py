"""Which rows hold which word, as blobs in SQLite tables, and BM25 over them in array arithmetic.

A word's rows are kept in blocks of `BLOCK` consecutive row numbers, so that adding or removing a row rewrites little
and ranking reads a few hundred blobs. FTS5 was tried first: it is slow where a question's words are common, and
leaving those out to save time gave other results.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..ports import Unit

BLOCK = 8192
K1, B = 1.2, 0.75
POSTING = np.dtype([("row", "<u2"), ("times", "u1"), ("length", "<u2")])
"""A row's number within its block, how often the word stands in it, how many words it has; packed, 5 bytes."""

TABLES = """
CREATE TABLE IF NOT EXISTS {unit}_rows (row INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, document TEXT NOT NULL,
  words TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS {unit}_documents ON {unit}_rows (document);
CREATE TABLE IF NOT EXISTS {unit}_postings (word TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL,
  UNIQUE (word, block));
CREATE TABLE IF NOT EXISTS {unit}_totals (one INTEGER PRIMARY KEY CHECK (one = 1), rows INTEGER, words INTEGER);
INSERT OR IGNORE INTO {unit}_totals VALUES (1, 0, 0);
"""

_FEW = 2000
"""Rows whose ids are looked up one by one; of equals there may be hundreds of thousands."""
_SURE = 1 + 1e-9
"""Sums are rounded: only what is less by more than that is less for sure."""
_SPARSE = 32
"""Putting a row in order takes as long as looking at so many."""
_ALL = slice(None)
Row = tuple[int, str]
"""A row's number and its words, joined by spaces."""
T = TypeVar("T")


def add(connection: sqlite3.Connection, unit: Unit, rows: Sequence[Row]) -> None:
    """Add rows that are not there yet."""
    found: dict[int, defaultdict[str, list[tuple[int, int, int]]]] = {}
    for row, words in rows:
        listed = words.split()
        here = found.setdefault(row // BLOCK, defaultdict(list))
        for word, times in Counter(listed).items():
            here[word].append((row % BLOCK, min(times, 255), min(len(listed), 65535)))
    for block, postings in found.items():
        old = _blobs(connection, unit, block, list(postings))
        new = {word: old.get(word, b"") + np.array(given, POSTING).tobytes() for word, given in postings.items()}
        _put(connection, unit, block, new)
    _count(connection, unit, rows, +1)


def remove(connection: sqlite3.Connection, unit: Unit, rows: Sequence[Row]) -> None:
    """Take rows out that are there, leaving no trace of them."""
    gone: dict[int, list[Row]] = defaultdict(list)
    for row, words in rows:
        gone[row // BLOCK].append((row % BLOCK, words))
    for block, here in gone.items():
        places = np.array([place for place, _ in here], dtype=np.uint16)
        touched = sorted({word for _, words in here for word in words.split()})
        new = {}
        for word, blob in _blobs(connection, unit, block, touched).items():
            held = np.frombuffer(blob, POSTING)
            new[word] = held[~np.isin(held["row"], places)].tobytes()
        _put(connection, unit, block, new)
    _count(connection, unit, rows, -1)


def rank(connection: sqlite3.Connection, unit: Unit, words: Iterable[str], k: int) -> list[tuple[str, float]]:
    """(id, BM25) of the k best rows, best first, ties by id.

    Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", with Lucene's idf.
    """
    scores, hit = _scores(_words(connection, unit, words), k)
    if len(hit) > k:
        reached = scores[hit]
        last = np.partition(reached, len(hit) - k)[len(hit) - k]
        better, equal = hit[reached > last], hit[reached == last]
        found = _least(connection, unit, better, len(better)) + _least(connection, unit, equal, k - len(better))
    else:
        found = _least(connection, unit, hit, k)
    return sorted(((key, float(scores[row])) for key, row in found), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True)
class _Word:
    """Where a word stands, and what that is worth."""

    idf: float
    places: NDArray[np.intp]
    postings: NDArray[np.void]
    average: float
    """Words in a row."""

    def worth(self, of: slice | NDArray[np.bool_] = _ALL) -> NDArray[np.float64]:
        """Its part of the score of each of these rows."""
        times = self.postings["times"][of].astype(np.float64)
        return self.idf * times / (times + K1 * (1 - B + B * self.postings["length"][of] / self.average))

    @property
    def most(self) -> float:
        """What it is worth at most: no row holds it more often, and none is shorter."""
        times, length = int(self.postings["times"].max()), int(self.postings["length"].min())
        return self.idf * times / (times + K1 * (1 - B + B * length / self.average))


def _words(connection: sqlite3.Connection, unit: Unit, words: Iterable[str]) -> list[_Word]:
    """Those that stand somewhere, the rarest first."""
    rows, total = connection.execute(f"SELECT rows, words FROM {unit}_totals").fetchone()  # noqa: S608
    found = []
    for word in sorted(words):
        places, postings = _postings(connection, unit, word)
        if len(places):
            idf = math.log1p((rows - len(places) + 0.5) / (len(places) + 0.5))
            found.append(_Word(idf, places, postings, total / rows))
    return sorted(found, key=lambda word: -word.idf)


def _scores(words: Sequence[_Word], k: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Scores by row number, and the rows that may be among the k best: all of these are scored in full.

    A row that holds but common words is left out once k others are sure to be better (MaxScore: Turtle and Flood 1995,
    "Query evaluation: strategies and optimizations").
    """
    scores = np.zeros(max((int(word.places.max()) + 1 for word in words), default=0))
    hit = np.zeros(0, dtype=np.intp)
    left = [word.most for word in words]
    for n, word in enumerate(words):
        reached = scores[hit]
        if len(hit) >= k and np.partition(reached, len(hit) - k)[len(hit) - k] > sum(left[n:]) * _SURE:
            known = scores[word.places] > 0
            scores[word.places[known]] += word.worth(known)
        else:
            scores[word.places] += word.worth()
            hit = _with(hit, word.places, scores)
    return scores, hit


def _with(hit: NDArray[np.intp], places: NDArray[np.intp], scores: NDArray[np.float64]) -> NDArray[np.intp]:
    """The rows hit so far and these, in order: of few, without looking through all rows there are."""
    few = len(hit) + len(places) < len(scores) // _SPARSE
    return np.union1d(hit, places) if few else np.flatnonzero(scores)


def _least(connection: sqlite3.Connection, unit: Unit, rows: NDArray[np.intp], count: int) -> list[tuple[str, int]]:
    """(id, row) of the `count` rows with the least ids."""
    found: list[tuple[str, int]] = []
    if len(rows) <= _FEW:
        for batch in batches(rows.tolist()):
            select = f"SELECT id, row FROM {unit}_rows WHERE row IN ({marks(batch)})"  # noqa: S608
            found += connection.execute(select, batch).fetchall()
        return sorted(found)[:count]
    # Looking up the ids of so many takes longer than reading ids in their order until enough of these came by.
    wanted = set(rows.tolist())
    for key, row in connection.execute(f"SELECT id, row FROM {unit}_rows ORDER BY id"):  # noqa: S608
        if row in wanted:
            found.append((key, row))
            if len(found) >= count:
                break
    return found


def frequencies(connection: sqlite3.Connection, unit: Unit, words: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many rows there are, and in how many of them each word stands."""
    found = dict.fromkeys(words, 0)
    for batch in batches(list(found)):
        select = f"SELECT word, sum(length(data)) FROM {unit}_postings WHERE word IN ({marks(batch)}) GROUP BY word"  # noqa: S608
        found.update({word: size // POSTING.itemsize for word, size in connection.execute(select, batch)})
    return int(connection.execute(f"SELECT rows FROM {unit}_totals").fetchone()[0]), found  # noqa: S608


def batches(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Slices short enough for one statement's parameters."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def marks(items: Sequence[object]) -> str:
    """A question mark for each."""
    return ",".join("?" * len(items))


def _postings(connection: sqlite3.Connection, unit: Unit, word: str) -> tuple[NDArray[np.intp], NDArray[np.void]]:
    select = f"SELECT block, data FROM {unit}_postings WHERE word = ?"  # noqa: S608
    found = connection.execute(select, (word,)).fetchall()
    postings = np.frombuffer(b"".join(data for _, data in found), POSTING)
    places, at = postings["row"].astype(np.intp), 0
    for block, data in found:
        size = len(data) // POSTING.itemsize
        places[at : at + size] += block * BLOCK
        at += size
    return places, postings


def _blobs(connection: sqlite3.Connection, unit: Unit, block: int, words: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for batch in batches(words):
        select = f"SELECT word, data FROM {unit}_postings WHERE block = ? AND word IN ({marks(batch)})"  # noqa: S608
        found.update(connection.execute(select, (block, *batch)).fetchall())
    return found


def _put(connection: sqlite3.Connection, unit: Unit, block: int, blobs: Mapping[str, bytes]) -> None:
    connection.executemany(
        f"INSERT OR REPLACE INTO {unit}_postings (word, block, data) VALUES (?, ?, ?)",  # noqa: S608
        [(word, block, data) for word, data in sorted(blobs.items()) if data],
    )
    connection.executemany(
        f"DELETE FROM {unit}_postings WHERE word = ? AND block = ?",  # noqa: S608
        [(word, block) for word, data in blobs.items() if not data],
    )


def _count(connection: sqlite3.Connection, unit: Unit, rows: Sequence[Row], sign: int) -> None:
    words = sum(len(text.split()) for _, text in rows)
    connection.execute(
        f"UPDATE {unit}_totals SET rows = rows + ?, words = words + ?",  # noqa: S608
        (sign * len(rows), sign * words),
    )
