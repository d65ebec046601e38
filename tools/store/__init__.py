"""Graph stores by name: embedded (ArcadeDB as a child process), memory, neo4j."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...registry import Registry

if TYPE_CHECKING:
    from ...settings import MemoryStore
    from ..ports import GraphStore


def _memory(options: MemoryStore, home: Path) -> GraphStore:
    from .memory import MemoryGraph

    return MemoryGraph()


stores: Registry[Callable[[Any, Path], GraphStore]] = Registry("store", {"memory": _memory})
