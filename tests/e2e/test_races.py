"""Processes that ingest, delete and ask in one data folder at the same time, and some that are killed."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from kgqa import build_ingestion_graph, open_ports
from kgqa.graph.library import documents, graph_hash
from kgqa.settings import EmbeddedStore, MemoryIndex, MemoryStore, Settings

pytestmark = pytest.mark.e2e
HAMMER = Path(__file__).with_name("hammer.py")
TEXTS = {
    "pump": "The PX-200 pump was designed by Mira Lindqvist in 1998. Mira Lindqvist works at Hanbit Motors.",
    "tower": "The World Health Organization (WHO) opened the Eastgate tower. Odalys Ferrand leads the WHO.",
    "notes": "The WHO visited Hanbit Motors (HM) in Busan. Odalys Ferrand met Mira Lindqvist.",
    "staff": "Ann Bell works at HM. HM hired Bo Kim. HM stands for Hyper Media (HM) here.",
    "long": " ".join(f"On day {n} Ann Bell checked valve V-{n % 40} of the PX-200 pump." for n in range(300)),
}
Event = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The documents that the processes take in and out."""
    made = tmp_path / "texts"
    made.mkdir()
    for name, text in TEXTS.items():
        (made / f"{name}.md").write_text(f"# About {name}\n\n{text}\n")
    return made


def start(home: Path, folder: Path, seed: int, seconds: float, operations: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(HAMMER), str(home), str(folder), str(seed), str(seconds), str(operations)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def events_of(process: subprocess.Popen[str], killed: bool = False) -> list[Event]:
    out, errors = process.communicate(timeout=300)
    assert killed or process.returncode == 0, errors
    lines = out.splitlines()
    return [json.loads(line) for line in (lines[:-1] if killed and not out.endswith("\n") else lines)]


def operations(events: list[Event]) -> list[Event]:
    """(began, ended, kind, names) of each; one that was killed never ended, and may have had its effect or not."""
    ended = {tuple(e["ends"]): e for e in events if "ends" in e}
    return [
        {**begun, "began": begun["at"], "ended": float("inf"), **_end(ended.get(tuple(begun["begins"])))}
        for begun in events
        if "begins" in begun
    ]


def _end(event: Event | None) -> Event:
    return {} if event is None else {"ended": event["at"], "kind": event["kind"], "error": event["error"]}


def may_be_last(done: list[Event], name: str) -> set[str]:
    """What the last operation on a document in some serial order may have been: none began after it had ended."""
    own = [one for one in done if name in one["names"] and one["kind"] in ("ingest", "delete")]
    latest = max((one["began"] for one in own), default=0.0)
    last = {one["kind"] for one in own if one["ended"] >= latest}
    killed = any(one["ended"] == float("inf") for one in own)
    return last | ({"ingest", "delete"} if killed else set()) or {"delete"}


def settled(home: Path, folder: Path, done: list[Event]) -> None:
    """The data folder holds what some serial order gives, with the hash of an ingest of just that."""
    # What a killed one left undone is done by the next, whatever it brings.
    (folder.parent / "last.md").write_text("# Last\n\nThe end of it.\n")
    held, found = asyncio.run(ended(home, folder.parent / "last.md"))
    for name in (f"{name}.md" for name in TEXTS):
        assert ("ingest" if name in held else "delete") in may_be_last(done, name), (name, held, done)
    alone = home.with_name(f"{home.name}-alone")
    paths = [folder / name for name in held if name != "last.md"] + [folder.parent / "last.md"]
    assert asyncio.run(hash_of(alone, paths)) == found


async def ended(home: Path, last: Path) -> tuple[set[str], str]:
    """The files that the graph holds after one more ingest, and its hash."""
    async with open_ports(Settings(home=home, store=EmbeddedStore(heap_mb=256, linger_seconds=0))) as ports:
        report = (await build_ingestion_graph(ports).ainvoke({"paths": [str(last)]}))["report"]
        assert report["failures"] == []
        assert await ports.staging.backlog() == {}
        return {document.source for document in await documents(ports)}, await graph_hash(ports)


async def hash_of(home: Path, paths: list[Path]) -> str:
    """The graph's hash when these alone are ingested."""
    async with open_ports(Settings(home=home, store=MemoryStore(), index=MemoryIndex())) as ports:
        await build_ingestion_graph(ports).ainvoke({"paths": [str(path) for path in paths]})
        return await graph_hash(ports)


def test_processes_at_random_end_as_some_serial_order_does(tmp_path: Path, folder: Path) -> None:
    rng = random.Random(9)
    done: list[Event] = []
    for each in range(20):
        started = [start(tmp_path / "home", folder, 100 * each + n, 60, 4) for n in range(rng.randint(3, 6))]
        done += operations([event for process in started for event in events_of(process)])
        assert [one["error"] for one in done if one["error"]] == []
    assert {one["kind"] for one in done} >= {"ingest", "delete", "ask"}
    settled(tmp_path / "home", folder, done)


@pytest.mark.slow
def test_a_soak_of_ten_minutes_with_kills_ends_whole_and_flat(tmp_path: Path, folder: Path) -> None:
    home, rng, until = tmp_path / "home", random.Random(10), time.monotonic() + 600
    # One is never killed: what it takes must stay what it was.
    steady = start(home, folder, 1, 600, 100_000)
    done: list[Event] = []
    seed = 1000
    while time.monotonic() < until:
        others = [start(home, folder, seed + n, 60, 6) for n in range(2)]
        seed += 2
        time.sleep(rng.uniform(0.5, 12.0))
        victim = rng.choice(others)
        victim.send_signal(signal.SIGKILL)
        for process in others:
            done += operations(events_of(process, killed=process is victim))
    told = events_of(steady)
    done += operations(told)
    assert [one["error"] for one in done if one.get("error")] == []
    settled(home, folder, done)
    for figure in ("resident", "descriptors"):
        seen = [event[figure] for event in told if figure in event]
        third = len(seen) // 3
        early, late = statistics.median(seen[third : 2 * third]), statistics.median(seen[2 * third :])
        assert late <= 1.1 * early + 5, (figure, seen)
