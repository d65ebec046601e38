"""How often a node is tried; an error that may pass is raised until the last try."""

from __future__ import annotations

from langgraph.runtime import Runtime

from ..errors import ExhaustedError, TransientError
from .state import QAContext

ATTEMPTS = 3


def may_pass(error: BaseException) -> bool:
    """Whether running the node again may mend it: not where whoever failed has tried again already."""
    return isinstance(error, TransientError) and not isinstance(error, ExhaustedError)


def last_try(runtime: Runtime[QAContext]) -> bool:
    """Whether nobody will run the node again; so also outside a graph."""
    return runtime.execution_info is None or runtime.execution_info.node_attempt >= ATTEMPTS
