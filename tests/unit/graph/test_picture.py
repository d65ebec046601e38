"""The picture of the graph: the best-connected entities, honest about what it leaves out, safe to open."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.errors import InputError
from kgqa.graph.picture import HEIGHT, WIDTH, Picture, picture, to_html, to_png
from kgqa.graph.picture_layout import places
from kgqa.model import Document, Entity, Facts, Link, Sentence, Triple
from kgqa.tools.store.memory import MemoryGraph
from PIL import Image

HOSTILE = "</title><script>alert('x')</script>\x1b[31m\u202e"


async def drawn(names: Sequence[str], joins: Sequence[tuple[int, int]], most: int = 40) -> Picture:
    """The picture of a graph with these entities and relations."""
    store = MemoryGraph()
    await store.open()
    sentence = Sentence("s", "d", 0, 0, 1, "x")
    await store.write_document(Document("d", "t", "t.md", "0", "en"), [], [sentence])
    entities = tuple(Entity(f"e{i}", name, "Thing") for i, name in enumerate(names))
    triples = tuple(Triple(f"e{a}", "RELATED_TO", f"e{b}", "know", ("s",), (1.0,)) for a, b in joins)
    await store.write_facts([Facts("d", entities, tuple(Link("s", e.id) for e in entities), triples)])
    try:
        return await picture(store, most)
    finally:
        await store.close()


async def test_the_best_connected_entities_are_kept_and_the_cut_is_stated() -> None:
    star = await drawn([f"n{i}" for i in range(9)], [(8, i) for i in range(7)] + [(0, 1)], most=3)
    assert {node.name for node in star.nodes} == {"n8", "n0", "n1"}
    assert star.nodes[0].degree == 7
    assert len(star.edges) == 3
    assert star.cut == "3 of 9 entities, those joined to the most others, with 3 links between them out of 8 relations."


async def test_an_empty_graph_has_a_picture_that_says_so() -> None:
    empty = await drawn([], [])
    assert "The graph is empty." in to_html(empty)
    assert Image.open(io.BytesIO(to_png(empty))).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("most", [0, 201])
async def test_a_picture_of_too_few_or_too_many_is_refused(most: int) -> None:
    with pytest.raises(InputError, match="1 to 200"):
        await drawn(["a"], [], most)


async def test_a_hostile_name_stays_a_name_in_html() -> None:
    page = to_html(await drawn([HOSTILE, "b"], [(0, 1)]))
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "&lt;/title&gt;" in page
    svg = page[page.index("<svg") : page.index("</svg>") + 6]
    assert {element.tag for element in ElementTree.fromstring(svg).iter()} <= {
        "svg", "line", "title", "g", "circle", "text",
    }  # fmt: skip


async def test_the_html_loads_nothing() -> None:
    page = to_html(await drawn(["a", "b"], [(0, 1)]))
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|http-equiv=.refresh", page)
    assert "default-src 'none'" in page


async def test_the_png_shows_every_node_in_its_colour() -> None:
    shown = await drawn(["a", "한결조선", "c"], [(0, 1), (1, 2)])
    image = Image.open(io.BytesIO(to_png(shown))).convert("RGB")
    for node in shown.nodes:
        assert image.getpixel((round(node.x), round(node.y))) == (0x1F, 0x5F, 0xA8)


async def test_the_same_graph_gives_the_same_picture() -> None:
    names, joins = [f"n{i}" for i in range(12)], [(i, (i * 5) % 12) for i in range(1, 12)]
    first, second = await drawn(names, joins), await drawn(names, joins)
    assert to_html(first) == to_html(second)
    assert to_png(first) == to_png(second)


@settings(max_examples=30)
@given(st.integers(1, 25), st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=40))
def test_every_label_stands_on_the_canvas(count: int, edges: list[tuple[int, int]]) -> None:
    inside = [(a % count, b % count) for a, b in edges if a % count != b % count]
    where = places(count, inside, [(120.0, 40.0)] * count, 1500, 980)
    assert where.shape == (count, 2)
    assert np.isfinite(where).all()
    assert (where >= [60, 20]).all()
    assert (where <= [1440, 960]).all()


def test_labels_are_moved_apart() -> None:
    where = places(10, [(0, i) for i in range(1, 10)], [(100.0, 40.0)] * 10, 1500, 980)
    apart = np.abs(where[:, None] - where[None, :])
    overlapping = (apart[..., 0] < 99) & (apart[..., 1] < 39)
    assert overlapping.sum() == 10
