"""The whole ingestion graph, on ports in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from kgqa.errors import BackendError, ContractError, InputError
from kgqa.graph.ingest import build_ingestion_graph
from kgqa.graph.library import delete, documents, graph_hash, listed
from kgqa.graph.ports import Ports, open_ports
from kgqa.graph.qa import build_qa_graph
from kgqa.ingestion.gone import Gone
from kgqa.ingestion.progress import Overall
from kgqa.ingestion.state import IngestContext, Report, Unread
from kgqa.model import Extraction, Failure, Mention, Passage, Schema, Skipped
from kgqa.nodes.chat.message import place
from kgqa.tools.ports import Extractor
from langgraph.checkpoint.memory import InMemorySaver
from reportlab.pdfgen.canvas import Canvas

from .conftest import CountingExtractor, memory_settings

PUMP = "# Pumps\n\nThe PX-200 pump was designed by Mira Lindqvist in 1998. Mira Lindqvist works at Hanbit Motors.\n"
TOWER = "# Towers\n\nThe World Health Organization (WHO) opened the Eastgate tower. Odalys Ferrand leads the WHO.\n"
OTHER = "# Notes\n\nThe WHO visited Hanbit Motors in Busan. Odalys Ferrand met Mira Lindqvist.\n"


async def ingest(
    ports: Ports, *paths: Path | str, extractor: Extractor | None = None, sync: bool = False, **given: Any
) -> Report:
    graph = build_ingestion_graph(ports, extractor=extractor)
    asked: Any = {"paths": [str(path) for path in paths], **given}
    result = await graph.ainvoke(asked, context=IngestContext(sync=sync))
    report: Report = result["report"]
    return report


def write(folder: Path, **texts: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.md" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text)
    return paths


async def fresh_hash(home: Path, *paths: Path | str) -> str:
    """The graph's hash when these alone are ingested."""
    async with open_ports(memory_settings(home)) as ports:
        await ingest(ports, *paths)
        return await graph_hash(ports)


async def indexed(ports: Ports) -> tuple[int, int, int, int]:
    sentences, _ = await ports.texts.frequencies("sentence", [])
    passages, _ = await ports.texts.frequencies("passage", [])
    return sentences, passages, await ports.vectors.count("entities"), await ports.vectors.count("relations")


async def test_what_was_read_stands_in_the_graph_and_in_the_indexes(ports: Ports, tmp_path: Path) -> None:
    report = await ingest(ports, *write(tmp_path, pump=PUMP))
    assert (report["sources"], report["documents"], report["added"], report["failures"]) == (1, 1, 1, [])
    found = await ports.graph_store.find(["mira lindqvist", "PX-200"])
    assert set(found) == {"mira lindqvist", "PX-200"}
    ids = [matches[0][0].id for matches in found.values()]
    assert any(fact.subject in ids and fact.object in ids for fact in await ports.graph_store.facts(ids))
    (best, _), *_ = await ports.texts.search("sentence", "who designed the pump", 3)
    assert "designed by Mira" in (await ports.graph_store.sentences([best]))[0].text
    (passage, _), *_ = await ports.texts.search("passage", "designed", 1)
    assert (await ports.graph_store.sentences([passage.split("+")[0]]))[0].document_id
    near = await ports.vectors.nearest("entities", await ports.embedder.embed(["Mira Lindquist"]), 1)
    assert near[0][0][1] == "Mira Lindqvist"


async def test_ingesting_twice_writes_nothing_and_draws_nothing(ports: Ports, tmp_path: Path) -> None:
    paths = write(tmp_path, pump=PUMP, tower=TOWER)
    await ingest(ports, *paths)
    before, indexes = await graph_hash(ports), await indexed(ports)
    extractor = CountingExtractor()
    report = await ingest(ports, *paths, extractor=extractor)
    assert extractor.passages == []
    assert (report["added"], report["unchanged"], report["rewritten"]) == (0, 2, 0)
    assert await ports.staging.backlog() == {}
    assert (await graph_hash(ports), await indexed(ports)) == (before, indexes)


async def test_a_name_explained_in_one_document_is_known_in_another_as_long_as_it_is_there(
    ports: Ports, tmp_path: Path
) -> None:
    tower, other = write(tmp_path, tower=TOWER, other=OTHER)
    await ingest(ports, other)
    assert (await ports.graph_store.find(["WHO"]))["WHO"][0][1] == "exact"
    report = await ingest(ports, tower)
    assert report["rewritten"] == 1
    ((organization, how),) = (await ports.graph_store.find(["WHO"]))["WHO"]
    assert (organization.name, how) == ("World Health Organization", "alias")
    assert len((await ports.graph_store.mentions_of([organization.id]))[organization]) == 3
    await delete(ports, ["tower.md"])
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", other)
    assert await indexed(ports) != (0, 0, 0, 0)


async def test_deleting_everything_leaves_nothing(ports: Ports, tmp_path: Path) -> None:
    await ingest(ports, *write(tmp_path, pump=PUMP, tower=TOWER))
    gone = await delete(ports, ["pump.md", (await documents(ports))[1].id])
    assert {document.source for document in gone} == {"pump.md", "tower.md"}
    assert list(await ports.graph_store.dump()) == []
    assert await indexed(ports) == (0, 0, 0, 0)
    assert await ports.staging.members() == {}
    assert await ports.staging.parsed([document.id for document in gone]) == []


async def test_page_images_go_with_their_document(ports: Ports, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "one.pdf"))
    canvas.drawString(72, 720, "The PX-200 pump was designed by Mira Lindqvist.")
    canvas.save()
    await ingest(ports, tmp_path / "one.pdf")
    (document,) = await documents(ports)
    (page,) = await ports.graph_store.pages([document.id])
    assert (ports.settings.home / page.image).is_file()
    await delete(ports, [document.id])
    assert not [path for path in ports.settings.home.rglob("*") if path.is_file()]


async def test_deleting_what_is_not_there_deletes_nothing(ports: Ports, tmp_path: Path) -> None:
    await ingest(ports, *write(tmp_path, pump=PUMP))
    with pytest.raises(InputError, match=r"'nothing\.md'"):
        await delete(ports, ["pump.md", "nothing.md"])
    assert len(await documents(ports)) == 1


async def test_a_deleted_document_can_be_ingested_again(ports: Ports, tmp_path: Path) -> None:
    paths = write(tmp_path, pump=PUMP, tower=TOWER)
    await ingest(ports, *paths)
    before = await graph_hash(ports)
    await delete(ports, ["Towers"])
    assert (await ingest(ports, *paths))["added"] == 1
    assert await graph_hash(ports) == before


async def test_a_changed_file_takes_its_older_versions_place(ports: Ports, tmp_path: Path) -> None:
    (path,) = write(tmp_path, pump=PUMP)
    await ingest(ports, path)
    path.write_text(PUMP.replace("1998", "2001"))
    extractor = CountingExtractor()
    report = await ingest(ports, path, extractor=extractor)
    assert (report["added"], report["removed"], len(extractor.passages)) == (1, 1, 1)
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", path)
    assert not (await ports.graph_store.find(["1998"]))


async def test_one_file_in_two_folders_is_one_document_until_both_have_changed(ports: Ports, tmp_path: Path) -> None:
    (one,), (two,) = write(tmp_path / "a", pump=PUMP), write(tmp_path / "b", pump=PUMP)
    assert (await ingest(ports, one, two))["documents"] == 1
    one.write_text(TOWER)
    assert (await ingest(ports, one))["removed"] == 0
    assert len(await documents(ports)) == 2
    two.write_text(TOWER)
    assert (await ingest(ports, two))["removed"] == 1
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", one)


async def test_a_passage_that_changed_leaves_the_corpus_others_alone(ports: Ports, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    rows = [{"id": str(n), "title": f"Town {n}", "text": f"Town {n} was founded by Ann Bell {n}."} for n in range(5)]
    corpus.write_text("\n".join(map(json.dumps, rows)))
    assert (await ingest(ports, corpus))["documents"] == 5
    rows[2]["text"] = "Town 2 was founded by nobody."
    corpus.write_text("\n".join(map(json.dumps, rows)))
    report = await ingest(ports, corpus)
    assert (report["added"], report["unchanged"], report["removed"], report["extracted"]) == (1, 4, 1, 1)
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", corpus)
    assert len(await delete(ports, ["corpus.jsonl"])) == 5


async def test_a_bad_file_gets_one_line_and_the_others_go_on(ports: Ports, tmp_path: Path) -> None:
    (pump,) = write(tmp_path, pump=PUMP)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing else")
    (tmp_path / "empty.md").write_text("")
    report = await ingest(ports, tmp_path, tmp_path / "missing.md")
    assert (report["sources"], report["documents"]) == (3, 1)
    assert [Path(failure.source).name for failure in report["failures"]] == ["broken.pdf", "empty.md", "missing.md"]
    assert all(failure.reason and "\n" not in failure.reason for failure in report["failures"])
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", pump)


async def test_of_a_file_that_ends_badly_nothing_is_kept(ports: Ports, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    rows = [json.dumps({"id": str(n), "text": f"Ann Bell {n} founded Town {n}. " * 300}) for n in range(50)]
    corpus.write_text("\n".join([*rows, "{broken"]))
    report = await ingest(ports, corpus)
    assert [failure.source for failure in report["failures"]] == [str(corpus)]
    assert await documents(ports) == []
    assert await ports.staging.unjoined() == []


async def test_what_a_run_read_before_it_ended_is_listed_and_can_be_deleted(ports: Ports, tmp_path: Path) -> None:
    (path,) = write(tmp_path, pump=PUMP)
    with pytest.raises(BackendError):
        await ingest(ports, path, extractor=CountingExtractor(until=0))
    (listed,) = await documents(ports)
    assert await delete(ports, [listed.id[:6]]) == [listed]
    assert await documents(ports) == []
    assert (await ingest(ports, path))["added"] == 1
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", path)


async def test_a_file_that_can_no_longer_be_read_keeps_its_last_version(ports: Ports, tmp_path: Path) -> None:
    (path,) = write(tmp_path, pump=PUMP)
    await ingest(ports, path)
    before = await graph_hash(ports)
    path.write_text("")
    said = "is empty; what it said before stays until `kgqa docs delete`"
    assert (await ingest(ports, path))["failures"] == [Failure(str(path), said)]
    assert await graph_hash(ports) == before


async def test_a_file_that_is_gone_is_told_and_deleted_only_when_asked(ports: Ports, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    pump, _ = write(folder, pump=PUMP, tower=TOWER)
    (folder / "picture.png").touch()
    await ingest(ports, folder)
    pump.unlink()
    report = await ingest(ports, folder)
    assert report["gone"] == [Gone(str(pump), "", False)]
    assert (report["removed"], len(await documents(ports))) == (0, 2)
    assert report["skipped"] == [Skipped(".png", "no reader takes it", 1)]
    assert (await ingest(ports, folder / "tower.md"))["gone"] == [], "its folder was not looked into"
    report = await ingest(ports, folder, sync=True)
    assert (report["gone"], report["removed"]) == ([Gone(str(pump), "", True)], 1)
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", folder)
    assert (await ingest(ports, folder, sync=True))["gone"] == []


async def test_a_file_that_was_renamed_is_told_by_both_names(ports: Ports, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    pump, _ = write(folder, pump=PUMP, tower=TOWER)
    await ingest(ports, folder)
    now = pump.rename(folder / "works.md")
    assert (await ingest(ports, folder))["gone"] == [Gone(str(pump), str(now), False)]
    await ingest(ports, folder, sync=True)
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", folder)


async def test_a_folder_with_nothing_left_to_read_is_not_synced(ports: Ports, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    (pump,) = write(folder, pump=PUMP)
    await ingest(ports, folder)
    pump.unlink()
    report = await ingest(ports, folder, sync=True)
    assert report["gone"] == [Gone(str(pump), "", False)]
    assert len(report["failures"]) == len(await documents(ports)) == 1


async def test_what_two_files_hold_stays_until_both_are_gone(ports: Ports, tmp_path: Path) -> None:
    (one,), (two,), _ = (write(tmp_path / name, pump=PUMP) for name in ("a", "b", "c"))
    await ingest(ports, tmp_path / "a", tmp_path / "b")
    one.unlink()
    write(tmp_path / "a", tower=TOWER)
    report = await ingest(ports, tmp_path / "a", sync=True)
    assert (report["gone"], report["removed"]) == ([Gone(str(one), "", True)], 0)
    assert [one.paths for one in await listed(ports) if one.document.source == "pump.md"] == [(str(two),)]


async def test_pages_that_are_pictures_are_told_each_time(ports: Ports, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "mixed.pdf"))
    for text in ("The PX-200 pump was designed by Mira Lindqvist.", "", None, ""):
        if text:
            canvas.drawString(72, 720, text)
        elif text is not None:
            canvas.rect(72, 720, 90, 90, fill=1)
        canvas.showPage()
    canvas.save()
    for _ in range(2):
        report = await ingest(ports, tmp_path / "mixed.pdf")
        assert report["unread"] == [Unread(str(tmp_path / "mixed.pdf"), (2, 4))], "page 3 is blank"
    (one,) = await listed(ports)
    assert (one.pages, one.sentences, one.size) == (4, 1, (tmp_path / "mixed.pdf").stat().st_size)


async def test_two_files_of_one_name_are_told_apart_where_they_are_cited(ports: Ports, tmp_path: Path) -> None:
    write(tmp_path / "north", notes="The north depot is run by Alva Reed.")
    write(tmp_path / "south", notes="The south depot is run by Boyd Kerr.")
    await ingest(ports, tmp_path)
    result = await build_qa_graph(ports).ainvoke({"question": "Who runs the south depot?"})
    assert result["answer"].citations[0].path == "south/notes.md"
    assert place(result["answer"].citations[0]).startswith("notes (south/notes.md)")


async def test_what_comes_over_standard_input_does_not_replace_what_came_before(ports: Ports) -> None:
    await ingest(ports, "-", stdin=PUMP.encode())
    await ingest(ports, "-", stdin=TOWER.encode())
    assert len(await documents(ports)) == 2


async def test_no_path_at_all_is_the_callers_fault(ports: Ports) -> None:
    with pytest.raises(InputError, match="nothing to ingest"):
        await ingest(ports)


@pytest.mark.parametrize("seconds", [0.0, 0.3])
async def test_a_run_that_was_stopped_goes_on_without_drawing_anything_again(
    ports: Ports, tmp_path: Path, seconds: float
) -> None:
    """Nor what was still being drawn when another batch failed."""
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("\n".join(json.dumps({"id": n, "text": f"Ann Bell {n} founded Town {n}."}) for n in range(100)))
    stopped, resumed = CountingExtractor(until=2, seconds=seconds), CountingExtractor()
    with pytest.raises(BackendError):
        await ingest(ports, corpus, extractor=stopped)
    await ingest(ports, corpus, extractor=resumed)
    assert stopped.passages
    assert not set(stopped.passages) & set(resumed.passages)
    assert len(stopped.passages) + len(resumed.passages) == 100
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", corpus)


async def test_another_chunk_size_cuts_anew_and_leaves_nothing_of_the_old_cut(ports: Ports, tmp_path: Path) -> None:
    (path,) = write(
        tmp_path, long="# Towns\n\n" + " ".join(f"Ann Bell {n} lived in Town {n} for long." for n in range(60))
    )
    await ingest(ports, path)
    _, passages, *_ = await indexed(ports)
    graph = build_ingestion_graph(ports)
    await graph.ainvoke({"paths": [str(path)]}, context=IngestContext(chunk_size=300))
    assert (await indexed(ports))[1] > passages
    (kept,) = await ports.staging.parsed([document.id for document in await documents(ports)])
    assert len(kept.chunks) == (await indexed(ports))[1]
    await graph.ainvoke({"paths": [str(path)]})
    assert (await indexed(ports))[1] == passages
    with pytest.raises(InputError, match="chunk_size"):
        await graph.ainvoke({"paths": [str(path)]}, context=IngestContext(chunk_size=1))


async def test_a_second_run_waits_for_the_first_and_says_so(ports: Ports, tmp_path: Path) -> None:
    paths = write(tmp_path, pump=PUMP)
    assert await ports.staging.take()
    waiting = asyncio.Event()

    async def run() -> None:
        stream = build_ingestion_graph(ports).astream({"paths": [str(paths[0])]}, stream_mode="custom")
        async for event in stream:
            if event["stage"] == "wait":
                waiting.set()

    running = asyncio.create_task(run())
    await asyncio.wait_for(waiting.wait(), 10)
    assert await ports.graph_store.documents() == []
    await ports.staging.release()
    await asyncio.wait_for(running, 10)
    assert len(await documents(ports)) == 1
    assert await ports.staging.take()


async def test_two_runs_at_once_give_what_one_after_the_other_gives(ports: Ports, tmp_path: Path) -> None:
    pump, tower, other = write(tmp_path, pump=PUMP, tower=TOWER, other=OTHER)
    await asyncio.gather(ingest(ports, pump, other), ingest(ports, tower, other))
    assert await graph_hash(ports) == await fresh_hash(tmp_path / "else", pump, tower, other)
    assert await ports.staging.backlog() == {}


async def test_a_run_on_the_same_thread_starts_from_nothing(ports: Ports, tmp_path: Path) -> None:
    pump, tower = write(tmp_path, pump=PUMP, tower=TOWER)
    graph = build_ingestion_graph(ports, checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "one"}}
    first = await graph.ainvoke({"paths": [str(pump), str(tmp_path / "missing")]}, config)
    second = await graph.ainvoke({"paths": [str(tower)]}, config)
    assert len(first["report"]["failures"]) == 1
    assert (second["report"]["failures"], second["report"]["documents"]) == ([], 1)


def test_the_graph_runs_without_an_event_loop(tmp_path: Path) -> None:
    graph = build_ingestion_graph(settings=memory_settings(tmp_path / "home"))
    paths = {"paths": [str(path) for path in write(tmp_path, pump=PUMP, tower=TOWER)]}
    assert graph.invoke(paths)["report"]["added"] == 2
    stages = {event["stage"] for event in graph.stream(paths, stream_mode="custom")}
    assert {"read", "resolve"} <= stages


async def test_it_runs_synchronously_where_a_loop_is_running(ports: Ports, tmp_path: Path) -> None:
    graph = build_ingestion_graph(ports)
    assert graph.invoke({"paths": str(*write(tmp_path, pump=PUMP))})["report"]["added"] == 1


async def test_progress_is_told_for_each_stage(ports: Ports, tmp_path: Path) -> None:
    write(tmp_path, **{f"town{n}": f"# Town {n}\n\nAnn Bell {n} founded Town {n}.\n" for n in range(5)})
    graph = build_ingestion_graph(ports)
    context = IngestContext(batch=2)
    told = [event async for event in graph.astream({"paths": [str(tmp_path)]}, context=context, stream_mode="custom")]
    for stage in ("read", "extract", "resolve", "write", "index"):
        overall = Overall()
        done = [overall.after(event) for event in told if event["stage"] == stage]
        assert done == sorted(done), stage
        assert done[-1][0] == done[-1][1] > 0
    assert "town3.md" in {event["name"] for event in told}


class Careless:
    """An extractor that breaks its contract: a mention is not the text at its place."""

    name = "careless"

    async def extract(self, passages: Sequence[Passage], schema: Schema | None, strict: bool) -> Sequence[Extraction]:
        """As the port forbids."""
        sentence = passages[0].sentences[0].id
        return [Extraction(p.chunk.id, (Mention("Nobody", "PERSON", 0, 6, sentence),)) for p in passages]


async def test_what_an_extractor_makes_up_does_not_get_in(ports: Ports, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="'Nobody'"):
        await ingest(ports, *write(tmp_path, pump=PUMP), extractor=Careless())
    assert await ports.graph_store.documents() == []


# ── any order, any deletion
SENTENCES = st.sampled_from(
    [
        "The World Health Organization (WHO) opened the Eastgate tower.",
        "The White House Office (WHO) moved to Busan.",
        "Odalys Ferrand leads the WHO.",
        "Acme Corporation (the Company) hired Mira Lindqvist.",
        "The Company bought Hanbit Motors.",
        "Hanbit Motors (the Company) is based in Busan.",
        "Mira Lindqvist works at Acme Corporation.",
        "한빛자동차(HBM)는 부산에 본사를 두고 있다.",
        "HBM acquired Acme Corporation in 1998.",
    ]
)
TEXTS = st.lists(st.lists(SENTENCES, min_size=1, max_size=3).map(" ".join), min_size=2, max_size=4)


@given(TEXTS, st.randoms(use_true_random=False), st.integers(0, 15))
@hypothesis_settings(max_examples=20)
def test_any_order_and_any_deletion_give_the_graph_of_what_is_left(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], random: Any, mask: int
) -> None:
    folder = tmp_path_factory.mktemp("library")
    paths = write(folder, **{f"d{n}": text for n, text in enumerate(texts)})
    kept = [path for n, path in enumerate(paths) if not mask >> n & 1]

    async def grown() -> tuple[str, tuple[int, int, int, int]]:
        async with open_ports(memory_settings(folder / "one")) as ports:
            order = random.sample(paths, len(paths))
            for path in order:
                await ingest(ports, path)
            if gone := [path.name for path in order if path not in kept]:
                await delete(ports, gone)
            return await graph_hash(ports), await indexed(ports)

    async def at_once() -> tuple[str, tuple[int, int, int, int]]:
        async with open_ports(memory_settings(folder / "two")) as ports:
            if kept:
                await ingest(ports, *kept)
            return await graph_hash(ports), await indexed(ports)

    assert asyncio.run(grown()) == asyncio.run(at_once())
