"""Operations on the whole library: what it holds, its hash, and taking documents out of it exactly."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..ingestion import resolve
from ..ingestion.discard import discard
from ..ingestion.repair import Difference
from ..ingestion.shield import to_the_end
from ..ingestion.state import Progress
from ..ingestion.write import write_all
from ..ingestion.writer_lock import writing
from ..model import Document, Holding, Layout, file_name
from .ports import Ports


async def documents(ports: Ports) -> list[Document]:
    """All documents, by title, then id; those included that were only read yet, and those that the graph has lost."""
    held = {document.id: document for document in await ports.graph_store.documents()}
    missing = [id for id in (*await ports.staging.members(), *await ports.staging.unjoined()) if id not in held]
    held.update((document.id, document) for document in await ports.staging.documents(missing))
    return sorted(held.values(), key=lambda document: (document.title, document.id))


@dataclass(frozen=True, slots=True)
class Listed:
    """A document with what is known of its file."""

    document: Document
    paths: tuple[str, ...]
    """The files that hold it, on this machine; none where it came over standard input or from another data folder."""
    part: str
    """What part of them it is (`#passage-id`), where it is not the whole."""
    ingested: str
    """When the file, as it is now, came in, ISO 8601 in UTC; empty where that was not noted."""
    size: int | None
    """The file's bytes; None where that was not noted, as pages and sentences."""
    pages: int | None
    sentences: int | None


async def listed(ports: Ports) -> list[Listed]:
    """All `documents`, each with what is known of its file."""
    found = await documents(ports)
    ids = [document.id for document in found]
    layouts, sizes = await ports.staging.layouts(ids), await ports.staging.sizes(ids)
    files: dict[str, list[Holding]] = {}
    for file in await ports.staging.holdings():
        for id in file.documents:
            files.setdefault(id, []).append(file)
    return [
        _listed(document, files.get(document.id, []), layouts.get(document.id), sizes.get(document.id))
        for document in found
    ]


def _listed(document: Document, files: Sequence[Holding], layout: Layout | None, sentences: int | None) -> Listed:
    noted = [file for file in files if file.sha256]
    paths = tuple(file.path for file in files if not file.path.startswith("-"))
    return Listed(
        document,
        paths,
        document.source.removeprefix(file_name(paths[0])) if paths else "",
        max((file.ingested for file in noted), default=""),
        noted[0].size if noted else None,
        layout.pages if layout else None,
        sentences,
    )


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

    Each of `wanted` is an id or its first digits, a source (also `corpus.jsonl`, for all its passages), a title, or a
    file's path or its end (`north/notes.md`); no model is called. Returns the documents deleted, by title, then id.

    Raises:
        InputError: one of `wanted` names no document, or several; nothing was deleted.
        TransientError: another run has been writing for half an hour.
        BackendError: a store failed; the same call again goes on.
    """
    # Who decides what goes is alone until it is gone: what another run brings in meanwhile waits its turn.
    async with writing(ports.staging, tell):
        every = await listed(ports)
        held = [one.document for one in every]
        chosen: dict[str, Document] = {}
        for name in wanted:
            chosen.update((document.id, document) for document in _chosen(name, every))
        ours = await ports.staging.members(list(chosen))
        await ports.staging.leave(list(chosen), resolve)
        await discard(ports.staging, list(chosen), ports.settings.home)
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


def _chosen(name: str, every: Sequence[Listed]) -> list[Document]:
    """The document that a name means, by id or its first four digits or more, file, path or title; or a corpus, whole.

    A name that is one document's digits and another one's title, or a corpus and a file, is several documents' name.
    """
    if of_file := _of_file(name, every):
        return of_file
    found = [one.document for one in every]
    named = [d for d in found if d.source == name] or [d for d in found if d.title == name]
    by_id = [d for d in found if len(name) >= 4 and d.id.startswith(name.casefold()) and d not in named]
    passages = [d for d in found if d.source.startswith(f"{name}#")]
    matching = [d for d in found if d.id == name] or [*named, *by_id]
    if passages and all(d in passages for d in matching) and len({d.source for d in passages}) == len(passages):
        return passages  # of one file: two of the same name would have two passages of each
    matching += [d for d in passages if d not in matching]
    if not matching:
        raise InputError(f"no document is called {name!r}; `kgqa docs list` shows those there are")
    if len(matching) > 1:
        paths = {one.document.id: one.paths for one in every}
        ids = ", ".join(" ".join([d.id[:12], *(f"({path})" for path in paths[d.id][:1])]) for d in matching[:8])
        raise InputError(f"{len(matching)} documents are called {name!r}; name one by its path or id: {ids}")
    return matching


def _of_file(name: str, every: Sequence[Listed]) -> list[Document]:
    """What the one file holds that this path means, whole or by its end; nothing where there is none, or several."""
    if "/" not in name:
        return []
    meant = {path for one in every for path in one.paths if path == os.path.abspath(name)}
    meant = meant or {path for one in every for path in one.paths if path.endswith(f"/{name.removeprefix('./')}")}
    return [one.document for one in every if meant & {*one.paths}] if len(meant) == 1 else []
