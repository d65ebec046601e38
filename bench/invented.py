"""Made-up reports about made-up names, three facts an entity, as large as a measurement wants; and a model for them."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from kgqa import Ports
from kgqa.ingestion import resolve
from kgqa.model import Chunk, Document, Entity, Facts, Link, Parsed, Sentence, Triple, content_id, sentence_id

VERBS = {"supplied": "SUPPLY", "founded": "FOUND", "acquired": "ACQUIRE", "joined": "JOIN", "visited": "VISIT"}
KINDS = ("ORGANIZATION", "NAME", "PLACE", "PRODUCT")
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]
A_DOCUMENT = 40
BATCH = 64
Made = tuple[Parsed, Facts]


def name(number: int) -> str:
    """A name like `Banero Kizuta`, another for every number below 900 million."""
    parts = []
    for _ in range(2):
        number, low = divmod(number, len(SYLLABLES) ** 2)
        parts.append((SYLLABLES[low // len(SYLLABLES)] + SYLLABLES[low % len(SYLLABLES)]).title())
    return f"{parts[0]}ta {parts[1]}mo {'' if number == 0 else number}".strip()


def entity(number: int) -> Entity:
    return Entity(content_id("e", str(number)), name(number), KINDS[number % len(KINDS)])


def documents(entities: int) -> Iterator[Made]:
    """Each a passage of forty sentences, a relation and two mentions a sentence; the same ones every time."""
    dice = random.Random(0)
    return (_document(number, entities, dice) for number in range(max(1, entities * 3 // A_DOCUMENT)))


def _document(number: int, entities: int, dice: random.Random) -> Made:
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


def questions(entities: int, count: int) -> list[str]:
    dice = random.Random(2)
    return [f"What supplied {name(dice.randrange(entities))}?" for _ in range(count)]


def said(parsed: Parsed) -> str:
    return " ".join(sentence.text for sentence in parsed.sentences)


# ── into the stores
async def fill(ports: Ports, entities: int) -> None:
    """The graph and both indexes, each where it is empty yet."""
    began = time.perf_counter()
    graph = not (await ports.graph_store.counts())["documents"]
    texts = not (await ports.texts.frequencies("sentence", []))[0]
    made = documents(entities)
    while batch := list(islice(made, BATCH)) if graph or texts else []:
        if graph:
            await ports.graph_store.write_documents([parsed for parsed, _ in batch])
            await ports.graph_store.write_facts([facts for _, facts in batch])
        if texts:
            await _index_texts(ports, [parsed for parsed, _ in batch])
    if not await ports.vectors.count("entities"):
        for start in range(0, entities, 2000):
            some = [entity(n) for n in range(start, min(start + 2000, entities))]
            await _index(ports, "entities", {row: text for one in some for row, text in resolve.rows(one).items()})
        await _index(ports, "relations", {kind: resolve.relation_text(kind) for kind in VERBS.values()})
    counts = ", ".join(f"{count:,} {noun}" for noun, count in (await ports.graph_store.counts()).items())
    print(f"{ports.settings.store.kind}: {counts}; filled in {time.perf_counter() - began:.0f} s", flush=True)


async def _index_texts(ports: Ports, made: Sequence[Parsed]) -> None:
    rows = [(s.id, one.document.id, one.document.title, s.text) for one in made for s in one.sentences]
    await ports.texts.add("sentence", rows)
    passages = [(one.chunks[0].row, one.document.id, one.document.title, said(one)) for one in made]
    await ports.texts.add("passage", passages)


async def _index(ports: Ports, collection: str, rows: dict[str, str]) -> None:
    texts = list(rows.values())
    await ports.vectors.upsert(collection, list(rows), await ports.embedder.embed(texts), texts)


# ── for others
def plain(entities: int, asked: Sequence[str]) -> dict[str, Any]:
    """The same passages, names, facts and questions as plain data."""
    passages, names, relations = [], {}, []
    for parsed, facts in documents(entities):
        source = parsed.document.id
        passages.append({"content": said(parsed), "source_id": source, "file_path": parsed.document.source})
        called = {one.id: one.name for one in facts.entities}
        for one in facts.entities:
            told = {"entity_name": one.name, "entity_type": one.type, "description": one.name, "source_id": source}
            names.setdefault(one.id, told)
        for fact in facts.triples:
            a, b = called[fact.subject], called[fact.object]
            if a != b:
                told = {"src_id": a, "tgt_id": b, "description": f"{a} {fact.phrase} {b}", "keywords": fact.phrase}
                relations.append({**told, "source_id": source})
    return {"passages": passages, "entities": [*names.values()], "relations": relations, "questions": [*asked]}


def instantly(messages: list[Any]) -> Any:
    """A model's good line for whichever node asks."""
    system, asked = str(messages[0].text), str(messages[-1].text)
    if "take questions apart" in system:
        names = re.findall(r"[A-Z]\w+ta \w+mo(?: \d+)?", asked)
        return {"mentions": names, "relations": ["supply"], "language": "en"}
    if "write Cypher" in system:
        return "MATCH (a:__Entity__ {id: $e0})-[r]-(b:__Entity__) RETURN b.name, r.sentences AS sentences LIMIT 50"
    return {"verdict": "yes"} if "judge whether" in system else "It is so. [1]"
