"""The composition root: settings in, open ports out. The only place that knows which adapter stands behind a port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ..errors import ConfigError
from ..settings import Settings, load_settings
from ..tools.chat import make_chat
from ..tools.embed import embedders
from ..tools.index import text_indexes, vector_indexes
from ..tools.ports import Chat, Embedder, GraphStore, Resource, Staging, TextIndex, VectorIndex
from ..tools.staging import SqliteStaging
from ..tools.store import stores


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
        opened = []
        try:
            for resource in self._resources():
                await resource.open()
                opened.append(resource)
        except BaseException:
            for resource in reversed(opened):
                await resource.close()
            raise

    async def close(self) -> None:
        """Close each, last opened first."""
        for resource in reversed(self._resources()):
            await resource.close()

    def _resources(self) -> list[Resource]:
        chat = [self.chat] if self.chat else []
        return [self.staging, self.texts, self.vectors, self.graph_store, *chat]


def make_ports(settings: Settings | None = None) -> Ports:
    """Ports for these settings (else the environment's), not yet open.

    Raises:
        ConfigError: a setting names no adapter, or one whose extra is not installed.
    """
    settings = settings or load_settings()
    embedder = embedders.get(settings.embedder.kind)(settings.embedder)
    return Ports(
        settings=settings,
        graph_store=stores.get(settings.store.kind)(settings.store, settings.home),
        vectors=vector_indexes.get(settings.index.kind)(settings.index, settings.home, embedder),
        texts=text_indexes.get("memory" if settings.index.kind == "memory" else "sqlite")(
            settings.index, settings.home
        ),
        embedder=embedder,
        staging=SqliteStaging(None if settings.store.kind == "memory" else settings.home / "staging.sqlite"),
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
    """Ports, open for the length of the block."""
    ports = make_ports(settings)
    await ports.open()
    try:
        yield ports
    finally:
        await ports.close()
