"""What every store agrees on: how supports merge, the order of facts, which facts are refused, the canonical dump."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ...errors import ContractError, InputError
from ...model import (
    Box,
    Document,
    Entity,
    Facts,
    Link,
    Origin,
    Page,
    Relation,
    Schema,
    Sentence,
    Triple,
    content_id,
)

Supports = dict[str, float]
"""Sentence id → the confidence with which it supports a relation."""


class RelationKey(NamedTuple):
    """What makes two relations one."""

    subject: str
    type: str
    object: str
    phrase: str
    origin: Origin


def key_of(triple: Triple) -> RelationKey:
    """The identity of the relation that this triple supports."""
    return RelationKey(triple.subject, triple.type, triple.object, triple.phrase, triple.origin)


def triple_of(key: RelationKey, supports: Mapping[str, float]) -> Triple:
    """The fact as readers get it: its best supports first, ties by sentence id."""
    ranked = sorted(supports.items(), key=lambda item: (-item[1], item[0]))
    return Triple(
        subject=key.subject,
        type=key.type,
        object=key.object,
        phrase=key.phrase,
        sentences=tuple(sentence for sentence, _ in ranked),
        scores=tuple(float(score) for _, score in ranked),
        origin=key.origin,
    )


def merged(facts: Iterable[Facts]) -> dict[RelationKey, Supports]:
    """The relations of these facts; a sentence named twice for one counts with its better score."""
    relations: dict[RelationKey, Supports] = {}
    for one in facts:
        for triple in one.triples:
            supports = relations.setdefault(key_of(triple), {})
            for sentence, score in zip(triple.sentences, triple.scores, strict=True):
                supports[sentence] = max(float(score), supports.get(sentence, 0.0))
    return relations


def best_first(triples: Iterable[Triple], limit: int) -> list[Triple]:
    """By confidence, then number of supports, then identity."""
    return sorted(triples, key=lambda t: (-t.confidence, -len(t.sentences), key_of(t)))[: max(0, limit)]


def once(ids: Iterable[str]) -> list[str]:
    """Each id once, in the order first asked."""
    return list(dict.fromkeys(ids))


def check_facts(facts: Sequence[Facts], sentences: Mapping[str, Collection[str]]) -> None:
    """Refuse facts that could not be deleted exactly; `sentences` holds each written document's sentence ids.

    Raises:
        ContractError: a document was not written, a support is no sentence of it, a relation has no support or joins
            an entity that no sentence of the document mentions, or an entity is linked without being given.
    """
    for one in facts:
        if one.document_id not in sentences:
            raise ContractError(f"facts of document {one.document_id!r}, which has not been written")
        given = {entity.id for entity in one.entities}
        linked = {link.entity for link in one.links}
        _each_in("a link names entity", linked, given, "which the facts do not hold", one)
        _each_in(
            "a link names sentence", {link.sentence for link in one.links}, sentences[one.document_id], _APART, one
        )
        for triple in one.triples:
            _check_triple(triple, linked, sentences[one.document_id], one)


def check_text(owner: str, texts: Iterable[str]) -> None:
    """Refuse what no database can hold as text.

    Raises:
        InputError: a lone surrogate stands in one of them; `owner` says whose text it is.
    """
    joined = "".join(texts)
    try:
        joined.encode()
    except UnicodeEncodeError as error:
        near = joined[max(0, error.start - 20) : error.end + 20]
        raise InputError(f"{owner}: text that is not valid Unicode near {near!r}") from error


def document_texts(document: Document, pages: Iterable[Page], sentences: Iterable[Sentence]) -> list[str]:
    """Every text that comes from outside in a document."""
    said = [part for sentence in sentences for part in (sentence.id, sentence.text, sentence.section)]
    return [document.id, document.title, document.source, *(page.image for page in pages), *said]


def entity_texts(entities: Iterable[Entity]) -> list[str]:
    """Every text that comes from outside in entities."""
    return [part for e in entities for part in (e.id, e.name, e.type, *e.aliases)]


def facts_texts(facts: Facts) -> list[str]:
    """Every text that comes from outside in a document's facts."""
    return [*entity_texts(facts.entities), *(part for t in facts.triples for part in (t.type, t.phrase))]


_APART = "which is not one of its sentences"


def _check_triple(triple: Triple, linked: Collection[str], sentences: Collection[str], facts: Facts) -> None:
    if not triple.sentences or len(triple.sentences) != len(triple.scores):
        raise ContractError(
            f"facts of document {facts.document_id!r}: a relation {triple.type!r} has {len(triple.sentences)}"
            f" supporting sentences and {len(triple.scores)} scores; it needs one or more, and as many"
        )
    ends = {triple.subject, triple.object}
    _each_in("a relation joins entity", ends, linked, "which no sentence of it mentions", facts)
    _each_in("a relation rests on sentence", triple.sentences, sentences, _APART, facts)


def _each_in(what: str, ids: Iterable[str], allowed: Collection[str], why: str, facts: Facts) -> None:
    for missing in sorted(set(ids) - set(allowed)):
        raise ContractError(f"facts of document {facts.document_id!r}: {what} {missing!r}, {why}")


def dump_lines(
    documents: Iterable[Document],
    pages: Iterable[Page],
    sentences: Iterable[Sentence],
    entities: Iterable[Entity],
    links: Iterable[Link],
    triples: Iterable[Triple],
) -> list[str]:
    """The graph as sorted JSON lines, each a list that opens with what it is."""
    rows: list[list[object]] = [["document", d.id, d.title, d.source, d.sha256, d.language] for d in documents]
    rows += [["page", p.document_id, p.number, p.image, p.width, p.height, p.rotation] for p in pages]
    rows += [
        ["sentence", s.document_id, s.index, s.id, s.start, s.end, s.text, s.kind, s.page, s.section, flat(s.boxes)]
        for s in sentences
    ]
    rows += [["entity", e.id, e.type, e.name, sorted(e.aliases)] for e in entities]
    rows += [["mention", link.sentence, link.entity] for link in links]
    rows += [["relation", *key_of(t), sorted(zip(t.sentences, t.scores, strict=True))] for t in triples]
    return sorted(json.dumps(row, separators=(",", ":")) for row in rows)


def flat(boxes: Iterable[Box]) -> list[float]:
    """Boxes as one list, four numbers each."""
    return [float(edge) for box in boxes for edge in (box.x0, box.y0, box.x1, box.y1)]


def boxes_of(numbers: Sequence[float]) -> tuple[Box, ...]:
    """The inverse of `flat`."""
    return tuple(Box(*(float(edge) for edge in numbers[i : i + 4])) for i in range(0, len(numbers), 4))


def schema_of(entity_types: Iterable[str], joins: Iterable[tuple[str, str, str]]) -> Schema:
    """A schema of these entity types and (source type, relation type, target type) triples."""
    sources: dict[str, set[str]] = {}
    targets: dict[str, set[str]] = {}
    for source, relation, target in joins:
        sources.setdefault(relation, set()).add(source)
        targets.setdefault(relation, set()).add(target)
    types = tuple(sorted(set(entity_types)))
    relations = tuple(Relation(t, tuple(sorted(sources[t])), tuple(sorted(targets[t]))) for t in sorted(sources))
    parts = [part for r in relations for part in (r.type, *r.source_types, "→", *r.target_types, "")]
    return Schema(content_id(*types, "", *parts), types, relations)
