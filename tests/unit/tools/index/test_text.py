"""The text index on a disk that is full."""

from __future__ import annotations

import asyncio
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
