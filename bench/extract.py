"""How well the builtin extractor finds public gold: entities of CoNLL04 and KLUE-NER, related pairs of CoNLL04; speed.

`python bench/extract.py [DATA [MISSES]]`, DATA holding conll04/ and klue/ (default ../shared/data). Prints figures, and
with MISSES so many of the gold spans that were not found.
"""

from __future__ import annotations

import ast
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from kgqa.ingestion.extract.builtin import read_sentence
from kgqa.model import Sentence


@dataclass(frozen=True)
class Gold:
    """One annotated sentence: spans are (start, end, type), pairs are (span index, relation, span index)."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    pairs: tuple[tuple[int, str, int], ...] = ()


def conll04(path: Path) -> list[Gold]:
    return [_conll(block.splitlines()) for block in path.read_text("utf-8").split("#doc")[1:]]


def _conll(lines: list[str]) -> Gold:
    rows = [line.split("\t") for line in lines if line.count("\t") == 4]
    text, places = "", []
    for row in rows:
        word = row[1].replace("-LRB-", "(").replace("-RRB-", ")")
        thousands = text[-1:] == "," and text[-2:-1].isdigit() and len(word) == 3 and word.isdigit()
        glue = (
            ""
            if not text or thousands or word in (",", ".", "'s", ")", ";", ":", "'", "%", "?") or text[-1] in "($"
            else " "
        )
        places.append((len(text) + len(glue), len(text) + len(glue) + len(word)))
        text += glue + word
    spans, last_of = [], {}
    for i, row in enumerate(rows):
        if row[2].startswith("B-"):
            spans.append((places[i][0], places[i][1], row[2][2:]))
        elif row[2].startswith("I-") and spans:
            spans[-1] = (spans[-1][0], places[i][1], spans[-1][2])
        if row[2] != "O":
            last_of[i] = len(spans) - 1
    pairs = [
        (last_of[i], name, last_of[head])
        for i, row in enumerate(rows)
        for name, head in zip(ast.literal_eval(row[3]), ast.literal_eval(row[4]), strict=True)
        if name != "N" and i in last_of and head in last_of
    ]
    return Gold(text, tuple(spans), tuple(pairs))


def klue(path: Path) -> list[Gold]:
    found = []
    for block in path.read_text("utf-8").split("\n\n"):
        rows = [line.split("\t") for line in block.split("\n") if line.count("\t") == 1 and not line.startswith("##")]
        text, spans = "".join(row[0] for row in rows), []
        for i, row in enumerate(rows):
            if row[1].startswith("B-"):
                spans.append((i, i + 1, row[1][2:]))
            elif row[1].startswith("I-"):
                spans[-1] = (spans[-1][0], i + 1, spans[-1][2])
        if text:
            found.append(Gold(text, tuple(spans)))
    return found


def score(name: str, golds: list[Gold], language: str, show: int = 0) -> None:
    hits = partial = total = predicted = pair_hits = pair_total = 0
    by_type: dict[str, list[int]] = {}
    sentences = [Sentence(str(i), "d", i, 0, len(g.text), g.text) for i, g in enumerate(golds)]
    read_sentence(sentences[0], language)
    start = time.process_time()
    results = [read_sentence(s, language) for s in sentences]
    seconds = time.process_time() - start
    missed = []
    for gold, result in zip(golds, results, strict=True):
        ours = {(m.start, m.end) for m in result.mentions}
        named = {(m.start, m.end) for m in result.mentions if m.type != "TERM"}
        predicted += len(named)
        for a, b, kind in gold.spans:
            hit = (a, b) in ours
            row = by_type.setdefault(kind, [0, 0])
            row[0] += hit
            row[1] += 1
            hits += hit
            total += 1
            partial += any(x < b and a < y for x, y in ours)
            if not hit:
                missed.append(
                    (gold.text[a:b], kind, [gold.text[x:y] for x, y in sorted(ours) if x < b and a < y], gold.text)
                )
        linked = {frozenset((c.subject, c.object)) for c in result.claims}
        for left, _, right in gold.pairs:
            (a, b, _x), (c, d, _y) = gold.spans[left], gold.spans[right]
            pair_total += 1
            pair_hits += frozenset((gold.text[a:b], gold.text[c:d])) in linked
    correct = sum(
        1
        for g, r in zip(golds, results, strict=True)
        for m in r.mentions
        if m.type != "TERM" and (m.start, m.end) in {(a, b) for a, b, _ in g.spans}
    )
    print(f"{name}: {len(golds)} sentences, {len(golds) / seconds:,.0f} a second")
    print(
        f"  entity spans: recall {hits / total:.1%}, overlapping {partial / total:.1%}, "
        f"precision of names {correct / max(predicted, 1):.1%}"
    )
    print("  by type: " + ", ".join(f"{k} {v[0] / v[1]:.0%} of {v[1]}" for k, v in sorted(by_type.items())))
    if pair_total:
        print(f"  related pairs: recall {pair_hits / pair_total:.1%} of {pair_total}")
    claims = sum(len(r.claims) for r in results)
    print(
        f"  a sentence: {sum(len(r.mentions) for r in results) / len(golds):.1f} mentions, "
        f"{claims / len(golds):.1f} claims"
    )
    for row in missed[:: max(1, len(missed) // show)] if show else ():
        print("   ", row)


def main() -> None:
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    show = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for part in ("train", "dev"):
        score(f"CoNLL04 {part}", conll04(data / "conll04" / f"{part}.txt"), "en", show)
    score("KLUE-NER", klue(next((data / "klue").glob("*.tsv"))), "ko", show)


if __name__ == "__main__":
    main()
