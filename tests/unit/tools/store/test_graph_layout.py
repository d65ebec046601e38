"""Types, names and property maps survive the way into a property graph and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Box, Document, Entity, Page, Sentence
from kgqa.tools.store import graph_layout


@pytest.mark.parametrize("kind", ["Person", "WORKS_AT", "회사", "part of", "R&D", "a", "Äpfel", "3D"])
def test_a_plain_type_is_its_own_label(kind: str) -> None:
    assert graph_layout.label_of(kind) == kind


@pytest.mark.parametrize(
    "kind", ["", " ", "a`b", "\\u0060", "Sentence", "MENTIONS", "__Entity__", "a,b", "x" * 101, "\n"]
)
def test_any_other_type_is_encoded_to_a_name_every_server_takes(kind: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_]{1,40}", graph_layout.label_of(kind))


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_two_types_share_a_label(one: str, other: str) -> None:
    assert (graph_layout.label_of(one) == graph_layout.label_of(other)) == (one == other)
    assert (graph_layout.relationship_of(one) == graph_layout.relationship_of(other)) == (one == other)
    assert graph_layout.encoded(one, "E") != graph_layout.encoded(other, "R")


@given(st.text())
def test_a_quoted_identifier_ends_where_it_should(name: str) -> None:
    inner = graph_layout.quoted(name)[1:-1]
    assert inner.replace("``", "").count("`") == 0
    assert inner.replace("``", "`") == name


@given(st.text(max_size=1500), st.text(max_size=30), st.lists(st.text(max_size=1200), max_size=4, unique=True))
def test_an_entity_comes_back_as_it_went(name: str, kind: str, aliases: list[str]) -> None:
    entity = Entity("e", name, kind, tuple(sorted(aliases)))
    label = graph_layout.label_of(kind)
    props = graph_layout.entity_props(entity, label)
    assert graph_layout.entity_from(props, ["__Entity__", label]) == entity
    assert len(props["name"]) <= 1000
    assert len(props["key"]) <= 1000
    assert all(len(key) <= 1000 for key in graph_layout.alias_keys(entity))


@pytest.mark.parametrize("page", [None, 3])
@pytest.mark.parametrize("boxes", [(), (Box(1.0, 2.0, 3.0, 4.0), Box(5.5, 6.0, 7.0, 8.0))])
def test_a_sentence_comes_back_as_it_went(page: int | None, boxes: tuple[Box, ...]) -> None:
    sentence = Sentence("s", "d", 3, 10, 20, "text", "list", page, "A › B", boxes)
    assert graph_layout.sentence_from(graph_layout.sentence_props(sentence)) == sentence


def test_documents_and_pages_come_back_as_they_went() -> None:
    document, page = Document("d", "T", "t.pdf", "sha", "ko"), Page("d", 2, "i.png", 10, 20, 90)
    props = graph_layout.document_props(document)
    assert Document(*(props[name] for name in graph_layout.DOCUMENT)) == document
    assert graph_layout.page_from(graph_layout.page_props(page)) == page


def test_an_alias_that_the_name_covers_needs_no_key_of_its_own() -> None:
    assert graph_layout.alias_keys(Entity("e", "The Acme", "Org", ("ACME", "acme!", "", "x-c", "x c"))) == ["x c"]
