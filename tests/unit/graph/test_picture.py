"""The picture of the graph: the best-connected entities, honest about what it leaves out, safe to open."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.errors import InputError
from kgqa.graph.picture import HEIGHT, WIDTH, Picture, picture, to_html, to_png
from kgqa.graph.picture.colours import colours
from kgqa.graph.picture.drawing import Node
from kgqa.graph.picture.layout import places
from kgqa.model import Document, Entity, Facts, Link, Sentence, Triple
from kgqa.tools.store.memory import MemoryGraph
from PIL import Image, ImageColor

HOSTILE = "</title><script>alert('x')</script>\x1b[31m\u202e"


async def drawn(
    names: Sequence[str], joins: Sequence[tuple[int, int]], most: int = 40, around: str = "", dates: int = 0
) -> Picture:
    """The picture of a graph with these entities, the last of them `dates`, and relations."""
    store = MemoryGraph()
    await store.open()
    sentence = Sentence("s", "d", 0, 0, len(HOSTILE), HOSTILE, page=3)
    await store.write_document(Document("d", "t", "t.md", "0", "en"), [], [sentence])
    kinds = ["Thing"] * (len(names) - dates) + ["DATE"] * dates
    entities = tuple(Entity(f"e{i}", name, kinds[i]) for i, name in enumerate(names))
    triples = tuple(Triple(f"e{a}", "RELATED_TO", f"e{b}", "know", ("s",), (1.0,)) for a, b in joins)
    await store.write_facts([Facts("d", entities, tuple(Link("s", e.id) for e in entities), triples)])
    try:
        return await picture(store, most, around)
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


async def test_what_is_no_name_is_hidden_until_asked_for() -> None:
    shown = await drawn(["a", "b", "1998"], [(0, 1), (0, 2)], dates=1)
    assert [node.is_name for node in shown.nodes] == [True, True, False]
    assert {node.name for node in shown.names().nodes} == {"a", "b"}
    assert len(shown.names().edges) == 1
    assert data_of(to_html(shown))["everything"] is False


async def test_around_a_name_stand_those_joined_to_it() -> None:
    joins = [(0, 1), (0, 3), (1, 2)]
    shown = await drawn(["Ann Bell", "b", "c", "1998"], joins, around="ann bell", dates=1)
    assert [node.name for node in shown.nodes] == ["Ann Bell", "b", "1998"]
    assert shown.cut.startswith("3 of 4 entities, those around ann bell, with 2 links")


async def test_a_name_that_nothing_bears_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="no entity is called 'Ann Bel'; perhaps 'Ann Bell'"):
        await drawn(["Ann Bell", "b"], [(0, 1)], around="Ann Bel")


async def test_each_node_and_link_tells_its_sentences() -> None:
    shown = await drawn(["a", "b"], [(0, 1)])
    for one in (*shown.nodes, *shown.edges):
        assert [(told.text, told.place) for told in one.sentences] == [(HOSTILE, "t, page 3")]


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


async def test_what_documents_say_is_data_and_ends_no_script() -> None:
    page = to_html(await drawn([HOSTILE, "b"], [(0, 1)]))
    assert "alert('x')</script>" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert data_of(page)["nodes"][0]["name"].startswith("</title><script>alert")
    assert page.count("<script") == 2


async def test_the_page_loads_nothing_and_runs_its_own_script_alone() -> None:
    page = to_html(await drawn(["a", "b"], [(0, 1)]))
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|http-equiv=.refresh|fetch\(|XMLHttp", page)
    script = page[page.rindex("<script>") + 8 : page.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in page
    assert "innerHTML" not in script
    assert "[[" not in page.replace(script, "")


async def test_the_png_shows_every_node_in_its_colour() -> None:
    shown = await drawn(["a", "한결조선", "c"], [(0, 1), (1, 2)])
    image = Image.open(io.BytesIO(to_png(shown))).convert("RGB")
    for node in shown.nodes:
        assert image.getpixel((round(node.x), round(node.y))) == ImageColor.getrgb(colours(shown.nodes)[node.type])


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


def test_a_type_has_the_same_colour_on_every_picture() -> None:
    few = colours([Node("Ann", "PERSON", 1, 0, 0), Node("1998", "DATE", 1, 0, 0)])
    many = colours([Node("Ann", "PERSON", 1, 0, 0), *(Node(f"T{n}", "NAME", 1, 0, 0) for n in range(9))])
    assert few["PERSON"] == many["PERSON"]
    assert len({*few.values()}) == 2
