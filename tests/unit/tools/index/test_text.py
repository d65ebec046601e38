"""The text index on a disk that is full, and one that an older version wrote."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from kgqa.errors import BackendError
from kgqa.tools.index.text import SqliteText


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
    said = {"s1": "The strike began in 1934.", "s2": "Children began to sink it.", "s3": "Nothing of the kind."}

    async def answers(path: Path) -> list[object]:
        texts = SqliteText(path)
        await texts.open()
        await texts.add("sentence", [(key, "d", "", text) for key, text in said.items() if path.stem == "new"])
        found = [await texts.search("sentence", asked, 5) for asked in ("When did it begin?", "child", "sank", "kind")]
        counted = await texts.frequencies("sentence", ["begin", "began"])
        await texts.delete_documents(["d"])
        left = await texts.search("sentence", "begin", 5)
        await texts.close()
        return [found, counted, left]

    async def written() -> None:
        texts = SqliteText(tmp_path / "old.sqlite")
        await texts.open()
        await texts.add("sentence", [(key, "d", "", text) for key, text in said.items()])
        await texts.close()

    asyncio.run(written())
    with sqlite3.connect(tmp_path / "old.sqlite") as connection:
        for table, column in (("sentence_rows", "words"), ("sentence_postings", "word")):
            for new, old in (("begin", "began"), ("child", "children")):
                connection.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (new, old))
        connection.execute("PRAGMA user_version = 0")
    connection.close()
    assert asyncio.run(answers(tmp_path / "old.sqlite")) == asyncio.run(answers(tmp_path / "new.sqlite"))
