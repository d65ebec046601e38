"""`report`: what an ingest did, from what the nodes before it wrote."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from ..model import Failure
from ..tools.ports import GraphStore, Staging
from .state import Given, IngestContext, Report, ToReport, Unread


async def report(
    state: ToReport,
    runtime: Runtime[IngestContext],
    *,
    graph_store: GraphStore,
    staging: Staging,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Counts, every failure by source, and all else that was left out."""
    given = state.get("given", [])
    documents = {document for one in given for document in one["documents"]}
    added = len(state.get("documents", []))
    drawn = state.get("drawn", [])
    return {
        "report": Report(
            sources=len(state["sources"]),
            documents=len(documents),
            added=added,
            unchanged=len(documents) - added,
            removed=len(state.get("removed", [])),
            rewritten=state["wrote"]["facts"],
            mended=state["wrote"]["mended"],
            passages=sum(batch["passages"] for batch in drawn),
            extracted=sum(batch["called"] for batch in drawn),
            failures=await _failures(state["failures"], staging),
            skipped=state["skipped"],
            unread=await _unread(given, staging),
            gone=state.get("gone", []),
            notes=[*notes],
            library=dict(await graph_store.counts()),
        )
    }


async def _failures(failures: Sequence[Failure], staging: Staging) -> list[Failure]:
    """By source; where an earlier version of the file stays in the library, that is told."""
    held = {one.path for one in await staging.holdings()} if failures else set()
    return sorted((_told(one, held) for one in failures), key=lambda failure: (failure.source, failure.reason))


def _told(failure: Failure, held: Collection[str]) -> Failure:
    if os.path.abspath(failure.source) not in held:
        return failure
    return replace(failure, reason=f"{failure.reason}; what it said before stays until `kgqa docs delete`")


async def _unread(given: Sequence[Given], staging: Staging) -> list[Unread]:
    layouts = await staging.layouts([document for one in given for document in one["documents"]])
    pages = {
        one["path"] or "-": [n for id in one["documents"] if id in layouts for n in layouts[id].pictures]
        for one in given
    }
    return [Unread(source, (*sorted(numbers),)) for source, numbers in sorted(pages.items()) if numbers]
