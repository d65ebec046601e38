"""Many questions at once through one process: `python bench/concurrency.py [--at-once 64] [--rounds 4] [--memory]`.

Ingests `examples/documents` into the embedded store (in memory with `--memory`), asks its questions first one after
another, then `at-once` at a time, through `qa` and, every fourth, through `chat`. Prints throughput, latency and RSS
before and after each round, and fails when a question raises or its answer differs from the one it got alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from kgqa import build_chat_graph, build_ingestion_graph, build_qa_graph, load_settings, open_ports
from kgqa.settings import EmbeddedStore, MemoryIndex, MemoryStore, Settings
from langchain_core.messages import HumanMessage

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


async def main(given: argparse.Namespace) -> int:
    lines = (EXAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    with tempfile.TemporaryDirectory() as home:
        async with open_ports(settings_for(Path(home), given.memory)) as ports:
            await build_ingestion_graph(ports).ainvoke({"paths": [str(EXAMPLES / "documents")]})
            qa, chat = build_qa_graph(ports), build_chat_graph(ports)

            async def ask(n: int) -> tuple[str, float]:
                question, began = questions[n % len(questions)], time.perf_counter()
                if n % 4 == 3:
                    answer = (await chat.ainvoke({"messages": [HumanMessage(question)]}))["answer"]
                else:
                    answer = (await qa.ainvoke({"question": question}))["answer"]
                return answer.text, 1000 * (time.perf_counter() - began)

            await asyncio.gather(*(ask(n) for n in range(len(questions))))  # warm: taggers, caches, connections
            began = time.perf_counter()
            alone = [await ask(n) for n in range(len(questions))]
            report("one after another", [ms for _, ms in alone], time.perf_counter() - began, rss())
            wrong = 0
            for turn in range(given.rounds):
                before, began = rss(), time.perf_counter()
                found = await asyncio.gather(*(ask(n) for n in range(given.at_once)), return_exceptions=True)
                spent = time.perf_counter() - began
                failed = [one for one in found if isinstance(one, BaseException)]
                answered = [(n, one) for n, one in enumerate(found) if not isinstance(one, BaseException)]
                wrong += len(failed) + sum(text != alone[n % len(alone)][0] for n, (text, _) in answered)
                report(f"round {turn + 1}, {given.at_once} at once", [ms for _, (_, ms) in answered], spent, before)
                for error in failed[:3]:
                    print(f"  {type(error).__name__}: {error}")
    print(f"errors or answers that differ from the one given alone: {wrong}")
    return 1 if wrong else 0


def settings_for(home: Path, memory: bool) -> Settings:
    if memory:
        return load_settings(home=home, store=MemoryStore(), index=MemoryIndex())
    return load_settings(home=home, store=EmbeddedStore(linger_seconds=0))


def report(name: str, times: list[float], seconds: float, before: float) -> None:
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else max(times, default=0.0)
    print(
        f"{name:22} {len(times):4} answers  {len(times) / seconds:6.1f}/s  p50 {statistics.median(times):6.0f} ms"
        f"  p95 {p95:6.0f} ms  RSS {before:.0f} → {rss():.0f} MB"
    )


def rss() -> float:
    """This process's resident memory in MB; its peak where the system does not say what it is now."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Many questions at once through one process.")
    parser.add_argument("--at-once", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--memory", action="store_true")
    sys.exit(asyncio.run(main(parser.parse_args())))
