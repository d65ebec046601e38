"""What kgqa itself takes of a question's time: `python bench/overhead.py [--entities 1000] [--questions 200]`.

Fills the embedded store and both indexes with made-up facts (three a entity), then asks with a scripted model that
answers at once, and with the builtin engine: p50 and p95 one after the other, then 64 at once, with errors, lost
answers and memory. Nothing of a model's own time is in these figures.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus import percentiles
from kgqa import Ports, Settings, build_qa_graph, open_ports
from kgqa.ingestion import resolve
from kgqa.model import Chunk, Document, Entity, Facts, Link, Parsed, Sentence, Triple, content_id, sentence_id
from kgqa.nodes.state import QAContext
from kgqa.settings import ChatOptions, EmbeddedStore
from kgqa.tools.chat.chat import chat_of
from kgqa.tools.chat.scripted import Scripted

VERBS = {"supplied": "SUPPLY", "founded": "FOUND", "acquired": "ACQUIRE", "joined": "JOIN", "visited": "VISIT"}
KINDS = ("ORGANIZATION", "NAME", "PLACE", "PRODUCT")
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]
A_DOCUMENT, AT_ONCE = 40, 64
BATCH = 64


def name(number: int) -> str:
    """A name like `Banero Kizuta`, another for every number below 900 million."""
    parts = []
    for _ in range(2):
        number, low = divmod(number, len(SYLLABLES) ** 2)
        parts.append((SYLLABLES[low // len(SYLLABLES)] + SYLLABLES[low % len(SYLLABLES)]).title())
    return f"{parts[0]}ta {parts[1]}mo {'' if number == 0 else number}".strip()


def entity(number: int) -> Entity:
    return Entity(content_id("e", str(number)), name(number), KINDS[number % len(KINDS)])


def document(number: int, entities: int, dice: random.Random) -> tuple[Parsed, Facts]:
    one = Document(content_id("d", str(number)), f"Report {number}", f"{number}.md", "0", "en")
    sentences, links, triples, found, at = [], [], [], {}, 0
    for index in range(A_DOCUMENT):
        a, b = entity((number * 13 + index) % entities), entity(dice.randrange(entities))
        verb, kind = dice.choice(list(VERBS.items()))
        text = f"{a.name} {verb} {b.name} in {1900 + dice.randrange(120)}."
        sentence = Sentence(sentence_id(one.id, index), one.id, index, at, at + len(text), text)
        at += len(text) + 1
        found |= {a.id: a, b.id: b}
        sentences.append(sentence)
        links += [Link(sentence.id, a.id), Link(sentence.id, b.id)]
        triples.append(Triple(a.id, kind, b.id, kind.lower(), (sentence.id,), (0.9,)))
    ids = tuple(sentence.id for sentence in sentences)
    chunk = Chunk(content_id(one.id, "c"), one.id, 0, at, ids)
    facts = Facts(one.id, tuple(found.values()), tuple(dict.fromkeys(links)), tuple(triples))
    return Parsed(one, (), tuple(sentences), (chunk,)), facts


async def fill(ports: Ports, entities: int) -> None:
    dice, began = random.Random(0), time.perf_counter()
    for start in range(0, max(1, entities * 3 // A_DOCUMENT), BATCH):
        made = [document(n, entities, dice) for n in range(start, start + BATCH)]
        await ports.graph_store.write_documents([parsed for parsed, _ in made])
        await ports.graph_store.write_facts([facts for _, facts in made])
        for parsed, _ in made:
            (chunk,), doc = parsed.chunks, parsed.document
            rows = [(s.id, doc.id, doc.title, s.text) for s in parsed.sentences]
            await ports.texts.add("sentence", rows)
            await ports.texts.add("passage", [(chunk.row, doc.id, doc.title, " ".join(row[3] for row in rows))])
    for start in range(0, entities, 2000):
        some = [entity(n) for n in range(start, min(start + 2000, entities))]
        await _index(ports, "entities", {row: text for one in some for row, text in resolve.rows(one).items()})
    await _index(ports, "relations", {kind: resolve.relation_text(kind) for kind in VERBS.values()})
    print(f"{dict(await ports.graph_store.counts())}; filled in {time.perf_counter() - began:.0f} s", flush=True)


async def _index(ports: Ports, collection: str, rows: dict[str, str]) -> None:
    texts = list(rows.values())
    await ports.vectors.upsert(collection, list(rows), await ports.embedder.embed(texts), texts)


def instantly(messages: list[Any]) -> Any:
    """A good line for whichever node asks."""
    system, asked = str(messages[0].text), str(messages[-1].text)
    if "take questions apart" in system:
        names = re.findall(r"[A-Z]\w+ta \w+mo(?: \d+)?", asked)
        return {"mentions": names, "relations": ["supply"], "language": "en"}
    if "write Cypher" in system:
        return "MATCH (a:__Entity__ {id: $e0})-[r]-(b:__Entity__) RETURN b.name, r.sentences AS sentences LIMIT 50"
    return {"verdict": "yes"} if "judge whether" in system else "It is so. [1]"


async def measure(ports: Ports, questions: Sequence[str]) -> None:
    graph = build_qa_graph(ports)
    engine = ports.settings.engine
    seconds, lost, noted = [], 0, Counter[str]()
    for n, question in enumerate(["What did nobody do?", *questions]):
        start = time.perf_counter()
        result = await graph.ainvoke({"question": question}, context=QAContext())
        if n:
            seconds.append(time.perf_counter() - start)
            lost += result["answer"].abstained
            noted.update(result["notes"])
    print(f"{engine:8} one by one:  {percentiles(seconds)}; {lost} of {len(seconds)} abstained; {dict(noted)}")
    start = time.perf_counter()
    some = questions[:AT_ONCE]
    done = await asyncio.gather(
        *(graph.ainvoke({"question": question}, context=QAContext()) for question in some), return_exceptions=True
    )
    spent = time.perf_counter() - start
    failed = Counter(type(one).__name__ for one in done if isinstance(one, BaseException))
    empty = sum(1 for one in done if isinstance(one, dict) and one["answer"].abstained)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{engine:8} {len(some)} at once:  {spent:.2f} s, {len(some) / spent:.0f} a second; errors {dict(failed)}, "
        f"{empty} abstained; peak memory {peak:.0f} MB",
        flush=True,
    )


async def main(entities: int, count: int, home: Path) -> None:
    settings = Settings(home=home, store=EmbeddedStore(linger_seconds=0))
    dice = random.Random(2)
    questions = [f"What supplied {name(dice.randrange(entities))}?" for _ in range(count)]
    async with open_ports(settings) as ports:
        await fill(ports, entities)
        llm = settings.model_copy(update={"engine": "llm"})
        chat = chat_of(Scripted(script=instantly), ChatOptions(cache=False, concurrency=16))
        await measure(replace(ports, settings=llm, chat=chat), questions)
        await measure(ports, questions)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entities", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(given.entities, given.questions, Path(folder)))
