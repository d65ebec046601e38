"""`report`: what an ingest did, from what the nodes before it wrote."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from ..tools.ports import GraphStore
from .state import IngestContext, Report, ToReport


async def report(state: ToReport, runtime: Runtime[IngestContext], *, graph_store: GraphStore) -> dict[str, Any]:
    """Counts, and every failure by source."""
    documents = {document for given in state.get("given", []) for document in given["documents"]}
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
            failures=sorted(state["failures"], key=lambda failure: (failure.source, failure.reason)),
            library=dict(await graph_store.counts()),
        )
    }
