"""What each strategy takes of the text around a hit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kgqa.nodes.strategies import candidates as gather
from kgqa.nodes.strategies.candidates import adaptive, fused, section, window
from kgqa.nodes.strategies.solve_step import Library
from kgqa.nodes.strategies.strategy import Reached
from kgqa.tools.embed.hashing import Hashing

from .conftest import MORE, TOLD, place

LAST = len(TOLD) + len(MORE) - 1
REACHED = Reached(
    search="Where does the canteen stand?", facts=[], named=[], sentences=[], hits={}, walked={}, window=1
)


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


async def test_hybrid_reads_only_so_much_and_what_full_text_found_first(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "_MOST", 4)  # of these one would stand behind the last
    walked = {place(0): 1.0}
    found = await fused(replace(REACHED, sentences=[place(LAST)], walked=walked), library)
    assert [s.index for s in found.sentences] == [0, LAST - 1, LAST], "the hit, its neighbour, and what was left"


async def test_no_number_of_facts_keeps_the_best_hits_of_full_text_out(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "_MOST", 4)
    facts = [place(n) for n in range(LAST - 1)]
    found = await fused(replace(REACHED, facts=facts, sentences=[place(LAST)], window=0), library)
    assert [s.index for s in found.sentences] == [0, 1, 2, LAST]
    monkeypatch.setattr(gather, "_OF_BEST", 2)
    found = await fused(replace(REACHED, facts=facts[:2], sentences=[place(LAST)], window=9), library)
    assert {0, LAST} <= {s.index for s in found.sentences}, "nor do their neighbours keep the facts out"


class Meaning(Hashing):
    """The hashing embedder, taken for one that knows meaning."""

    semantic = True


async def test_hybrid_takes_what_vectors_find_only_where_they_tell_meaning(library: Library) -> None:
    far = replace(REACHED, search="nourishment", facts=[], window=0)
    texts = [fact[4] for fact in TOLD] + list(MORE)
    embedder = Meaning(512)
    rows = await embedder.embed(["nourishment" if n == LAST else text for n, text in enumerate(texts)])
    await library.vectors.upsert("sentences", [place(n) for n in range(len(texts))], rows, texts)
    assert (await fused(far, library)).sentences == []
    found = await fused(far, replace(library, embedder=embedder))
    assert next(iter(found.near)) == place(LAST)
    assert place(LAST) in {sentence.id for sentence in found.sentences}
    alike = await adaptive(replace(far, facts=[place(0)]), replace(library, embedder=embedder))
    assert place(0) in {sentence.id for sentence in alike.sentences}
