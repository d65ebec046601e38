"""The contract of `VectorIndex`, run on every adapter."""

from __future__ import annotations

import asyncio
import errno
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import pytest
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from kgqa.errors import BackendError, ConfigError
from kgqa.settings import ChromaIndex
from kgqa.tools.embed.hashing import Hashing
from kgqa.tools.index import vector_indexes
from kgqa.tools.index.write_journal import Journal
from kgqa.tools.ports import VectorIndex
from numpy.typing import NDArray


def unit(count: int, dimensions: int = 64, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def make(kind: str, home: Path, dimensions: int = 64) -> VectorIndex:
    return vector_indexes.get(kind)(ChromaIndex(), home, Hashing(dimensions))


@pytest.fixture(params=vector_indexes.names())
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[VectorIndex]:
    made = make(request.param, tmp_path)
    await made.open()
    yield made
    await made.close()


async def test_a_new_index_is_empty(index: VectorIndex) -> None:
    assert await index.count("entities") == 0
    assert list(await index.ids("entities")) == []
    assert await index.nearest("entities", unit(2), 3) == [[], []]


async def test_the_nearest_come_best_first_with_text_and_cosine(index: VectorIndex) -> None:
    vectors = unit(50)
    await index.upsert("entities", [f"id{i}" for i in range(50)], vectors, [f"text {i}" for i in range(50)])
    [found] = await index.nearest("entities", vectors[7:8], 5)
    exact = vectors @ vectors[7]
    assert [key for key, _, _ in found] == [f"id{i}" for i in np.argsort(-exact)[:5]]
    assert found[0][:2] == ("id7", "text 7")
    assert [score for _, _, score in found] == pytest.approx(sorted(exact)[::-1][:5], abs=1e-4)


async def test_every_query_row_gets_its_own_list_in_order(index: VectorIndex) -> None:
    vectors = unit(20)
    await index.upsert("entities", [str(i) for i in range(20)], vectors, [""] * 20)
    found = await index.nearest("entities", vectors[::-1], 1)
    assert [row[0][0] for row in found] == [str(i) for i in reversed(range(20))]


async def test_no_more_than_k_and_no_more_than_there_are(index: VectorIndex) -> None:
    await index.upsert("entities", ["a", "b", "c"], unit(3), ["", "", ""])
    assert [len(await index.nearest("entities", unit(1), k)) for k in (0, 2, 9)] == [1, 1, 1]
    assert [len((await index.nearest("entities", unit(1), k))[0]) for k in (0, 2, 9)] == [0, 2, 3]


async def test_ties_are_told_apart_by_id(index: VectorIndex) -> None:
    same = np.repeat(unit(1), 12, axis=0)
    ids = [f"{i:02}" for i in (5, 3, 11, 0, 7, 1, 9, 2, 10, 4, 8, 6)]
    await index.upsert("entities", ids, same, ids)
    [found] = await index.nearest("entities", same[:1], 4)
    assert [key for key, _, _ in found] == ["00", "01", "02", "03"]


async def test_an_upsert_replaces_vector_and_text(index: VectorIndex) -> None:
    old, new = unit(2)
    await index.upsert("entities", ["a"], old[None], ["old"])
    await index.upsert("entities", ["a"], new[None], ["new"])
    assert await index.count("entities") == 1
    [[(key, text, score)]] = await index.nearest("entities", new[None], 3)
    assert (key, text, score) == ("a", "new", pytest.approx(1, abs=1e-4))


async def test_an_id_given_twice_counts_once_and_the_last_wins(index: VectorIndex) -> None:
    vectors = unit(2)
    await index.upsert("entities", ["a", "a"], vectors, ["first", "last"])
    [[(_, text, score)]] = await index.nearest("entities", vectors[1:], 3)
    assert (text, score) == ("last", pytest.approx(1, abs=1e-4))


async def test_what_is_deleted_is_not_found_and_the_rest_still_is(index: VectorIndex) -> None:
    vectors = unit(30)
    ids = [f"{i:02}" for i in range(30)]
    await index.upsert("entities", ids, vectors, ids)
    await index.delete("entities", [*ids[:10], "never there"])
    await index.delete("no such collection", ["x"])
    assert await index.count("entities") == 20
    found = await index.nearest("entities", vectors, 30)
    assert {key for row in found for key, _, _ in row} == set(ids[10:])
    assert [row[0][0] for row in found[10:]] == ids[10:]


async def test_collections_are_apart(index: VectorIndex) -> None:
    vectors = unit(2)
    await index.upsert("entities", ["a"], vectors[:1], ["entity"])
    await index.upsert("r", ["a"], vectors[1:], ["relation"])
    await index.delete("entities", ["a"])
    assert (await index.count("entities"), await index.count("r")) == (0, 1)
    assert (await index.nearest("r", vectors[1:], 1))[0][0][1] == "relation"


async def test_nothing_added_is_nothing_changed(index: VectorIndex) -> None:
    await index.upsert("entities", [], unit(0), [])
    await index.delete("entities", [])
    assert await index.count("entities") == 0


async def test_a_vector_of_zeros_finds_nothing_and_hides_nothing(index: VectorIndex) -> None:
    vectors = np.concatenate([unit(1), np.zeros((1, 64), dtype=np.float32)])
    await index.upsert("entities", ["a", "zero"], vectors, ["a", "zero"])
    found = await index.nearest("entities", vectors, 1)
    assert [[key for key, _, _ in row] for row in found] == [["a"], []]


async def test_other_dimensions_are_an_error_that_names_both(index: VectorIndex) -> None:
    await index.upsert("entities", ["a"], unit(1), ["a"])
    with pytest.raises(BackendError, match=r"'entities' holds 64 dimensions, not 32"):
        await index.upsert("entities", ["b"], unit(1, 32), ["b"])
    with pytest.raises(BackendError, match=r"'entities' holds 64 dimensions, not 32"):
        await index.nearest("entities", unit(1, 32), 1)


async def test_many_tasks_may_write_and_read_at_once(index: VectorIndex) -> None:
    vectors = unit(200)

    async def put(i: int) -> None:
        await index.upsert("entities", [str(i)], vectors[i : i + 1], [str(i)])
        [[(key, _, _)]] = await index.nearest("entities", vectors[i : i + 1], 1)
        assert key == str(i)

    await asyncio.gather(*(put(i) for i in range(200)))
    assert await index.count("entities") == 200


async def test_closing_twice_is_closing_once(index: VectorIndex) -> None:
    await index.close()
    await index.close()


async def test_an_index_works_from_another_event_loop(index: VectorIndex) -> None:
    await index.upsert("entities", ["a"], unit(1), ["a"])
    assert await asyncio.to_thread(asyncio.run, index.count("entities")) == 1


# ── Chroma alone: a folder that lasts and is shared
async def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    first = make("chroma", tmp_path)
    await first.open()
    await first.upsert("entities", ["a"], unit(1), ["text"])
    await first.close()
    second = make("chroma", tmp_path)
    await second.open()
    assert (await second.nearest("entities", unit(1), 1))[0][0][:2] == ("a", "text")
    await second.close()


async def test_vectors_of_another_embedder_are_refused_with_what_to_do(tmp_path: Path) -> None:
    first = make("chroma", tmp_path)
    await first.open()
    await first.upsert("entities", ["a"], unit(1), ["text"])
    await first.close()
    with pytest.raises(ConfigError, match=r"'hashing-1-64'.*'hashing-1-128'.*ingest again"):
        await make("chroma", tmp_path, dimensions=128).open()


async def test_two_adapters_of_one_folder_see_each_other(tmp_path: Path) -> None:
    one, two = make("chroma", tmp_path), make("chroma", tmp_path)
    await one.open()
    await two.open()
    await one.upsert("entities", ["a"], unit(1), ["text"])
    await one.close()
    assert await two.count("entities") == 1
    await two.close()


@pytest.mark.parametrize("start", [1, 40, 499])
async def test_a_collection_that_was_small_when_opened_stays_true_as_it_changes(tmp_path: Path, start: int) -> None:
    vectors, ids = unit(700), [f"id{i}" for i in range(700)]
    index = make("chroma", tmp_path)
    await index.open()
    await index.upsert("entities", ids[:start], vectors[:start], ids[:start])
    await index.close()
    await index.open()
    held = list(range(start))
    for more in (range(start, start + 60), range(start + 60, 700)):
        await index.upsert("entities", [ids[i] for i in more], vectors[more], [ids[i] for i in more])
        await index.delete("entities", [ids[i] for i in range(more[0], more[0] + 9)])
        await index.upsert("entities", [ids[more[20]]], vectors[more[20]][None], ["another text"])
        held += more[9:]
        assert await index.count("entities") == len(held)
        assert set(await index.ids("entities")) == {ids[i] for i in held}
        found = await index.nearest("entities", vectors[[more[0], more[20]]], 5)
        exact = vectors[held] @ vectors[[more[0], more[20]]].T
        for row, scores in zip(found, exact.T, strict=True):
            assert [key for key, _, _ in row] == [ids[held[i]] for i in np.argsort(-scores)[:5]]
        assert found[1][0][1] == "another text"
    await index.close()


_OTHER = """
import asyncio, sys
from pathlib import Path
from kgqa.settings import ChromaIndex
from kgqa.tools.embed.hashing import Hashing
from kgqa.tools.index import vector_indexes
from kgqa.tools.index.write_journal import Journal

async def main(home, seed, count, step):
    embedder = Hashing(64)
    index = vector_indexes.get("chroma")(ChromaIndex(), Path(home), embedder)
    await index.open()
    for i in range(0, count, step):
        ids = [f"{seed}.{j}" for j in range(i, min(i + step, count))]
        await index.upsert("entities", ids, await embedder.embed(ids), ids)
        print(i + len(ids), flush=True)
    await index.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
"""


def other(home: Path, seed: int, count: int, step: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _OTHER, str(home), str(seed), str(count), str(step)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def recalled(index: VectorIndex, seed: int, count: int) -> float:
    ids = [f"{seed}.{i}" for i in range(count)]
    found = await index.nearest("entities", await Hashing(64).embed(ids), 1)
    return float(np.mean([bool(row) and row[0][2] > 0.9999 for row in found]))


@pytest.mark.slow
async def test_what_another_process_writes_is_found_and_lost_by_neither(tmp_path: Path) -> None:
    index = make("chroma", tmp_path)
    await index.open()
    await index.upsert("entities", ["x.0"], unit(1, seed=9), ["x"])
    children = [other(tmp_path, seed, 2500, 250) for seed in (1, 2)]
    for i in range(0, 1500, 100):
        ids = [f"3.{j}" for j in range(i, i + 100)]
        mine = await Hashing(64).embed(ids)
        await index.upsert("entities", ids, mine, ids)
        assert (await index.nearest("entities", mine[:1], 1))[0][0][2] > 0.9999
    for child in children:
        child.communicate(timeout=120)
        assert child.returncode == 0
    for _ in range(120):  # a reader may answer for some seconds from what it has
        if await index.count("entities") == 6501:
            break
        await asyncio.sleep(0.1)
    assert await index.count("entities") == 6501
    assert min([await recalled(index, 1, 2500), await recalled(index, 2, 2500), await recalled(index, 3, 1500)]) > 0.99
    await index.close()


@pytest.mark.slow
async def test_a_reader_is_served_while_two_others_write_without_pause(tmp_path: Path) -> None:
    index = make("chroma", tmp_path)
    await index.open()
    await index.upsert("entities", ["x.0"], unit(1, seed=9), ["x"])
    children = [other(tmp_path, seed, 4000, 200) for seed in (1, 2)]
    reads = 0
    while any(child.poll() is None for child in children):
        assert await index.nearest("entities", unit(1, seed=9), 1)
        reads += 1
        await asyncio.sleep(0.02)
    assert [child.wait() for child in children] == [0, 0]
    assert reads > 20
    for child in children:
        child.communicate()
    await index.close()


@pytest.mark.slow
async def test_a_process_killed_while_writing_leaves_an_index_that_works(tmp_path: Path) -> None:
    for round_ in range(6):
        child = other(tmp_path, 1, 4000, 150)
        assert child.stdout is not None
        for _ in range(2 + 4 * round_):
            assert child.stdout.readline()
        await asyncio.sleep(0.02 * round_)
        child.kill()
        child.communicate()
    index = make("chroma", tmp_path)
    await index.open()
    ids = [f"1.{i}" for i in range(4000)]
    await index.upsert("entities", ids, await Hashing(64).embed(ids), ids)
    assert await index.count("entities") == 4000
    assert await recalled(index, 1, 4000) > 0.99
    await index.close()


_TORN = """
import os, signal, threading, time
from pathlib import Path

def watch(home):
    while not (files := list(home.glob("chroma/*/data_level0.bin"))):
        time.sleep(0.001)
    before = files[0].stat()
    while (now := files[0].stat()).st_mtime_ns == before.st_mtime_ns and now.st_size == before.st_size:
        pass
    os.kill(os.getpid(), signal.SIGKILL)

threading.Thread(target=watch, args=(Path(sys.argv[1]),), daemon=True).start()
"""


@pytest.mark.slow
async def test_neighbours_torn_by_a_kill_are_made_again_from_the_texts(tmp_path: Path) -> None:
    """Killed as soon as Chroma begins to write them; it would crash, or find nothing, on reading such files."""
    script = _OTHER.replace("asyncio.run(main", _TORN + "asyncio.run(main")
    command = [sys.executable, "-c", script, str(tmp_path), "1", "4000", "400"]
    journal, said = tmp_path / "chroma.journal", 0
    for _ in range(10):  # the kill may come a moment late, when the change is whole
        child = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
        assert child.returncode == -9
        said = max(said, *map(int, child.stdout.split()))
        if journal.exists():
            break
    assert journal.exists()
    for file in await asyncio.to_thread(lambda: list(tmp_path.glob("chroma/*/*.bin"))):  # the worst a kill there leaves
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    index = make("chroma", tmp_path)
    await index.open()
    assert await index.count("entities") >= said >= 400
    assert await recalled(index, 1, said) > 0.99
    await index.close()


@pytest.mark.slow
async def test_small_collections_whose_neighbours_are_torn_are_made_again_too(tmp_path: Path) -> None:
    ids = [f"1.{i}" for i in range(400)]
    vectors = await Hashing(64).embed(ids)
    index = make("chroma", tmp_path)
    await index.open()
    await index.upsert("entities", ids, vectors, ids)
    await index.delete("entities", ids[:300])
    await index.upsert("entities", ids[:300], vectors[:300], ids[:300])
    await index.upsert("entities", ids[:1], vectors[:1], ids[:1])  # after a thousand changes Chroma writes neighbours
    await index.close()
    torn = await asyncio.to_thread(lambda: list(tmp_path.glob("chroma/*/*.bin")))
    assert torn
    Journal(tmp_path / "chroma").begin()
    for file in torn:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    for _ in range(2):
        await index.open()
        assert await index.count("entities") == 400
        assert await recalled(index, 1, 400) == 1.0
        await index.close()


async def test_after_a_write_that_failed_half_way_what_was_written_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [f"1.{i}" for i in range(20)]
    vectors = await Hashing(64).embed(ids)
    index = make("chroma", tmp_path)
    await index.open()
    await index.upsert("entities", ids[:10], vectors[:10], ids[:10])
    await index.close()
    await index.open()
    whole = Collection.upsert

    def half(self: Collection, *args: Any, **kwargs: Any) -> None:
        whole(self, *args, **kwargs)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Collection, "upsert", half)
    with pytest.raises(BackendError, match=r"the disk that holds .* is full"):
        await index.upsert("entities", ids[10:], vectors[10:], ids[10:])
    monkeypatch.undo()
    assert await recalled(index, 1, 20) == 1.0
    await index.close()


async def test_a_folder_that_holds_another_s_collection_is_refused(tmp_path: Path) -> None:
    other = chromadb.PersistentClient(str(tmp_path / "chroma"), settings=Settings(anonymized_telemetry=False))
    other.create_collection("somebody").add(ids=["a"], embeddings=[[1.0, 0.0]])
    other.close()  # type: ignore[attr-defined]  # ClientAPI does not state what Client has
    with pytest.raises(ConfigError, match="made with the embedder None"):
        await make("chroma", tmp_path).open()
