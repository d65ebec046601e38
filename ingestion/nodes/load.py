"""`load`: what the caller named, as sources."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from ...errors import InputError
from ..load import find_sources
from ..state import Asked, IngestContext


async def load(state: Asked, runtime: Runtime[IngestContext], *, home: Path) -> dict[str, Any]:
    """Find the sources, and clear what an earlier run on the same thread has left in the state.

    Raises:
        InputError: no path was given.
    """
    if not state.get("paths"):
        raise InputError("nothing to ingest: name files, folders or patterns, or '-' for standard input")
    found = await asyncio.to_thread(find_sources, state["paths"], state.get("stdin"), home)
    return {
        "sources": list(found.sources),
        "skipped": list(found.skipped),
        "folders": list(found.folders),
        "failures": Overwrite(list(found.failures)),
        "given": Overwrite([]),
        "drawn": Overwrite([]),
    }
