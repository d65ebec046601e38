"""What a graph's labels, relation types and properties are called, and which labels its relations join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...model import Schema

ANY = "*"
"""An end of a relation whose label is not known."""
ENTITY = "__Entity__"

_NODE_KEYS: dict[str, tuple[str, ...]] = {
    "Document": ("id", "title", "source", "sha256", "language"),
    "Page": ("id", "number", "image", "width", "height", "rotation", "document"),
    "Sentence": ("id", "index", "start", "end", "text", "kind", "page", "section", "boxes", "document"),
}
_ENTITY_KEYS = ("id", "name", "aliases", "type", "search_text")
_RELATION_KEYS = ("id", "phrase", "sentences", "scores", "confidence", "origin")
_EDGES = (
    ("Page", "PAGE_OF", "Document"),
    ("Sentence", "ON_PAGE", "Page"),
    ("Sentence", "SENTENCE_OF", "Document"),
    ("Sentence", "NEXT", "Sentence"),
    ("Sentence", "MENTIONS", ENTITY),
)


@dataclass(frozen=True)
class Vocabulary:
    """The names a query may use. A label or type with no keys is taken to have none that we know: any will do."""

    labels: Mapping[str, frozenset[str]]
    """Label → its property keys."""
    types: Mapping[str, frozenset[str]]
    """Relation type → its property keys."""
    edges: frozenset[tuple[str, str, str]]
    """(source label or `ANY`, type, target label or `ANY`)."""
    roofs: frozenset[str] = frozenset()
    """Labels that every entity bears beside its own: they say nothing about which relations it may have."""

    def keys(self, names: Iterable[str], relationship: bool) -> frozenset[str]:
        """The property keys of all these labels or types; empty when one of them takes any key, or none is known."""
        table = self.types if relationship else self.labels
        found = [table[name] for name in names if name in table]
        return frozenset().union(*found) if found and all(found) else frozenset()

    def joins(self, sources: Iterable[str], type_: str, targets: Iterable[str]) -> bool:
        """Whether such a relation may go from one of the sources to one of the targets; no labels mean any node."""
        starts, ends = self._bounds(sources), self._bounds(targets)
        return any(kind == type_ and _meets(start, starts) and _meets(end, ends) for start, kind, end in self.edges)

    def _bounds(self, labels: Iterable[str]) -> frozenset[str]:
        """The labels that tell which node is meant."""
        return frozenset(labels) - self.roofs

    @staticmethod
    def of(schema: Schema) -> Vocabulary:
        """The names of a graph that kgqa wrote: the schema's types, and the store's own beside them."""
        entity = frozenset(_ENTITY_KEYS)
        labels = {name: frozenset(keys) for name, keys in _NODE_KEYS.items()}
        labels |= {ENTITY: entity} | dict.fromkeys(schema.entity_types, entity)
        types: dict[str, frozenset[str]] = {kind: frozenset() for _, kind, _ in _EDGES}
        types |= {relation.type: frozenset(_RELATION_KEYS) for relation in schema.relation_types}
        mentions = {("Sentence", "MENTIONS", name) for name in schema.entity_types}
        facts = {
            (source, relation.type, target)
            for relation in schema.relation_types
            for source in relation.source_types or (ANY,)
            for target in relation.target_types or (ANY,)
        }
        return Vocabulary(labels, types, frozenset(_EDGES) | mentions | facts, frozenset({ENTITY}))


def _meets(label: str, bounds: frozenset[str]) -> bool:
    return label == ANY or not bounds or label in bounds
