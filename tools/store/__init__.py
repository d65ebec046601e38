"""Graph stores by name: embedded (ArcadeDB as a child process), memory, neo4j."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ConfigError
from ...registry import Registry

if TYPE_CHECKING:
    from ...settings import EmbeddedStore, MemoryStore, Neo4jStore
    from ..ports import GraphStore


def _memory(options: MemoryStore, home: Path) -> GraphStore:
    from .memory import MemoryGraph

    return MemoryGraph()


def _embedded(options: EmbeddedStore, home: Path) -> GraphStore:
    if importlib.util.find_spec("fcntl") is None:
        raise ConfigError(
            "the embedded store needs file locks, which this platform has not got; set KGQA_STORE__KIND=neo4j, "
            "KGQA_STORE__URI and KGQA_STORE__PASSWORD to use a Neo4j server instead"
        )
    from ..cypher.functions import ARCADEDB
    from .arcadedb import ArcadeDB
    from .bolt import BoltGraph

    return BoltGraph(ArcadeDB(options, home), ARCADEDB)


def _neo4j(options: Neo4jStore, home: Path) -> GraphStore:
    from ..cypher.functions import NEO4J
    from .bolt import BoltGraph
    from .neo4j5 import Neo4j

    return BoltGraph(Neo4j(options), NEO4J)


stores: Registry[Callable[[Any, Path], GraphStore]] = Registry(
    "store", {"embedded": _embedded, "memory": _memory, "neo4j": _neo4j}
)
