"""A small graph made by hand, in memory: two companies, a designer with a past, and her pumps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from kgqa.model import Document, Entity, Facts, Link, Match, Sentence, Triple, content_id, sentence_id
from kgqa.nodes.strategies.explorer import Asking
from kgqa.nodes.strategies.solve_step import Library
from kgqa.tools.embed.hashing import Hashing
from kgqa.tools.index.full_text import SqliteText
from kgqa.tools.index.memory import MemoryVectors
from kgqa.tools.store.memory import MemoryGraph

DOCUMENT = content_id("document")
TYPES = {
    "PX-200": "PRODUCT",
    "PX-300": "PRODUCT",
    "Mira Lindqvist": "PERSON",
    "Jae Park": "PERSON",
    "Uppsala": "PLACE",
    "Busan": "PLACE",
    "Hanbit Motors": "ORGANIZATION",
    "Torvik Power Systems": "ORGANIZATION",
    "Fyris": "NAME",
    "Torvik": "NAME",
    "1998": "DATE",
    "1971": "DATE",
    "4 May 1989": "DATE",
    "40 litres": "QUANTITY",
    "미래전자": "ORGANIZATION",
    "누리상사": "ORGANIZATION",
    "2024": "DATE",
    "2025": "DATE",
    **dict.fromkeys(
        (
            "41,000 people",
            "two thousand people",
            "890 kilograms",
            "1.2 tonnes",
            "50 seconds",
            "1 minute",
            "900 dollars",
            "700 euros",
            "300 pumps",
            "1,200 pumps",
            "1,500 pumps",
            "4천만 원",
            "9천만 원",
        ),
        "QUANTITY",
    ),
}
_KNOWN: Sequence[tuple[str, str, str, str, str]] = (
    ("Mira Lindqvist", "DESIGN", "design", "PX-200", "Mira Lindqvist designed the PX-200."),
    ("Mira Lindqvist", "DESIGN", "design", "PX-300", "Mira Lindqvist designed the PX-300 as well."),
    ("PX-200", "DESIGN_IN", "design in", "1998", "The PX-200 was designed in 1998."),
    ("Mira Lindqvist", "BEAR_IN", "be born in", "Uppsala", "Mira Lindqvist was born in Uppsala."),
    ("Fyris", "RELATED_TO", "flow through", "Uppsala", "The Fyris flows through Uppsala."),
    ("Jae Park", "FOUND", "found", "Hanbit Motors", "Jae Park founded Hanbit Motors."),
    ("Hanbit Motors", "FOUND_IN", "be founded in", "1971", "Hanbit Motors was founded in 1971."),
    (
        "Torvik Power Systems",
        "FOUNDED_IN",
        "be founded on",
        "4 May 1989",
        "Torvik Power Systems began on 4 May 1989.",
    ),
    ("PX-300", "BUILT_IN", "be built in", "1998", "The PX-300 was built in 1998."),
    ("Jae Park", "OWN", "own", "PX-200", "Jae Park owns a PX-200."),
    ("Jae Park", "OWN", "own", "PX-300", "Jae Park owns a PX-300."),
    ("Mira Lindqvist", "OWN", "own", "PX-300", "Mira Lindqvist owns a PX-300."),
    ("Jae Park", "MEET", "meet", "Mira Lindqvist", "Jae Park met Mira Lindqvist."),
    ("Jae Park", "RELATED_TO", "meet in", "1998", "Jae Park met her in 1998."),
    ("Fyris", "RELATED_TO", "be bridged by", "Torvik", "The Fyris was bridged by Torvik."),
    ("Torvik", "LOCATED_IN", "be found in", "Uppsala", "Torvik can be found in Uppsala."),
    ("PX-200", "RELATED_TO", "deliver", "40 litres", "The PX-200 delivers 40 litres a minute."),
)
_MEASURED = (
    ("Hanbit Motors", "USE", "employ", "41,000 people", "Hanbit Motors employs 41,000 people."),
    (
        "Torvik Power Systems",
        "USE",
        "employ",
        "two thousand people",
        "Torvik Power Systems employs two thousand people.",
    ),
    ("PX-200", "MEASURE", "weigh", "890 kilograms", "The PX-200 weighs 890 kilograms."),
    ("PX-300", "MEASURE", "weigh", "1.2 tonnes", "The PX-300 weighs 1.2 tonnes."),
    ("PX-200", "RELATED_TO", "start in", "50 seconds", "The PX-200 starts in 50 seconds."),
    ("PX-300", "RELATED_TO", "start in", "1 minute", "The PX-300 starts in 1 minute."),
    ("PX-200", "RELATED_TO", "bring", "900 dollars", "The PX-200 brings 900 dollars."),
    ("PX-300", "RELATED_TO", "bring", "700 euros", "The PX-300 brings 700 euros."),
    ("미래전자", "RELATED_TO", "매출", "4천만 원", "미래전자의 매출은 3억 4천만 원이다."),
    ("누리상사", "RELATED_TO", "매출", "9천만 원", "누리상사의 매출은 9천만 원이다."),
    ("Jae Park", "SELL", "sell", "300 pumps", "Jae Park sells 300 pumps."),
    ("Jae Park", "SELL", "sell", "1,200 pumps", "Jae Park sold 1,200 pumps in 2023."),
    ("Jae Park", "SELL", "sell", "1,500 pumps", "Jae Park sold 1,500 pumps in 2024."),
    ("Jae Park", "RELATED_TO", "sell in", "2024", "Jae Park sold in 2024."),
    ("Jae Park", "RELATED_TO", "retire in", "2025", "Jae Park retired in 2025."),
)
"""Numbers: what each is of, and when."""
TOLD = (*_KNOWN, *_MEASURED)
MORE = (
    "Jae Park spent his youth on the coast in Busan.",
    "The canteen opens at noon.",
    "Lunch costs nothing on Fridays.",
)
"""Sentences that mention entities, or nobody, and bear no fact."""


def entity(name: str) -> str:
    """The id of an entity of this graph."""
    return content_id("entity", name)


def place(index: int) -> str:
    """The id of its sentence at this place."""
    return sentence_id(DOCUMENT, index)


def asking(question: str, *names: str, language: str = "en", beam: int = 2) -> Asking:
    """The question, these names matched."""
    matches = [Match(name, entity(name), name, 1.0, "exact") for name in names]
    return Asking(question, language, matches, threshold=0.3, beam=beam)


def sentences(texts: Sequence[str], sections: Mapping[int, str] | None = None) -> list[Sentence]:
    """One document of these sentences."""
    found, start = [], 0
    for index, text in enumerate(texts):
        section = (sections or {}).get(index, "Works")
        found.append(Sentence(place(index), DOCUMENT, index, start, start + len(text), text, section=section))
        start += len(text) + 1
    return found


@pytest.fixture
async def library() -> AsyncIterator[Library]:
    """The graph, with its sentences in the text index."""
    graph_store, texts = MemoryGraph(), SqliteText(None)
    vectors, embedder = MemoryVectors(), Hashing(256)
    for resource in (graph_store, texts, vectors):
        await resource.open()
    lines = [*(fact[4] for fact in TOLD), *MORE]
    made = sentences(lines, {len(lines) - 2: "Canteen", len(lines) - 1: "Canteen"})
    await graph_store.write_document(Document(DOCUMENT, "Works", "works.md", "0" * 64, "en"), [], made)
    links = [Link(s.id, entity(name)) for s in made for name in TYPES if name in s.text]
    triples = [
        Triple(entity(a), kind, entity(b), phrase, (place(i),), (0.9,))
        for i, (a, kind, phrase, b, _) in enumerate(TOLD)
    ]
    entities = tuple(Entity(entity(name), name, kind) for name, kind in TYPES.items())
    ends = {end for t in triples for end in (t.subject, t.object)} | {link.entity for link in links}
    kept = tuple(e for e in entities if e.id in ends)
    await graph_store.write_facts([Facts(DOCUMENT, kept, tuple(links), tuple(triples))])
    await texts.add("sentence", [(s.id, DOCUMENT, "Works", s.text) for s in made])
    yield Library(graph_store, texts, vectors, embedder)
    for resource in (graph_store, texts, vectors):
        await resource.close()
