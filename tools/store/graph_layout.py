"""How the nouns lie in a property graph: labels, encoded type names, lookup keys and property maps.

(:Document) · (:Page)-[:PAGE_OF]->(:Document) · (:Sentence)-[:ON_PAGE]->(:Page) · (:Sentence)-[:NEXT]->(:Sentence)
(:Sentence)-[:MENTIONS]->(:Person:__Entity__) · (:Person:__Entity__)-[:WORKS_AT]->(:Organization:__Entity__)

Two kinds of node are the store's own and hang on no edge, so that patterns over the graph never meet them:
`__Name__ {key, entity}` for each alias (see `alias_keys`), and one `__Kgqa__` that keeps the schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Document, Entity, Page, Sentence, content_id
from ..cypher.labels import EDGES as EDGES
from ..cypher.labels import NODES as NODES
from ..cypher.labels import encoded as encoded
from ..cypher.labels import label_of as label_of
from ..cypher.labels import relationship_of as relationship_of
from ..text.names import name_key
from .canonical import RelationKey, Supports, boxes_of, flat, triple_of

ENTITY, NAME, META, RELATION = "__Entity__", "__Name__", "__Kgqa__", "__Relation__"

_LONGEST_INDEXED = 1000
"""Characters; Neo4j refuses to index a value over some 8,000 bytes."""

Props = dict[str, Any]
DOCUMENT = ("id", "title", "source", "sha256", "language")
SENTENCE = ("id", "document_id", "index", "start", "end", "text", "kind", "page", "section", "boxes")
"""Properties in the order of the noun's own fields."""


def quoted(identifier: str) -> str:
    """An identifier in back-ticks; a backslash never gets here, for `label_of` encodes what has one."""
    return "`" + identifier.replace("`", "``") + "`"


# ── names
def lookup_key(name: str) -> str:
    """What `find` looks a name up by: its `name_key`, or that key's hash where it is too long for an index."""
    key = name_key(name)
    return key if len(key) <= _LONGEST_INDEXED else content_id(key)


def alias_keys(entity: Entity) -> list[str]:
    """The keys of the aliases that the name's own key does not cover."""
    return sorted({lookup_key(alias) for alias in entity.aliases} - {lookup_key(entity.name), ""})


# ── nouns to properties and back
def document_props(document: Document) -> Props:
    """Properties of a `Document` node."""
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "sha256": document.sha256,
        "language": document.language,
    }


def page_props(page: Page) -> Props:
    """Properties of a `Page` node; `key` is unique."""
    return {
        "key": page_key(page.document_id, page.number),
        "document_id": page.document_id,
        "number": page.number,
        "image": page.image,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
    }


def page_key(document: str, number: int) -> str:
    """What tells pages apart."""
    return f"{document}/{number}"


def page_from(props: Mapping[str, Any]) -> Page:
    """The inverse of `page_props`."""
    return Page(*(props[name] for name in ("document_id", "number", "image", "width", "height", "rotation")))


def sentence_props(sentence: Sentence) -> Props:
    """Properties of a `Sentence` node; `page` and `boxes` only where there are some."""
    props: Props = {
        "id": sentence.id,
        "document_id": sentence.document_id,
        "index": sentence.index,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "kind": sentence.kind,
        "section": sentence.section,
    }
    if sentence.page is not None:
        props["page"] = sentence.page
    if sentence.boxes:
        props["boxes"] = flat(sentence.boxes)
    return props


def sentence_from(props: Mapping[str, Any]) -> Sentence:
    """The inverse of `sentence_props`."""
    return sentence_of([props.get(name) for name in SENTENCE])


def sentence_of(values: Sequence[Any]) -> Sentence:
    """The sentence with these properties, in the order of `SENTENCE`."""
    return Sentence(*[*values[:-1], boxes_of(values[-1] or ())])


def entity_props(entity: Entity, label: str) -> Props:
    """Properties of an entity node; `type` and `full_name` only where label and `name` do not tell them."""
    props: Props = {
        "id": entity.id,
        "name": entity.name[:_LONGEST_INDEXED],
        "key": lookup_key(entity.name),
        "aliases": sorted(set(entity.aliases)),
    }
    if label != entity.type:
        props["type"] = entity.type
    if props["name"] != entity.name:
        props["full_name"] = entity.name
    return props


def entity_from(props: Mapping[str, Any], labels: list[str]) -> Entity:
    """The inverse of `entity_props`."""
    kind = props.get("type")
    if kind is None:
        (kind,) = (label for label in labels if label != ENTITY)
    name = props.get("full_name")
    return Entity(props["id"], props["name"] if name is None else name, kind, tuple(props.get("aliases") or ()))


def relation_props(key: RelationKey, supports: Supports, label: str) -> Props:
    """Properties of a relationship; `type` only where the relationship's type does not tell it."""
    triple = triple_of(key, supports)
    props: Props = {
        "phrase": key.phrase,
        "origin": key.origin,
        "sentences": list(triple.sentences),
        "scores": list(triple.scores),
        "confidence": triple.confidence,
    }
    if label != key.type:
        props["type"] = key.type
    return props
