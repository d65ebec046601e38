"""The graph store over Bolt, for every server that speaks it: sessions, retries, and errors in our own kinds."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, Literal, ParamSpec, TypeVar

import neo4j
from neo4j.exceptions import ConstraintError, DriverError, GqlError, Neo4jError

from ...errors import BackendError, KgqaError, OverdueQuery, TransientError
from ...model import Document, Entity, Facts, Limits, Page, Parsed, Rows, Schema, Sentence, Tally, Triple
from ..cypher.functions import NEO4J, Dialect
from ..vendor_logs import silence
from . import reader_queries, reads
from .batched_writes import portions
from .canonical import check_text, document_texts, entity_texts, facts_texts, once, schema_of
from .kept_schema import keep_schema
from .server import Server
from .write_documents import remove_documents, sizes, write_documents
from .write_facts import update_entities, write_facts
from .write_large import Large

P = ParamSpec("P")
T = TypeVar("T")
How = Literal["exact", "alias"]
_TRIES = 8
ROWS = 1_500
"""Sentences, or links, entities and supports, that one transaction takes; a third as many sentences that it removes.

The server holds every page that a transaction changes, and in a large graph each relation changes several of its own.
"""

silence("neo4j")


class BoltGraph:
    """The port over a server; blocking work runs in threads of its own, so that any event loop may call."""

    cypher = True

    def __init__(self, server: Server, dialect: Dialect = NEO4J, rows: int = ROWS) -> None:
        self.dialect = dialect
        self._server = server
        self._rows, self._removed = rows, rows // 3
        self._pool: ThreadPoolExecutor | None = None
        self._writing = threading.Lock()
        self._lacked = 0
        """Times that it ran out of memory under a call of ours; at every second it is given more, or the call fails."""

    async def open(self) -> None:
        """Connect; starts the server where it is ours."""
        if self._pool is None:
            # Not the loop's own threads: of these there may be as few as five, and one slow query holds one.
            self._pool = ThreadPoolExecutor(max_workers=24, thread_name_prefix="kgqa-store")
        await self._run(self._server.connect)

    async def close(self) -> None:
        """Hang up."""
        pool, self._pool = self._pool, None
        if pool is not None:
            # Not in the pool: at the interpreter's exit it takes no more work.
            await asyncio.to_thread(self._server.close)
            pool.shutdown(wait=False)

    # ── writing
    async def write_document(self, document: Document, pages: Sequence[Page], sentences: Sequence[Sentence]) -> None:
        """As the port says."""
        await self.write_documents([Parsed(document, tuple(pages), tuple(sentences), ())])

    async def write_documents(self, documents: Sequence[Parsed]) -> None:
        """As the port says."""
        for one in documents:
            check_text(f"document {one.document.id!r}", document_texts(one.document, one.pages, one.sentences))
        large = Large(self._write, self._server, self._rows)
        for some in portions(documents, _length, self._rows):
            if _length(some[0]) > self._rows:
                await large.write_document(some[0])
            else:
                await self._write(write_documents, self._server, some)

    async def write_facts(self, facts: Sequence[Facts]) -> Sequence[str]:
        """As the port says."""
        for one in facts:
            check_text(f"facts of document {one.document_id!r}", facts_texts(one))
        gone: set[str] = set()
        large = Large(self._write, self._server, self._rows)
        for some in portions(_by_document(facts), _breadth, self._rows):
            together = [one for group in some for one in group]
            await self._run(self._patiently, partial(self._prepare, together))
            if _breadth(some[0]) > self._rows:
                gone |= await large.write_facts(together)
            else:
                gone.update(await self._write(write_facts, self._server, together))
        # What one transaction took away, the next may have brought back.
        back = {entity.id for entity in await self.entities(sorted(gone))} if gone else set()
        return sorted(gone - back)

    async def update_entities(self, entities: Sequence[Entity]) -> None:
        """As the port says."""
        for entity in entities:
            check_text(f"entity {entity.id!r}", entity_texts([entity]))
        if entities:
            await self._write(update_entities, self._server, entities)

    async def delete_documents(self, ids: Sequence[str]) -> Sequence[str]:
        """As the port says."""
        gone: set[str] = set()
        held = await self._read(sizes, once(ids))
        large = Large(self._write, self._server, self._removed)
        for some in portions(held, lambda document: 1 + held[document], self._removed):
            if held[some[0]] >= self._removed:
                gone |= await large.delete(some[0])
            else:
                gone.update(await self._write(remove_documents, self._server, some))
        return sorted(gone)

    # ── reading
    async def documents(self, ids: Sequence[str] | None = None) -> Sequence[Document]:
        """As the port says."""
        return await self._read(reads.documents, ids)

    async def pages(self, document_ids: Sequence[str]) -> Sequence[Page]:
        """As the port says."""
        return await self._read(reads.pages, document_ids)

    async def sentences(self, ids: Sequence[str]) -> Sequence[Sentence]:
        """As the port says."""
        return await self._read(reads.sentences, ids)

    async def window(self, ids: Sequence[str], before: int, after: int) -> Sequence[Sentence]:
        """As the port says."""
        return await self._read(reads.window, ids, before, after)

    async def find(self, names: Sequence[str]) -> Mapping[str, Sequence[tuple[Entity, How]]]:
        """As the port says."""
        return await self._read(reads.find, names)

    async def entities(self, ids: Sequence[str]) -> Sequence[Entity]:
        """As the port says."""
        return await self._read(reads.entities, ids)

    async def facts(self, entity_ids: Sequence[str], types: Sequence[str] = (), limit: int = 200) -> Sequence[Triple]:
        """As the port says."""
        return await self._read(reads.facts, self._server, entity_ids, types, limit)

    async def mentions_of(self, entity_ids: Sequence[str], per_entity: int = 100) -> Mapping[Entity, Sequence[str]]:
        """As the port says."""
        return await self._read(reads.mentions_of, entity_ids, per_entity)

    async def mentions_in(self, sentence_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """As the port says."""
        return await self._read(reads.mentions_in, sentence_ids)

    async def schema(self) -> Schema:
        """As the port says."""
        kept, changes = await self._read(reads.kept_schema)
        if kept is not None:
            return kept
        types, joins = await self._read(reads.counted_types, self._server)
        if changes is not None:
            await self._write(keep_schema, changes, types, joins)
        return schema_of(types, joins)

    async def query(self, cypher: str, parameters: Mapping[str, object], limits: Limits) -> Rows:
        """As the port says."""
        running = asyncio.ensure_future(self._run(reader_queries.run, self._server, cypher, parameters, limits))
        done, _ = await asyncio.wait({running}, timeout=limits.seconds)
        if not done:
            # The thread ends with the query; a query that never ends is the watchdog's, in `reader_queries.run`.
            running.add_done_callback(lambda late: late.cancelled() or late.exception())
            raise OverdueQuery(f"the query ran out of time: {limits.seconds:g} s")
        return running.result()

    async def counts(self) -> Mapping[str, int]:
        """As the port says."""
        return await self._read(reads.counts, self._server)

    async def tallies(self) -> Mapping[str, Tally]:
        """As the port says."""
        return await self._read(reads.tallies, self._server)

    async def dump(self) -> Iterable[str]:
        """As the port says."""
        return await self._read(reads.dump, self._server)

    # ── running
    def _prepare(self, facts: Sequence[Facts]) -> None:
        # Before the transaction: in ArcadeDB a new type is a change of the whole schema, and takes no part in one.
        entity_types = {entity.type for one in facts for entity in one.entities}
        self._server.prepare(entity_types, {triple.type for one in facts for triple in one.triples})

    async def _read(self, read: Callable[Concatenate[neo4j.Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        def once_through() -> T:
            with self._server.session() as session:
                return read(session, *args, **kwargs)

        return await self._run(self._patiently, once_through)

    async def _write(
        self, change: Callable[Concatenate[neo4j.Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def once_through() -> T:
            # One writer at a time in this process: racing ones would only undo each other's work.
            with self._writing, self._server.session(write=True) as session, session.begin_transaction() as tx:
                done = change(tx, *args, **kwargs)
                tx.commit()
                return done

        return await self._run(self._patiently, once_through)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._pool is None:
            raise BackendError("the graph store is not open")
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args, **kwargs))

    def _patiently(self, work: Callable[[], T]) -> T:
        """Try again what may pass: a busy record, a race for one id, a server that restarts."""
        for attempt in range(_TRIES):
            try:
                return work()
            except (GqlError, TransientError) as error:
                if isinstance(error, (DriverError, TransientError)):
                    self._server.recover()
                lack = self._server.lack()
                # What took all memory twice will take it again, and others' server with it.
                twice = self._is_second(lack)
                if twice and self._server.grow():
                    continue
                if attempt + 1 == _TRIES or not _may_pass(error) or twice:
                    raise self._ours(error, lack) from error
            time.sleep(random.uniform(0.5, 1.5) * 0.01 * 2**attempt)
        raise AssertionError("unreachable")

    def _is_second(self, lack: str) -> bool:
        """Whether the server ran out of memory under a call of ours for the second time since it was given more."""
        self._lacked += bool(lack)
        if self._lacked < 2:
            return False
        self._lacked = 0
        return True

    def _ours(self, error: GqlError | TransientError, lack: str) -> KgqaError:
        if isinstance(error, TransientError):
            return TransientError(f"the graph server does not answer: {lack}") if lack else error
        blamed = self._server.blame(error) if isinstance(error, Neo4jError) else None
        return blamed or reader_queries.translated(error, lack=lack)


def _may_pass(error: GqlError | TransientError) -> bool:
    retryable = isinstance(error, (Neo4jError, DriverError)) and error.is_retryable()
    return retryable or isinstance(error, (ConstraintError, TransientError))


def _length(parsed: Parsed) -> int:
    return 1 + len(parsed.pages) + len(parsed.sentences)


def _breadth(facts: Sequence[Facts]) -> int:
    return sum(len(one.links) + len(one.entities) + len(one.triples) for one in facts)


def _by_document(facts: Sequence[Facts]) -> list[list[Facts]]:
    by_document: dict[str, list[Facts]] = {}
    for one in facts:
        by_document.setdefault(one.document_id, []).append(one)
    return list(by_document.values())
