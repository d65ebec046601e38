"""The text index on a disk that is full, and one that an older version wrote."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from kgqa.errors import BackendError
from kgqa.tools.index import postings
from kgqa.tools.index.full_text import SqliteText


def test_a_full_disk_is_named_and_the_index_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        texts = SqliteText(tmp_path / "texts.sqlite")
        await texts.open()
        (connection,) = texts._idle
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(BackendError, match="full"):
            await texts.add("sentence", [(f"s{n}", "d", "", f"word{n} " * 50) for n in range(200)])
        connection.execute("PRAGMA max_page_count = 100000")
        await texts.add("sentence", [("s", "d", "", "harbour pilots")])
        assert [key for key, _ in await texts.search("sentence", "harbour", 5)] == ["s"]
        await texts.close()

    asyncio.run(scenario())


def test_a_file_of_older_words_is_searched_as_a_new_one(tmp_path: Path) -> None:
    said = {
        "s1": "The strike began in 1934.",
        "s2": "Children began it.",
        "s3": "Kim is chief technology officer.",
        "s4": "QA팀장은 2024년에 왔다.",
    }
    before = ["strike began 1934", "children began", "kim chief technolog offic", "qa팀장은 2024년에 왔다"]

    async def answers(texts: SqliteText) -> list[object]:
        asked = ("When did it begin?", "child", "began", "Who is the CTO?", "officer", "QA팀장", "2024년")
        found = [await texts.search("sentence", question, 5) for question in asked]
        counted = await texts.frequencies("sentence", ["begin", "began"])
        await texts.delete_documents(["d"])
        return [found, counted, await texts.search("sentence", "begin", 5)]

    async def scenario() -> None:
        new, old = SqliteText(tmp_path / "new.sqlite"), SqliteText(tmp_path / "old.sqlite")
        await new.open()
        await new.add("sentence", [(key, "d", "", text) for key, text in said.items()])
        await old.open()
        await old.close()
        with sqlite3.connect(tmp_path / "old.sqlite") as connection:
            rows = list(enumerate(before, start=1))
            for (row, words), key in zip(rows, said, strict=True):
                connection.execute("INSERT INTO sentence_rows VALUES (?, ?, 'd', ?)", (row, key, words))
            postings.add(connection, "sentence", rows)
            connection.execute("PRAGMA user_version = 0")
        connection.close()
        (tmp_path / "old.sqlite.seal").unlink()  # there was none in those days
        await old.open()
        assert await answers(old) == await answers(new)
        await old.close()
        await new.close()

    asyncio.run(scenario())
