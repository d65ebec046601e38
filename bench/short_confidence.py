"""Fit how sure a short answer is: `python bench/short_confidence.py [../shared]`.

Asks the questions of the examples, of real documents (`realqa/train`), XQuAD, HotpotQA and MuSiQue, and takes down for
each short answer whether it is right and what `nodes/answering/short/confidence.py` sees of it. Prints how many of
those shown are right, from a threshold on, each judged by weights fitted without its document (its article; a fifth of
the questions where all documents are one library), then the weights fitted to all of them. Takes some minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from corpus import library
from kgqa import Ports, Settings, build_ingestion_graph, build_qa_graph, open_ports
from kgqa.nodes.answer import telling
from kgqa.nodes.answering.short.confidence import SURE, features
from kgqa.settings import MemoryIndex, MemoryStore, QAOptions
from numpy.typing import NDArray
from retrieval import read as read_passages
from xquad import read as read_xquad

SHARES = {"examples": 1.0, "realqa/train": 3.0, "xquad": 0.6, "hotpot100": 1.0, "musique100": 1.0}
"""What a question of each set counts: real documents the most, of which there are few."""
RIDGE, LEAST_SPREAD = 3.0, 0.3
FOLDS = 8
Asked = tuple[str, str, Sequence[str]]
"""The group that is left out together, the question, its gold answers."""


class Row(NamedTuple):
    """A short answer that was given."""

    group: str
    seen: dict[str, float]
    right: bool


def agrees(short: str, golds: Sequence[str]) -> bool:
    """Whether it is a gold answer, or holds one with at most three words more."""
    given = words(short)
    for gold in map(words, golds):
        runs = (given[i : i + len(gold)] == gold for i in range(len(given) - len(gold) + 1))
        if gold and len(given) - len(gold) <= 3 and any(runs):
            return True
    return False


def words(text: str) -> list[str]:
    return re.findall(r"[\w.,:/%-]*\w%?", unicodedata.normalize("NFKC", text).casefold())


async def ask(ports: Ports, asked: Sequence[Asked]) -> list[Row]:
    """A row for each short answer, before it is decided whether it is shown."""
    graph, rows = build_qa_graph(ports), []
    for group, question, golds in asked:
        state: Any = {}
        async for update in graph.astream({"question": question}, stream_mode="updates"):
            for written in update.values():
                state.update(written or {})
        answer = state["answer"]
        if answer.candidate:
            cited = telling(state, QAOptions().cited)
            seen = features(state["asked"], state["answer_kind"], state["relation_words"], answer.candidate, cited)
            rows.append(Row(group, seen, agrees(answer.candidate, golds)))
    return rows


async def over_files(name: str, folder: Path, documents: str, key: str) -> list[Row]:
    """The questions of a folder over its documents."""
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line.strip()]
    asked = [(f"{name} {case.get(key) or n % 5}", case["question"], case["answers"]) for n, case in enumerate(cases)]
    with tempfile.TemporaryDirectory() as home:
        async with open_ports(Settings(home=Path(home), store=MemoryStore(), index=MemoryIndex())) as ports:
            await build_ingestion_graph(ports).ainvoke({"paths": [str(folder / documents)]})
            return await ask(ports, asked)


async def over_passages(passages: list[tuple[str, str]], asked: Sequence[Asked]) -> list[Row]:
    async with library(passages, "memory") as (ports, _):
        return await ask(ports, asked)


async def rows_of(shared: Path) -> dict[str, list[Row]]:
    """All sets' rows."""
    root = Path(__file__).parents[1]
    found = {
        "examples": await over_files("examples", root / "examples", "documents", ""),
        "realqa/train": await over_files("train", shared / "realqa/train", "docs", "doc"),
    }
    passages, questions = read_xquad(shared / "data")
    found["xquad"] = await over_passages(passages, [(f"xquad {q.article}", q.question, q.gold) for q in questions])
    for name in ("hotpot100", "musique100"):
        passages, _ = read_passages(shared / "data" / name)
        cases = json.loads((shared / "data" / name / "questions.json").read_text(encoding="utf-8"))
        golds = [[case["answer"], *case.get("answer_aliases", ())] for case in cases]
        asked = [(f"{name} {n % 5}", case["question"], golds[n]) for n, case in enumerate(cases)]
        found[name] = await over_passages(passages, asked)
    return found


def fitted(seen: NDArray[np.float64], right: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression with a ridge on all but the bias, by Newton's method."""
    # What few rows show must not weigh by those few alone.
    spread = np.maximum(seen.std(0), LEAST_SPREAD)
    spread[0] = 1.0
    scaled, ridge = seen / spread, RIDGE * np.r_[0.0, np.ones(seen.shape[1] - 1)]
    weights = np.zeros(seen.shape[1])
    for _ in range(60):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (share * (right - chance)) - ridge * weights
        bend = (scaled * (share * chance * (1 - chance))[:, None]).T @ scaled + np.diag(ridge + 1e-9)
        weights += np.linalg.solve(bend, slope)
    return np.asarray(weights / spread)


def main(shared: Path) -> None:
    sets = asyncio.run(rows_of(shared))
    rows = [row for found in sets.values() for row in found]
    of = np.array([name for name, found in sets.items() for _ in found])
    names = list(rows[0].seen)
    seen = np.array([[row.seen[name] for name in names] for row in rows])
    right = np.array([float(row.right) for row in rows])
    share = np.array([SHARES[name] for name in of])
    groups = sorted({row.group for row in rows})
    fold = np.array([groups.index(row.group) % FOLDS for row in rows])
    chance = np.zeros(len(rows))
    for one in range(FOLDS):
        chance[fold == one] = 1 / (
            1 + np.exp(-seen[fold == one] @ fitted(seen[fold != one], right[fold != one], share[fold != one]))
        )
    limits = (0.0, 0.5, 0.6, SURE, 0.8)
    print(f"{'right of those shown from':26}" + "".join(f"{limit:>10}" for limit in limits))
    for name in sets:
        cells = [(of == name) & (chance >= limit) for limit in limits]
        print(f"{name:26}" + "".join(f"{f'{int(right[cell].sum())}/{cell.sum()}':>10}" for cell in cells))
    print("WEIGHTS: Mapping[str, float] = {")
    for name, weight in zip(names, fitted(seen, right, share), strict=True):
        print(f'    "{name}": {weight:.3f},')
    print("}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shared", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared")
    main(parser.parse_args().shared)
