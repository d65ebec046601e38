"""Writing and removing documents over Bolt; each function is one transaction and may be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...model import Document, Page, Sentence, content_id
from .canonical import dump_lines
from .layout import document_props, page_key, page_props, sentence_props
from .rows import create_edges, create_nodes, for_each
from .support import drop_support, sweep

if TYPE_CHECKING:
    import neo4j

    from .server import Server

_SENTENCES = (":Sentence {id: r.a}", ":Sentence {id: r.b}")


def write_document(
    tx: neo4j.Transaction, server: Server, document: Document, pages: Sequence[Page], sentences: Sequence[Sentence]
) -> None:
    """Add or replace; unchanged content, told by its digest, is not written again."""
    digest = content_id(*dump_lines([document], pages, sentences, (), (), ()))
    row = tx.run("MATCH (d:Document {id: $id}) RETURN d.digest AS digest", id=document.id).single()
    if row is not None and row["digest"] == digest:
        return
    props = {**document_props(document), "digest": digest}
    if row is None:
        create_nodes(tx, ["Document"], [props])
        create_nodes(tx, ["Sentence"], map(sentence_props, sentences))
    else:
        for_each(tx, "MATCH (d:Document {id: r.id}) SET d += r", [props])
        _replace_sentences(tx, server, document.id, sentences)
    create_nodes(tx, ["Page"], map(page_props, pages))
    _connect(tx, document, pages, sentences)


def remove_document(tx: neo4j.Transaction, server: Server, document: str) -> list[str]:
    """Take a document out with all it supports; the ids of the entities that went, sorted."""
    if tx.run("MATCH (d:Document {id: $id}) RETURN d.id AS id", id=document).single() is None:
        return []
    gone = _sentence_ids(tx, document)
    lost = drop_support(tx, server, gone)
    for_each(tx, "MATCH (s:Sentence {id: r}) DETACH DELETE s", gone)
    tx.run("MATCH (p:Page {document_id: $id}) DETACH DELETE p", id=document).consume()
    tx.run("MATCH (d:Document {id: $id}) DETACH DELETE d", id=document).consume()
    return sweep(tx, lost)


def _sentence_ids(tx: neo4j.Transaction, document: str) -> list[str]:
    found = tx.run("MATCH (s:Sentence {document_id: $id}) RETURN s.id AS id", id=document)
    return [row["id"] for row in found]


def _replace_sentences(tx: neo4j.Transaction, server: Server, document: str, sentences: Sequence[Sentence]) -> None:
    held = set(_sentence_ids(tx, document))
    gone = held - {sentence.id for sentence in sentences}
    lost = drop_support(tx, server, gone)
    for_each(tx, "MATCH (s:Sentence {id: r}) DETACH DELETE s", sorted(gone))
    sweep(tx, lost)
    if gone:
        # What was said is no longer what is kept: the next facts must not be taken for unchanged.
        tx.run("MATCH (d:Document {id: $id}) WHERE d.said IS NOT NULL SET d.said = ''", id=document).consume()
    tx.run("MATCH (p:Page {document_id: $id}) DETACH DELETE p", id=document).consume()
    tx.run("MATCH (s:Sentence {document_id: $id})-[n:NEXT]->() DELETE n", id=document).consume()
    absent = {"page": None, "boxes": None}  # setting null takes a property away
    kept = [{**absent, **sentence_props(s)} for s in sentences if s.id in held]
    for_each(tx, "MATCH (s:Sentence {id: r.id}) SET s += r", kept)
    create_nodes(tx, ["Sentence"], (sentence_props(s) for s in sentences if s.id not in held))


def _connect(tx: neo4j.Transaction, document: Document, pages: Sequence[Page], sentences: Sequence[Sentence]) -> None:
    of = ({"a": page_key(document.id, page.number), "b": document.id} for page in pages)
    create_edges(tx, "PAGE_OF", (":Page {key: r.a}", ":Document {id: r.b}"), of)
    on = ({"a": s.id, "b": page_key(document.id, s.page)} for s in sentences if s.page is not None)
    create_edges(tx, "ON_PAGE", (":Sentence {id: r.a}", ":Page {key: r.b}"), on)
    order = sorted(sentences, key=lambda s: s.index)
    create_edges(tx, "NEXT", _SENTENCES, ({"a": one.id, "b": other.id} for one, other in pairwise(order)))
