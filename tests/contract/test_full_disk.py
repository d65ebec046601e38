"""A full disk is named as such by every store, and what was written before is there once there is room again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from kgqa.errors import BackendError
from kgqa.model import Document, Extraction, Sentence
from kgqa.settings import ChromaIndex, EmbeddedStore
from kgqa.tools.embed.hashing import Hashing
from kgqa.tools.index import text_indexes, vector_indexes
from kgqa.tools.ports import GraphStore, TextIndex, VectorIndex
from kgqa.tools.staging import SqliteStaging
from kgqa.tools.store import stores

FULL = r"^the disk that holds '.*' is full: make room there, or move KGQA_HOME$"


class Disk:
    """A small file system of its own."""

    def __init__(self, place: Path) -> None:
        self.home = place / "home"
        self._ballast = place / "ballast"

    def fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                return

    def make_room(self) -> None:
        self._ballast.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Disk]:
    """As large as the test says, or 4 MB; skipped where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    size = getattr(request, "param", "4m")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield Disk(place)
    subprocess.run(["umount", "-l", str(place)], check=True)


def texts_on(disk: Disk) -> TextIndex:
    return text_indexes.get("sqlite")(ChromaIndex(), disk.home)


def vectors_on(disk: Disk) -> VectorIndex:
    return vector_indexes.get("chroma")(ChromaIndex(), disk.home, Hashing(64))


def graph_on(disk: Disk) -> GraphStore:
    return stores.get("embedded")(EmbeddedStore(heap_mb=256, linger_seconds=0), disk.home)


async def test_the_text_index_names_it(disk: Disk) -> None:
    texts = texts_on(disk)
    await texts.open()
    await texts.add("sentence", [("a", "d", "", "first")])
    disk.fill()
    with pytest.raises(BackendError, match=FULL):
        await texts.add("sentence", [(f"k{i}", "d", "", f"w{i} " * 200) for i in range(400)])
    await texts.close()
    disk.make_room()
    await texts.open()
    assert [key for key, _ in await texts.search("sentence", "first", 9)] == ["a"]
    await texts.close()


async def test_the_vector_index_names_it(disk: Disk) -> None:
    many = [f"k{i}" for i in range(900)]
    vectors = vectors_on(disk)
    await vectors.open()
    first = await Hashing(64).embed(["first"])
    await vectors.upsert("entities", ["a"], first, ["first"])
    disk.fill()
    with pytest.raises(BackendError, match=FULL):
        await vectors.upsert("entities", many, await Hashing(64).embed(many), ["t" * 500] * 900)
    await vectors.close()
    with pytest.raises(BackendError, match=FULL):
        await vectors.open()
    disk.make_room()
    await vectors.open()
    assert (await vectors.nearest("entities", first, 1))[0][0][0] == "a"
    await vectors.close()


async def test_staging_names_it(disk: Disk) -> None:
    staging = SqliteStaging(disk.home / "staging.sqlite")
    await staging.open()
    await staging.put_extractions({"a": Extraction("first")})
    disk.fill()
    with pytest.raises(BackendError, match=FULL):
        await staging.put_extractions({f"k{i}": Extraction("x" * 1000) for i in range(500)})
    await staging.close()
    disk.make_room()
    await staging.open()
    assert (await staging.extractions(["a"])).keys() == {"a"}
    await staging.close()


@pytest.mark.parametrize("disk", ["4m", "8k"], indirect=True)
async def test_nothing_can_be_opened_on_it_and_nothing_is_thought_damaged(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    disk.fill()
    opens: list[Callable[[], Awaitable[None]]] = [
        texts_on(disk).open,
        vectors_on(disk).open,
        graph_on(disk).open,
        SqliteStaging(disk.home / "staging.sqlite").open,
    ]
    for open_ in opens:
        with pytest.raises(BackendError, match=FULL):
            await open_()
    assert "damaged" not in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("disk", ["48m"], indirect=True)
async def test_the_graph_names_it(disk: Disk) -> None:
    store = graph_on(disk)
    await store.open()
    await store.write_document(Document("a", "a", "x.md", "0", "en"), (), ())
    disk.fill()
    sentences = [Sentence(f"b.{n}", "b", n, n, n + 1, "t" * 2000) for n in range(300)]
    with pytest.raises(BackendError, match=FULL):
        await store.write_document(Document("b", "b", "x.md", "0", "en"), (), sentences)
    await store.close()
    await asyncio.to_thread(await_end, disk.home)
    disk.make_room()
    await store.open()
    assert [document.id for document in await store.documents()] == ["a"]
    await store.close()
    await asyncio.to_thread(await_end, disk.home)


def await_end(home: Path) -> None:
    deadline = time.monotonic() + 30
    while os.path.exists(home / "graph" / "server.json"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(0.5)
