"""Rows as aligned lines below a head, as wide as a terminal counts them: Hangul takes two columns a syllable."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich.cells import cell_len


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[str] = ()) -> list[str]:
    """A line for the head and one a row, columns two spaces apart, those named in `numbers` aligned to the right."""
    lines = [head, *rows]
    widths = [max(cell_len(line[n]) for line in lines) for n in range(len(head))]
    return ["  ".join(_aligned(line, head, widths, numbers)).rstrip() for line in lines]


def _aligned(line: Sequence[str], head: Sequence[str], widths: Sequence[int], numbers: Collection[str]) -> list[str]:
    spaces = [" " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)]
    columns = zip(line, head, spaces, strict=True)
    return [space + cell if name in numbers else cell + space for cell, name, space in columns]
