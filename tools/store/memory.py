"""The in-memory store: the port over dictionaries, for tests, trials and graphs that need not last."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, ParamSpec, TypeVar

from ...errors import InputError
from ...model import Document, Entity, Facts, Limits, Link, Page, Parsed, Rows, Schema, Sentence, Tally, Triple
from ..cypher.functions import NEO4J
from ..text.names import name_key
from .canonical import best_first, dump_lines, once, schema_of
from .graph_dictionaries import Contents

P = ParamSpec("P")
T = TypeVar("T")
How = Literal["exact", "alias"]


class MemoryGraph:
    """Keeps the graph in this process; behaves as the Bolt stores do, except that it knows no Cypher."""

    cypher = False
    dialect = NEO4J

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._held = Contents()

    async def open(self) -> None:
        """Nothing to connect to."""

    async def close(self) -> None:
        """Nothing to release: the graph lives as long as this object."""

    # ── writing
    async def write_document(self, document: Document, pages: Sequence[Page], sentences: Sequence[Sentence]) -> None:
        """As the port says."""
        await self._work(self._held.put_document, document, pages, sentences)

    async def write_documents(self, documents: Sequence[Parsed]) -> None:
        """As the port says."""
        for one in documents:
            await self.write_document(one.document, one.pages, one.sentences)

    async def write_facts(self, facts: Sequence[Facts]) -> Sequence[str]:
        """As the port says."""
        return await self._work(self._held.put_facts, facts)

    async def update_entities(self, entities: Sequence[Entity]) -> None:
        """As the port says."""
        await self._work(self._held.rename, entities)

    async def delete_documents(self, ids: Sequence[str]) -> Sequence[str]:
        """As the port says."""
        return await self._work(self._held.remove, ids)

    # ── reading
    async def documents(self, ids: Sequence[str] | None = None) -> Sequence[Document]:
        """As the port says."""
        with self._lock:
            wanted = self._held.documents.keys() if ids is None else set(ids) & self._held.documents.keys()
            return sorted((self._held.documents[i] for i in wanted), key=lambda d: (d.title, d.id))

    async def pages(self, document_ids: Sequence[str]) -> Sequence[Page]:
        """As the port says."""
        with self._lock:
            return [page for document in once(document_ids) for page in self._held.pages.get(document, ())]

    async def sentences(self, ids: Sequence[str]) -> Sequence[Sentence]:
        """As the port says."""
        with self._lock:
            return [self._held.sentences[i] for i in once(ids) if i in self._held.sentences]

    async def window(self, ids: Sequence[str], before: int, after: int) -> Sequence[Sentence]:
        """As the port says."""
        with self._lock:
            near = {other.id: other for sentence in ids for other in self._held.around(sentence, before, after)}
        return sorted(near.values(), key=lambda s: (s.document_id, s.index))

    async def find(self, names: Sequence[str]) -> Mapping[str, Sequence[tuple[Entity, How]]]:
        """As the port says."""
        with self._lock:
            found = {name: self._bearers(name_key(name)) for name in once(names)}
        return {name: matches for name, matches in found.items() if matches}

    async def entities(self, ids: Sequence[str]) -> Sequence[Entity]:
        """As the port says."""
        with self._lock:
            return [self._held.entities[i] for i in once(ids) if i in self._held.entities]

    async def facts(self, entity_ids: Sequence[str], types: Sequence[str] = (), limit: int = 200) -> Sequence[Triple]:
        """As the port says."""
        with self._lock:
            keys = {key for entity in entity_ids for key in self._held.touching.get(entity, ())}
            wanted = [self._held.triple(key) for key in keys if not types or key.type in types]
        return best_first(wanted, limit)

    async def mentions_of(self, entity_ids: Sequence[str], per_entity: int = 100) -> Mapping[Entity, Sequence[str]]:
        """As the port says."""
        with self._lock:
            held = [self._held.entities[i] for i in once(entity_ids) if i in self._held.entities]
            said = {e: sorted(self._held.mentioned.get(e.id, ()), key=self._early) for e in held}
        return {entity: some[: max(0, per_entity)] for entity, some in said.items()}

    async def mentions_in(self, sentence_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """As the port says."""
        with self._lock:
            return {s: sorted(self._held.mentions[s]) for s in once(sentence_ids) if self._held.mentions.get(s)}

    async def schema(self) -> Schema:
        """As the port says."""
        with self._lock:
            types = {entity.type for entity in self._held.entities.values()}
            joins = {
                (self._held.entities[key.subject].type, key.type, self._held.entities[key.object].type)
                for key in self._held.relations
            }
        return schema_of(types, joins)

    async def query(self, cypher: str, parameters: Mapping[str, object], limits: Limits) -> Rows:
        """Refused: there is no Cypher here."""
        raise InputError("the in-memory store has no Cypher; set KGQA_STORE__KIND to 'embedded' or 'neo4j'")

    async def counts(self) -> Mapping[str, int]:
        """As the port says."""
        with self._lock:
            return {
                "documents": len(self._held.documents),
                "pages": sum(len(pages) for pages in self._held.pages.values()),
                "sentences": len(self._held.sentences),
                "entities": len(self._held.entities),
                "relations": len(self._held.relations),
                "mentions": sum(len(entities) for entities in self._held.mentions.values()),
            }

    async def tallies(self) -> Mapping[str, Tally]:
        """As the port says."""
        return await self._work(lambda: {document: self._held.tally(document) for document in self._held.documents})

    async def dump(self) -> Iterable[str]:
        """As the port says."""
        return await self._work(self._dump)

    def _early(self, sentence: str) -> tuple[int, str]:
        return self._held.sentences[sentence].index, sentence

    def _dump(self) -> list[str]:
        held = self._held
        return dump_lines(
            held.documents.values(),
            (page for pages in held.pages.values() for page in pages),
            held.sentences.values(),
            held.entities.values(),
            (Link(sentence, entity) for sentence, entities in held.mentions.items() for entity in entities),
            map(held.triple, held.relations),
        )

    def _bearers(self, key: str) -> list[tuple[Entity, How]]:
        bearers = [self._held.entities[i] for i in sorted(self._held.named.get(key, ()))]
        marked: list[tuple[Entity, How]] = [(e, "exact" if name_key(e.name) == key else "alias") for e in bearers]
        return sorted(marked, key=lambda match: match[1] == "alias")

    async def _work(self, change: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        # Large batches take long enough to hold up an event loop.
        def locked() -> T:
            with self._lock:
                return change(*args, **kwargs)

        return await asyncio.to_thread(locked)
