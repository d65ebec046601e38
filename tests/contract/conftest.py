"""Open, empty graph stores for the suites of this folder: one server of each kind a session, shared by all tests."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from kgqa.settings import EmbeddedStore, MemoryStore
from kgqa.tools.ports import GraphStore
from kgqa.tools.store import stores

MakeStore = Callable[[], GraphStore]


@pytest.fixture(scope="session")
def store_makers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, MakeStore]]:
    """Kind → a maker of stores that all see one graph."""
    memory = stores.get("memory")(MemoryStore(), Path())
    home = tmp_path_factory.mktemp("embedded")
    options = EmbeddedStore(heap_mb=256, linger_seconds=3)
    yield {"memory": lambda: memory, "embedded": lambda: stores.get("embedded")(options, home)}
    deadline = time.monotonic() + 30
    while (home / "graph" / "server.json").exists():
        assert time.monotonic() < deadline, "the embedded server outlived its users"
        time.sleep(0.1)


@pytest.fixture(params=stores.names())
def make_store(request: pytest.FixtureRequest, store_makers: dict[str, MakeStore]) -> MakeStore:
    """Makes further stores (not open) over the graph that `graph_store` sees."""
    return store_makers[request.param]


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
