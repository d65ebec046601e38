"""Write and delete documents that are too large for one transaction, a part at a time.

A server keeps in memory all that a transaction changes. Until the last part is in, the document's `digest` and what it
has `said` are empty, so that whoever is interrupted writes all of it again; a part may be written twice to no effect.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ...model import Entity, Facts, Parsed, Sentence, Triple
from .batched_writes import create_nodes, for_each, portions
from .canonical import check_facts, merged
from .graph_layout import Props, document_props
from .kept_schema import take_turn
from .relation_supports import links_of, unsay
from .write_documents import (
    connect,
    digest_of,
    put_pages,
    put_sentences,
    remove_documents,
    remove_sentences,
    sentence_ids,
)
from .write_facts import digests_of, known, put_entities, put_links, put_supports, sign, tell_schema

if TYPE_CHECKING:
    import neo4j

    from .server import Server

Write: TypeAlias = Callable[..., Awaitable[Any]]
"""Runs a function over a transaction of its own, with the arguments after it; again where that may help."""


class Large:
    """Takes one large document in, and out again; at most some `rows` sentences, or links and supports, at a time."""

    def __init__(self, write: Write, server: Server, rows: int) -> None:
        self._write = write
        self._server = server
        self._rows = rows

    async def write_document(self, parsed: Parsed) -> None:
        """Add or replace its text."""
        held: Sequence[str] | None = await self._write(_begin_document, parsed)
        if held is None:
            return
        gone = sorted(set(held) - {sentence.id for sentence in parsed.sentences})
        for some in portions(gone, lambda _: 1, self._rows):
            await self._write(remove_sentences, self._server, some)
        await self._write(_replace_pages, parsed)
        last: list[Sentence] = []
        for run in portions(sorted(parsed.sentences, key=lambda s: s.index), lambda _: 1, self._rows):
            await self._write(_put_run, [*last, *run])
            last = run[-1:]
        await self._write(_end_document, parsed)

    async def write_facts(self, facts: Sequence[Facts]) -> set[str]:
        """Replace what it says; the entities that went, of which some may be back."""
        said: Sequence[str] | None = await self._write(_begin_facts, facts)
        gone: set[str] = set()
        for some in portions(said or (), lambda _: 1, self._rows):
            gone.update(await self._write(unsay, self._server, some))
        mentions = _mentions(facts)
        entities = {entity.id: entity for one in facts for entity in one.entities}
        for ids in portions(sorted(entities), lambda id: 1 + len(mentions.get(id, ())), self._rows):
            given = {id: entities[id] for id in ids}
            await self._write(_mention, self._server, given, {id: mentions[id] for id in ids if id in mentions})
        if said is not None:
            # By end, so that of a hub, which the store goes through edge by edge, all is done at once.
            triples = sorted(((one.document_id, triple) for one in facts for triple in one.triples), key=_ends)
            for run in portions(triples, lambda pair: 1 + len(pair[1].sentences), self._rows):
                await self._write(_relate, self._server, run)
            await self._write(_end_facts, facts)
        return gone

    async def delete(self, document: str) -> set[str]:
        """Take it out; the entities that went."""
        gone: set[str] = set()
        sentences: Sequence[str] = await self._write(_begin_anew, document, {})
        for some in portions(sentences, lambda _: 1, self._rows):
            gone.update(await self._write(remove_sentences, self._server, some))
        gone.update(await self._write(remove_documents, self._server, [document]))
        return gone


def _mentions(facts: Sequence[Facts]) -> dict[str, set[str]]:
    """Entity → sentences."""
    mentions: dict[str, set[str]] = {}
    for one in facts:
        for link in one.links:
            mentions.setdefault(link.entity, set()).add(link.sentence)
    return mentions


def _ends(said: tuple[str, Triple]) -> tuple[str, str]:
    return said[1].subject, said[1].object


# ── each a transaction
def _begin_document(tx: neo4j.Transaction, parsed: Parsed) -> list[str] | None:
    """The ids of the sentences that are there; None where nothing is to be written."""
    document = parsed.document
    found = tx.run("MATCH (d:Document {id: $id}) RETURN d.digest AS digest", id=document.id).single()
    if found is None:
        create_nodes(tx, ["Document"], [{**document_props(document), "digest": ""}])
    elif found["digest"] == digest_of(parsed):
        return None
    return _begin_anew(tx, document.id, document_props(document))


def _begin_anew(tx: neo4j.Transaction, document: str, props: Props) -> list[str]:
    unfinished = "SET d += $props, d.digest = '', d.said = CASE WHEN d.said IS NULL THEN null ELSE '' END"
    tx.run(f"MATCH (d:Document {{id: $id}}) {unfinished}", id=document, props=props).consume()
    return sentence_ids(tx, document)


def _replace_pages(tx: neo4j.Transaction, parsed: Parsed) -> None:
    for_each(tx, "MATCH (p:Page {document_id: r}) DETACH DELETE p", [parsed.document.id])
    put_pages(tx, parsed.pages)


def _put_run(tx: neo4j.Transaction, sentences: Sequence[Sentence]) -> None:
    put_sentences(tx, sentences)
    connect(tx, [sentences])


def _end_document(tx: neo4j.Transaction, parsed: Parsed) -> None:
    rows = [{"id": parsed.document.id, "digest": digest_of(parsed)}]
    for_each(tx, "MATCH (d:Document {id: r.id}) SET d.digest = r.digest", rows)


def _begin_facts(tx: neo4j.Transaction, facts: Sequence[Facts]) -> list[str] | None:
    """The ids of the sentences that may say something yet; None where they say just this, but for entities' names."""
    take_turn(tx)
    document = facts[0].document_id
    said, sentences = known(tx, [document])
    check_facts(facts, sentences)
    if said[document] == digests_of(facts)[document]:
        return None
    sign(tx, {document: ""})
    return [] if said[document] is None else sorted(sentences[document])


def _mention(
    tx: neo4j.Transaction, server: Server, entities: Mapping[str, Entity], mentions: Mapping[str, set[str]]
) -> None:
    take_turn(tx)
    put_entities(tx, server, entities, mentions)
    wanted = {(sentence, entity) for entity, sentences in mentions.items() for sentence in sentences}
    put_links(tx, wanted - links_of(tx, {sentence for sentence, _ in wanted}))


def _relate(tx: neo4j.Transaction, server: Server, said: Sequence[tuple[str, Triple]]) -> None:
    take_turn(tx)
    put_supports(tx, server, merged(Facts(document, (), (), (triple,)) for document, triple in said))


def _end_facts(tx: neo4j.Transaction, facts: Sequence[Facts]) -> None:
    take_turn(tx)
    sign(tx, digests_of(facts))
    tell_schema(tx, facts)
