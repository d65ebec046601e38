"""The serializer for a host's checkpointer: LangGraph reads back only the types that it is told of."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from .. import model
from ..ingestion import gone
from ..nodes import trace


def checkpoint_serializer() -> JsonPlusSerializer:
    """LangGraph's own, which also reads what the states of our graphs hold: `InMemorySaver(serde=…)`."""
    return JsonPlusSerializer(allowed_msgpack_modules=[*_types(model), *_types(trace), *_types(gone)])


def _types(module: ModuleType) -> Iterator[type]:
    held = vars(module).values()
    return (one for one in held if isinstance(one, type) and one.__module__.startswith(module.__name__))
