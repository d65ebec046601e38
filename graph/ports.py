"""The composition root: settings in, open ports out. The only place that knows which adapter stands behind a port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigError, EmptyLibrary
from ..ingestion.write import restore
from ..settings import IndexOptions, MemoryIndex, Settings, load_settings
from ..tools.chat import make_chat
from ..tools.embed import embedders
from ..tools.files import make_private
from ..tools.index import text_indexes, vector_indexes
from ..tools.ports import Chat, Embedder, GraphStore, Resource, Staging, TextIndex, VectorIndex
from ..tools.staging import SqliteStaging
from ..tools.store import stores

_STAGING = "staging.sqlite"
"""What the first ingest makes in the data folder; it knows what the library holds."""


@dataclass(frozen=True)
class Ports:
    """Everything live that the graphs are bound to; hand in your own to replace an adapter."""

    settings: Settings
    graph_store: GraphStore
    vectors: VectorIndex
    texts: TextIndex
    embedder: Embedder
    staging: Staging
    chat: Chat | None = None
    """None with the builtin engine, which asks no model."""

    async def open(self) -> None:
        """Open each; what was opened is closed again when a later one fails."""
        await asyncio.to_thread(make_home, self.settings.home)
        async with AsyncExitStack() as opened:
            for resource in self._resources():
                await resource.open()
                opened.push_async_callback(resource.close)
            opened.pop_all()

    async def close(self) -> None:
        """Close each, last opened first, also where one fails to."""
        async with AsyncExitStack() as opened:
            for resource in self._resources():
                opened.push_async_callback(resource.close)

    def _resources(self) -> list[Resource]:
        chat = [self.chat] if self.chat else []
        return [self.staging, self.texts, self.vectors, self.graph_store, *chat]


def make_home(home: Path) -> None:
    """Make the data folder, for its user alone, where there is none. Raises: ConfigError."""
    try:
        make_private(home)
    except OSError as error:
        raise ConfigError(f"setting KGQA_HOME: {str(home)!r} cannot be made: {error.strerror}") from error


def make_ports(settings: Settings | None = None) -> Ports:
    """Ports for these settings (else the environment's), not yet open.

    Raises:
        ConfigError: a setting names no adapter, or one whose extra is not installed.
    """
    settings = settings or load_settings()
    embedder = embedders.get(settings.embedder.kind)(settings.embedder)
    # A graph that is gone with the process must not leave indexes behind that answer for it.
    gone = not settings.store.lasting
    index: IndexOptions = MemoryIndex() if gone else settings.index
    return Ports(
        settings=settings,
        graph_store=stores.get(settings.store.kind)(settings.store, settings.home),
        vectors=vector_indexes.get(index.kind)(index, settings.home, embedder),
        texts=text_indexes.get("memory" if index.kind == "memory" else "sqlite")(index, settings.home),
        embedder=embedder,
        staging=SqliteStaging(None if gone else settings.home / _STAGING),
        chat=_chat(settings),
    )


def _chat(settings: Settings) -> Chat | None:
    if settings.engine != "llm":
        return None
    need_model(settings)
    return make_chat(settings.chat, settings.home)


def need_model(settings: Settings) -> None:
    """Raises: ConfigError, where the engine is `llm` and no model is set."""
    if settings.engine == "llm" and not settings.chat.model:
        raise ConfigError("setting KGQA_ENGINE is 'llm': name the model in KGQA_CHAT__MODEL, or choose builtin")


@asynccontextmanager
async def open_ports(settings: Settings | None = None) -> AsyncIterator[Ports]:
    """Ports, open for the length of the block; what the stores have lost is written again first."""
    ports = make_ports(settings)
    await ports.open()
    try:
        await restore(ports, ports.settings.home)
        yield ports
    finally:
        await ports.close()


def was_used(settings: Settings) -> bool:
    """Whether anything may have been ingested: the graph stands elsewhere, or there is a library in the data folder.

    Raises:
        ConfigError: there is a file in its place.
    """
    if settings.home.is_file():
        raise ConfigError(f"setting KGQA_HOME: {str(settings.home)!r} is a file, no folder")
    return not settings.store.in_data_folder or (settings.home / _STAGING).exists()


@asynccontextmanager
async def open_library(settings: Settings) -> AsyncIterator[Ports]:
    """The same where something was ingested.

    Raises:
        EmptyLibrary: nothing ever was; then nothing is opened or made.
    """
    if not was_used(settings):
        raise EmptyLibrary(settings.home)
    async with open_ports(settings) as ports:
        yield ports


async def need_documents(ports: Ports) -> None:
    """Raises: EmptyLibrary, where a lasting store holds no document; one in memory is new each time."""
    # What was noted costs nothing to look up; only what is not noted has to be counted.
    if not ports.settings.store.lasting or (await ports.staging.noted()).get("documents"):
        return
    if not (await ports.graph_store.counts())["documents"]:
        raise EmptyLibrary(ports.settings.home)
