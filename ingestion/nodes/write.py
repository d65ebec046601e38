"""`write`: the stores brought to what the library says, by one run at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime

from ...model import Failure
from ..repair import Stores
from ..state import IngestContext, Resolved
from ..write import bring_up


async def write(state: Resolved, runtime: Runtime[IngestContext], *, stores: Stores, home: Path) -> dict[str, Any]:
    """Write what this run has changed, what a killed one left undone, and what the stores have lost.

    A document that a store does not take is a failure; the others go in. Raises: BackendError, TransientError.
    """
    wrote = await bring_up(stores, home, runtime.stream_writer)
    failed = await stores.staging.documents(list(wrote.failed))
    failures = [Failure(one.source, f"could not be written: {wrote.failed[one.id]}") for one in failed]
    return {"wrote": {"facts": wrote.facts, "mended": len(wrote.lost)}, "failures": failures}
