"""What the stores have lost, or keep too long, is found and put right by the next ingest, deletion or repair."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kgqa.errors import BackendError, ContractError, ExhaustedError, KgqaError, TransientError
from kgqa.graph.library import delete, documents, graph_hash, mend
from kgqa.graph.ports import Ports, open_ports
from kgqa.ingestion import resolve
from kgqa.ingestion.write import restore
from kgqa.settings import EmbeddedStore, MemoryIndex, Settings

from .conftest import memory_settings
from .test_ingest import OTHER, PUMP, TOWER, indexed, ingest, write

Damage = Callable[[Ports], Awaitable[None]]


@pytest.fixture(params=["memory", "embedded"])
async def ports(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ports]:
    """Open ports on either store."""
    settings = memory_settings(tmp_path / "home")
    if request.param == "embedded":
        store = EmbeddedStore(heap_mb=256, linger_seconds=1)
        settings = Settings(home=tmp_path / "home", store=store, index=MemoryIndex())
    async with open_ports(settings) as held:
        yield held


async def ids_of(ports: Ports) -> list[str]:
    return [document.id for document in await documents(ports)]


async def a_document_of_the_graph(ports: Ports) -> None:
    await ports.graph_store.delete_documents((await ids_of(ports))[:1])


async def all_documents_of_the_graph(ports: Ports) -> None:
    await ports.graph_store.delete_documents(await ids_of(ports))


async def what_a_document_says(ports: Ports) -> None:
    (one, *_) = await ports.graph_store.documents()
    pages = await ports.graph_store.pages([one.id])
    await ports.graph_store.delete_documents([one.id])
    await ports.graph_store.write_document(one, pages, ())


async def rows_of_the_text_index(ports: Ports) -> None:
    await ports.texts.delete_documents((await ids_of(ports))[1:2])


async def too_many_rows_of_the_text_index(ports: Ports) -> None:
    await ports.texts.add("sentence", [("s", "nobody", "t", "A sentence that no document holds.")])


async def a_row_of_the_vector_index(ports: Ports) -> None:
    await ports.vectors.delete("entities", list(await ports.vectors.ids("entities"))[:1])


async def every_relation_type_of_the_vector_index(ports: Ports) -> None:
    await ports.vectors.delete("relations", list(await ports.vectors.ids("relations")))


async def too_many_rows_of_the_vector_index(ports: Ports) -> None:
    await ports.vectors.upsert("entities", ["nobody"], await ports.embedder.embed(["Nobody"]), ["Nobody"])


DAMAGES = [
    a_document_of_the_graph,
    all_documents_of_the_graph,
    what_a_document_says,
    rows_of_the_text_index,
    too_many_rows_of_the_text_index,
    a_row_of_the_vector_index,
    every_relation_type_of_the_vector_index,
    too_many_rows_of_the_vector_index,
]


@pytest.mark.parametrize("damage", DAMAGES)
async def test_an_ingest_of_anything_puts_it_right(ports: Ports, tmp_path: Path, damage: Damage) -> None:
    pump, tower = write(tmp_path, pump=PUMP, tower=TOWER)
    await ingest(ports, pump, tower)
    before, indexes = await graph_hash(ports), await indexed(ports)
    assert (await ingest(ports, pump))["mended"] == 0
    await damage(ports)
    assert (await graph_hash(ports), await indexed(ports)) != (before, indexes)
    report = await ingest(ports, pump)
    assert report["mended"] >= 1
    assert (report["added"], report["unchanged"]) == (0, 1)
    assert (await graph_hash(ports), await indexed(ports)) == (before, indexes)


async def test_a_repair_and_a_deletion_put_it_right_too(ports: Ports, tmp_path: Path) -> None:
    pump, tower, other = write(tmp_path, pump=PUMP, tower=TOWER, other=OTHER)
    await ingest(ports, pump, tower)
    before = await graph_hash(ports)
    await all_documents_of_the_graph(ports)
    assert str(await mend(ports)) == "the graph differs in 2 documents"
    assert await graph_hash(ports) == before
    assert not await mend(ports)
    await ingest(ports, other)
    await a_document_of_the_graph(ports)
    await delete(ports, ["other.md"])
    assert await graph_hash(ports) == before


@pytest.mark.parametrize("error", [BackendError("no"), ContractError("no"), ExhaustedError("no")])
async def test_what_cannot_be_written_does_not_stand_before_the_rest(
    ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: KgqaError
) -> None:
    pump, tower, other = write(tmp_path, pump=PUMP, tower=TOWER, other=OTHER)
    writing = ports.graph_store.write_documents

    async def refusing(parsed: object) -> None:
        if any(one.document.source == "tower.md" for one in parsed):  # type: ignore[attr-defined]  # they are Parsed
            raise error
        await writing(parsed)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(ports.graph_store, "write_documents", refusing)
    report = await ingest(ports, pump, tower, other)
    assert [(f.source, f.reason) for f in report["failures"]] == [("tower.md", "could not be written: no")]
    assert {document.source for document in await ports.graph_store.documents()} == {"pump.md", "other.md"}
    assert len(await documents(ports)) == 3, "what waits is listed, too"
    assert [f.source for f in (await ingest(ports, other))["failures"]] == ["tower.md"]
    monkeypatch.undo()
    assert (await ingest(ports, other))["failures"] == []
    assert len(await documents(ports)) == 3


async def test_a_document_that_waits_in_staging_can_be_deleted(
    ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pump, tower = write(tmp_path, pump=PUMP, tower=TOWER)
    await ingest(ports, pump)
    before = await graph_hash(ports)

    async def refusing(parsed: object) -> None:
        raise BackendError("it does not take this")

    monkeypatch.setattr(ports.graph_store, "write_documents", refusing)
    await ingest(ports, tower)
    (gone,) = await delete(ports, ["tower.md"])
    assert gone.source == "tower.md"
    assert await ports.staging.backlog() == {}
    assert await ports.staging.parsed([gone.id]) == []
    monkeypatch.undo()
    await ingest(ports, pump)
    assert await graph_hash(ports) == before


async def test_nothing_is_compared_in_full_where_the_counts_agree(
    ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pump,) = write(tmp_path, pump=PUMP)
    await ingest(ports, pump)

    async def looked() -> None:
        raise AssertionError("the whole graph was looked through")

    monkeypatch.setattr(ports.graph_store, "tallies", looked)
    await ingest(ports, pump)


async def test_what_another_data_folder_wrote_is_left_alone(ports: Ports, tmp_path: Path) -> None:
    (pump,) = write(tmp_path, pump=PUMP)
    await ingest(ports, pump)
    (ours,) = await ids_of(ports)
    (theirs,) = await ports.staging.parsed([ours])
    document = replace(theirs.document, id="f" * 32, source="theirs.md")
    await ports.graph_store.write_document(document, (), ())
    assert not await mend(ports)
    assert {d.source for d in await documents(ports)} == {"pump.md", "theirs.md"}
    await delete(ports, ["theirs.md"])
    assert await ids_of(ports) == [ours]


async def test_a_name_that_is_gone_from_staging_is_gone_from_the_index(ports: Ports, tmp_path: Path) -> None:
    pump, tower = write(tmp_path, pump=PUMP, tower=TOWER)
    await ingest(ports, pump, tower)
    await delete(ports, ["tower.md"])
    assert set(await ports.vectors.ids("entities")) == set(await ports.staging.rows("entities", resolve))
    assert not await mend(ports)


async def test_whoever_opens_the_ports_finds_the_stores_whole(ports: Ports, tmp_path: Path) -> None:
    pump, tower = write(tmp_path, pump=PUMP, tower=TOWER)
    await ingest(ports, pump, tower)
    before = await graph_hash(ports)
    await all_documents_of_the_graph(ports)
    assert await ports.staging.take()
    await restore(ports, tmp_path)
    assert await graph_hash(ports) != before, "another run was writing"
    await ports.staging.release()
    await restore(ports, tmp_path)
    assert await graph_hash(ports) == before


async def test_a_repair_that_breaks_off_is_made_by_the_next(
    ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pump, tower = write(tmp_path, pump=PUMP, tower=TOWER)
    await ingest(ports, pump, tower)
    before = await graph_hash(ports)
    await what_a_document_says(ports)

    async def broken(ids: object) -> None:
        raise TransientError("the server went away")

    monkeypatch.setattr(ports.graph_store, "delete_documents", broken)
    with pytest.raises(TransientError):
        await mend(ports)
    monkeypatch.undo()
    await ingest(ports, pump)
    assert await graph_hash(ports) == before


async def test_a_run_that_is_cancelled_writes_to_the_end_before_another_may(
    ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pump,) = write(tmp_path, pump=PUMP)
    writing, begun = ports.graph_store.write_documents, asyncio.Event()

    async def slow(parsed: Any) -> None:
        begun.set()
        await asyncio.sleep(0.5)
        await writing(parsed)

    monkeypatch.setattr(ports.graph_store, "write_documents", slow)
    running = asyncio.create_task(ingest(ports, pump))
    await begun.wait()
    running.cancel()
    await delete(ports, ["pump.md"])
    await asyncio.sleep(0.6)
    assert await documents(ports) == []


async def test_bad_documents_alone_do_not_stand_before_those_of_the_next_run(
    ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pump, tower, other = write(tmp_path, pump=PUMP, tower=TOWER, other=OTHER)
    writing = ports.graph_store.write_documents

    async def refusing(parsed: Any) -> None:
        if any(one.document.source != "other.md" for one in parsed):
            raise ContractError("no")
        await writing(parsed)

    monkeypatch.setattr(ports.graph_store, "write_documents", refusing)
    assert len((await ingest(ports, pump, tower))["failures"]) == 2
    assert len((await ingest(ports, other))["failures"]) == 2
    assert {document.source for document in await ports.graph_store.documents()} == {"other.md"}
