"""The options of the stores, indexes and embedders that ship.

The kind selects the adapter, so that a wrong pair cannot be written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from .adapter_options import AdapterOptions


def _expanded(path: Path) -> Path:
    """`~/x` as the user's own folder, wherever it comes from: a shell expands it in some places only."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise PydanticCustomError("home", "no user's home folder is known for it") from None


UserPath = Annotated[Path, AfterValidator(_expanded)]


class StoreOptions(AdapterOptions):
    """Which graph store, and its options."""

    lasting: ClassVar[bool] = True
    """Whether the graph outlives the process; where it does not, indexes and staging do not either."""
    in_data_folder: ClassVar[bool] = False
    """Whether the graph stands in the data folder and nowhere else: where there is none, nothing was ingested."""


class EmbeddedStore(StoreOptions):
    """The default: ArcadeDB as a child process on loopback, shared by every kgqa process of the data folder."""

    in_data_folder: ClassVar[bool] = True
    kind: Literal["embedded"] = "embedded"
    heap_mb: int = Field(default=160, ge=128)
    """The server's Java heap to begin with."""
    most_heap_mb: int = Field(default=640, ge=128)
    """What it grows to, doubling, where kgqa's own reading or writing runs out of it; a query's never makes it grow."""
    linger_seconds: float = Field(default=10.0, ge=0)
    """How long the server outlives its last user, so that the next command finds it warm."""
    query_seconds: float = Field(default=20.0, gt=0)
    """The server's own limit on one command; a query that outlives it is ended by the watchdog."""


class MemoryStore(StoreOptions):
    """Everything in this process and gone with it; no Cypher."""

    kind: Literal["memory"] = "memory"
    lasting: ClassVar[bool] = False


class Neo4jStore(StoreOptions):
    """A Neo4j 5 or AuraDB server, over Bolt. `NEO4J_URI` and its like, as AuraDB's own file has them, do as well."""

    kind: Literal["neo4j"] = "neo4j"
    uri: str
    """`bolt://…`, `neo4j://…`, or with TLS `neo4j+s://…`."""
    username: str = "neo4j"
    password: SecretStr
    database: str = "neo4j"
    reader_username: str = ""
    """An account that may only read (on AuraDB and Enterprise: with the role `reader`), for queries that a model or a
    user wrote; without it they run in a read transaction of the first account."""
    reader_password: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=10.0, gt=0)


STORES = {"embedded": EmbeddedStore, "memory": MemoryStore, "neo4j": Neo4jStore}


class IndexOptions(AdapterOptions):
    """Which vector index, and its options."""


class ChromaIndex(IndexOptions):
    """Chroma in the data folder."""

    kind: Literal["chroma"] = "chroma"


class MemoryIndex(IndexOptions):
    """Exact search over arrays in this process."""

    kind: Literal["memory"] = "memory"


INDEXES = {"chroma": ChromaIndex, "memory": MemoryIndex}


class EmbedderOptions(AdapterOptions):
    """Which embedder, and its options."""


class HashingEmbedder(EmbedderOptions):
    """Character n-grams hashed into a vector: no download, any language, spelling rather than meaning."""

    kind: Literal["hashing"] = "hashing"
    dimensions: int = Field(default=256, ge=64, le=8192)


class SentenceTransformersEmbedder(EmbedderOptions):
    """Any sentence-transformers model, by name or local folder (extra `local`)."""

    kind: Literal["sentence-transformers"] = "sentence-transformers"
    model: str


EMBEDDERS = {"hashing": HashingEmbedder, "sentence-transformers": SentenceTransformersEmbedder}
