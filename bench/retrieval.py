"""Passages found without any model: `python bench/retrieval.py [../shared/data] [--store memory] [--set NAME]`.

HotpotQA and MuSiQue, a hundred questions each, each set as one JSONL corpus: recall of the supporting passages among
the first 2 and 5, for BM25 and for each strategy with one configuration for both sets, and the time a question takes.
Passages are ranked as the documents of the ranked evidence.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path

from corpus import library, percentiles
from kgqa import build_qa_graph
from kgqa.model import sentence_place
from kgqa.nodes.state import QAContext

SETS = ("hotpot100", "musique100")
DEPTH = 80
"""Evidence sentences read off, so that at least ten documents are among them."""
Questions = list[tuple[str, set[int]]]


def read(folder: Path) -> tuple[list[tuple[str, str]], Questions]:
    """(title, text) of each passage, and each question with the places of its supporting passages."""
    corpus = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
    questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    if isinstance(corpus, dict):
        passages = [(title, "".join(sentences)) for title, sentences in corpus.items()]
        place = {title: n for n, title in enumerate(corpus)}
        return passages, [(q["question"], {place[title] for title, _ in q["supporting_facts"]}) for q in questions]
    passages = [(row["title"], row["text"]) for row in corpus]
    exact = {passage: n for n, passage in enumerate(passages)}
    return passages, [
        (q["question"], {exact[p["title"], p["paragraph_text"]] for p in q["paragraphs"] if p["is_supporting"]})
        for q in questions
    ]


def report(name: str, questions: Questions, ranked: Sequence[Sequence[int]], seconds: Sequence[float]) -> None:
    def recall(k: int) -> float:
        shares = [len(gold & set(found[:k])) / len(gold) for (_, gold), found in zip(questions, ranked, strict=True)]
        return 100 * sum(shares) / len(shares)

    print(f"  {name:7} recall@2 {recall(2):.1f}, @5 {recall(5):.1f}, @10 {recall(10):.1f}; {percentiles(seconds)}")


async def measure(folder: Path, kind: str) -> None:
    passages, questions = read(folder)
    print(f"{folder.name}: {len(questions)} questions over {len(passages)} passages")
    async with library(passages, kind) as (ports, places):
        graph = build_qa_graph(ports)
        for name in ("bm25", "window", "walk", "hybrid"):
            ranked, seconds = [], []
            for question, _ in questions:
                start = time.perf_counter()
                if name == "bm25":
                    hits = await ports.texts.search("passage", question, 20)
                    documents = [sentence_place(row.partition("+")[0])[0] for row, _ in hits]
                else:
                    context = QAContext(strategy=name, evidence=DEPTH)
                    state = await graph.ainvoke({"question": question}, context=context)
                    documents = [item.sentence.document_id for item in state["evidence"]]
                seconds.append(time.perf_counter() - start)
                ranked.append([places[document] for document in dict.fromkeys(documents)])
            report(name, questions, ranked, seconds)


async def main(data: Path, kind: str, sets: Sequence[str]) -> None:
    for name in sets:
        await measure(data / name, kind)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared/data")
    parser.add_argument("--store", choices=["memory", "embedded"], default="memory")
    parser.add_argument("--set", choices=SETS, nargs="*", default=SETS)
    given = parser.parse_args()
    asyncio.run(main(given.data, given.store, given.set))
