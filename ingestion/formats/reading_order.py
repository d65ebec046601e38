"""Reading order of a page: recursive XY-cut over the boxes of its runs, with tables told from columns.

The page is cut into bands wherever white runs across it; bands that leave one gutter free together are columns (or a
table) and are cut along it, each side then anew. After Nagy and Seth, "Hierarchical representation of optically
scanned documents" (1984); grouping the bands first keeps a gap that two columns share by chance from cutting both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ...tools.text.words import HANGUL
from .pdf_chars import APART, Run

Row = list[Run]
_DEEPEST = 12
_MOST = 4000
"""Runs: a page of more (a map, a drawing's labels) is read row by row."""


@dataclass(frozen=True, slots=True)
class Region:
    """Rows that are read one after the other. A table's rows hold one list of runs a cell."""

    rows: tuple[Row, ...] = ()
    table: tuple[tuple[Row, ...], ...] = ()


def reading_order(runs: Sequence[Run]) -> list[Region]:
    """The regions of a page in the order they are read; every run stands in exactly one of them."""
    if not runs:
        return []
    if len(runs) > _MOST:
        return [Region(rows=tuple(_rows(runs)))]
    return _cut(list(runs), _DEEPEST)


def _cut(runs: list[Run], depth: int) -> list[Region]:
    bands = _bands(runs)
    regions: list[Region] = []
    place = 0
    for start, end in _tables(bands):
        regions.extend(_flow(bands[place:start], depth))
        inside = [run for band in bands[start:end] for run in band]
        regions.append(Region(table=tuple(_table_rows(inside, _gutters(inside)))))
        place = end
    regions.extend(_flow(bands[place:], depth))
    return regions


def _flow(bands: Sequence[list[Run]], depth: int) -> list[Region]:
    """Bands without a wide table: full lines as they come, columns one after the other."""
    regions: list[Region] = []
    plain: list[Row] = []
    index = 0
    while index < len(bands):
        end, gutters = _group(bands, index) if depth else (index, [])
        if gutters:
            regions.extend([Region(rows=tuple(plain))] if plain else [])
            regions.extend(_columns_or_table(bands[index:end], gutters, depth))
            plain, index = [], end
        else:
            plain.extend(_rows(bands[index]))
            index += 1
    return [*regions, Region(rows=tuple(plain))] if plain else regions


def _tables(bands: Sequence[list[Run]]) -> list[tuple[int, int]]:
    """Stretches of bands that are tables of three columns or more; they may lie across columns of text."""
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(bands):
        end = _table_end(bands, index)
        if end:
            found.append((index, end))
        index = end or index + 1
    return found


def _table_end(bands: Sequence[list[Run]], start: int) -> int:
    """Where the table that begins with the band `start` ends; 0 when none does."""
    columns = len(_gutters(bands[start]))
    if columns < 2:
        return 0
    gathered: list[Run] = []
    end = start
    for index in range(start, len(bands)):
        more = [*gathered, *bands[index]]
        if len(_gutters(more)) < columns or not (len(bands[index]) > 1 or _close(bands[index - 1], bands[index])):
            break
        gathered, end = more, index + 1
    whole = len(_rows(gathered)) >= 2 and _is_table(gathered, _gutters(gathered))
    return end if whole else 0


def _close(above: Sequence[Run], below: Sequence[Run]) -> bool:
    """Whether the lower band follows as the next line of what stands above."""
    white = min(run.y0 for run in below) - max(run.y1 for run in above)
    return white < 0.4 * median(run.size for run in below)


def _bands(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs by the horizontal white between them, top to bottom; loose boxes of close lines may overlap a little."""
    bands: list[list[Run]] = []
    bottom = float("-inf")
    for run in sorted(runs, key=lambda run: (run.y0, run.x0)):
        slack = 0.2 * (run.y1 - run.y0)
        if run.y0 + slack >= bottom:
            bands.append([])
        bands[-1].append(run)
        bottom = max(bottom, run.y1 - slack)
    return bands


def _rows(runs: Sequence[Run]) -> list[Row]:
    """Runs by the line they stand on, top to bottom, left to right."""
    rows: list[Row] = []
    for run in sorted(runs, key=lambda run: (run.y0 + run.y1) / 2):
        middle = (run.y0 + run.y1) / 2
        if rows and rows[-1][0].y0 < middle < rows[-1][0].y1:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.x0) for row in rows]


def _group(bands: Sequence[list[Run]], start: int) -> tuple[int, list[float]]:
    """The longest stretch of bands from `start` with white running down through all of them, and where it runs."""
    gathered: list[Run] = []
    end, found = start, list[float]()
    lead = _lead(bands, start)
    for index in range(start, len(bands)):
        gathered.extend(bands[index])
        gutters = _gutters(gathered)
        if not gutters and index >= start + lead:
            break
        end, found = index + 1, gutters
    end, found = _without_tail(bands, start, end, found)
    rows = len(_rows([run for band in bands[start:end] for run in band]))
    return (end, found) if found and rows >= 2 else (start, [])


def _lead(bands: Sequence[list[Run]], start: int) -> int:
    """How many bands from `start` hold only the right column, whose lines may begin higher than the left one's."""
    gathered = list(bands[start])
    for ahead in range(1, min(4, len(bands) - start)):
        if _gutters(gathered) or not _close(bands[start + ahead - 1], bands[start + ahead]):
            return 0
        left = min(run.x0 for run in gathered)
        gathered.extend(bands[start + ahead])
        gutters = _gutters(gathered)
        if gutters and left > gutters[-1]:
            return ahead
    return 0


def _without_tail(bands: Sequence[list[Run]], start: int, end: int, gutters: list[float]) -> tuple[int, list[float]]:
    """A heading or text that begins below columns and happens to end before the gutter is none of theirs."""
    tail = end
    while tail > start + 1 and all(run.x1 <= gutters[0] for run in bands[tail - 1]):
        tail -= 1
    alone = end - tail
    if not alone:
        return end, gutters
    runs = [run for band in bands[start:tail] for run in band]
    left = _gutters(runs)
    if not left or _is_table(runs, left) or (alone <= 1 and end < len(bands)):
        return tail, left
    return end, gutters


def _gutters(runs: Sequence[Run]) -> list[float]:
    """The middles of the white stretches between runs, left to right, that are wide enough to part columns."""
    gutters: list[float] = []
    spread = sorted(runs, key=lambda run: run.x0)
    right = spread[0].x1
    wide = APART * median(run.size for run in runs)
    for run in spread[1:]:
        if run.x0 - right >= wide:
            gutters.append((run.x0 + right) / 2)
        right = max(right, run.x1)
    return gutters


def _split(runs: Sequence[Run], gutters: Sequence[float]) -> list[list[Run]]:
    columns: list[list[Run]] = [[] for _ in range(len(gutters) + 1)]
    for run in runs:
        columns[sum(1 for gutter in gutters if run.x0 > gutter)].append(run)
    return columns


def _columns_or_table(bands: Sequence[list[Run]], gutters: list[float], depth: int) -> list[Region]:
    runs = [run for band in bands for run in band]
    if _is_table(runs, gutters):
        return [Region(table=tuple(_table_rows(runs, gutters)))]
    return [region for column in _split(runs, gutters) for region in _cut(column, depth - 1)]


def _is_table(runs: Sequence[Run], gutters: Sequence[float]) -> bool:
    """Cells, not columns of prose: some column is of short pieces, and its rows stand level with another's."""
    columns = _split(runs, gutters)
    short = [column for column in columns if not _is_prose(column)]
    if not short:
        return False
    level = [_level(column, [run for other in columns if other is not column for run in other]) for column in short]
    return max(level) >= 0.6


def _is_prose(column: Sequence[Run]) -> bool:
    rows = _rows(column)
    wide = max(run.x1 for run in column) - min(run.x0 for run in column)
    fill = median((row[-1].x1 - row[0].x0) / max(wide, 1.0) for row in rows)
    text = "".join(run.strip.text for run in column)
    long = 10 if HANGUL.search(text) else 20
    return len(rows) >= 3 and fill >= 0.6 and len(text) / len(rows) >= long


def _level(column: Sequence[Run], others: Sequence[Run]) -> float:
    """The share of a column's runs that stand on one line with a run elsewhere."""
    middles = [(run.y0 + run.y1) / 2 for run in others]
    hits = sum(1 for run in column if any(run.y0 < middle < run.y1 for middle in middles))
    return hits / len(column)


def _table_rows(runs: Sequence[Run], gutters: Sequence[float]) -> list[tuple[Row, ...]]:
    """Rows of cells; a line that only carries on the cells above is joined to them."""
    table: list[list[Row]] = []
    bottom = 0.0
    for line in _rows(runs):
        cells = _split(line, gutters)
        close = line[0].y0 - bottom < 0.3 * line[0].size
        if table and close and not all(cells):
            for cell, more in zip(table[-1], cells, strict=True):
                cell.extend(more)
        else:
            table.append(cells)
        bottom = max(run.y1 for run in line)
    return [tuple(row) for row in table]
