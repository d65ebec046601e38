"""How well the builtin engine answers the questions about `examples/`: `python bench/examples.py [--misses]`.

Prints, by language and kind, how often a gold answer stands in the cited sentences (for unanswerable questions: how
often it abstains), how often the short answer agrees, and the time a question takes. In memory, nothing is left behind.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from kgqa import build_ingestion_graph, build_qa_graph, load_settings, open_ports
from kgqa.model import Answer
from kgqa.settings import MemoryIndex, MemoryStore

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def right(case: dict[str, Any], answer: Answer) -> tuple[bool, bool]:
    """(the cited sentences hold a gold answer, the short answer agrees with one)."""
    if not case["answers"]:
        return answer.abstained, answer.abstained
    cited = " ".join(citation.text for citation in answer.citations).casefold()
    short = answer.candidate.casefold()
    golds = [gold.casefold() for gold in case["answers"]]
    return any(gold in cited for gold in golds), bool(short) and any(gold in short or short in gold for gold in golds)


async def main(show_misses: bool) -> None:
    cases = [json.loads(line) for line in (EXAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    results: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    times = []
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(store=MemoryStore(), index=MemoryIndex(), home=Path(home))
        async with open_ports(settings) as ports:
            await build_ingestion_graph(ports).ainvoke({"paths": [str(EXAMPLES / "documents")]})
            graph = build_qa_graph(ports)
            for case in cases:
                start = time.perf_counter()
                answer = (await graph.ainvoke({"question": case["question"]}))["answer"]
                times.append((time.perf_counter() - start) * 1000)
                result = right(case, answer)
                results[case["language"], case["kind"]].append(result)
                if show_misses and not result[0]:
                    print(f"{case['id']} {case['question']}  gold {case['answers']}\n    {answer.text}")
    for key, rows in sorted(results.items()):
        print(f"{key[0]} {key[1]:13} {len(rows):3}  cited {share(rows, 0)}  short {share(rows, 1)}")
    every = [row for rows in results.values() for row in rows]
    print(f"all {'':13} {len(every):2}  cited {share(every, 0)}  short {share(every, 1)}")
    print(f"ms a question: p50 {statistics.median(times):.0f}  max {max(times):.0f}")


def share(rows: list[tuple[bool, bool]], which: int) -> str:
    return f"{100 * sum(row[which] for row in rows) / len(rows):5.1f} %"


if __name__ == "__main__":
    asyncio.run(main("--misses" in sys.argv))
