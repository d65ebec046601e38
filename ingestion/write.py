"""Bring the stores to what the library says: tasks of staging, in order, each repeatable after a crash.

One run at a time writes; a second waits. What is written and not yet struck off is written again, to no effect.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from ..errors import ExhaustedError, KgqaError, TransientError
from ..model import Entity, Facts, Parsed, Tally, Task, sentence_id
from ..tools.ports import Staging
from . import resolve
from .batches import batches
from .discard import delete_images
from .repair import COLLECTIONS, Difference, Stores, counted, mend, seems_whole
from .shield import to_the_end
from .state import Progress, Tell
from .writer_lock import if_free, writing

_log = logging.getLogger(__name__)

_SENTENCES = 4000
"""Sentences written together, unless one document has more."""
_TASKS = 500
_ROWS = 2000
_HOPELESS = 20
"""Documents that fail before one goes in: then the store fails, not they."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """What was done to the stores."""

    documents: int = 0
    """Written whole."""
    facts: int = 0
    """Written as to their facts only."""
    deleted: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    """Document → why it could not be written; it is tried again the next time."""
    lost: Difference = field(default_factory=Difference)
    """What was found missing, and written again."""


async def bring_up(stores: Stores, home: Path, tell: Tell) -> Wrote:
    """Do all that is to be done, what the stores have lost included, alone.

    Raises:
        TransientError: another run has been writing for half an hour, or a store may answer when tried again.
        BackendError: a store failed.
    """
    async with writing(stores.staging, tell):
        return await write_all(stores, home, tell)


async def write_all(stores: Stores, home: Path, tell: Tell, thorough: bool = False) -> Wrote:
    """The same for who has the writer's lock; with `thorough`, counts are not believed when the stores are compared."""
    lost = await mend(stores, thorough)
    if lost:
        _log.warning("%s: written again", lost)
    # Beside each other: the store computes in a process of its own. Neither is left running when the other fails.
    ends = await asyncio.gather(_graph(stores, home, tell), _index(stores, tell), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    if not await stores.staging.backlog():
        await stores.staging.note(await counted(stores))
    return replace(cast(Wrote, ends[0]), lost=lost)


async def restore(stores: Stores, home: Path) -> None:
    """Write again what the stores have lost since all work was done, so that no question is asked of half a graph.

    Nothing is done while another run writes, or where one was killed: the next ingest goes on with that.

    Raises:
        BackendError: a store failed.
    """
    if sum((await stores.staging.backlog()).values()) or await seems_whole(stores):
        return
    async with if_free(stores.staging) as alone:
        if alone and not sum((await stores.staging.backlog()).values()):
            await write_all(stores, home, lambda progress: None)


async def _graph(stores: Stores, home: Path, tell: Tell) -> Wrote:
    done = await _documents(stores, home, tell)
    while tasks := await stores.staging.tasks("entity", _ROWS):
        await to_the_end(stores.graph_store.update_entities([_entity(task) for task in tasks]))
        await stores.staging.done(tasks)
    return done


async def _index(stores: Stores, tell: Tell) -> None:
    backlog = await stores.staging.backlog()
    done, total = 0, sum(backlog.get(collection, 0) for collection in COLLECTIONS)

    def indexed(rows: int, collection: str) -> None:
        nonlocal done
        done += rows
        tell(Progress(stage="index", done=done, total=max(total, done), name=collection))

    for collection in COLLECTIONS:
        await _vectors(collection, stores, indexed)


async def _documents(stores: Stores, home: Path, tell: Tell) -> Wrote:
    done: Counter[str] = Counter()
    failed: dict[str, KgqaError] = {}
    total = (await stores.staging.backlog()).get("document", 0)
    while tasks := await _next(stores.staging, failed):
        for some in batches(tasks, lambda task: int(task.value or 0), _SENTENCES, _TASKS):
            failed |= await _try(some, stores, home)
            if len(failed) >= _HOPELESS and not done:
                raise next(iter(failed.values()))  # it is not theirs
            done.update(task.work for task in some if task.id not in failed)
            finished = done.total() + len(failed)
            tell(Progress(stage="write", done=finished, total=max(total, finished), name=""))
    reasons = {id: str(error) for id, error in failed.items()}
    return Wrote(done["write"], done["facts"], done["delete"], reasons)


async def _next(staging: Staging, failed: Mapping[str, KgqaError]) -> list[Task]:
    """What comes next, but for what has failed just now."""
    tasks = await staging.tasks("document", _TASKS + len(failed))
    return [task for task in tasks if task.id not in failed]


async def _try(tasks: Sequence[Task], stores: Stores, home: Path) -> dict[str, KgqaError]:
    """Do these together; where that fails, one by one, so that what cannot go in does not stand before the rest.

    Returns which failed, and why. Raises: TransientError, where the store is away.
    """
    try:
        await to_the_end(_do(tasks, stores, home))
    except KgqaError as error:
        # A server that is away is not the document's fault; one that it takes all memory of may be.
        if isinstance(error, TransientError) and not isinstance(error, ExhaustedError):
            raise
        if len(tasks) == 1:
            return {tasks[0].id: error}
    else:
        return {}
    failed: dict[str, KgqaError] = {}
    for task in tasks:
        failed |= await _try([task], stores, home)
    return failed


async def _do(tasks: Sequence[Task], stores: Stores, home: Path) -> None:
    await _write([task for task in tasks if task.work != "delete"], stores)
    await _delete([task for task in tasks if task.work == "delete"], stores, home)
    await stores.staging.done(tasks)


async def _write(tasks: Sequence[Task], stores: Stores) -> None:
    if not tasks:
        return
    staging = stores.staging
    had = {task.id: int(task.value) for task in tasks if task.work == "write"}
    parsed = await staging.parsed([task.id for task in tasks])
    whole = [one for one in parsed if one.document.id in had]
    if whole:
        await _write_texts(whole, had, stores)
    said = await staging.resolved([task.id for task in tasks])
    facts = await asyncio.to_thread(lambda: [resolve.facts(one, names) for one, names in said])
    if facts:
        await stores.graph_store.write_facts(facts)
    saying = {one.document_id: one for one in facts}
    await staging.written(
        {one.document.id: _tally(one, saying[one.document.id]) for one in parsed if one.document.id in saying}
    )


def _tally(parsed: Parsed, facts: Facts) -> tuple[Tally, int]:
    """What the stores hold of a document that was just written, and its passages."""
    characters = sum(sentence.end - sentence.start for sentence in parsed.sentences)
    supports = sum(len(triple.sentences) for triple in facts.triples)
    tally = Tally(1, len(parsed.sentences), characters, len(parsed.pages), len(facts.links), supports)
    return tally, len(parsed.chunks)


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
    await asyncio.to_thread(delete_images, parsed, home)


async def _vectors(collection: str, stores: Stores, indexed: Callable[[int, str], None]) -> None:
    while tasks := await stores.staging.tasks(collection, _ROWS):
        texts = {task.id: task.value for task in tasks if task.work != "delete"}
        if texts:
            vectors = await stores.embedder.embed(list(texts.values()))
            await to_the_end(stores.vectors.upsert(collection, list(texts), vectors, list(texts.values())))
        await to_the_end(stores.vectors.delete(collection, [task.id for task in tasks if task.work == "delete"]))
        await stores.staging.done(tasks)
        indexed(len(tasks), collection)


def _entity(task: Task) -> Entity:
    name, kind, aliases = json.loads(task.value)
    return Entity(task.id, name, kind, tuple(aliases))
