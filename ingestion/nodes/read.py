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

VERSION = "3"
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
        tell(Progress(stage="read", done=state["before"] + n, total=state["total"], name=source.name))
        found = await taken_in(source, staging, chosen, home, tell)
        if isinstance(found, Failure):
            failures.append(found)
        else:
            given.append(found)
    done = state["before"] + len(state["sources"])
    tell(Progress(stage="read", done=done, total=state["total"], name=""))
    return {"given": given, "failures": failures}


async def taken_in(source: Source, staging: Staging, chosen: IngestOptions, home: Path, tell: Tell) -> Given | Failure:
    """Read one source into staging; why it cannot be read, where it cannot."""
    try:
        return Given(path=source.path, documents=await _documents(source, staging, chosen, home, tell))
    except InputError as error:
        return Failure(source.path or "-", str(error).removeprefix(f"{source.name}: "))


async def _documents(source: Source, staging: Staging, chosen: IngestOptions, home: Path, tell: Tell) -> list[str]:
    # The bytes that are hashed are the bytes that are read, though the file may change meanwhile.
    data = await asyncio.to_thread(contents_of, source, chosen)
    key, size = await asyncio.to_thread(_key, source.name, data, chosen), len(data)
    known = await staging.readings([key])
    if key in known:
        return list(known[key])
    readings = await asyncio.to_thread(read_source, replace(source, data=data), chosen, home)
    del data
    documents: list[str] = []

    def kept(read: int) -> None:
        if read < size:
            tell(Progress(stage="split", done=read >> 10, total=size >> 10, name=source.name))

    try:
        await _keep(readings, documents, staging, chosen, kept)
    except InputError:
        await discard(staging, documents, home)
        raise
    await staging.put_reading(key, documents)
    return documents


async def _keep(
    readings: Iterator[Reading],
    documents: list[str],
    staging: Staging,
    chosen: IngestOptions,
    kept: Callable[[int], None],
) -> None:
    """Split and keep one after the other; `documents` grows by their ids, `kept` is told the characters done."""
    read = 0
    while some := await asyncio.to_thread(_next, readings, chosen):
        await staging.put_parsed([parsed for _, parsed in some])
        documents += [parsed.document.id for _, parsed in some]
        read += sum(length for length, _ in some)
        kept(read)


def _next(readings: Iterator[Reading], chosen: IngestOptions) -> list[tuple[int, Parsed]]:
    """(characters, document) of the next ones, as many as have some `_SPLIT` characters together."""
    some: list[tuple[int, Parsed]] = []
    for reading in readings:
        some.append((len(reading.text), split(reading, chosen)))
        if sum(length for length, _ in some) >= _SPLIT:
            break
    return some


def _key(name: str, data: bytes, chosen: IngestOptions) -> str:
    parts = [str(chosen.chunk_size), str(chosen.page_images)]
    package = package_reading(name)
    parts += [package] if package else []  # another version of it may read the file differently
    return content_id("reading", VERSION, name, hashlib.sha256(data).hexdigest(), *parts)
