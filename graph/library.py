"""Operations on the whole library: what it holds, its hash, and taking documents out of it exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from ..errors import InputError
from ..ingestion import resolve
from ..ingestion.finish import to_the_end
from ..ingestion.lock import writing
from ..ingestion.mend import Difference
from ..ingestion.state import Progress
from ..ingestion.write import write_all
from ..model import Document
from .ports import Ports


async def documents(ports: Ports) -> list[Document]:
    """All documents, by title, then id; those included that the graph does not hold yet, or has lost."""
    held = {document.id: document for document in await ports.graph_store.documents()}
    missing = [id for id in await ports.staging.members() if id not in held]
    held.update((document.id, document) for document in await ports.staging.documents(missing))
    return sorted(held.values(), key=lambda document: (document.title, document.id))


async def graph_hash(ports: Ports) -> str:
    """SHA-256 of the canonical dump, hexadecimal: equal graphs have equal hashes on every store."""
    digest = hashlib.sha256()
    for line in await ports.graph_store.dump():
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _silent(progress: Progress) -> None:
    """For a caller who does not want to be told."""


async def delete(ports: Ports, wanted: Sequence[str], tell: Callable[[Progress], None] = _silent) -> list[Document]:
    """Take documents out: the graph afterwards equals that of the others alone, and nothing is kept of them.

    Each of `wanted` is an id, a source (also `corpus.jsonl`, for all its passages) or a title; no model is called.
    Returns the documents deleted, by title, then id.

    Raises:
        InputError: one of `wanted` names no document; nothing was deleted.
        TransientError: another run has been writing for half an hour.
        BackendError: a store failed; the same call again goes on.
    """
    # Who decides what goes is alone until it is gone: what another run brings in meanwhile waits its turn.
    async with writing(ports.staging, tell):
        held = await documents(ports)
        chosen: dict[str, Document] = {}
        for name in wanted:
            found = _named(name, held)
            if not found:
                raise InputError(f"no document has the id, source or title {name!r}; `kgqa docs list` names them")
            chosen.update((document.id, document) for document in found)
        ours = await ports.staging.members(list(chosen))
        await ports.staging.leave(list(chosen), resolve)
        await _delete_strange(ports, [id for id in chosen if id not in ours])
        await write_all(ports, ports.settings.home, tell)
    return [document for document in held if document.id in chosen]


async def _delete_strange(ports: Ports, ids: Sequence[str]) -> None:
    """Documents that another data folder wrote to a shared store, which our staging does not know."""
    if ids:
        gone = await to_the_end(ports.graph_store.delete_documents(ids))
        await to_the_end(ports.texts.delete_documents(ids))
        await to_the_end(ports.vectors.delete("entities", gone))


async def mend(ports: Ports, tell: Callable[[Progress], None] = _silent, thorough: bool = True) -> Difference:
    """Write again what the stores have lost, and take out what they kept too long; what there was of it.

    Raises:
        TransientError: another run has been writing for half an hour.
        BackendError: a store failed; the same call again goes on.
    """
    async with writing(ports.staging, tell):
        return (await write_all(ports, ports.settings.home, tell, thorough)).lost


def _named(name: str, held: Sequence[Document]) -> list[Document]:
    """By id, else by source, else by corpus, else by title."""
    for matches in (
        [d for d in held if d.id == name],
        # Before the corpus: a file may be called `notes.md#draft.md`.
        [d for d in held if d.source == name],
        [d for d in held if d.source.startswith(f"{name}#")],
        [d for d in held if d.title == name],
    ):
        if matches:
            return matches
    return []
