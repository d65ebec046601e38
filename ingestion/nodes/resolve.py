"""`resolve`: new and changed documents join the library, what nothing holds any more leaves, names are settled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime

from ...model import Extraction, Failure, Holding, Parsed, Said
from ...settings import IngestOptions
from ...tools.ports import Extractor, Staging
from .. import resolve as rules
from ..batches import batches
from ..gone import find_gone
from ..passages import heading
from ..state import Drawn, Given, IngestContext, Progress, Tell, ToResolve, options
from ..writer_lock import writing
from .extract import collected, unjoined
from .read import taken_in

_AT_ONCE, _SENTENCES = 1000, 6000
"""Documents that join together, their names settled once, and sentences in them, unless one document has more."""
_DOCUMENTS, _READ = 100, 2000
"""The same for those whose text is held at a time."""


async def resolve(
    state: ToResolve,
    runtime: Runtime[IngestContext],
    *,
    staging: Staging,
    extractor: Extractor,
    settings: IngestOptions,
    home: Path,
) -> dict[str, Any]:
    """Bring the library up to what was read, alone. Nothing is written to the stores yet: staging notes what is to be.

    A document that another run has deleted since it was read is read again: who comes later has the last word.

    Raises:
        TransientError: another run has been writing for half an hour.
    """
    tell, chosen = runtime.stream_writer, options(runtime.context, settings)
    async with writing(staging, tell):
        given, failures = await _kept(state, staging, chosen, home, tell)
        gone = await asyncio.to_thread(
            find_gone,
            await _below(state["folders"], staging),
            state["folders"],
            state["sources"],
            {one["path"]: one["sha256"] for one in given},
            bool(runtime.context and runtime.context.sync),
        )
        await staging.hold([*(Holding(one.path, ()) for one in gone if one.deleted), *_held(given)])
        joining = await unjoined([id for one in given for id in one["documents"]], staging, extractor)
        sizes = await staging.sizes(list(joining))
        done = drawn = 0
        for batch in batches(joining, sizes.__getitem__, _SENTENCES, _AT_ONCE):
            tell(Progress(stage="resolve", done=done, total=len(joining), name=""))
            drawn += await _join({id: joining[id] for id in batch}, sizes, staging, extractor)
            done += len(batch)
        removed = await staging.leave([], rules)
    tell(Progress(stage="resolve", done=done, total=done, name=""))
    return {"removed": list(removed), "gone": gone, "failures": failures, "drawn": [Drawn(passages=0, called=drawn)]}


async def _kept(
    state: ToResolve, staging: Staging, chosen: IngestOptions, home: Path, tell: Tell
) -> tuple[list[Given], list[Failure]]:
    """What was given, read again where it is not kept any more; and what cannot be read any more."""
    kept = await staging.digests([id for one in state["given"] for id in one["documents"]])
    gone = [one for one in state["given"] if not kept.keys() >= set(one["documents"])]
    sources = {source.path: source for source in state["sources"]}
    again = [await taken_in(sources[one["path"]], staging, chosen, home, tell) for one in gone]
    given = [one for one in state["given"] if one not in gone] + [one for one in again if not isinstance(one, Failure)]
    return given, [one for one in again if isinstance(one, Failure)]


async def _below(folders: Sequence[str], staging: Staging) -> list[Holding]:
    return [one for folder in folders for one in await staging.holdings(folder)]


def _held(given: Sequence[Given]) -> Iterator[Holding]:
    """The files; each document that came over standard input holds itself, since the next one does not replace it."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for one in given:
        if one["path"]:
            yield Holding(one["path"], (*one["documents"],), one["size"], one["sha256"], now)
        else:
            yield from (Holding(f"-{id}", (id,), one["size"], one["sha256"], now) for id in one["documents"])


async def _join(joining: Mapping[str, str], sizes: Mapping[str, int], staging: Staging, extractor: Extractor) -> int:
    """Have these documents (→ signature) join; how many passages had to be drawn again."""
    said: list[Said] = []
    extracted: list[list[str]] = []
    drawn = 0
    for batch in batches(joining, sizes.__getitem__, _READ, _DOCUMENTS):
        some = await staging.parsed(batch)
        found, again = await collected(some, staging, extractor)
        drawn += again
        said += await asyncio.to_thread(_said, some, [extractions for _, extractions in found])
        extracted += [keys for keys, _ in found]
    await staging.join(said, [joining[one.document_id] for one in said], extracted, rules)
    return drawn


def _said(some: Sequence[Parsed], extractions: Sequence[Sequence[Extraction]]) -> list[Said]:
    return [
        rules.said(parsed.document.id, each, heading(parsed)) for parsed, each in zip(some, extractions, strict=True)
    ]
