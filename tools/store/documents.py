"""Writing and removing documents over Bolt; each function is one transaction and may be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...model import Parsed, Sentence, content_id
from .canonical import dump_lines
from .layout import document_props, page_key, page_props, sentence_props
from .rows import create_edges, create_nodes, for_each
from .schemas import take_turn
from .support import drop_support, sweep

if TYPE_CHECKING:
    import neo4j

    from .server import Server

_SENTENCES = (":Sentence {id: r.a}", ":Sentence {id: r.b}")


def write_documents(tx: neo4j.Transaction, server: Server, documents: Sequence[Parsed]) -> None:
    """Add or replace; unchanged content, told by its digest, is not written again."""
    digests = {
        p.document.id: content_id(*dump_lines([p.document], p.pages, p.sentences, (), (), ())) for p in documents
    }
    found = for_each(tx, "MATCH (d:Document {id: r}) RETURN d.id AS id, d.digest AS digest", sorted(digests))
    held = {row["id"]: row["digest"] for row in found}
    new = [one for one in documents if one.document.id not in held]
    changed = [p for p in documents if p.document.id in held and held[p.document.id] != digests[p.document.id]]
    create_nodes(tx, ["Document"], ({**document_props(p.document), "digest": digests[p.document.id]} for p in new))
    create_nodes(tx, ["Sentence"], (sentence_props(s) for one in new for s in one.sentences))
    for one in changed:
        props = {**document_props(one.document), "digest": digests[one.document.id]}
        for_each(tx, "MATCH (d:Document {id: r.id}) SET d += r", [props])
        _replace_sentences(tx, server, one.document.id, one.sentences)
    create_nodes(tx, ["Page"], (page_props(page) for one in (*new, *changed) for page in one.pages))
    _connect(tx, [*new, *changed])


def sizes(session: neo4j.Session, ids: Sequence[str]) -> dict[str, int]:
    """Document → how many sentences it has, for those of which anything exists, in the order asked."""
    held: dict[str, int] = {}
    for part in ("(n:Document {id: i})", "(n:Page {document_id: i})", "(n:Sentence {document_id: i})"):
        found = session.run(f"UNWIND $ids AS i MATCH {part} RETURN i, count(n) AS n", ids=list(ids))
        held.update((row["i"], row["n"] if "Sentence" in part else 0) for row in found)
    return {i: held[i] for i in ids if i in held}


def remove_documents(tx: neo4j.Transaction, server: Server, documents: Sequence[str]) -> list[str]:
    """Take documents out with all they support; the ids of the entities that went, sorted."""
    take_turn(tx)
    spoken = for_each(tx, "MATCH (s:Sentence {document_id: r}) RETURN s.id AS id", documents)
    gone = [row["id"] for row in spoken]
    lost = drop_support(tx, server, gone)
    for_each(tx, "MATCH (s:Sentence {id: r}) DETACH DELETE s", gone)
    for_each(tx, "MATCH (p:Page {document_id: r}) DETACH DELETE p", documents)
    for_each(tx, "MATCH (d:Document {id: r}) DETACH DELETE d", documents)
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


def _connect(tx: neo4j.Transaction, documents: Sequence[Parsed]) -> None:
    of = ({"a": page_key(p.document.id, page.number), "b": p.document.id} for p in documents for page in p.pages)
    create_edges(tx, "PAGE_OF", (":Page {key: r.a}", ":Document {id: r.b}"), of)
    sentences = [sorted(one.sentences, key=lambda s: s.index) for one in documents]
    on = ({"a": s.id, "b": page_key(s.document_id, s.page)} for some in sentences for s in some if s.page is not None)
    create_edges(tx, "ON_PAGE", (":Sentence {id: r.a}", ":Page {key: r.b}"), on)
    following = ({"a": one.id, "b": other.id} for some in sentences for one, other in pairwise(some))
    create_edges(tx, "NEXT", _SENTENCES, following)
