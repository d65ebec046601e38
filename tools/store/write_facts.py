"""Write what documents say over Bolt: the difference to what they said before, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...model import Entity, Facts, content_id
from .batched_writes import create_edges, create_nodes, for_each
from .canonical import RelationKey, Supports, check_facts, dump_lines, merged
from .graph_layout import NAME, alias_keys, entity_from, entity_props
from .kept_schema import grow_schema, take_turn
from .relation_supports import between, links_of, put_relations, retype, supported_by, sweep

if TYPE_CHECKING:
    import neo4j

    from .server import Server


def write_facts(tx: neo4j.Transaction, server: Server, facts: Sequence[Facts]) -> list[str]:
    """Replace what these documents say; the ids of the entities that went, sorted."""
    take_turn(tx)
    said, sentences = known(tx, [one.document_id for one in facts])
    check_facts(facts, sentences)
    digests = digests_of(facts)
    changed = [one for one in facts if said[one.document_id] != digests[one.document_id]]
    spoken = {s for one in changed if said[one.document_id] is not None for s in sentences[one.document_id]}

    before = links_of(tx, spoken)
    after = {(link.sentence, link.entity) for one in changed for link in one.links}
    given = {entity.id: entity for one in facts for entity in one.entities}
    existing = put_entities(tx, server, given, {link.entity for one in facts for link in one.links})
    for_each(tx, _UNLINK, [{"a": s, "b": e} for s, e in sorted(before - after)])
    put_links(tx, after - before)

    stored = supported_by(tx, server, spoken, {entity for _, entity in before})
    fresh = merged(changed)
    old_ends = [k for k in fresh if k not in stored and k.subject in existing and k.object in existing]
    stored.update(between(tx, server, old_ends))
    put_relations(tx, _wanted(fresh, {k: held for k, (held, _) in stored.items()}, spoken), stored, server)
    sign(tx, {one.document_id: digests[one.document_id] for one in changed})
    gone = sweep(tx, {entity for _, entity in before - after})
    tell_schema(tx, changed)
    return gone


_UNLINK = "MATCH (s:Sentence {id: r.a})-[m:MENTIONS]->(e:`__Entity__` {id: r.b}) DELETE m"


def update_entities(tx: neo4j.Transaction, server: Server, entities: Sequence[Entity]) -> None:
    """Set name and aliases of those that exist."""
    take_turn(tx)
    last = {entity.id: entity for entity in entities}
    held = _held(tx, last)
    _change(tx, server, {i: (held[i], replace(e, type=held[i].type)) for i, e in last.items() if i in held})


def put_links(tx: neo4j.Transaction, links: Iterable[tuple[str, str]]) -> None:
    """Have sentences mention entities: (sentence, entity) of links that are not there."""
    rows = ({"a": sentence, "b": entity} for sentence, entity in sorted(links))
    create_edges(tx, "MENTIONS", (":Sentence {id: r.a}", ":`__Entity__` {id: r.b}"), rows)


def put_supports(tx: neo4j.Transaction, server: Server, fresh: Mapping[RelationKey, Supports]) -> None:
    """Add these to what supports the relations that there are; others are made."""
    stored = between(tx, server, fresh)
    put_relations(tx, _wanted(fresh, {k: held for k, (held, _) in stored.items()}, set()), stored, server)


def sign(tx: neo4j.Transaction, digests: Mapping[str, str]) -> None:
    """Note what documents say now, by its digest; empty where it is being changed."""
    rows = [{"id": document, "said": digest} for document, digest in digests.items()]
    for_each(tx, "MATCH (d:Document {id: r.id}) SET d.said = r.said", rows)


def known(tx: neo4j.Transaction, ids: Sequence[str]) -> tuple[dict[str, str | None], dict[str, list[str]]]:
    """Document → the digest of what it says, None where nothing was ever written; document → its sentences."""
    found = tx.run("UNWIND $ids AS i MATCH (d:Document {id: i}) RETURN i, d.said AS said", ids=sorted(set(ids)))
    said = {row["i"]: row["said"] for row in found}
    sentences: dict[str, list[str]] = {document: [] for document in said}
    listed = tx.run("UNWIND $ids AS i MATCH (s:Sentence {document_id: i}) RETURN i, s.id AS id", ids=sorted(said))
    for row in listed:
        sentences[row["i"]].append(row["id"])
    return said, sentences


def digests_of(facts: Iterable[Facts]) -> dict[str, str]:
    """Document → what tells apart what it says."""
    of: dict[str, list[Facts]] = {}
    for one in facts:
        of.setdefault(one.document_id, []).append(one)
    return {document: content_id(*(line for one in some for line in _lines(one))) for document, some in of.items()}


def _lines(facts: Facts) -> list[str]:
    return dump_lines((), (), (), (), facts.links, facts.triples)


def _wanted(
    fresh: Mapping[RelationKey, Supports], stored: Mapping[RelationKey, Supports], spoken: set[str]
) -> dict[RelationKey, Supports]:
    wanted: dict[RelationKey, Supports] = {}
    for key in {**fresh, **stored}:
        others = {s: score for s, score in stored.get(key, {}).items() if s not in spoken}
        wanted[key] = {**others, **fresh.get(key, {})}
    return wanted


def put_entities(
    tx: neo4j.Transaction, server: Server, given: Mapping[str, Entity], linked: Collection[str]
) -> set[str]:
    """Create those that are linked, and change those there are; the ids of these."""
    held = _held(tx, given)
    new = [entity for i, entity in given.items() if i in linked and i not in held]
    labels = server.prepare({entity.type for entity in new}, ())
    by_label: dict[str, list[Entity]] = {}
    for entity in new:
        by_label.setdefault(labels.entity(entity.type), []).append(entity)
    for label, some in by_label.items():
        create_nodes(tx, server.entity_labels(label), (entity_props(entity, label) for entity in some))
    create_nodes(tx, [NAME], ({"key": key, "entity": e.id} for e in new for key in alias_keys(e)))
    _change(tx, server, {i: (held[i], entity) for i, entity in given.items() if i in held})
    return set(held)


def _held(tx: neo4j.Transaction, ids: Iterable[str]) -> dict[str, Entity]:
    cypher = "MATCH (e:`__Entity__` {id: r}) RETURN e, labels(e) AS labels"
    return {row["e"]["id"]: entity_from(row["e"], row["labels"]) for row in for_each(tx, cypher, sorted(ids))}


def _change(tx: neo4j.Transaction, server: Server, pairs: Mapping[str, tuple[Entity, Entity]]) -> None:
    changed = [(old, new) for old, new in pairs.values() if _plain(old) != _plain(new)]
    labels = server.prepare({new.type for old, new in changed if old.type != new.type}, ())
    for old, new in changed:
        if old.type != new.type:
            retype(tx, server, new, labels.entity(new.type))
    # Setting null takes away what an older name or type left.
    rows = [{"type": None, "full_name": None, **entity_props(new, labels.entity(new.type))} for _, new in changed]
    for_each(tx, "MATCH (e:`__Entity__` {id: r.id}) SET e += r", rows)
    for_each(tx, "MATCH (n:`__Name__` {entity: r.id}) DELETE n", rows)
    create_nodes(tx, [NAME], ({"key": key, "entity": new.id} for _, new in changed for key in alias_keys(new)))


def _plain(entity: Entity) -> tuple[str, str, tuple[str, ...]]:
    return entity.name, entity.type, tuple(sorted(set(entity.aliases)))


def tell_schema(tx: neo4j.Transaction, facts: Sequence[Facts]) -> None:
    """Add the types of what these documents say to the schema."""
    linked = {link.entity for one in facts for link in one.links}
    kinds = {entity.id: entity.type for one in facts for entity in one.entities if entity.id in linked}
    if kinds:
        joins = {(kinds[key.subject], key.type, kinds[key.object]) for key in merged(facts)}
        grow_schema(tx, set(kinds.values()), joins)
