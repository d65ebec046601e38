"""Read the graph over Bolt: one query each, ordered here so that every server agrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ...model import PLACE_DIGITS, Document, Entity, Link, Page, Schema, Sentence, Tally, Triple
from ..text.names import name_key
from .batched_writes import batches
from .canonical import RelationKey, best_first, dump_lines, once, triple_of
from .graph_layout import (
    DOCUMENT,
    SENTENCE,
    encoded,
    entity_from,
    lookup_key,
    page_from,
    quoted,
    relationship_of,
    sentence_from,
    sentence_of,
)
from .kept_schema import read_schema

if TYPE_CHECKING:
    import neo4j

    from .server import Server

How = Literal["exact", "alias"]
FACT = (
    "RETURN startNode(r).id AS subject, type(r) AS label, r.type AS type, endNode(r).id AS object, "
    "r.phrase AS phrase, r.origin AS origin, r.sentences AS sentences, r.scores AS scores"
)
_WIDEST = 1000
_ENTITY = ("id", "name", "full_name", "type", "aliases")


def documents(session: neo4j.Session, ids: Sequence[str] | None) -> list[Document]:
    """By title, then id."""
    # All that there are come row by row: collected, they may be more than a server has room for.
    every = f"MATCH (d:Document) RETURN [[{_listed('d', DOCUMENT)}]] AS rows"
    some = f"MATCH (d:Document) WHERE d.id IN $ids {_collected('d', DOCUMENT)}"
    found = session.run(every if ids is None else some, ids=ids)
    rows = [values for row in found for values in row["rows"]]
    return sorted((Document(*values) for values in rows), key=lambda d: (d.title, d.id))


def pages(session: neo4j.Session, document_ids: Sequence[str]) -> list[Page]:
    """By document in the order asked, then number."""
    place = {document: n for n, document in enumerate(once(document_ids))}
    found = session.run("UNWIND $ids AS i MATCH (p:Page {document_id: i}) RETURN p", ids=list(place))
    return sorted((page_from(row["p"]) for row in found), key=lambda p: (place[p.document_id], p.number))


def sentences(session: neo4j.Session, ids: Sequence[str]) -> list[Sentence]:
    """In the order asked."""
    found = session.run(f"UNWIND $ids AS i MATCH (s:Sentence {{id: i}}) {_collected('s', SENTENCE)}", ids=once(ids))
    by_id = {one.id: one for one in _sentences(found)}
    return [by_id[i] for i in once(ids) if i in by_id]


def _collected(node: str, properties: Sequence[str], before: str = "") -> str:
    """One row of plain lists: as rows of nodes they take the driver eight times as long to read."""
    return f"RETURN collect([{before}{_listed(node, properties)}]) AS rows"


def _listed(node: str, properties: Sequence[str]) -> str:
    return ", ".join(f"{node}.{quoted(name)}" for name in properties)


def _sentences(found: neo4j.Result) -> list[Sentence]:
    return [sentence_of(values) for row in found for values in row["rows"]]


def _entities(found: neo4j.Result) -> list[tuple[Any, Entity]]:
    """(what was asked for, or comes with it, entity) of each."""
    rows = [values for row in found for values in row["rows"]]
    return [(asked, entity_from(dict(zip(_ENTITY, props, strict=True)), labels)) for asked, labels, *props in rows]


def window(session: neo4j.Session, ids: Sequence[str], before: int, after: int) -> list[Sentence]:
    """By document id, then index."""
    back, on = min(before, _WIDEST), min(after, _WIDEST)
    collected = _collected("x", SENTENCE)
    found = session.run(
        f"UNWIND $ids AS i MATCH (s:Sentence {{id: i}}) MATCH (s)-[:NEXT*0..{on}]->(x) WITH DISTINCT x {collected} "
        f"UNION ALL UNWIND $ids AS i MATCH (s:Sentence {{id: i}}) MATCH (s)<-[:NEXT*0..{back}]-(x) "
        f"WITH DISTINCT x {collected}",
        ids=once(ids),
    )
    near = {one.id: one for one in _sentences(found)}
    return sorted(near.values(), key=lambda s: (s.document_id, s.index))


def find(session: neo4j.Session, names: Sequence[str]) -> dict[str, list[tuple[Entity, How]]]:
    """Name → bearers, exact before alias, then by id."""
    keys = {name: lookup_key(name) for name in once(names) if name_key(name) and _sendable(name)}
    collected = _collected("e", _ENTITY, "k, labels(e), ")
    found = session.run(
        f"UNWIND $keys AS k MATCH (e:`__Entity__` {{key: k}}) {collected} "
        "UNION ALL UNWIND $keys AS k MATCH (n:`__Name__` {key: k}) "
        f"MATCH (e:`__Entity__` {{id: n.entity}}) {collected}",
        keys=once(keys.values()),
    )
    bearers: dict[str, list[Entity]] = {}
    for key, entity in _entities(found):
        bearers.setdefault(key, []).append(entity)
    return {name: _ranked(key, bearers[key]) for name, key in keys.items() if key in bearers}


def _sendable(name: str) -> bool:
    return name == name.encode(errors="ignore").decode()


def _ranked(key: str, bearers: Iterable[Entity]) -> list[tuple[Entity, How]]:
    marked: list[tuple[Entity, How]] = [(e, "exact" if lookup_key(e.name) == key else "alias") for e in bearers]
    return sorted(marked, key=lambda match: (match[1] == "alias", match[0].id))


def entities(session: neo4j.Session, ids: Sequence[str]) -> list[Entity]:
    """In the order asked."""
    collected = _collected("e", _ENTITY, "i, labels(e), ")
    found = session.run(f"UNWIND $ids AS i MATCH (e:`__Entity__` {{id: i}}) {collected}", ids=once(ids))
    by_id = dict(_entities(found))
    return [by_id[i] for i in once(ids) if i in by_id]


def facts(
    session: neo4j.Session, server: Server, entity_ids: Sequence[str], types: Sequence[str], limit: int
) -> list[Triple]:
    """Best first."""
    if limit <= 0:
        return []
    names = once(name for kind in types for name in (relationship_of(kind), encoded(kind, "R")))
    relation = "r:" + "|".join(map(quoted, names)) if types else server.relation
    # Sorting before the properties are fetched, and each relation once: half the time on a hub in ArcadeDB.
    found = session.run(
        f"UNWIND $ids AS i MATCH (e:`__Entity__` {{id: i}})-[{relation}]-(:`__Entity__`) WITH DISTINCT r "
        "WITH r, startNode(r).id AS subject, endNode(r).id AS object "
        "ORDER BY r.confidence DESC, size(r.sentences) DESC, subject, type(r), object, r.phrase, r.origin LIMIT $limit "
        "RETURN subject, type(r) AS label, r.type AS type, object, "
        "r.phrase AS phrase, r.origin AS origin, r.sentences AS sentences, r.scores AS scores",
        ids=once(entity_ids),
        limit=limit,
    )
    return best_first((triple_of(key, supports) for key, supports, _ in map(relation_of, found)), limit)


def relation_of(row: Mapping[str, Any]) -> tuple[RelationKey, dict[str, float], str]:
    """A row's relation: its identity, supports and relationship type."""
    kind = row["label"] if row["type"] is None else row["type"]
    key = RelationKey(row["subject"], kind, row["object"], row["phrase"], row["origin"])
    return key, dict(zip(row["sentences"], row["scores"], strict=True)), row["label"]


def mentions_of(session: neo4j.Session, entity_ids: Sequence[str], per_entity: int) -> dict[Entity, list[str]]:
    """In the order asked; the sentences by their place in the document, then id."""
    said: dict[str, tuple[Entity, list[str]]] = {}
    for some in batches(once(entity_ids), _AT_ONCE):
        for (degree, *listed), entity in _entities(session.run(_MENTIONS_OF, ids=some, many=_HUB)):
            # Ordered here: the server takes longer to sort a few than to send them all.
            least = [id for _, id in sorted(zip(*listed, strict=True))] if degree <= _HUB else None
            said[entity.id] = entity, _first(session, entity.id, per_entity) if least is None else least
    held = (said[i] for i in once(entity_ids) if i in said)
    return {entity: some[: max(0, per_entity)] for entity, some in held}


_AT_ONCE = 128
_HUB = 500
"""Mentions; of an entity that has more, the server sorts out the first: for all it may not have the room."""
_MENTIONS_OF = (
    "UNWIND $ids AS i MATCH (e:`__Entity__` {id: i}) WITH e, COUNT { (e)<-[:MENTIONS]-() } AS degree "
    "OPTIONAL MATCH (e)<-[:MENTIONS]-(s) WHERE degree <= $many "
    "WITH e, degree, collect(s.index) AS places, collect(s.id) AS sentences "
    f"RETURN collect([[degree, places, sentences], labels(e), {_listed('e', _ENTITY)}]) AS rows"
)


def _first(session: neo4j.Session, entity: str, limit: int) -> list[str]:
    first = "RETURN s.id AS id ORDER BY s.index, id LIMIT $limit"
    found = session.run(f"MATCH (e:`__Entity__` {{id: $id}})<-[:MENTIONS]-(s) {first}", id=entity, limit=max(0, limit))
    return [row["id"] for row in found]


def mentions_in(session: neo4j.Session, sentence_ids: Sequence[str]) -> dict[str, list[str]]:
    """By sentence in the order asked, then entity id."""
    # No label on the far end, since only entities are mentioned, and all in one row: an eighth of the time.
    found = session.run(
        "UNWIND $ids AS i MATCH (s:Sentence {id: i})-[:MENTIONS]->(e) "
        "RETURN collect(i) AS sentences, collect(e.id) AS entities",
        ids=once(sentence_ids),
    ).single(strict=True)
    said: dict[str, list[str]] = defaultdict(list)
    for sentence, entity in zip(found["sentences"], found["entities"], strict=True):
        said[sentence].append(entity)
    return {sentence: sorted(said[sentence]) for sentence in once(sentence_ids) if sentence in said}


def kept_schema(session: neo4j.Session) -> tuple[Schema | None, int | None]:
    """The schema as last written down, None where it must be counted; and the number of changes it stands for."""
    row = session.run("MATCH (m:`__Kgqa__` {id: 'schema'}) RETURN m.json AS json, m.changes AS changes").single()
    if row is None:
        return None, None
    if not row["json"]:
        return None, row["changes"]
    return read_schema(row["json"]), row["changes"]


def counted_types(session: neo4j.Session, server: Server) -> tuple[set[str], set[tuple[str, str, str]]]:
    """Entity types, and (source type, relation type, target type): the whole graph is looked through."""
    kinds = session.run("MATCH (e:`__Entity__`) RETURN DISTINCT labels(e) AS labels, e.type AS type")
    types = {_kind(row["labels"], row["type"]) for row in kinds}
    found = session.run(
        f"MATCH (a:`__Entity__`)-[{server.relation}]->(b:`__Entity__`) RETURN DISTINCT labels(a) AS al, a.type AS at, "
        "type(r) AS label, r.type AS type, labels(b) AS bl, b.type AS bt"
    )
    joins = {
        (_kind(row["al"], row["at"]), row["label"] if row["type"] is None else row["type"], _kind(row["bl"], row["bt"]))
        for row in found
    }
    return types, joins


def _kind(labels: list[str], kind: str | None) -> str:
    return next(label for label in labels if label != "__Entity__") if kind is None else kind


def counts(session: neo4j.Session, server: Server) -> dict[str, int]:
    """How many there are of each."""
    named = {"documents": "Document", "pages": "Page", "sentences": "Sentence", "entities": "`__Entity__`"}
    plain = {name: _count(session, label) for name, label in named.items()}
    relations, mentions = server.edges(session)
    return {**plain, "relations": relations, "mentions": mentions}


def _count(session: neo4j.Session, label: str) -> int:
    # Our own `Document` and the like: an entity type of that name is kept under another label.
    row = session.run(f"MATCH (n:{label}) RETURN count(n) AS n").single(strict=True)
    return int(row["n"])


def tallies(session: neo4j.Session, server: Server) -> dict[str, Tally]:
    """By document, also where the document itself is gone."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    asked = (
        "MATCH (d:Document) RETURN d.id AS id, count(d) AS documents",
        "MATCH (s:Sentence) RETURN s.document_id AS id, count(s) AS sentences, sum(s.end - s.start) AS characters",
        "MATCH (p:Page) RETURN p.document_id AS id, count(p) AS pages",
        "MATCH (s:Sentence)-[m:MENTIONS]->() RETURN s.document_id AS id, count(m) AS mentions",
        f"MATCH (:`__Entity__`)-[{server.relation}]->(:`__Entity__`) UNWIND r.sentences AS s "
        f"RETURN left(s, size(s) - {PLACE_DIGITS}) AS id, count(s) AS supports",
    )
    for cypher in asked:
        for row in session.run(cypher):
            figures = row.data()
            found[figures.pop("id")].update(figures)
    return {document: Tally(**figures) for document, figures in found.items() if document}


def dump(session: neo4j.Session, server: Server) -> list[str]:
    """The canonical dump."""
    return dump_lines(
        documents(session, None),
        [page_from(row["p"]) for row in session.run("MATCH (p:Page) RETURN p")],
        [sentence_from(row["s"]) for row in session.run("MATCH (s:Sentence) RETURN s")],
        [
            entity_from(row["e"], row["labels"])
            for row in session.run("MATCH (e:`__Entity__`) RETURN e, labels(e) AS labels")
        ],
        [
            Link(row["s"], row["e"])
            for row in session.run("MATCH (s:Sentence)-[:MENTIONS]->(e:`__Entity__`) RETURN s.id AS s, e.id AS e")
        ],
        [
            triple_of(key, supports)
            for key, supports, _ in map(
                relation_of, session.run(f"MATCH (:`__Entity__`)-[{server.relation}]->(:`__Entity__`) {FACT}")
            )
        ],
    )
