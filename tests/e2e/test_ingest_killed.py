"""An ingest that is killed and run again gives the graph of an undisturbed one, on the embedded store."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import kgqa
import pytest
from kgqa import build_ingestion_graph, open_ports
from kgqa.graph.library import graph_hash
from kgqa.settings import MemoryIndex, MemoryStore, Settings

pytestmark = pytest.mark.e2e
EXAMPLES = Path(kgqa.__file__).resolve().parent / "examples" / "documents"
# Prints each event of the run, then the report's figures, the graph's hash and what the indexes hold.
SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from kgqa import Settings, build_ingestion_graph, open_ports
from kgqa.graph.library import delete, graph_hash

async def main(home, *paths):
    async with open_ports(Settings(home=Path(home))) as ports:
        if paths[0] == "delete":
            await delete(ports, paths[1:], lambda event: print(json.dumps(event), flush=True))
        else:
            stream = build_ingestion_graph(ports).astream({"paths": list(paths)}, stream_mode=["custom", "values"])
            async for mode, event in stream:
                if mode == "custom":
                    print(json.dumps(event), flush=True)
        rows = [(await ports.texts.frequencies(unit, []))[0] for unit in ("sentence", "passage")]
        rows += [await ports.vectors.count(name) for name in ("entities", "relations")]
        left = sum((await ports.staging.backlog()).values())
        print(json.dumps({"stage": "end", "hash": await graph_hash(ports), "rows": rows, "left": left}))

asyncio.run(main(*sys.argv[1:]))
"""
End = dict[str, object]


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(home), *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "KGQA_STORE__HEAP_MB": "256"}
    )


def finish(home: Path, *words: str) -> End:
    process = start(home, *words)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    end: End = json.loads(out.splitlines()[-1])
    assert end["stage"] == "end"
    assert end["left"] == 0
    return end


def kill(home: Path, stage: str, seconds: float, *words: str) -> None:
    """Kill the run so long after the first event of a stage, or when it is over."""
    process = start(home, *words)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["stage"] in (stage, "end"):
            break
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait(30)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Some real documents and a corpus of passages that share names with each other."""
    rng = random.Random(5)
    names = [f"{first} {last}" for first in ("Ann", "Bo", "Mira", "Odalys") for last in ("Bell", "Ferrand", "Kim")]
    texts = (
        f"{rng.choice(names)} works at Hanbit Motors (HM). HM hired {rng.choice(names)} in 19{n % 90 + 10}."
        for n in range(200)
    )
    path = tmp_path_factory.mktemp("corpus") / "corpus.jsonl"
    path.write_text(
        "\n".join(json.dumps({"id": n, "title": f"Note {n}", "text": text}) for n, text in enumerate(texts))
    )
    return [str(path), str(EXAMPLES / "engineering-manual.md"), str(EXAMPLES / "incident-report.docx")]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, corpus: list[str]) -> End:
    """How an ingest ends that nobody kills."""
    return finish(tmp_path_factory.mktemp("undisturbed"), *corpus)


async def test_the_embedded_store_and_memory_hold_the_same_graph(
    tmp_path: Path, corpus: list[str], undisturbed: End
) -> None:
    settings = Settings(home=tmp_path, store=MemoryStore(), index=MemoryIndex())
    async with open_ports(settings) as ports:
        await build_ingestion_graph(ports).ainvoke({"paths": corpus})
        assert await graph_hash(ports) == undisturbed["hash"]
        assert await ports.vectors.count("entities") == undisturbed["rows"][2]  # type: ignore[index]  # the fixture holds a hash and counts


@pytest.mark.parametrize(
    ("stage", "seconds"),
    [
        ("read", 0.3),
        ("extract", 0.2),
        ("resolve", 0.1),
        ("resolve", 0.8),
        ("resolve", 2.0),
        ("write", 0.0),
        ("index", 0.2),
    ],
)
def test_an_ingest_that_was_killed_ends_as_an_undisturbed_one(
    tmp_path: Path, corpus: list[str], undisturbed: End, stage: str, seconds: float
) -> None:
    kill(tmp_path, stage, seconds, *corpus)
    assert finish(tmp_path, *corpus) == undisturbed


def test_an_ingest_killed_again_and_again_gets_done(tmp_path: Path, corpus: list[str], undisturbed: End) -> None:
    for stage, seconds in (("read", 0.0), ("extract", 0.0), ("resolve", 0.3), ("write", 0.0)):
        kill(tmp_path, stage, seconds, *corpus)
    assert finish(tmp_path, *corpus) == undisturbed


def test_a_deletion_that_was_killed_goes_on_with_the_next_ingest(tmp_path: Path, corpus: list[str]) -> None:
    alone = finish(tmp_path / "alone", *corpus[1:])
    finish(tmp_path / "both", *corpus)
    kill(tmp_path / "both", "write", 0.5, "delete", "corpus.jsonl")
    assert finish(tmp_path / "both", *corpus[1:]) == alone
