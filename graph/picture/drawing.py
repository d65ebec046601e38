"""What a picture of the knowledge graph shows: its most connected entities, or those around one of them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ...errors import InputError
from ...model import Document, Sentence
from ...tools.ports import GraphStore
from ...tools.text.names import name_key
from .layout import places

WIDTH, HEIGHT, HEAD = 1500, 1040, 60
MOST = 200
"""More entities than this cannot be told apart on one picture."""
NO_NAMES = frozenset({"DATE", "QUANTITY", "TERM"})
"""Types of entities that are no names: a picture of the graph shows them only when asked to."""
_SENTENCES = 5
"""Sentences told of one entity or relation."""


@dataclass(frozen=True)
class Told:
    """A sentence, and where it stands."""

    text: str
    place: str


@dataclass(frozen=True)
class Node:
    """An entity as drawn: its centre in pixels."""

    name: str
    type: str
    degree: int
    """Entities it is joined to in the whole graph."""
    x: float
    y: float
    sentences: tuple[Told, ...] = ()

    @property
    def is_name(self) -> bool:
        """Whether it is shown unasked."""
        return self.type not in NO_NAMES


@dataclass(frozen=True)
class Edge:
    """What joins two nodes, by their places in the picture: all relations from the one to the other."""

    source: int
    target: int
    phrases: str
    sentences: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Picture:
    """What is drawn, and out of how much."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    entities: int
    relations: int
    around: str = ""

    @property
    def cut(self) -> str:
        """One line that says how much of the graph this is."""
        if not self.entities:
            return "The graph is empty."
        chosen = f"those around {self.around}" if self.around else "those joined to the most others"
        return (
            f"{len(self.nodes):,} of {self.entities:,} entities, {chosen}, "
            f"with {len(self.edges):,} links between them out of {self.relations:,} relations."
        )

    def names(self) -> Picture:
        """The same without what is no name, in the same places."""
        kept = [n for n, node in enumerate(self.nodes) if node.is_name]
        place = {old: new for new, old in enumerate(kept)}
        edges = (
            Edge(place[e.source], place[e.target], e.phrases, e.sentences)
            for e in self.edges
            if e.source in place and e.target in place
        )
        nodes = tuple(self.nodes[n] for n in kept)
        return Picture(nodes, tuple(edges), self.entities, self.relations, self.around)


@dataclass
class _Graph:
    """The whole graph as its dump tells it."""

    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Entity → (name, type)."""
    joins: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)
    """(subject, object) → phrase → ids of the sentences that say it."""
    mentions: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    relations: int = 0

    @classmethod
    def of(cls, lines: Iterable[str]) -> _Graph:
        graph = cls()
        for line in lines:
            if line.startswith('["entity"'):
                _, key, kind, name, _ = json.loads(line)
                graph.names[key] = (name, kind)
            elif line.startswith('["mention"'):
                _, sentence, entity = json.loads(line)
                if len(graph.mentions[entity]) < _SENTENCES:
                    graph.mentions[entity].append(sentence)
            elif line.startswith('["relation"'):
                graph.relations += 1
                _, subject, kind, target, phrase, *_, sentences = json.loads(line)
                said = graph.joins.setdefault((subject, target), {})
                said.setdefault(phrase or kind, []).extend(sentence for sentence, _ in sentences)
        return graph

    def degrees(self) -> Counter[str]:
        """How many others each entity is joined to."""
        return Counter(end for pair in {frozenset(p) for p in self.joins if p[0] != p[1]} for end in pair)


async def picture(graph_store: GraphStore, most: int = 40, around: str = "") -> Picture:
    """The `most` names with the most neighbours, and what joins them; ties by name, then id.

    Where others are left, they take the place of those that nothing else on the picture is joined to. Dates, quantities
    and common nouns come beside them, at most as many: `Picture.names` leaves them out. `around` a name, it is the
    entities of that name with those joined to them.

    Raises:
        InputError: `most` is not between 1 and `MOST`, or no entity bears the name `around`.
    """
    if not 1 <= most <= MOST:
        raise InputError(f"a picture shows 1 to {MOST} entities, not {most!r}")
    graph = _Graph.of(await graph_store.dump())
    degree = graph.degrees()
    ranked = sorted(graph.names, key=lambda key: (-degree[key], graph.names[key], key))
    if around:
        centre = await _bearing(around, graph, graph_store)
        kept = _neighbours(centre, ranked, graph, most)
    else:
        names = [key for key in ranked if graph.names[key][1] not in NO_NAMES]
        kept = _joined(names, degree, graph.joins, most)
        shown = set(kept)
        beside = {end for pair in graph.joins if not shown.isdisjoint(pair) for end in pair} - shown
        kept += [key for key in ranked if key in beside and graph.names[key][1] in NO_NAMES][:most]
    return await _arranged(graph, kept, degree, graph_store, around)


async def _bearing(name: str, graph: _Graph, graph_store: GraphStore) -> list[str]:
    found = [entity.id for entity, _ in (await graph_store.find([name])).get(name, ())]
    if found:
        return found
    known = {name_key(one): one for one, _ in graph.names.values()}
    near = [known[key] for key in get_close_matches(name_key(name), known, 3, 0.6)]
    raise InputError(f"no entity is called {name!r}{'; perhaps ' + ', '.join(map(repr, near)) if near else ''}")


def _neighbours(centre: Sequence[str], ranked: Sequence[str], graph: _Graph, most: int) -> list[str]:
    beside = {end for pair in graph.joins if not set(centre).isdisjoint(pair) for end in pair} - set(centre)
    return [*centre, *(key for key in ranked if key in beside)][:most]


def _joined(ranked: list[str], degree: Counter[str], joins: Iterable[tuple[str, str]], most: int) -> list[str]:
    """The first of `ranked`; in a few rounds the next ones replace those that are joined to none of the others."""
    kept, rest = ranked[:most], [key for key in ranked[most:] if degree[key]]
    pairs = [pair for pair in joins if pair[0] != pair[1]]
    for _ in range(8):
        shown = set(kept)
        inside = {end for pair in pairs if shown.issuperset(pair) for end in pair}
        missing = most - len(inside)
        if not missing or not rest:
            break
        kept = [key for key in kept if key in inside] + rest[:missing]
        rest = rest[missing:]
    return kept


async def _arranged(
    graph: _Graph, kept: Sequence[str], degree: Counter[str], graph_store: GraphStore, around: str
) -> Picture:
    index = {key: i for i, key in enumerate(kept)}
    joins = {pair: said for pair, said in sorted(graph.joins.items()) if index.keys() >= {*pair} and pair[0] != pair[1]}
    told = await _sentences([*(graph.mentions[key] for key in kept), *map(_said, joins.values())], graph_store)
    labels = [(16.0 + 8.5 * columns(short(graph.names[key][0])), 40.0) for key in kept]
    where = places(len(kept), [(index[a], index[b]) for a, b in joins], labels, WIDTH, HEIGHT - HEAD)
    at = [(round(float(x), 1), round(float(y) + HEAD, 1)) for x, y in where]
    nodes = tuple(
        Node(*graph.names[key], degree[key], *centre, _of(graph.mentions[key], told))
        for key, centre in zip(kept, at, strict=True)
    )
    edges = tuple(
        Edge(index[a], index[b], ", ".join(sorted(said)), _of(_said(said), told)) for (a, b), said in joins.items()
    )
    return Picture(nodes, edges, len(graph.names), graph.relations, around)


def _said(phrases: Mapping[str, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(sentence for one in phrases.values() for sentence in one))[:_SENTENCES]


async def _sentences(ids: Iterable[Sequence[str]], graph_store: GraphStore) -> dict[str, Told]:
    """Those of these ids, as they are told."""
    found = await graph_store.sentences(list(dict.fromkeys(key for some in ids for key in some)))
    documents = await graph_store.documents(list(dict.fromkeys(sentence.document_id for sentence in found)))
    by_id = {document.id: document for document in documents}
    return {s.id: Told(s.text, _place(s, by_id[s.document_id])) for s in found if s.document_id in by_id}


def _place(sentence: Sentence, document: Document) -> str:
    return f"{document.title}, page {sentence.page}" if sentence.page is not None else document.title


def _of(ids: Sequence[str], told: Mapping[str, Told]) -> tuple[Told, ...]:
    return tuple(told[key] for key in ids if key in told)


# ── as text
def columns(text: str) -> int:
    """How wide a text is, in Latin letters; a Hangul syllable counts two."""
    return sum(2 if ord(c) > 0x1100 else 1 for c in text)


def plain(name: str) -> str:
    """The text without what steers a reader's view."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def short(name: str) -> str:
    """The name as a label."""
    return plain(name if len(name) <= 28 else name[:27] + "…")
