"""Cut items into batches by weight, so that memory is bounded in sentences, not in documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], weight: Callable[[T], int], most: int, count: int) -> Iterator[list[T]]:
    """Runs of at most `count` items that weigh `most` together; one that weighs more comes alone."""
    batch: list[T] = []
    total = 0
    for item in items:
        own = weight(item)
        if batch and (total + own > most or len(batch) == count):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += own
    if batch:
        yield batch
