"""`write`: the stores brought to what the library says, by one run at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime

from ..state import IngestContext, Resolved
from ..write import Stores, bring_up


async def write(state: Resolved, runtime: Runtime[IngestContext], *, stores: Stores, home: Path) -> dict[str, Any]:
    """Write what this run has changed, and what a killed one left undone. Raises: BackendError, TransientError."""
    return {"wrote": await bring_up(stores, home, runtime.stream_writer)}
