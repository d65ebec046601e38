"""`plan` and `extract`: which documents are new, and what their passages say; no passage is ever drawn twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.runtime import Runtime

from ...errors import ContractError
from ...model import Extraction, Parsed, Passage, Schema, content_id
from ...tools.ports import Extractor, Staging
from ..batches import batches
from ..passages import cache_key, check, passages, placed, placeless
from ..shield import to_the_end
from ..state import Drawn, IngestContext, Progress, Read, ToExtract

_AT_ONCE = 32
"""Passages in one call of the extractor, kept when it returns: what a killed run may have to draw again."""
_DOCUMENTS, _SENTENCES = 16, 2000
"""Documents whose text is held at a time, and sentences in them, unless one document has more."""


async def plan(
    state: Read, runtime: Runtime[IngestContext], *, staging: Staging, extractor: Extractor
) -> dict[str, Any]:
    """The documents whose text, extractor or schema is not what they joined the library under."""
    given = [id for one in state["given"] for id in one["documents"]]
    return {"documents": list(await unjoined(given, staging, extractor))}


async def unjoined(ids: Sequence[str], staging: Staging, extractor: Extractor) -> dict[str, str]:
    """Those that are new or changed → the signature they are to join under, by id; one that is not kept is left out.

    A signature hashes everything that what a document says depends on.
    """
    digests = await staging.digests(list(dict.fromkeys(ids)))
    wanted = {id: content_id(digest, extractor.name, version_of(None), "open") for id, digest in digests.items()}
    members = await staging.members(list(wanted))
    return {id: wanted[id] for id in sorted(wanted) if members.get(id) != wanted[id]}


def version_of(schema: Schema | None) -> str:
    """The schema's version as keys and signatures have it."""
    return schema.version if schema else ""


async def extract(
    state: ToExtract, runtime: Runtime[IngestContext], *, staging: Staging, extractor: Extractor
) -> dict[str, Any]:
    """Draw one batch of documents into staging.

    Raises:
        ContractError: the extractor gave something that its port forbids.
        BackendError: its model failed.
    """
    ids = state["documents"]
    sizes = await staging.sizes(ids)
    drawn, done = Drawn(passages=0, called=0), 0
    for batch in batches(ids, lambda id: sizes.get(id, 0), _SENTENCES, _DOCUMENTS):
        some = await staging.parsed(batch)
        keyed = {key: passage for parsed in some for key, passage in _keyed(parsed, extractor)}
        runtime.stream_writer(_progress(state, done, some[0].document.title if some else ""))
        drawn["passages"] += sum(len(parsed.chunks) for parsed in some)
        drawn["called"] += await _draw(keyed, staging, extractor)
        done += len(batch)
    runtime.stream_writer(_progress(state, len(ids), ""))
    return {"drawn": [drawn]}


def _progress(state: ToExtract, done: int, name: str) -> Progress:
    begun = state["before"]
    return Progress(stage="extract", done=begun + done, total=state["total"], name=name, begun=begun)


async def _draw(keyed: Mapping[str, Passage], staging: Staging, extractor: Extractor) -> int:
    """Draw what is not kept yet; the number of passages drawn."""
    known = await staging.extractions(list(keyed))
    missing = [(key, passage) for key, passage in keyed.items() if key not in known]
    for start in range(0, len(missing), _AT_ONCE):
        await to_the_end(_draw_some(missing[start : start + _AT_ONCE], staging, extractor))
    return len(missing)


async def _draw_some(some: Sequence[tuple[str, Passage]], staging: Staging, extractor: Extractor) -> None:
    given = [passage for _, passage in some]
    extractions = await extractor.extract(given, None, False)
    if len(extractions) != len(given):
        raise ContractError(f"extractor {extractor.name!r}: {len(extractions)} for {len(given)} passages")
    for extraction, passage in zip(extractions, given, strict=True):
        check(extraction, passage, extractor.name)
    await staging.put_extractions(
        {key: placeless(e, passage) for e, (key, passage) in zip(extractions, some, strict=True)}
    )


def _keyed(parsed: Parsed, extractor: Extractor) -> list[tuple[str, Passage]]:
    return [(cache_key(p, extractor.name, version_of(None), False), p) for p in passages(parsed)]


async def collected(
    some: Sequence[Parsed], staging: Staging, extractor: Extractor
) -> tuple[list[tuple[list[str], list[Extraction]]], int]:
    """For each document the keys of its extractions, and what its passages say, in order.

    What a deletion has taken away meanwhile is drawn again: the writer's lock is held, so that it stays. Second comes
    how much of it there was.
    """
    keyed = [_keyed(parsed, extractor) for parsed in some]
    every = dict(pair for each in keyed for pair in each)
    kept = await staging.extractions(list(every))
    called = 0
    if missing := {key: passage for key, passage in every.items() if key not in kept}:
        called = await _draw(missing, staging, extractor)
        kept = {**kept, **await staging.extractions(list(missing))}
    found = [([key for key, _ in each], [placed(kept[key], passage) for key, passage in each]) for each in keyed]
    return found, called
