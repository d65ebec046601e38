"""The strategies side by side: `python bench/strategies.py [../shared/data] [--set NAME …] [--strategy NAME …]`.

On the questions about `examples/`: how often a gold answer stands in the cited sentences, by kind of question, and how
often the short answer agrees. On HotpotQA and MuSiQue, where they stand: recall of the supporting passages, how often a
strategy that goes step by step came to its end, and the time a question takes. In memory, builtin engine, no model.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus import library, percentiles
from kgqa import build_ingestion_graph, build_qa_graph, load_settings, open_ports
from kgqa.nodes.state import QAContext
from kgqa.nodes.strategies import strategies
from kgqa.settings import MemoryIndex, MemoryStore
from retrieval import DEPTH, SETS, read, report

from examples import EXAMPLES, right, share


async def ask(graph: Any, question: str, context: QAContext) -> tuple[dict[str, Any], bool, float]:
    """(state, whether every step was solved, seconds)."""
    start, solved = time.perf_counter(), False
    async for mode, part in graph.astream({"question": question}, context=context, stream_mode=["custom", "values"]):
        if mode == "custom" and part["stage"] == "explore":
            solved = bool(part.get("steps")) and "note" not in part
        elif mode == "values":
            state = part
    return state, solved, time.perf_counter() - start


async def on_examples(names: Sequence[str]) -> None:
    cases = [json.loads(line) for line in (EXAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    print(f"examples: {len(cases)} questions; gold in the cited sentences, and the short answer's agreement")
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(store=MemoryStore(), index=MemoryIndex(), home=Path(home))
        async with open_ports(settings) as ports:
            await build_ingestion_graph(ports).ainvoke({"paths": [str(EXAMPLES / "documents")]})
            graph = build_qa_graph(ports)
            for name in names:
                rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
                times, steps = [], 0
                for case in cases:
                    state, solved, seconds = await ask(graph, case["question"], QAContext(strategy=name))
                    rows[case["kind"]].append(right(case, state["answer"]))
                    times.append(seconds)
                    steps += solved
                every = [row for kind in rows.values() for row in kind]
                kinds = ", ".join(f"{kind} {share(found, 0).strip()}" for kind, found in sorted(rows.items()))
                print(
                    f"  {name:8} cited {share(every, 0)}, short {share(every, 1)}; solved {steps}; {percentiles(times)}"
                )
                print(f"           {kinds}")


async def on_passages(folder: Path, names: Sequence[str]) -> None:
    passages, questions = read(folder)
    print(f"{folder.name}: {len(questions)} questions over {len(passages)} passages")
    async with library(passages, "memory") as (ports, places):
        graph = build_qa_graph(ports)
        for name in names:
            ranked, times, steps = [], [], 0
            for question, _ in questions:
                state, solved, seconds = await ask(graph, question, QAContext(strategy=name, evidence=DEPTH))
                found = dict.fromkeys(item.sentence.document_id for item in state["evidence"])
                ranked.append([places[document] for document in found])
                times.append(seconds)
                steps += solved
            report(name, questions, ranked, times)
            if steps:
                print(f"          every step solved for {steps} of {len(questions)} questions")


async def main(data: Path, sets: Sequence[str], names: Sequence[str]) -> None:
    if "examples" in sets:
        await on_examples(names)
    for name in sets:
        if name in SETS and (data / name).is_dir():
            await on_passages(data / name, names)
        elif name in SETS:
            print(f"{name}: not at {data}, left out")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared/data")
    parser.add_argument("--set", choices=["examples", *SETS], nargs="*", default=["examples", *SETS])
    parser.add_argument("--strategy", choices=strategies.names(), nargs="*", default=strategies.names())
    given = parser.parse_args()
    asyncio.run(main(given.data, given.set, given.strategy))
