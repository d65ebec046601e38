"""Taking support away over Bolt: a relation lives while a sentence supports it, an entity while one mentions it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ...model import Entity
from .batched_writes import batches, create_edges, create_nodes, for_each
from .canonical import RelationKey, Supports
from .graph_layout import entity_props, quoted, relation_props
from .kept_schema import forget_schema, take_turn
from .reads import FACT, relation_of

if TYPE_CHECKING:
    import neo4j

    from .server import Server

Stored = dict[RelationKey, tuple[Supports, str]]
"""Relations as the store holds them: all their supports, and the relationship type they are kept under."""

_ENDS = (":`__Entity__` {id: r.a}", ":`__Entity__` {id: r.b}")


def links_of(tx: neo4j.Transaction, sentences: Iterable[str]) -> set[tuple[str, str]]:
    """(sentence, entity) pairs of these sentences."""
    cypher = "MATCH (s:Sentence {id: r})-[:MENTIONS]->(e:`__Entity__`) RETURN r AS sentence, e.id AS entity"
    return {(row["sentence"], row["entity"]) for row in for_each(tx, cypher, sorted(sentences))}


def supported_by(tx: neo4j.Transaction, server: Server, sentences: Collection[str], entities: Iterable[str]) -> Stored:
    """Relations that one of these sentences supports; `entities` are all that they mention."""
    stored: Stored = {}
    spoken = dict.fromkeys(sentences, True)  # a map: ArcadeDB goes through a list from its start each time
    for batch in batches(sorted(entities)):
        found = tx.run(
            f"UNWIND $ids AS i MATCH (a:`__Entity__` {{id: i}})-[{server.relation}]->(:`__Entity__`) "
            f"WHERE any(x IN r.sentences WHERE $spoken[x]) {FACT}",
            ids=batch,
            spoken=spoken,
        )
        stored.update({key: (supports, label) for key, supports, label in map(relation_of, found)})
    return stored


def between(tx: neo4j.Transaction, server: Server, keys: Iterable[RelationKey]) -> Stored:
    """Those of these relations that the store holds."""
    wanted = set(keys)
    stored: Stored = {}
    for batch in batches([{"a": a, "b": b} for a, b in sorted({(key.subject, key.object) for key in wanted})]):
        # Both ends first: the server then goes through the edges of the one that has fewer.
        found = tx.run(
            "UNWIND $rows AS w MATCH (a:`__Entity__` {id: w.a}), (b:`__Entity__` {id: w.b}) "
            f"MATCH (a)-[{server.relation}]->(b) {FACT}",
            rows=batch,
        )
        stored.update({key: (held, label) for key, held, label in map(relation_of, found) if key in wanted})
    return stored


def put_relations(tx: neo4j.Transaction, wanted: dict[RelationKey, Supports], stored: Stored, server: Server) -> None:
    """Make each relation have the supports wanted: created, changed, or removed where there are none."""
    created: dict[str, list[dict[str, object]]] = {}
    changed: dict[str, list[dict[str, object]]] = {}
    removed: dict[str, list[dict[str, object]]] = {}
    labels = server.prepare((), {key.type for key in wanted if key not in stored})
    for key, supports in wanted.items():
        held, label = stored.get(key, (None, labels.relation(key.type)))
        if held == supports:
            continue
        row: dict[str, object] = {"a": key.subject, "b": key.object, "p": relation_props(key, supports, label)}
        (created if held is None else changed if supports else removed).setdefault(label, []).append(row)
    for label, rows in created.items():
        create_edges(tx, label, _ENDS, rows)
    for label, rows in changed.items():
        same = "SET x.sentences = r.p.sentences, x.scores = r.p.scores, x.confidence = r.p.confidence"
        for_each(tx, f"{_same(label)} {same}", rows)
    for label, rows in removed.items():
        for_each(tx, f"{_same(label)} DELETE x", rows)
    if removed:
        forget_schema(tx)


def _same(label: str) -> str:
    return (
        "MATCH (a:`__Entity__` {id: r.a}) MATCH (b:`__Entity__` {id: r.b}) "
        f"MATCH (a)-[x:{quoted(label)}]->(b) WHERE x.phrase = r.p.phrase AND x.origin = r.p.origin"
    )


def drop_support(tx: neo4j.Transaction, server: Server, sentences: Collection[str]) -> set[str]:
    """Take the support of these sentences from every relation; the entities they mention."""
    if not sentences:
        return set()
    entities = {entity for _, entity in links_of(tx, sentences)}
    stored = supported_by(tx, server, sentences, entities)
    gone = set(sentences)
    left = {
        key: {sentence: score for sentence, score in supports.items() if sentence not in gone}
        for key, (supports, _) in stored.items()
    }
    put_relations(tx, left, stored, server)
    return entities


def unsay(tx: neo4j.Transaction, server: Server, sentences: Collection[str]) -> list[str]:
    """Take away all that these sentences say; the ids of the entities that went, sorted."""
    take_turn(tx)
    lost = drop_support(tx, server, sentences)
    for_each(tx, "MATCH (s:Sentence {id: r})-[m:MENTIONS]->() DELETE m", sentences)
    return sweep(tx, lost)


def sweep(tx: neo4j.Transaction, candidates: Iterable[str]) -> list[str]:
    """Remove those of these entities that no sentence mentions any more; their ids, sorted."""
    unsaid = "MATCH (e:`__Entity__` {id: r}) WHERE NOT (e)<-[:MENTIONS]-() RETURN r"
    gone = sorted(row["r"] for row in for_each(tx, unsaid, sorted(candidates)))
    for_each(tx, "MATCH (e:`__Entity__` {id: r}) DETACH DELETE e", gone)
    for_each(tx, "MATCH (n:`__Name__` {entity: r}) DELETE n", gone)
    if gone:
        forget_schema(tx)
    return gone


def retype(tx: neo4j.Transaction, server: Server, entity: Entity, label: str) -> None:
    """Give an entity another label, by making it anew with all its edges.

    ArcadeDB moves a record whose label changes, and then takes it for a second one with the same id.
    """
    links = [{"a": row["s"], "b": entity.id} for row in tx.run(_MENTIONED, id=entity.id)]
    found = tx.run(f"MATCH (e:`__Entity__` {{id: $id}})-[{server.relation}]-(:`__Entity__`) {FACT}", id=entity.id)
    stored = {key: (held, kind) for key, held, kind in map(relation_of, found)}
    tx.run("MATCH (e:`__Entity__` {id: $id}) DETACH DELETE e", id=entity.id).consume()
    create_nodes(tx, server.entity_labels(label), [entity_props(entity, label)])
    create_edges(tx, "MENTIONS", (":Sentence {id: r.a}", ":`__Entity__` {id: r.b}"), links)
    put_relations(tx, {key: held for key, (held, _) in stored.items()}, {}, server)
    forget_schema(tx)


_MENTIONED = "MATCH (e:`__Entity__` {id: $id})<-[:MENTIONS]-(s:Sentence) RETURN s.id AS s"
