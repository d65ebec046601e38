"""What kgqa itself takes of a question's time, with a scripted model that answers at once.

    python bench/overhead.py [--entities 1000 …] [--questions 200] [--home DIR] [--neo4j SERVE] [--lightrag PYTHON]

Fills the embedded store, and a Neo4j where `--neo4j` names a script that starts one, and both indexes with made-up
facts (three an entity, forty to a passage), then asks, after a hundred questions to warm up, for a server that has just
started still compiles itself: one after another, and 64 at once. `--lightrag` names a Python that has lightrag-hku: it
is given the same passages and asked the same, with a model and an embedder that answer at once. All in one run, in one
table; `--home` keeps what was filled for the next run.

`own CPU` is what this process computes for a question, without the database server's; what other processes do to the
machine shows in p50 and p95, much less in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import invented
from kgqa import Ports, Settings, build_qa_graph, open_ports
from kgqa.nodes.state import QAContext
from kgqa.settings import ChatOptions, EmbeddedStore, Neo4jStore
from kgqa.tools.chat.chat import chat_of
from kgqa.tools.chat.scripted import Scripted

AT_ONCE, WARM = 64, 100
NEO4J = Path(__file__).resolve().parents[2] / "shared/neo4j/serve.py"
SIDE = Path(__file__).with_name("lightrag_side.py")


@dataclass(frozen=True)
class Row:
    """A line of the table; times in seconds."""

    entities: int
    what: str
    seconds: Sequence[float]
    computed: Sequence[float]

    def shown(self, other: Row | None) -> str:
        """The line, with its ratio to the other row's times."""
        p50, p95 = at(self.seconds, 0.5), at(self.seconds, 0.95)
        times = f"{p50 * 1e3:8.1f} {p95 * 1e3:8.1f} {at(self.computed, 0.5) * 1e3:8.1f}"
        ratio = f"{p50 / at(other.seconds, 0.5):8.2f} {p95 / at(other.seconds, 0.95):6.2f}" if other else ""
        passages = self.entities * 3 // invented.A_DOCUMENT
        return f"{self.entities:8,} {passages:8,}  {self.what:28} {times} {ratio}"


def at(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


# ── ours
async def ask(ports: Ports, entities: int, questions: Sequence[str]) -> Row:
    graph, engine = build_qa_graph(ports), ports.settings.engine
    what = f"kgqa {engine}, {ports.settings.store.kind}"
    seconds, computed, abstained, noted = [], [], 0, Counter[str]()
    for n, question in enumerate([*invented.questions(entities, len(questions) + WARM)[-WARM:], *questions]):
        start, cpu = time.perf_counter(), time.process_time()
        result = await graph.ainvoke({"question": question}, context=QAContext())
        if n >= WARM:
            seconds.append(time.perf_counter() - start)
            computed.append(time.process_time() - cpu)
            abstained += result["answer"].abstained
            noted.update(result["notes"])
    print(f"{what}: {abstained} of {len(seconds)} abstained; notes {dict(noted)}")
    start, some = time.perf_counter(), questions[:AT_ONCE]
    done = await asyncio.gather(
        *(graph.ainvoke({"question": question}, context=QAContext()) for question in some), return_exceptions=True
    )
    spent = time.perf_counter() - start
    failed = Counter(type(one).__name__ for one in done if isinstance(one, BaseException))
    empty = sum(1 for one in done if isinstance(one, dict) and one["answer"].abstained)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what}, {len(some)} at once: {spent:.2f} s, {len(some) / spent:.0f} a second; errors {dict(failed)}, "
        f"{empty} abstained; peak memory {peak:.0f} MB",
        flush=True,
    )
    return Row(entities, what, seconds, computed)


async def on(settings: Settings, entities: int, count: int) -> list[Row]:
    questions = invented.questions(entities, count)
    async with open_ports(settings) as ports:
        await invented.fill(ports, entities)
        chat = chat_of(Scripted(script=invented.instantly), ChatOptions(cache=False, concurrency=16))
        llm = replace(ports, settings=settings.model_copy(update={"engine": "llm"}), chat=chat)
        return [await ask(llm, entities, questions), await ask(ports, entities, questions)]


@contextmanager
def neo4j(script: Path, data: Path) -> Iterator[Neo4jStore | None]:
    """A Neo4j of our own on loopback; None, and why, where there is none to start."""
    if not script.exists() or not (shutil.which("java") or "JAVA_HOME" in os.environ):
        print(f"no Neo4j: needs Java, and a script that starts one (--neo4j), not {str(script)!r}")
        yield None
        return
    command = [sys.executable, str(script), "--until-eof", "--home", str(data), "--password", "only-for-bench"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        told = json.loads(server.stdout.readline())
        yield Neo4jStore(uri=told["uri"], username=told["user"], password=told["password"])


# ── theirs
def lightrag(python: str, entities: int, count: int) -> Row:
    given = invented.plain(entities, invented.questions(entities, count))
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(given, file)
        file.flush()
        done = subprocess.run([python, str(SIDE), file.name], check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    what = f"lightrag-hku {told['version']}, hybrid"
    print(f"{what}: filled in {told['filled']:.0f} s; {told['empty']} of {count} without an answer", flush=True)
    return Row(entities, what, told["seconds"], told["computed"])


async def measure(given: argparse.Namespace, entities: int, data: Path) -> list[Row]:
    """All of one size, LightRAG's row last where it is asked for."""
    settings = Settings(home=data, store=EmbeddedStore(linger_seconds=0))
    rows = await on(settings, entities, given.questions)
    with neo4j(given.neo4j, data / "neo4j") as store:
        if store is not None:
            rows += await on(settings.model_copy(update={"store": store}), entities, given.questions)
    return [*rows, lightrag(given.lightrag, entities, given.questions)] if given.lightrag else rows


async def main(given: argparse.Namespace, home: Path) -> None:
    sizes = [await measure(given, entities, home / str(entities)) for entities in given.entities]
    if not given.lightrag:
        print("no LightRAG: name a Python that has lightrag-hku with --lightrag")
    load = os.getloadavg()[1]
    print(f"\n{os.cpu_count()} cores, load {load:.1f}; {given.questions} questions one after another, milliseconds")
    print(f"{'entities':>8} {'passages':>8}  {'':28} {'p50':>8} {'p95':>8} {'own CPU':>8}  p50 and p95 to LightRAG's")
    for rows in sizes:
        other = rows[-1] if given.lightrag else None
        for row in rows:
            print(row.shown(other))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entities", type=int, nargs="+", default=[1000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--neo4j", type=Path, default=NEO4J, metavar="SERVE")
    parser.add_argument("--lightrag", metavar="PYTHON")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(chosen, chosen.home or Path(folder)))
