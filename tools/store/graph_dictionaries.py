"""A whole graph in dictionaries: the state behind the in-memory store, plain and synchronous."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...model import Document, Entity, Facts, Page, Sentence, Tally, Triple
from ..text.names import name_key
from .canonical import (
    RelationKey,
    Supports,
    check_facts,
    check_text,
    document_texts,
    entity_texts,
    facts_texts,
    merged,
    triple_of,
)


class Contents:
    """Documents, entities and relations with the indexes that make each change cost what it touches."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.pages: dict[str, list[Page]] = {}
        self.order: dict[str, list[str]] = {}
        """Document → its sentences' ids by index."""
        self.sentences: dict[str, Sentence] = {}
        self.entities: dict[str, Entity] = {}
        self.mentions: dict[str, set[str]] = defaultdict(set)
        """Sentence → the entities it mentions."""
        self.mentioned: dict[str, set[str]] = defaultdict(set)
        """Entity → the sentences that mention it."""
        self.relations: dict[RelationKey, Supports] = {}
        self.supported: dict[str, set[RelationKey]] = defaultdict(set)
        """Sentence → the relations it supports."""
        self.touching: dict[str, set[RelationKey]] = defaultdict(set)
        """Entity → the relations it is an end of."""
        self.named: dict[str, set[str]] = defaultdict(set)
        """Name key → the entities with that name or alias."""

    def put_document(self, document: Document, pages: Sequence[Page], sentences: Sequence[Sentence]) -> None:
        """Add or replace; the support of sentences that are no more goes with them."""
        check_text(f"document {document.id!r}", document_texts(document, pages, sentences))
        gone = set(self.order.get(document.id, ())) - {sentence.id for sentence in sentences}
        self._drop_support(gone)
        self._sweep(self._forget(gone))
        self.documents[document.id] = document
        self.pages[document.id] = sorted(pages, key=lambda page: page.number)
        self.order[document.id] = [s.id for s in sorted(sentences, key=lambda s: s.index)]
        self.sentences.update((s.id, s) for s in sentences)

    def put_facts(self, facts: Sequence[Facts]) -> list[str]:
        """Replace what these documents say; the ids of the entities that went, sorted."""
        for one in facts:
            check_text(f"facts of document {one.document_id!r}", facts_texts(one))
        check_facts(facts, {one.document_id: set(self.order.get(one.document_id, ())) for one in self._written(facts)})
        before = {sentence for one in facts for sentence in self.order[one.document_id]}
        self._drop_support(before)
        lost = self._unlink(before)
        for one in facts:
            linked = {link.entity for link in one.links}
            for entity in one.entities:
                if entity.id in linked or self.mentioned.get(entity.id):
                    self._put_entity(entity)
            for link in one.links:
                self.mentions[link.sentence].add(link.entity)
                self.mentioned[link.entity].add(link.sentence)
        for key, supports in merged(facts).items():
            self._support(key, supports)
        return self._sweep(lost)

    def rename(self, entities: Sequence[Entity]) -> None:
        """Set name and aliases of those that exist."""
        for entity in entities:
            check_text(f"entity {entity.id!r}", entity_texts([entity]))
        for entity in entities:
            if entity.id in self.entities:
                self._put_entity(replace(entity, type=self.entities[entity.id].type))

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Remove documents; the ids of the entities that went, sorted."""
        lost: set[str] = set()
        for document in set(ids) & self.documents.keys():
            gone = set(self.order.pop(document))
            self._drop_support(gone)
            lost |= self._forget(gone)
            del self.documents[document]
            del self.pages[document]
        return self._sweep(lost)

    def tally(self, document: str) -> Tally:
        """How much there is of a document."""
        sentences = self.order[document]
        return Tally(
            1,
            len(sentences),
            sum(self.sentences[sentence].end - self.sentences[sentence].start for sentence in sentences),
            len(self.pages[document]),
            sum(len(self.mentions.get(sentence, ())) for sentence in sentences),
            sum(len(self.supported.get(sentence, ())) for sentence in sentences),
        )

    def triple(self, key: RelationKey) -> Triple:
        """The relation with its supports."""
        return triple_of(key, self.relations[key])

    def around(self, sentence: str, before: int, after: int) -> list[Sentence]:
        """The sentence with its neighbours by index; none when it is unknown."""
        if sentence not in self.sentences:
            return []
        centre = self.sentences[sentence]
        order = self.order[centre.document_id]
        low = bisect_left(order, centre.index - before, key=self._index)
        high = bisect_right(order, centre.index + after, key=self._index)
        return [self.sentences[other] for other in order[low:high]]

    def _index(self, sentence: str) -> int:
        return self.sentences[sentence].index

    def _written(self, facts: Iterable[Facts]) -> list[Facts]:
        return [one for one in facts if one.document_id in self.documents]

    def _put_entity(self, entity: Entity) -> None:
        self._unname(entity.id)
        self.entities[entity.id] = replace(entity, aliases=tuple(sorted(set(entity.aliases))))
        for key in keys_of(entity):
            self.named[key].add(entity.id)

    def _unname(self, entity: str) -> None:
        for key in keys_of(self.entities[entity]) if entity in self.entities else ():
            self.named[key].discard(entity)
            if not self.named[key]:
                del self.named[key]

    def _support(self, key: RelationKey, supports: Mapping[str, float]) -> None:
        self.relations.setdefault(key, {}).update(supports)
        self.touching[key.subject].add(key)
        self.touching[key.object].add(key)
        for sentence in supports:
            self.supported[sentence].add(key)

    def _drop_support(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            for key in self.supported.pop(sentence, ()):
                del self.relations[key][sentence]
                if not self.relations[key]:
                    self._drop_relation(key)

    def _drop_relation(self, key: RelationKey) -> None:
        for sentence in self.relations.pop(key):
            self.supported[sentence].discard(key)
        for end in (key.subject, key.object):
            self.touching[end].discard(key)

    def _unlink(self, sentences: Iterable[str]) -> set[str]:
        lost: set[str] = set()
        for sentence in sentences:
            for entity in self.mentions.pop(sentence, ()):
                self.mentioned[entity].discard(sentence)
                lost.add(entity)
        return lost

    def _forget(self, sentences: Iterable[str]) -> set[str]:
        lost = self._unlink(sentences)
        for sentence in sentences:
            del self.sentences[sentence]
        return lost

    def _sweep(self, candidates: Iterable[str]) -> list[str]:
        gone = sorted(entity for entity in candidates if not self.mentioned[entity])
        for entity in gone:
            for key in list(self.touching.pop(entity, ())):
                self._drop_relation(key)
            self._unname(entity)
            del self.entities[entity]
            del self.mentioned[entity]
        return gone


def keys_of(entity: Entity) -> set[str]:
    """The keys that `find` knows an entity by; a blank name has none."""
    return {name_key(name) for name in (entity.name, *entity.aliases)} - {""}
