"""Open, empty graph stores for the suites of this folder: one server of each kind a session, shared by all tests."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from kgqa.settings import EmbeddedStore, MemoryStore, Neo4jStore, load_settings
from kgqa.tools.cypher.functions import ARCADEDB, NEO4J
from kgqa.tools.ports import GraphStore
from kgqa.tools.store import stores
from kgqa.tools.store.arcadedb import ArcadeDB
from kgqa.tools.store.bolt import BoltGraph
from kgqa.tools.store.neo4j5 import Neo4j

MakeStore = Callable[[], GraphStore]
OPTIONS = EmbeddedStore(heap_mb=256, linger_seconds=3, query_seconds=6)


@pytest.fixture(scope="session")
def memory_maker() -> MakeStore:
    """Gives the one graph in memory."""
    memory = stores.get("memory")(MemoryStore(), Path())
    return lambda: memory


@pytest.fixture(scope="session")
def embedded_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of one embedded server, which ends with the session."""
    home = tmp_path_factory.mktemp("embedded")
    yield home
    deadline = time.monotonic() + 30
    while (home / "graph" / "server.json").exists():
        assert time.monotonic() < deadline, "the embedded server outlived its users"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def embedded_maker(embedded_home: Path) -> MakeStore:
    """Makes clients of the embedded server."""
    return lambda: stores.get("embedded")(OPTIONS, embedded_home)


@pytest.fixture(scope="session")
def parts_maker(embedded_home: Path) -> MakeStore:
    """The same, for which every document is too large for one transaction."""
    return lambda: BoltGraph(ArcadeDB(OPTIONS, embedded_home), ARCADEDB, rows=3)


@pytest.fixture(scope="session")
def neo4j_maker(neo4j_server: Neo4jStore) -> MakeStore:
    """Makes clients of a real Neo4j, started for this session where that and Java are at hand."""
    return lambda: stores.get("neo4j")(neo4j_server, Path())


@pytest.fixture(scope="session")
def extension_maker(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], MakeStore]:
    """Gives the maker of the store of this kind that an installed package adds, with the options of `KGQA_STORE__…`."""

    @cache
    def maker(kind: str) -> MakeStore:
        settings = load_settings(home=tmp_path_factory.mktemp(kind), store={"kind": kind})
        make = stores.get(kind)
        if settings.store.lasting:
            return lambda: make(settings.store, settings.home)
        only = make(settings.store, settings.home)
        return lambda: only

    return maker


KINDS = [
    pytest.param(kind, marks=pytest.mark.e2e if kind.startswith("neo4j") else ())
    for kind in (*stores.names(), "parts", "neo4j_parts")
]


@pytest.fixture(scope="session")
def neo4j_parts_maker(neo4j_server: Neo4jStore) -> MakeStore:
    """The same, for which every document is too large for one transaction."""
    return lambda: BoltGraph(Neo4j(neo4j_server), NEO4J, rows=3)


@pytest.fixture(params=KINDS)
def make_store(request: pytest.FixtureRequest) -> MakeStore:
    """Makes further stores (not open) over the graph that `graph_store` sees."""
    if stores.package(request.param):
        of_kind: Callable[[str], MakeStore] = request.getfixturevalue("extension_maker")
        return of_kind(request.param)
    maker: MakeStore = request.getfixturevalue(f"{request.param}_maker")
    return maker


@pytest.fixture
async def graph_store(make_store: MakeStore) -> AsyncIterator[GraphStore]:
    """An open, empty store of each kind."""
    store = make_store()
    await store.open()
    await store.delete_documents([document.id for document in await store.documents()])
    yield store
    await store.close()


@pytest.fixture
def in_threads() -> Callable[[list[Callable[[], None]]], None]:
    """Runs callables side by side, one thread each, and raises the first error."""

    def run(jobs: list[Callable[[], None]]) -> None:
        errors: list[BaseException] = []

        def guarded(job: Callable[[], None]) -> None:
            try:
                job()
            except Exception as error:  # noqa: BLE001  # raised again below
                errors.append(error)

        threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    return run
