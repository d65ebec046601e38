"""Place the nodes of a drawn graph: forces, then labels pushed apart. The same input, the same places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]
ROUNDS = 300


def places(
    count: int, edges: Sequence[tuple[int, int]], labels: Sequence[tuple[float, float]], width: float, height: float
) -> Places:
    """Centres, shape (count, 2), inside a canvas of this size; `labels` holds each node's box as (width, height).

    Fruchterman and Reingold, "Graph drawing by force-directed placement" (1991), from a spiral instead of chance,
    with the canvas's shape kept; then overlapping boxes are moved apart.
    """
    if count == 0:
        return np.zeros((0, 2))
    turn = np.arange(count) * 2.399963
    spread = np.sqrt((np.arange(count) + 0.5) / count)[:, None]
    points = 0.5 * spread * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    for step in range(ROUNDS):
        points = _moved(points, ends, heat=0.12 * (1 - step / ROUNDS))
    boxes = np.array(labels, dtype=np.float64).reshape(count, 2)
    margin = boxes / 2 + 12
    room = np.array([width, height]) - 2 * margin.max(axis=0)
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - low) / np.where(high > low, high - low, 1) * room + margin.max(axis=0)
    return _apart(scaled, boxes, width, height)


def _moved(points: Places, ends: NDArray[np.int64], heat: float) -> Places:
    near = 0.9 / np.sqrt(len(points))
    away = points[:, None, :] - points[None, :, :]
    distance = np.maximum(np.linalg.norm(away, axis=2), 1e-6)
    push = (away / distance[:, :, None] * (near**2 / distance)[:, :, None]).sum(axis=1)
    along = points[ends[:, 0]] - points[ends[:, 1]]
    pull = along * np.linalg.norm(along, axis=1, keepdims=True) / near
    np.subtract.at(push, ends[:, 0], pull)
    np.add.at(push, ends[:, 1], pull)
    push -= 0.6 * points  # towards the middle, so that parts without an edge between them do not drift away
    length = np.maximum(np.linalg.norm(push, axis=1, keepdims=True), 1e-9)
    return np.asarray(points + push / length * np.minimum(length, heat))


def _apart(points: Places, boxes: Places, width: float, height: float) -> Places:
    """Push overlapping boxes away from each other along the shorter way, and keep all on the canvas."""
    points = points.copy()
    least = boxes / 2
    for _ in range(ROUNDS):
        offset = points[:, None, :] - points[None, :, :]
        need = (boxes[:, None, :] + boxes[None, :, :]) / 2
        overlap = need - np.abs(offset)
        np.einsum("iix->ix", overlap)[:] = -1
        hit = (overlap > 0).all(axis=2)
        if not hit.any():
            break
        axis = overlap.argmin(axis=2)
        side = np.where(
            offset == 0,
            np.sign(np.subtract.outer(np.arange(len(points)), np.arange(len(points))))[..., None],
            np.sign(offset),
        )
        for k in (0, 1):
            points[:, k] += (
                (np.where(hit & (axis == k), overlap[..., k] * side[..., k] / 2, 0)).sum(axis=1).clip(-20, 20)
            )
        points = np.clip(points, least, np.array([width, height]) - least)
    return points
