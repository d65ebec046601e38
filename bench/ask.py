"""How long a question takes as the graph grows: `python bench/ask.py [--entities 1000 10000 100000] [--questions 200]`.

Fills the embedded store, Chroma and the full-text index with made-up people, companies and towns, three relations an
entity over 60 types and one sentence a relation, then asks about them: one relation of a name, two names, a misspelt
name, a name that is not there. Prints p50 and p95 of the whole graph with the builtin engine, what this process alone
computes for a question (other programs on the machine change it little), and the ratio between sizes. `--home DIR`
keeps the data, so that a second run only asks.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kgqa import Ports, build_qa_graph, load_settings, open_ports
from kgqa.model import Document, Entity, Facts, Link, Parsed, Sentence, Triple, content_id, sentence_id
from kgqa.tools.text.relations import type_of

VERBS = (
    "acquired advised appointed audited backed bought built carried chaired chartered closed commanded commissioned "
    "counselled defeated delivered designed directed distributed edited elected employed endorsed equipped expanded "
    "financed founded funded governed guarded headed helped hired hosted inspected insured invented joined launched "
    "leased led licensed maintained managed married mentored merged nominated operated owned painted praised produced "
    "promoted published recruited repaired replaced rescued sold sponsored succeeded supplied supported taught"
).split()
SYLLABLES = "ka ro mi ten lu sa vor in dal be shi or ne pal qui ta gren wo ze ham fi dor us el ja".split()
PER_DOCUMENT = 40


def names(count: int) -> list[str]:
    """Distinct two-word names."""
    dice, found = random.Random(1), dict[str, None]()
    while len(found) < count:
        words = ("".join(dice.choices(SYLLABLES, k=dice.choice((2, 3)))).capitalize() for _ in range(2))
        found[" ".join(words)] = None
    return list(found)


def document(number: int, people: Sequence[str], dice: random.Random) -> tuple[Document, list[Sentence], Facts]:
    """One document of facts; a tenth of them are about the first entity, a hub."""
    one = Document(content_id("ask", str(number)), f"Chronicle {number}", f"{number}.md", "0", "en")
    sentences, links, triples, entities, place = [], [], [], {}, 0
    for index in range(PER_DOCUMENT):
        left = people[(number * PER_DOCUMENT + index) % len(people)]
        right = people[0] if index == 0 and number % 10 == 0 else dice.choice(people)
        verb, year = dice.choice(VERBS), dice.randrange(1900, 2025)
        text = f"{left} {verb} {right} in {year}."
        sentence = Sentence(sentence_id(one.id, index), one.id, index, place, place + len(text), text)
        place += len(text) + 1
        ends = [content_id("entity", name) for name in (left, right)]
        entities.update({i: Entity(i, name, "PERSON") for i, name in zip(ends, (left, right), strict=True)})
        sentences.append(sentence)
        links += [Link(sentence.id, i) for i in ends]
        if ends[0] != ends[1]:
            triples.append(Triple(ends[0], type_of(verb), ends[1], verb, (sentence.id,), (0.9,)))
    facts = Facts(one.id, tuple(entities.values()), tuple(dict.fromkeys(links)), tuple(triples))
    return one, sentences, facts


async def fill(ports: Ports, people: Sequence[str]) -> None:
    dice, began = random.Random(2), time.perf_counter()
    total = len(people) * 3 // PER_DOCUMENT
    for start in range(0, total, 128):
        made = [document(n, people, dice) for n in range(start, min(start + 128, total))]
        await ports.graph_store.write_documents([Parsed(one, (), tuple(s), ()) for one, s, _ in made])
        await ports.graph_store.write_facts([facts for _, _, facts in made])
        rows = [(s.id, s.document_id, one.title, s.text) for one, sentences, _ in made for s in sentences]
        await ports.texts.add("sentence", rows)
        whole = [(f"{s[0].id}+{len(s) - 1}", one.id, one.title, " ".join(x.text for x in s)) for one, s, _ in made]
        await ports.texts.add("passage", whole)
    for start in range(0, len(people), 5000):
        some = people[start : start + 5000]
        ids = [content_id("entity", name) for name in some]
        await ports.vectors.upsert("entities", ids, await ports.embedder.embed(some), some)
    types = sorted({type_of(verb) for verb in VERBS})
    words = [kind.replace("_", " ").lower() for kind in types]
    await ports.vectors.upsert("relations", types, await ports.embedder.embed(words), words)
    print(f"filled in {time.perf_counter() - began:.0f} s: {dict(await ports.graph_store.counts())}")


def questions(people: Sequence[str], count: int) -> list[str]:
    dice, asked = random.Random(3), []
    for number in range(count):
        left, right, verb = dice.choice(people), dice.choice(people), dice.choice(VERBS)
        asked.append(
            (
                f"Who {verb} {left}?",
                f"When was {left} {verb}?",
                f"What do {left} and {right} have to do with each other?",
                f"Who was {verb} by {left[:3]}{left[4:]}?",
                f"Which company did Xavier Quillfeather {number} {verb}?",
            )[number % 5]
        )
    return [*asked, f"Who {VERBS[0]} {people[0]}?"]


async def measure(home: Path, count: int, asked: int) -> float:
    people = names(count)
    async with open_ports(load_settings(home=home)) as ports:
        if not (await ports.graph_store.counts())["documents"]:
            await fill(ports, people)
        graph, seconds, computed, answered = build_qa_graph(ports), [], [], 0
        for warm, question in enumerate([*questions(people, 10), *questions(people, asked)]):
            start, cpu = time.perf_counter(), time.process_time()
            answer = (await graph.ainvoke({"question": question}))["answer"]
            if warm > 10:
                seconds.append((time.perf_counter() - start) * 1e3)
                computed.append((time.process_time() - cpu) * 1e3)
                answered += not answer.abstained
    ordered = sorted(seconds)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(
        f"{count:7} entities: p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {ordered[-1]:.0f}; "
        f"own CPU p50 {statistics.median(computed):.0f} ms; answered {answered}/{len(seconds)}"
    )
    return p50


async def main(sizes: Sequence[int], asked: int, home: Path | None) -> None:
    medians = []
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            medians.append(await measure((home or Path(folder)) / str(count), count, asked))
    print("p50 to the smallest size's: " + ", ".join(f"{one / medians[0]:.1f}" for one in medians))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--entities", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    asyncio.run(main(given.entities, given.questions, given.home))
