"""Open ports over a data folder of the test's own, in this process or on the embedded store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from kgqa.errors import BackendError
from kgqa.graph.ports import Ports, open_ports
from kgqa.ingestion.extract.builtin import BuiltinExtractor
from kgqa.model import Extraction, Passage, Schema
from kgqa.settings import MemoryIndex, MemoryStore, Settings


class CountingExtractor:
    """The builtin extractor, keeping count; it fails at the call after `until`, and the first takes `seconds`."""

    def __init__(self, until: int | None = None, seconds: float = 0.0) -> None:
        self._inner = BuiltinExtractor()
        self.name = self._inner.name
        self.passages: list[str] = []
        self._calls = 0
        self._until = until
        self._seconds = seconds

    async def extract(self, passages: Sequence[Passage], schema: Schema | None, strict: bool) -> Sequence[Extraction]:
        """As the port says."""
        self._calls += 1
        if self._until is not None and self._calls > self._until:
            raise BackendError("the model has gone")
        self.passages += [passage.sentences[0].text for passage in passages]
        await asyncio.sleep(self._seconds if self._calls == 1 else 0)
        return await self._inner.extract(passages, schema, strict)


def memory_settings(home: Path) -> Settings:
    """Everything in this process."""
    return Settings(home=home, store=MemoryStore(), index=MemoryIndex())


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[Ports]:
    """Open ports in memory."""
    async with open_ports(memory_settings(tmp_path / "home")) as held:
        yield held
