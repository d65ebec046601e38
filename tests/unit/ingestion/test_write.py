"""Bringing the stores up to the library: one writer at a time, also when it is cancelled."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kgqa.graph.ports import make_ports
from kgqa.ingestion.write import bring_up
from kgqa.settings import MemoryStore, load_settings
from kgqa.tools.staging import SqliteStaging


async def test_a_run_cancelled_at_any_moment_leaves_the_stores_to_others(tmp_path: Path) -> None:
    made = make_ports(load_settings(home=tmp_path, store=MemoryStore()))
    ports = replace(made, staging=SqliteStaging(tmp_path / "staging.sqlite"))
    await ports.open()
    for turns in range(24):
        run = asyncio.create_task(bring_up(ports, tmp_path, lambda event: None))
        for _ in range(turns % 6):
            await asyncio.sleep(0)
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run
        assert await ports.staging.take(), f"still taken after {turns} runs"
        await ports.staging.release()
    await ports.close()
