"""A runtime as the graph would hand it to a node, and a small library in memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from kgqa.graph.ingest import build_ingestion_graph
from kgqa.graph.ports import Ports, open_ports
from kgqa.nodes.state import QAContext
from kgqa.settings import MemoryIndex, MemoryStore, Settings
from langgraph.runtime import Runtime

PASSAGES = {
    "PX-200": "The PX-200 pump was designed by Mira Lindqvist in 1998. It moves 40 litres a minute.",
    "Mira Lindqvist": "Mira Lindqvist is a Swedish engineer. She was born in Uppsala and works at Hanbit Motors.",
    "Hanbit Motors": "Hanbit Motors is a company in Busan. It was founded by Jae Park in 1971.",
    "Uppsala": "Uppsala is a city in Sweden. The Fyris river flows through it.",
}


class Told:
    """What a node streamed."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def runtime(self, context: QAContext | None = None) -> Runtime[QAContext]:
        """A runtime that keeps what is streamed."""
        return Runtime(context=context, stream_writer=self.events.append)  # type: ignore[arg-type]  # None is a context too, before the defaults


@pytest.fixture
def told() -> Told:
    """Streamed events, and the runtime that takes them."""
    return Told()


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[Ports]:
    """Four passages, ingested."""
    file = tmp_path / "corpus.jsonl"
    rows = [{"id": str(n), "title": title, "text": text} for n, (title, text) in enumerate(PASSAGES.items())]
    file.write_text("\n".join(map(json.dumps, rows)))
    async with open_ports(Settings(home=tmp_path / "home", store=MemoryStore(), index=MemoryIndex())) as held:
        await build_ingestion_graph(held).ainvoke({"paths": [str(file)]})
        yield held
