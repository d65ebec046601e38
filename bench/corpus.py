"""Passages as a library of their own, for the measurements beside this file."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from kgqa import Ports, Settings, build_ingestion_graph, open_ports
from kgqa.settings import ChromaIndex, EmbeddedStore, MemoryIndex, MemoryStore


@asynccontextmanager
async def library(passages: Sequence[tuple[str, str]], kind: str) -> AsyncIterator[tuple[Ports, dict[str, int]]]:
    """(title, text) pairs ingested into a fresh store, `memory` or `embedded`; and document id → place in the list."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "corpus.jsonl"
        rows = ({"id": f"p{n}", "title": title, "text": text} for n, (title, text) in enumerate(passages))
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        memory = kind == "memory"
        settings = Settings(
            home=Path(folder) / "home",
            store=MemoryStore() if memory else EmbeddedStore(linger_seconds=0),
            index=MemoryIndex() if memory else ChromaIndex(),
        )
        async with open_ports(settings) as ports:
            start = time.perf_counter()
            done = await build_ingestion_graph(ports).ainvoke({"paths": [str(file)]})
            took = time.perf_counter() - start
            counts = ", ".join(f"{count} {noun}" for noun, count in done["report"]["library"].items())
            print(f"{kind}: {counts}; ingested in {took:.1f} s")
            places = {d.id: int(d.source.partition("#p")[2]) for d in await ports.graph_store.documents()}
            yield ports, places


def percentiles(seconds: Sequence[float]) -> str:
    """p50 and p95 in milliseconds."""
    ordered = sorted(seconds)
    return f"p50 {ordered[len(ordered) // 2] * 1e3:.1f} ms, p95 {ordered[int(len(ordered) * 0.95)] * 1e3:.1f} ms"
