"""Operations on the whole library: what it holds, its hash, and taking documents out of it exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from ..errors import InputError
from ..ingestion import resolve
from ..ingestion.state import Progress
from ..ingestion.write import bring_up
from ..model import Document
from .ports import Ports


async def documents(ports: Ports) -> list[Document]:
    """All documents, by title, then id."""
    return list(await ports.graph_store.documents())


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
        BackendError: a store failed; the same call again goes on.
    """
    held = await documents(ports)
    chosen: dict[str, Document] = {}
    for name in wanted:
        found = _named(name, held)
        if not found:
            raise InputError(f"no document has the id, source or title {name!r}; `kgqa docs list` names them")
        chosen.update((document.id, document) for document in found)
    await ports.staging.leave(list(chosen), resolve)
    await bring_up(ports, ports.settings.home, tell)
    # Documents that another data folder wrote to a shared store are not in our staging.
    strange = [document.id for document in await ports.graph_store.documents(list(chosen))]
    if strange:
        gone = await ports.graph_store.delete_documents(strange)
        await ports.texts.delete_documents(strange)
        await ports.vectors.delete("entities", gone)
    return [document for document in held if document.id in chosen]


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
