"""Every file of the data folder, damaged in every way: what can be made again is begun anew, the rest named in a line.

The graph's files are damaged here without a server; tests/e2e/test_damage.py does it with one.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from kgqa.errors import BackendError
from kgqa.ingestion import resolve
from kgqa.model import Chunk, Document, Holding, Parsed, Said, Sentence
from kgqa.settings import ChromaIndex
from kgqa.tools.embed.hashing import Hashing
from kgqa.tools.index import text_indexes, vector_indexes
from kgqa.tools.staging import SqliteStaging
from kgqa.tools.store.database_files import DatabaseFiles

ROWS = [(f"s{n}", "d", "", f"word{n} shared") for n in range(30)]
IDS = [f"e{n}" for n in range(30)]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def junk(path: Path) -> None:
    path.write_bytes(random.Random(path.name).randbytes(max(100, path.stat().st_size)))


def flip(path: Path) -> None:
    held = bytearray(path.read_bytes() or b"\0")
    held[random.Random(path.name).randrange(len(held))] ^= 16
    path.write_bytes(held)


def nonsense(path: Path) -> None:
    path.write_text('["not", "what", "was", "meant"]')


def into_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [empty, halve, junk, flip, nonsense, Path.unlink, into_folder]
Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as it is left after some documents: staging, text index, vectors."""
    home = tmp_path_factory.mktemp("whole")
    asyncio.run(fill(home))
    return home


async def fill(home: Path) -> None:
    staging = SqliteStaging(home / "staging.sqlite")
    await staging.open()
    assert await staging.take()
    sentence = Sentence("s", "d", 0, 0, 9, "Ann Bell.")
    document = Document("d", "Title", "d.md", "sha", "en")
    await staging.put_parsed([Parsed(document, (), (sentence,), (Chunk("c", "d", 0, 9, ("s",)),))])
    await staging.hold([Holding("/d", ("d",))])
    await staging.join([Said("d", (), (), (), ())], ["1"], [[]], resolve)
    await staging.close()
    texts = text_indexes.get("sqlite")(ChromaIndex(), home)
    await texts.open()
    await texts.add("sentence", ROWS)
    await texts.close()
    vectors = vector_indexes.get("chroma")(ChromaIndex(), home, Hashing(64))
    await vectors.open()
    await vectors.upsert("entities", IDS, await Hashing(64).embed(IDS), IDS)
    await vectors.close()


def files(home: Path) -> list[Path]:
    return sorted(path.relative_to(home) for path in home.rglob("*") if path.is_file())


def test_the_folder_holds_what_is_to_be_damaged(whole: Path) -> None:
    names = {path.name for path in files(whole)}
    assert names >= {"staging.sqlite", "staging.sqlite.seal", "staging.lock", "text.sqlite", "text.sqlite.seal"}
    assert names >= {"chroma.sqlite3", "chroma.mark", "chroma.seal", "chroma.lock", "data_level0.bin"}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_an_index_is_as_it_was_or_begun_anew(
    whole: Path, tmp_path: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    for number, name in enumerate(files(whole)):
        if name.name.startswith("staging"):
            continue
        home = tmp_path / str(number)
        shutil.copytree(whole, home)
        damage(home / name)
        caplog.clear()
        await check_texts(home, name, caplog)
        await check_vectors(home, name, caplog)
        shutil.rmtree(home)


async def check_texts(home: Path, name: Path, caplog: pytest.LogCaptureFixture) -> None:
    texts = text_indexes.get("sqlite")(ChromaIndex(), home)
    await texts.open()
    rows, _ = await texts.frequencies("sentence", [])
    assert rows == len(ROWS) or (rows == 0 and "begun anew" in caplog.text), name
    await texts.add("sentence", ROWS)
    assert len(await texts.search("sentence", "shared", 99)) == len(ROWS), name
    await texts.close()


async def check_vectors(home: Path, name: Path, caplog: pytest.LogCaptureFixture) -> None:
    vectors = vector_indexes.get("chroma")(ChromaIndex(), home, Hashing(64))
    await vectors.open()
    rows = await vectors.count("entities")
    assert rows == len(IDS) or (rows == 0 and "begun anew" in caplog.text), name
    embedded = await Hashing(64).embed(IDS)
    await vectors.upsert("entities", IDS, embedded, IDS)
    assert [found[0][0] for found in await vectors.nearest("entities", embedded, 1)] == IDS, name
    await vectors.close()


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damaged_staging_is_named_with_what_to_do(whole: Path, tmp_path: Path, damage: Damage) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    damage(home / "staging.sqlite")
    with pytest.raises(BackendError, match=r"staging\.sqlite' is damaged .*put a copy of it back") as caught:
        await SqliteStaging(home / "staging.sqlite").open()
    assert "\n" not in str(caught.value)
    shutil.rmtree(home / "staging.sqlite", ignore_errors=True)
    shutil.copy(whole / "staging.sqlite", home / "staging.sqlite")  # other times, the same bytes
    assert await members(home) == {"d": "1"}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["staging.lock", "staging.sqlite.seal"])
async def test_what_staging_does_not_need_to_remember_is_made_anew(
    whole: Path, tmp_path: Path, damage: Damage, name: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    damage(home / name)
    assert await members(home) == {"d": "1"}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_lock_is_still_one_lock(whole: Path, tmp_path: Path, damage: Damage) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    writers = [SqliteStaging(home / "staging.sqlite") for _ in range(2)]
    for writer in writers:
        await writer.open()
    damage(home / "staging.lock")
    try:
        assert sorted(await asyncio.gather(*(writer.take() for writer in writers))) == [False, True]
    finally:
        for writer in writers:
            await writer.close()


async def members(home: Path) -> dict[str, str]:
    staging = SqliteStaging(home / "staging.sqlite")
    await staging.open()
    assert await staging.take()
    try:
        return dict(await staging.members())
    finally:
        await staging.close()


async def test_a_killed_writer_s_file_is_checked_by_sqlite(whole: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    for name in ("staging.sqlite", "text.sqlite"):
        (home / f"{name}.seal").unlink()
        held = bytearray((home / name).read_bytes())
        held[4096:8192] = np.random.default_rng(1).bytes(4096)
        (home / name).write_bytes(held)
    with pytest.raises(BackendError, match="put a copy of it back"):
        await SqliteStaging(home / "staging.sqlite").open()
    texts = text_indexes.get("sqlite")(ChromaIndex(), home)
    await texts.open()
    assert await texts.frequencies("sentence", []) == (0, {})
    await texts.close()


async def test_what_was_damaged_while_it_was_open_is_begun_anew_the_next_time(whole: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    texts = text_indexes.get("sqlite")(ChromaIndex(), home)
    await texts.open()
    held = bytearray((home / "text.sqlite").read_bytes())
    (home / "text.sqlite").write_bytes(held[:4096] + os.urandom(len(held) - 4096))
    with pytest.raises(BackendError, match=r"text\.sqlite' is damaged .*`kgqa doctor --repair`"):
        await texts.search("sentence", "shared word1 word2 word3", 9)
    await texts.close()
    await texts.open()
    assert await texts.frequencies("sentence", []) == (0, {})
    await texts.close()


async def test_whatever_is_written_is_its_users_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        home = tmp_path / "home"
        await fill(home)
    finally:
        os.umask(before)
    open_to_others = {path.name for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077}
    assert open_to_others == set()


# ── the graph's files
def database(home: Path) -> DatabaseFiles:
    """A database of a few files, as the server leaves it."""
    folder = home / "databases" / "neo4j"
    folder.mkdir(parents=True)
    types = {"Document": {"buckets": ["Document_0"]}, "A.B": {"buckets": ["A.B_0"]}, "NEXT": {"buckets": ["NEXT_0"]}}
    (folder / "schema.json").write_text(json.dumps({"types": types}))
    (folder / "statistics.json").write_text(json.dumps({"Document_0": {"count": 1, "pages": [{"id": 0, "free": 9}]}}))
    (folder / "Document_0.1.64.v0.bucket").write_bytes(b"x" * 64)
    (folder / "A.B_0.2.64.v0.bucket").write_bytes(b"")
    (folder / "NEXT_0.3.64.v0.bucket").write_bytes(b"")
    (folder / "Document_0_99.4.64.v1.umtidx").write_bytes(b"y" * 64)
    (folder / "dictionary.0.64.v1.dict").write_bytes(b"z" * 64)
    return DatabaseFiles(home)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_database_whose_files_changed_without_a_server_is_set_aside(tmp_path: Path, damage: Damage) -> None:
    database(tmp_path / "0")
    for number, name in enumerate(files(tmp_path / "0"), start=1):
        home = tmp_path / str(number)
        kept = database(home)
        kept.keep()
        before = (home / name).read_bytes()
        damage(home / name)
        changed = not (home / name).is_file() or (home / name).read_bytes() != before
        kept.make_ready()
        assert (home / "databases" / "neo4j").exists() != changed, name
        assert (home / "neo4j.damaged").exists() == changed, name
        assert (home / "notice.txt").exists() == changed, name


def test_a_database_that_nobody_touched_or_that_was_copied_stays(tmp_path: Path) -> None:
    kept = database(tmp_path)
    kept.keep()
    for path in (tmp_path / "databases" / "neo4j").iterdir():
        os.utime(path)
    (tmp_path / "databases" / "neo4j" / ".DS_Store").touch()
    kept.make_ready()
    assert not (tmp_path / "neo4j.damaged").exists()


@pytest.mark.parametrize("name", ["Document_0.1.64.v0.bucket", "A.B_0.2.64.v0.bucket", "schema.json"])
def test_what_is_missing_when_the_server_ends_is_not_put_under_the_seal(tmp_path: Path, name: str) -> None:
    kept = database(tmp_path)
    (tmp_path / "databases" / "neo4j" / name).unlink()
    kept.keep()
    kept.make_ready()
    assert (tmp_path / "neo4j.damaged").exists()


def test_what_is_shorter_than_the_server_counted_is_not_put_under_the_seal(tmp_path: Path) -> None:
    kept = database(tmp_path)
    halve(tmp_path / "databases" / "neo4j" / "Document_0.1.64.v0.bucket")
    kept.keep()
    kept.make_ready()
    assert (tmp_path / "neo4j.damaged").exists()
