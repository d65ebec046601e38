"""What each strategy takes of the text around a hit."""

from __future__ import annotations

from dataclasses import replace

from kgqa.nodes.strategies.gather import adaptive, section, window
from kgqa.nodes.strategies.solve import Library
from kgqa.nodes.strategies.way import Reached

from .conftest import MORE, TOLD, place

LAST = len(TOLD) + len(MORE) - 1
REACHED = Reached(search="Where does the canteen stand?", facts=[], named=[], hits={}, walked={}, window=1)


async def test_a_window_reaches_just_so_far(library: Library) -> None:
    found = await window(replace(REACHED, facts=[place(3)]), library)
    assert [s.index for s in found.sentences] == [2, 3, 4]
    found = await window(replace(REACHED, facts=[place(3)], window=0), library)
    assert [s.index for s in found.sentences] == [3]


async def test_a_section_is_taken_whole_and_no_further(library: Library) -> None:
    found = await section(replace(REACHED, facts=[place(LAST)]), library)
    assert [s.index for s in found.sentences] == [LAST - 1, LAST]


async def test_an_adaptive_window_grows_while_its_neighbours_are_alike(library: Library) -> None:
    found = await adaptive(replace(REACHED, search="coast", facts=[place(2)]), library)
    near = [s.index for s in found.sentences if s.index < len(TOLD)]
    assert near == [0, 1, 2], "PX and designs are alike up to the sentence on her birth"
    assert LAST not in [s.index for s in found.sentences]
