"""`read`: sources to documents with sentences and chunks, each file's once; one bad file does not stop the others."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime

from ...errors import InputError
from ...model import Failure, Parsed, Reading, Source, content_id
from ...settings import IngestOptions
from ...tools.ports import Staging
from ..discard import discard
from ..formats import contents_of, package_reading, read_source
from ..split import split
from ..state import Given, IngestContext, Progress, Tell, ToRead, options

VERSION = "4"
"""Raised when readers or splitters give something else for the same bytes, so that files are read anew."""
_SPLIT = 200_000
"""Characters of one file that are split, kept and told of together, unless one document has more."""


async def read(
    state: ToRead, runtime: Runtime[IngestContext], *, staging: Staging, settings: IngestOptions, home: Path
) -> dict[str, Any]:
    """Read one batch of sources into staging; a source that cannot be read gives a failure instead.

    Raises:
        InputError: the run's context does not fit.
    """
    chosen, tell = options(runtime.context, settings), runtime.stream_writer
    given: list[Given] = []
    failures: list[Failure] = []
    for n, source in enumerate(state["sources"]):
        tell(_progress(state, n, source.name))
        found = await taken_in(source, staging, chosen, home, tell)
        if isinstance(found, Failure):
            failures.append(found)
        else:
            given.append(found)
    tell(_progress(state, len(state["sources"]), ""))
    return {"given": given, "failures": failures}


def _progress(state: ToRead, done: int, name: str) -> Progress:
    begun = state["before"]
    return Progress(stage="read", done=begun + done, total=state["total"], name=name, begun=begun)


async def taken_in(source: Source, staging: Staging, chosen: IngestOptions, home: Path, tell: Tell) -> Given | Failure:
    """Read one source into staging; why it cannot be read, where it cannot."""
    try:
        return await _given(source, staging, chosen, home, tell)
    except InputError as error:
        return Failure(source.path or "-", str(error).removeprefix(f"{source.name}: "))


async def _given(source: Source, staging: Staging, chosen: IngestOptions, home: Path, tell: Tell) -> Given:
    # The bytes that are hashed are the bytes that are read, though the file may change meanwhile.
    data = await asyncio.to_thread(contents_of, source, chosen)
    sha256 = (await asyncio.to_thread(hashlib.sha256, data)).hexdigest()
    given = Given(path=source.path, documents=[], size=len(data), sha256=sha256)
    key = _key(source.name, sha256, chosen)
    known = await staging.readings([key])
    if key in known:
        return {**given, "documents": list(known[key])}
    readings = await asyncio.to_thread(read_source, replace(source, data=data), chosen, home)
    del data
    documents = await _documents(readings, source.name, given["size"], staging, chosen, home, tell)
    await staging.put_reading(key, documents)
    return {**given, "documents": documents}


async def _documents(
    readings: Iterator[Reading],
    name: str,
    size: int,
    staging: Staging,
    chosen: IngestOptions,
    home: Path,
    tell: Tell,
) -> list[str]:
    documents: list[str] = []

    def kept(read: int) -> None:
        if _SPLIT <= read < size:
            tell(Progress(stage="split", done=read >> 10, total=size >> 10, name=name))

    try:
        if await _keep(readings, documents, staging, chosen, kept) >= _SPLIT:
            tell(Progress(stage="split", done=size >> 10, total=size >> 10, name=name))
    except InputError:
        await discard(staging, documents, home)
        raise
    return documents


async def _keep(
    readings: Iterator[Reading],
    documents: list[str],
    staging: Staging,
    chosen: IngestOptions,
    kept: Callable[[int], None],
) -> int:
    """Split and keep one after the other; `documents` grows by their ids, `kept` is told the characters done.

    Returns how many there were.
    """
    read = 0
    while some := await asyncio.to_thread(_next, readings, chosen):
        await staging.put_parsed([parsed for _, parsed in some])
        documents += [parsed.document.id for _, parsed in some]
        read += sum(length for length, _ in some)
        kept(read)
    return read


def _next(readings: Iterator[Reading], chosen: IngestOptions) -> list[tuple[int, Parsed]]:
    """(characters, document) of the next ones, as many as have some `_SPLIT` characters together."""
    some: list[tuple[int, Parsed]] = []
    for reading in readings:
        some.append((len(reading.text), split(reading, chosen)))
        if sum(length for length, _ in some) >= _SPLIT:
            break
    return some


def _key(name: str, sha256: str, chosen: IngestOptions) -> str:
    parts = [str(chosen.chunk_size), str(chosen.page_images)]
    package = package_reading(name)
    parts += [package] if package else []  # another version of it may read the file differently
    return content_id("reading", VERSION, name, sha256, *parts)
