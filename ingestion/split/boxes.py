"""Where a span of text stands on its page: one box a printed line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray


def line_boxes(glyphs: NDArray[np.float32] | None, start: int, end: int) -> tuple[Box, ...]:
    """A box around each printed line of `[start, end)`; empty without layout.

    `glyphs` has shape (length of the text, 4), NaN for characters that are not printed.
    """
    if glyphs is None or start >= end:
        return ()
    seen = glyphs[start:end]
    seen = seen[~np.isnan(seen[:, 0])]
    if not len(seen):
        return ()
    cuts = np.flatnonzero(_breaks(seen)) + 1
    firsts = np.concatenate(([0], cuts))
    low = np.minimum.reduceat(seen, firsts, axis=0)
    high = np.maximum.reduceat(seen, firsts, axis=0)
    return tuple(
        Box(round(float(a), 1), round(float(b), 1), round(float(c), 1), round(float(d), 1))
        for (a, b), (c, d) in zip(low[:, :2], high[:, 2:], strict=True)
    )


def _breaks(seen: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Between which characters a new line begins, shape (n - 1,).

    Neighbours are on one line when they overlap by half across it and follow each other along it; that way lines of
    turned text, which run down or up the page, are lines too.
    """
    before, after = seen[:-1], seen[1:]
    across = np.minimum(before[:, 2:], after[:, 2:]) - np.maximum(before[:, :2], after[:, :2])
    smaller = np.minimum(before[:, 2:] - before[:, :2], after[:, 2:] - after[:, :2])
    overlap = across >= 0.5 * np.maximum(smaller, 0.1)
    size = np.maximum((seen[:, 2:] - seen[:, :2]).max(axis=1), 0.1)
    reach = 1.5 * np.maximum(size[:-1], size[1:])
    level = overlap[:, 1] & (after[:, 0] > before[:, 0] - reach)
    upright = overlap[:, 0] & (-across[:, 1] < 0.6 * reach)
    stacked = upright & ~overlap[:, 1]
    result: NDArray[np.bool_] = ~(stacked if _turned(seen) else level)
    return result


def _turned(seen: NDArray[np.float32]) -> bool:
    """Whether the text runs along y: most characters stand above or below their neighbour."""
    if len(seen) < 3:
        return False
    middles = (seen[:, :2] + seen[:, 2:]) / 2
    steps = np.abs(np.diff(middles, axis=0))
    return bool((steps[:, 1] > steps[:, 0]).mean() > 0.5)
