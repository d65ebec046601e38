"""`resolve`: new and changed documents join the library, what nothing holds any more leaves, names are settled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime

from ...model import Extraction, Parsed, Said
from ...tools.ports import Extractor, Staging
from .. import resolve as rules
from ..passages import heading
from ..state import Given, IngestContext, Progress, ToResolve
from .extract import collected, signatures

_AT_ONCE = 1000
"""Documents that join together: their names are settled once."""
_DOCUMENTS = 100
"""Documents whose text is held at a time."""


async def resolve(
    state: ToResolve, runtime: Runtime[IngestContext], *, staging: Staging, extractor: Extractor
) -> dict[str, Any]:
    """Bring the library up to what was read. Nothing is written to the stores yet: staging notes what is to be.

    Raises:
        InputError: a document was deleted while it was being ingested.
    """
    tell = runtime.stream_writer
    # Held before it joins, so that another run's sweep does not take it for left behind.
    await staging.hold(_held(state["given"]))
    ids = state["documents"]
    for start in range(0, len(ids), _AT_ONCE):
        tell(Progress(stage="resolve", done=start, total=len(ids), name=""))
        await _join(ids[start : start + _AT_ONCE], staging, extractor)
    removed = await staging.leave([], rules)
    tell(Progress(stage="resolve", done=len(ids), total=len(ids), name=""))
    return {"removed": list(removed)}


def _held(given: Sequence[Given]) -> dict[str, list[str]]:
    """Path → documents; each that came over standard input holds itself, since the next one does not replace it."""
    held = {one["path"]: one["documents"] for one in given if one["path"]}
    loose = [document for one in given if not one["path"] for document in one["documents"]]
    return {**held, **{f"-{document}": [document] for document in loose}}


async def _join(ids: Sequence[str], staging: Staging, extractor: Extractor) -> None:
    said: list[Said] = []
    extracted: list[list[str]] = []
    signed = await signatures(ids, staging, extractor)
    for start in range(0, len(ids), _DOCUMENTS):
        some = await staging.parsed(ids[start : start + _DOCUMENTS])
        found = await collected(some, staging, extractor)
        said += await asyncio.to_thread(_said, some, [extractions for _, extractions in found])
        extracted += [keys for keys, _ in found]
    await staging.join(said, [signed[one.document_id] for one in said], extracted, rules)


def _said(some: Sequence[Parsed], extractions: Sequence[Sequence[Extraction]]) -> list[Said]:
    return [
        rules.said(parsed.document.id, each, heading(parsed)) for parsed, each in zip(some, extractions, strict=True)
    ]
