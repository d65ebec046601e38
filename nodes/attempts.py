"""How often a node is tried, and whether this is the last time: until then an error that may pass is left to pass."""

from __future__ import annotations

from langgraph.runtime import Runtime

from .state import QAContext

ATTEMPTS = 3


def last_try(runtime: Runtime[QAContext]) -> bool:
    """Whether nobody will run the node again; so also outside a graph."""
    return runtime.execution_info is None or runtime.execution_info.node_attempt >= ATTEMPTS
