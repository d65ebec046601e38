"""The contract of `Staging`, in memory and in a file; how names settle is tests/unit/ingestion/test_resolve.py's."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from kgqa.errors import BackendError, ContractError
from kgqa.ingestion import resolve
from kgqa.model import (
    Chunk,
    Document,
    Extraction,
    Holding,
    Layout,
    Link,
    Mention,
    Page,
    Parsed,
    Said,
    Sentence,
    Tally,
    Use,
)
from kgqa.tools.file_seal import Seal
from kgqa.tools.ports import Staging
from kgqa.tools.staging import SqliteStaging


def parsed(name: str, text: str = "Ann Bell.") -> Parsed:
    document = Document(name, f"Title {name}", f"{name}.md", f"sha-{name}", "en")
    sentence = Sentence(f"{name}-s", name, 0, 0, len(text), text)
    return Parsed(document, (), (sentence,), (Chunk(f"{name}-c", name, 0, len(text), (sentence.id,)),))


def said(name: str, *keys: str) -> Said:
    return Said(name, tuple(Use(k, k.upper(), "T", 1) for k in keys), (), tuple(Link(f"{name}-s", k) for k in keys), ())


async def join(staging: Staging, name: str, *keys: str, extracted: tuple[str, ...] = (), signature: str = "1") -> None:
    await staging.hold([Holding(f"/{name}", (name,))])
    await staging.join([said(name, *keys)], [signature], [list(extracted)], resolve)


async def finish(staging: Staging) -> list[tuple[str, str]]:
    """Do everything; (id, work) of the documents' tasks."""
    works: list[tuple[str, str]] = []
    for subject in ("document", "entity", "entities", "relations"):
        while tasks := await staging.tasks(subject, 100):
            works += [(task.id, task.work) for task in tasks if subject == "document"]
            await staging.done(tasks)
    return works


@pytest.fixture(params=["memory", "file"])
async def staging(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqliteStaging]:
    """Open and empty."""
    made = SqliteStaging(None if request.param == "memory" else tmp_path / "home" / "staging.sqlite")
    await made.open()
    yield made
    await made.close()
    await made.close()


async def test_what_was_kept_comes_back_equal(staging: Staging) -> None:
    extraction = Extraction("", (Mention("Ann", "PERSON", 0, 3, "0"),))
    await staging.put_parsed([parsed("a"), parsed("b")])
    await staging.put_extractions({"k": extraction})
    assert await staging.parsed(["b", "none", "a", "b"]) == [parsed("b"), parsed("a")]
    assert await staging.extractions(["k", "none"]) == {"k": extraction}
    assert (await staging.digests(["a", "none"])).keys() == {"a"}
    assert await staging.sizes(["a", "none"]) == {"a": 1}


async def test_a_reading_is_known_while_its_documents_are_kept_as_they_were(staging: Staging) -> None:
    await staging.put_parsed([parsed("a"), parsed("b")])
    await staging.put_reading("file", ["b", "a"])
    assert set((await staging.readings(["file", "none"]))["file"]) == {"a", "b"}
    await staging.put_parsed([parsed("a", "Bo Kim.")])
    assert await staging.readings(["file"]) == {}


async def test_a_file_without_documents_is_known_too(staging: Staging) -> None:
    await staging.put_reading("file", [])
    assert await staging.readings(["file"]) == {"file": []}


async def test_what_never_joined_can_be_forgotten_and_what_did_is_kept(staging: Staging) -> None:
    await staging.put_parsed([parsed("a"), parsed("b"), parsed("c")])
    await staging.put_reading("r", ["b"])
    await join(staging, "a", "ann")
    assert await staging.unjoined() == ["b", "c"]
    await staging.forget(["a", "b", "none"])
    assert [one.document.id for one in await staging.parsed(["a", "b", "c"])] == ["a", "c"]
    assert await staging.readings(["r"]) == {}


async def test_a_document_joins_with_its_text_and_again_with_its_facts_only(staging: Staging) -> None:
    await staging.put_parsed([parsed("a")])
    await join(staging, "a", "ann")
    assert await staging.members() == {"a": "1"}
    assert await finish(staging) == [("a", "write")]
    await join(staging, "a", "ann", "bo", signature="2")
    assert await staging.members(["a", "none"]) == {"a": "2"}
    assert await finish(staging) == [("a", "facts")]


async def test_writing_a_document_whole_is_not_forgotten_for_its_facts(staging: Staging) -> None:
    await staging.put_parsed([parsed("a")])
    await join(staging, "a", "ann")
    await join(staging, "a", "bo")
    assert await finish(staging) == [("a", "write")]


async def test_a_document_that_is_not_kept_cannot_join(staging: Staging) -> None:
    with pytest.raises(ContractError, match="'a'"):
        await join(staging, "a", "ann")
    assert await staging.members() == {}
    assert await staging.backlog() == {}


async def test_a_document_leaves_when_no_path_holds_it(staging: Staging) -> None:
    await staging.put_parsed([parsed("a"), parsed("b")])
    await join(staging, "a", "ann")
    await join(staging, "b", "ann")
    await staging.hold([Holding("/elsewhere", ("a",))])
    await staging.hold([Holding("/a", ("b",))])
    assert await staging.leave([], resolve) == []
    await staging.hold([Holding("/elsewhere", ())])
    assert await staging.leave([], resolve) == ["a"]
    assert await staging.members() == {"b": "1"}


async def test_nothing_is_kept_of_a_document_whose_deletion_is_done(staging: Staging) -> None:
    await staging.put_parsed([parsed("a"), parsed("b")])
    await staging.put_extractions({key: Extraction(key) for key in ("a", "both")})
    await join(staging, "a", "ann", extracted=("a", "both"))
    await join(staging, "b", "ann", extracted=("both",))
    await finish(staging)
    assert await staging.leave(["a", "none"], resolve) == ["a"]
    assert await staging.parsed(["a"]) == [parsed("a")]
    assert await finish(staging) == [("a", "delete")]
    assert await staging.parsed(["a"]) == []
    assert (await staging.extractions(["a", "both"])).keys() == {"both"}
    assert await staging.resolved(["a"]) == []


async def test_a_document_that_comes_back_before_it_is_gone_is_written_whole(staging: Staging) -> None:
    await staging.put_parsed([parsed("a")])
    await join(staging, "a", "ann")
    await finish(staging)
    await staging.leave(["a"], resolve)
    stale = await staging.tasks("document", 9)
    await join(staging, "a", "ann")
    await staging.done(stale)
    assert await staging.parsed(["a"]) == [parsed("a")]
    assert await finish(staging) == [("a", "write")]


async def test_a_task_that_changed_since_it_was_taken_is_not_struck_off(staging: Staging) -> None:
    await staging.put_parsed([parsed("a")])
    await join(staging, "a", "ann")
    taken = await staging.tasks("document", 9)
    await join(staging, "a", "bo")
    await staging.done(taken)
    assert [task.id for task in await staging.tasks("document", 9)] == ["a"]


async def test_deletions_come_after_all_else(staging: Staging) -> None:
    await staging.put_parsed([parsed(name) for name in "abc"])
    await join(staging, "a", "ann")
    await finish(staging)
    await staging.leave(["a"], resolve)
    await join(staging, "b", "bo")
    await join(staging, "c", "cid")
    assert [(task.id, task.work) for task in await staging.tasks("document", 9)] == [
        ("b", "write"),
        ("c", "write"),
        ("a", "delete"),
    ]
    assert len(await staging.tasks("document", 2)) == 2


async def test_work_can_be_put_down_anew(staging: Staging) -> None:
    await staging.put_parsed([parsed("a")])
    await join(staging, "a", "ann", "bo")
    before = {task.id: task.value for task in await staging.tasks("entities", 9)}
    await finish(staging)
    assert set(await staging.rows("entities", resolve)) == set(before)
    await staging.redo("entities", list(before)[:1], resolve)
    await staging.redo("document", ["a", "none"], resolve)
    assert {task.id: task.value for task in await staging.tasks("entities", 9)} == dict(list(before.items())[:1])
    assert await finish(staging) == [("a", "write")]


async def test_what_was_written_is_known_as_long_as_its_document_is(staging: Staging) -> None:
    await staging.put_parsed([parsed("a"), parsed("b")])
    await join(staging, "a", "ann")
    await join(staging, "b", "bo")
    assert await staging.tallies() == {}
    figures = {"a": (Tally(1, 2, 3, 4, 5, 6), 7), "b": (Tally(), 0)}
    await staging.written(figures)
    assert await staging.tallies() == figures
    await staging.leave(["a"], resolve)
    assert (await staging.tallies()).keys() == {"b"}
    await finish(staging)
    await join(staging, "b", "bo")
    assert (await staging.tallies()).keys() == {"b"}
    assert await staging.documents(["b", "none", "b"]) == [parsed("b").document]


async def test_what_was_counted_is_noted(staging: Staging) -> None:
    assert await staging.noted() == {}
    await staging.note({"entities": 1, "relations": 2})
    await staging.note({"entities": 3, "relations": 2})
    assert await staging.noted() == {"entities": 3, "relations": 2}


async def test_all_tasks_come_where_no_number_is_named(staging: Staging) -> None:
    await staging.put_parsed([parsed("a"), parsed("b")])
    await join(staging, "a", "ann")
    await join(staging, "b", "bo")
    assert len(await staging.tasks("document", -1)) == 2


async def test_one_may_write_at_a_time(staging: Staging) -> None:
    assert await staging.take()
    assert not await staging.take()
    await staging.release()
    await staging.release()
    assert await staging.take()


async def test_what_is_not_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="not open"):
        await SqliteStaging(tmp_path / "staging.sqlite").members()


async def test_a_second_opener_sees_the_same_library_and_waits_its_turn(tmp_path: Path) -> None:
    one, two = SqliteStaging(tmp_path / "staging.sqlite"), SqliteStaging(tmp_path / "staging.sqlite")
    await one.open()
    await two.open()
    await one.put_parsed([parsed("a")])
    await join(one, "a", "ann")
    assert await two.members() == {"a": "1"}
    assert await one.take()
    assert not await two.take()
    await one.close()
    assert await two.take()
    await two.close()


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "staging.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(BackendError, match="staging: "):
        await SqliteStaging(tmp_path / "staging.sqlite").open()


# ── which files hold what
async def test_files_are_kept_with_what_they_were_like_as_long_as_they_hold_something(staging: Staging) -> None:
    one = Holding("/n/a.md", ("a",), 9, "sha", "2026-01-01T00:00:00+00:00")
    await staging.hold([one, Holding("/n/b.md", ("b",)), Holding("/no/c.md", ("c",), 1, "c", "2026")])
    assert await staging.holdings("/n") == [one, Holding("/n/b.md", ("b",))]
    assert await staging.holdings("/n/") == await staging.holdings("/n")
    await staging.hold([replace(one, ingested="2027")])
    assert await staging.holdings("/n/a.md/..") == []
    assert (await staging.holdings())[0] == one, "the same bytes again are no newer"
    await staging.hold([replace(one, sha256="other", ingested="2027")])
    assert (await staging.holdings())[0].ingested == "2027"
    await staging.hold([Holding("/n/a.md", ())])
    await staging.leave(["b"], resolve)
    assert [file.path for file in await staging.holdings()] == ["/no/c.md"]
    await staging.hold([Holding("/n/a.md", ("a",))])
    assert (await staging.holdings("/n"))[0].sha256 == "", "nothing was kept of it"


async def test_files_of_one_name_are_told_apart_by_the_end_of_their_paths(staging: Staging) -> None:
    paths = {"a": "/w/x/north/n.md", "b": "/w/y/north/n.md", "c": "/w/south/n.md", "d": "/w/only.md"}
    await staging.hold([Holding(path, (id,), 1, id, "2026") for id, path in paths.items()])
    told = {"a": "x/north/n.md", "b": "y/north/n.md", "c": "south/n.md"}
    assert await staging.told_apart([*paths, "none"]) == told
    await staging.hold([Holding("/copy/only.md", ("d",), 1, "d", "2026")])
    assert await staging.told_apart(["d"]) == {}, "both hold the one document"


async def test_pages_that_are_pictures_are_kept(staging: Staging) -> None:
    pages = (Page("a", 1, "", 9, 9), Page("a", 2, "", 9, 9, picture=True))
    await staging.put_parsed([replace(parsed("a"), pages=pages), parsed("b")])
    assert await staging.layouts(["a", "b", "none"]) == {"a": Layout(2, (2,)), "b": Layout(0, ())}
    await staging.forget(["a"])
    assert (await staging.layouts(["a", "b"])).keys() == {"b"}


async def test_a_file_of_an_older_version_is_brought_up_and_not_taken_for_damaged(tmp_path: Path) -> None:
    path = tmp_path / "staging.sqlite"

    async def opened() -> None:
        staging = SqliteStaging(path)
        await staging.open()
        assert await staging.layouts(["a"]) == await staging.told_apart(["a"]) == {}
        await staging.close()

    await opened()
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("files", "layouts"):
            connection.execute(f"DROP TABLE {table}")
    Seal(path.with_name(f"{path.name}.seal"), lambda: [path]).put()
    await opened()
    await opened()
