"""Write and remove documents over Bolt; each function is one transaction and may be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...model import Page, Parsed, Sentence, content_id
from .batched_writes import create_edges, create_nodes, for_each
from .canonical import dump_lines
from .graph_layout import document_props, page_key, page_props, sentence_props
from .kept_schema import take_turn
from .relation_supports import drop_support, sweep

if TYPE_CHECKING:
    import neo4j

    from .server import Server

_SENTENCES = (":Sentence {id: r.a}", ":Sentence {id: r.b}")


def write_documents(tx: neo4j.Transaction, server: Server, documents: Sequence[Parsed]) -> None:
    """Add or replace; unchanged content, told by its digest, is not written again."""
    digests = {one.document.id: digest_of(one) for one in documents}
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
    put_pages(tx, [page for one in (*new, *changed) for page in one.pages])
    connect(tx, [sorted(one.sentences, key=lambda s: s.index) for one in (*new, *changed)])


def digest_of(parsed: Parsed) -> str:
    """What tells the content of two documents of one id apart."""
    return content_id(*dump_lines([parsed.document], parsed.pages, parsed.sentences, (), (), ()))


def sizes(session: neo4j.Session, ids: Sequence[str]) -> dict[str, int]:
    """Document → how many sentences it has, for those of which anything exists, in the order asked."""
    held: dict[str, int] = {}
    for part in ("(n:Document {id: i})", "(n:Page {document_id: i})", "(n:Sentence {document_id: i})"):
        found = session.run(f"UNWIND $ids AS i MATCH {part} RETURN i, count(n) AS n", ids=list(ids))
        held.update((row["i"], row["n"] if "Sentence" in part else 0) for row in found)
    return {i: held[i] for i in ids if i in held}


def sentence_ids(session: neo4j.Session | neo4j.Transaction, document: str) -> list[str]:
    """Of the sentences that the graph holds of a document, sorted."""
    found = session.run("MATCH (s:Sentence {document_id: $id}) RETURN s.id AS id", id=document)
    return sorted(row["id"] for row in found)


def remove_documents(tx: neo4j.Transaction, server: Server, documents: Sequence[str]) -> list[str]:
    """Take documents out with all they support; the ids of the entities that went, sorted."""
    gone = remove_sentences(tx, server, [id for document in documents for id in sentence_ids(tx, document)])
    for_each(tx, "MATCH (p:Page {document_id: r}) DETACH DELETE p", documents)
    for_each(tx, "MATCH (d:Document {id: r}) DETACH DELETE d", documents)
    return gone


def remove_sentences(tx: neo4j.Transaction, server: Server, sentences: Sequence[str]) -> list[str]:
    """Take sentences out with all they support; the ids of the entities that went, sorted."""
    take_turn(tx)
    lost = drop_support(tx, server, sentences)
    for_each(tx, "MATCH (s:Sentence {id: r}) DETACH DELETE s", sentences)
    return sweep(tx, lost)


def _replace_sentences(tx: neo4j.Transaction, server: Server, document: str, sentences: Sequence[Sentence]) -> None:
    gone = set(sentence_ids(tx, document)) - {sentence.id for sentence in sentences}
    remove_sentences(tx, server, sorted(gone))
    if gone:
        # What was said is no longer what is kept: the next facts must not be taken for unchanged.
        tx.run("MATCH (d:Document {id: $id}) WHERE d.said IS NOT NULL SET d.said = ''", id=document).consume()
    tx.run("MATCH (p:Page {document_id: $id}) DETACH DELETE p", id=document).consume()
    put_sentences(tx, sentences)


def put_sentences(tx: neo4j.Transaction, sentences: Sequence[Sentence]) -> None:
    """Make sentences, or change those there are; with no page, and nothing next."""
    ids = [sentence.id for sentence in sentences]
    held = {row["r"] for row in for_each(tx, "MATCH (s:Sentence {id: r}) RETURN r", ids)}
    for_each(tx, "MATCH (s:Sentence {id: r})-[n:NEXT|ON_PAGE]->() DELETE n", sorted(held))
    absent = {"page": None, "boxes": None}  # setting null takes a property away
    kept = [{**absent, **sentence_props(s)} for s in sentences if s.id in held]
    for_each(tx, "MATCH (s:Sentence {id: r.id}) SET s += r", kept)
    create_nodes(tx, ["Sentence"], (sentence_props(s) for s in sentences if s.id not in held))


def put_pages(tx: neo4j.Transaction, pages: Sequence[Page]) -> None:
    """Make pages that are not there."""
    create_nodes(tx, ["Page"], (page_props(page) for page in pages))
    of = ({"a": page_key(page.document_id, page.number), "b": page.document_id} for page in pages)
    create_edges(tx, "PAGE_OF", (":Page {key: r.a}", ":Document {id: r.b}"), of)


def connect(tx: neo4j.Transaction, runs: Sequence[Sequence[Sentence]]) -> None:
    """Join sentences that follow each other, and all to their pages."""
    on = ({"a": s.id, "b": page_key(s.document_id, s.page)} for run in runs for s in run if s.page is not None)
    create_edges(tx, "ON_PAGE", (":Sentence {id: r.a}", ":Page {key: r.b}"), on)
    following = ({"a": one.id, "b": other.id} for run in runs for one, other in pairwise(run))
    create_edges(tx, "NEXT", _SENTENCES, following)
