"""Bringing the stores to what the library says: tasks of staging, done in order, each repeatable after a crash.

One run at a time writes; a second waits. What is written and not yet struck off is written again, to no effect.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, cast

from ..errors import TransientError
from ..model import Entity, Parsed, Task, sentence_id
from ..tools.ports import Embedder, GraphStore, Staging, TextIndex, VectorIndex
from . import resolve
from .state import Progress, Tell

_SENTENCES = 4000
"""Sentences written together, unless one document has more."""
_TASKS = 500
_ROWS = 2000
_WAIT_SECONDS = 1800.0


class Stores(Protocol):
    """What is written to. Raises of every port: BackendError, TransientError."""

    @property
    def graph_store(self) -> GraphStore:
        """Documents and facts."""

    @property
    def vectors(self) -> VectorIndex:
        """Names, relation types and, where the embedder is semantic, sentences."""

    @property
    def texts(self) -> TextIndex:
        """Sentences and passages by word."""

    @property
    def embedder(self) -> Embedder:
        """For the vectors."""

    @property
    def staging(self) -> Staging:
        """What is to be written."""


async def bring_up(stores: Stores, home: Path, tell: Tell) -> dict[str, int]:
    """Do all that is to be done; how many documents were written whole, as to their facts only, and deleted.

    Raises:
        TransientError: another run has been writing for half an hour, or a store may answer when tried again.
        BackendError: a store failed.
    """
    async with _alone(stores.staging, tell):
        await _mend(stores)
        # Beside each other: the store computes in a process of its own. Neither is left running when the other fails.
        ends = await asyncio.gather(_graph(stores, home, tell), _index(stores, tell), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return cast(dict[str, int], ends[0])


@asynccontextmanager
async def _alone(staging: Staging, tell: Tell) -> AsyncIterator[None]:
    waited = 0.0
    while not await _taken(staging):
        if waited == 0.0:
            tell(Progress(stage="wait", done=0, total=0, name="another ingest or deletion is writing"))
        if waited >= _WAIT_SECONDS:
            raise TransientError("another run has been writing to this data folder for long; try again when it is done")
        await asyncio.sleep(0.1)
        waited += 0.1
    try:
        yield
    finally:
        await staging.release()


async def _taken(staging: Staging) -> bool:
    """Whether it was ours to take; a run that is cancelled meanwhile gives back what its thread took all the same."""
    taking = asyncio.ensure_future(staging.take())
    try:
        return await asyncio.shield(taking)
    except asyncio.CancelledError:
        if await taking:
            await staging.release()
        raise


async def _mend(stores: Stores) -> None:
    """Put down all work anew for a store that is empty though it was written to: someone has cleared it."""
    staging = stores.staging
    waiting = await staging.backlog()
    if len(await staging.members()) > waiting.get("document", 0):
        sentences, _ = await stores.texts.frequencies("sentence", [])
        unseen = stores.embedder.semantic and not await stores.vectors.count("sentences")
        if unseen or not sentences or not (await stores.graph_store.counts())["documents"]:
            await staging.redo("document", resolve)
    for collection in ("entities", "relations"):
        if not await stores.vectors.count(collection):
            await staging.redo(collection, resolve)


async def _graph(stores: Stores, home: Path, tell: Tell) -> dict[str, int]:
    done = await _documents(stores, home, tell)
    while tasks := await stores.staging.tasks("entity", _ROWS):
        await stores.graph_store.update_entities([_entity(task) for task in tasks])
        await stores.staging.done(tasks)
    return done


async def _index(stores: Stores, tell: Tell) -> None:
    for collection in ("entities", "relations"):
        await _vectors(collection, stores, tell)


async def _documents(stores: Stores, home: Path, tell: Tell) -> dict[str, int]:
    done = {"write": 0, "facts": 0, "delete": 0}
    total = (await stores.staging.backlog()).get("document", 0)
    while tasks := await stores.staging.tasks("document", _TASKS):
        for some in _batches(tasks):
            await _write([task for task in some if task.work != "delete"], stores)
            await _delete([task for task in some if task.work == "delete"], stores, home)
            await stores.staging.done(some)
            for task in some:
                done[task.work] += 1
            finished = sum(done.values())
            tell(Progress(stage="write", done=finished, total=max(total, finished), name=""))
    return done


def _batches(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Runs of at most `_SENTENCES` sentences."""
    batch: list[Task] = []
    weight = 0
    for task in tasks:
        own = int(task.value or 0)
        if batch and weight + own > _SENTENCES:
            yield batch
            batch, weight = [], 0
        batch.append(task)
        weight += own
    if batch:
        yield batch


async def _write(tasks: Sequence[Task], stores: Stores) -> None:
    had = {task.id: int(task.value) for task in tasks if task.work == "write"}
    if had:
        parsed = await stores.staging.parsed(list(had))
        await _write_texts(parsed, had, stores)
    said = await stores.staging.resolved([task.id for task in tasks])
    if said:
        facts = await asyncio.to_thread(lambda: [resolve.facts(one, names) for one, names in said])
        await stores.graph_store.write_facts(facts)


async def _write_texts(parsed: Sequence[Parsed], had: dict[str, int], stores: Stores) -> None:
    await stores.graph_store.write_documents(parsed)
    await stores.texts.delete_documents([one.document.id for one in parsed])
    await stores.texts.add("sentence", [row for one in parsed for row in _sentence_rows(one)])
    await stores.texts.add("passage", [row for one in parsed for row in _passage_rows(one)])
    if stores.embedder.semantic:
        await _write_sentences(parsed, had, stores)


async def _write_sentences(parsed: Sequence[Parsed], had: dict[str, int], stores: Stores) -> None:
    texts = {sentence.id: sentence.text for one in parsed for sentence in one.sentences}
    await stores.vectors.upsert(
        "sentences", list(texts), await stores.embedder.embed(list(texts.values())), list(texts.values())
    )
    before = (sentence_id(one.document.id, n) for one in parsed for n in range(had[one.document.id]))
    await stores.vectors.delete("sentences", [id for id in before if id not in texts])


def _sentence_rows(parsed: Parsed) -> Iterator[tuple[str, str, str, str]]:
    document = parsed.document
    return ((s.id, document.id, _title(document.title, s.section), s.text) for s in parsed.sentences)


def _passage_rows(parsed: Parsed) -> Iterator[tuple[str, str, str, str]]:
    document = parsed.document
    texts = {sentence.id: sentence.text for sentence in parsed.sentences}
    for chunk in parsed.chunks:
        title = _title(document.title, *chunk.headings)
        yield chunk.row, document.id, title, " ".join(texts[i] for i in chunk.sentences)


def _title(*parts: str) -> str:
    """Each part once: a document's title is often its first heading too."""
    return " › ".join(dict.fromkeys(part for part in parts if part))


async def _delete(tasks: Sequence[Task], stores: Stores, home: Path) -> None:
    if not tasks:
        return
    ids = [task.id for task in tasks]
    parsed = await stores.staging.parsed(ids)
    await stores.texts.delete_documents(ids)
    if stores.embedder.semantic:
        await stores.vectors.delete("sentences", [s.id for one in parsed for s in one.sentences])
    await stores.graph_store.delete_documents(ids)
    await asyncio.to_thread(_delete_images, [page.image for one in parsed for page in one.pages], home)


def _delete_images(images: Sequence[str], home: Path) -> None:
    for image in filter(None, images):
        path = home / image
        path.unlink(missing_ok=True)
        if path.parent != home and path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()


async def _vectors(collection: str, stores: Stores, tell: Tell) -> None:
    done, total = 0, (await stores.staging.backlog()).get(collection, 0)
    while tasks := await stores.staging.tasks(collection, _ROWS):
        texts = {task.id: task.value for task in tasks if task.work != "delete"}
        if texts:
            vectors = await stores.embedder.embed(list(texts.values()))
            await stores.vectors.upsert(collection, list(texts), vectors, list(texts.values()))
        await stores.vectors.delete(collection, [task.id for task in tasks if task.work == "delete"])
        await stores.staging.done(tasks)
        done += len(tasks)
        tell(Progress(stage="index", done=done, total=max(total, done), name=collection))


def _entity(task: Task) -> Entity:
    name, kind, aliases = json.loads(task.value)
    return Entity(task.id, name, kind, tuple(aliases))
