"""Figures of the embedded store, 100k entities, 300k relations: `python bench/stores.py [--entities N] [--home DIR]`.

Writes through the port in batches of 64 documents, then times each reading, a cold start and a warm one.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from kgqa.model import Document, Entity, Facts, Limits, Link, Sentence, Triple, content_id
from kgqa.settings import EmbeddedStore
from kgqa.tools.ports import GraphStore
from kgqa.tools.store import stores

TYPES = [f"REL_{n}" for n in range(200)]
KINDS = ["Person", "Organization", "City", "Product", "Event", "Concept"]


def document(number: int, entities: int, dice: random.Random) -> tuple[Document, list[Sentence], Facts]:
    """40 sentences, each with 2 mentions and a relation; entity 0 is in a tenth of the documents: a hub."""
    one = Document(content_id("d", str(number)), f"Document {number}", f"{number}.md", "0", "en")
    sentences, links, triples, names = [], [], [], {}
    for index in range(40):
        text = f"In {1900 + index} the {dice.choice(KINDS)} number {index} of document {number} did what it did."
        sentence = Sentence(content_id(one.id, str(index)), one.id, index, index * 80, index * 80 + 79, text)
        ends = [dice.randrange(entities), (number * 13 + index) % entities]
        if index == 0 and number % 10 == 0:
            ends[0] = 0
        ids = [content_id("e", str(n)) for n in ends]
        names.update(zip(ids, ends, strict=True))
        sentences.append(sentence)
        links += [Link(sentence.id, i) for i in ids]
        triples.append(Triple(ids[0], dice.choice(TYPES), ids[1], "did", (sentence.id,), (0.5,)))
    given = tuple(
        Entity(i, f"Entity {n}", KINDS[n % 6], (f"Alias {n}",) if n % 4 == 0 else ()) for i, n in names.items()
    )
    return one, sentences, Facts(one.id, given, tuple(dict.fromkeys(links)), tuple(triples))


async def fill(store: GraphStore, entities: int) -> None:
    dice, nodes, edges = random.Random(0), 0, 0
    total, began = entities * 3 // 40, time.perf_counter()
    for start in range(0, total, 64):
        batch = [document(n, entities, dice) for n in range(start, min(start + 64, total))]
        for one, sentences, _ in batch:
            await store.write_document(one, (), sentences)
        await store.write_facts([facts for _, _, facts in batch])
        edges += sum(39 + len(f.links) + len(f.triples) for _, _, f in batch)
    spent = time.perf_counter() - began
    counts = await store.counts()
    nodes = counts["documents"] + counts["sentences"] + counts["entities"]
    print(f"wrote {dict(counts)}")
    print(f"in {spent:.0f} s: {nodes / spent:.0f} nodes/s and {edges / spent:.0f} edges/s together")


async def clock(what: str, ask: Callable[[], Awaitable[object]], times: int = 200) -> None:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        await ask()
        spent.append((time.perf_counter() - began) * 1000)
    later = sorted(spent[times // 10 :])
    print(f"{what:28} p50 {statistics.median(later):7.2f} ms   p95 {later[int(len(later) * 0.95)]:7.2f} ms")


async def read(store: GraphStore, entities: int) -> None:
    dice = random.Random(1)

    def some(k: int) -> list[str]:
        return [content_id("e", str(dice.randrange(1, entities))) for _ in range(k)]

    def spoken(k: int) -> list[str]:
        places = [(dice.randrange(entities * 3 // 40), dice.randrange(40)) for _ in range(k)]
        return [content_id(content_id("d", str(d)), str(i)) for d, i in places]

    hub = [content_id("e", "0")]
    await clock("find 3 names", lambda: store.find([f"entity {dice.randrange(entities)}" for _ in range(3)]))
    await clock("find 3 aliases", lambda: store.find([f"alias {dice.randrange(entities) // 4 * 4}" for _ in range(3)]))
    await clock("entities, 10", lambda: store.entities(some(10)))
    await clock("facts of 3 entities", lambda: store.facts(some(3)))
    await clock("facts, 2 types", lambda: store.facts(some(3), TYPES[:2]))
    await clock("facts of a hub", lambda: store.facts(hub), 30)
    await clock("mentions of 3 entities", lambda: store.mentions_of(some(3)))
    await clock("mentions of a hub", lambda: store.mentions_of(hub), 30)
    await clock("mentions in 10 sentences", lambda: store.mentions_in(spoken(10)))
    await clock("sentences, 10", lambda: store.sentences(spoken(10)))
    await clock("window ±1 of 10", lambda: store.window(spoken(10), 1, 1))
    await clock("schema", store.schema, 30)
    cypher = "MATCH (e {id: $e0})-[r:REL_1|REL_2]-(o) RETURN o.name LIMIT 50".replace("(e ", "(e:`__Entity__` ")
    await clock("query, one hop", lambda: store.query(cypher, {"e0": some(1)[0]}, Limits()))
    by_name = "MATCH (e:Person {name: $e0})-[r]-(o) RETURN o.name LIMIT 50"
    await clock("query by name", lambda: store.query(by_name, {"e0": "Entity 6"}, Limits()), 50)


def resident(home: Path) -> str:
    address = home / "graph" / "server.json"
    if not address.exists():
        return ""
    import json

    pid = json.loads(address.read_text())["pid"]
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("VmRSS")), "unknown")


async def first_answer(home: Path, what: str) -> None:
    store = stores.get("embedded")(EmbeddedStore(linger_seconds=3), home)
    began = time.perf_counter()
    await store.open()
    await store.find(["entity 5"])
    print(f"{what}: first answer after {time.perf_counter() - began:.2f} s, server RSS {resident(home)}")
    await store.close()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--home", type=Path)
    chosen = parser.parse_args()
    home = chosen.home or Path(tempfile.mkdtemp(prefix="stores-"))
    await first_answer(home, "new folder")
    await first_answer(home, "warm")
    store = stores.get("embedded")(EmbeddedStore(linger_seconds=3), home)
    await store.open()
    if not (await store.counts())["documents"]:
        await fill(store, chosen.entities)
    await read(store, chosen.entities)
    print(
        f"server RSS {resident(home)}; disk {sum(f.stat().st_size for f in home.rglob('*') if f.is_file()) >> 20} MiB"
    )
    await store.close()
    await asyncio.sleep(8)
    await first_answer(home, "cold, full folder")


if __name__ == "__main__":
    asyncio.run(main())
