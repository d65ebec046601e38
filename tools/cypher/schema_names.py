"""The names of a graph's labels, relation types and properties, and which labels its relations join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...model import Schema
from .labels import label_of, relationship_of

ANY = "*"
"""An end of a relation whose label is not known."""
ENTITY = "__Entity__"

NODE_KEYS: dict[str, tuple[str, ...]] = {
    "Document": ("id", "title", "source", "sha256", "language"),
    "Page": ("key", "document_id", "number", "image", "width", "height", "rotation"),
    "Sentence": ("id", "document_id", "index", "start", "end", "text", "kind", "section", "page", "boxes"),
}
ENTITY_KEYS = ("id", "name", "key", "aliases", "type", "full_name")
RELATION_KEYS = ("phrase", "origin", "sentences", "scores", "confidence", "type")
_EDGES = (
    ("Page", "PAGE_OF", "Document"),
    ("Sentence", "ON_PAGE", "Page"),
    ("Sentence", "NEXT", "Sentence"),
    ("Sentence", "MENTIONS", ENTITY),
)


@dataclass(frozen=True)
class Vocabulary:
    """The names a query may use."""

    labels: Mapping[str, frozenset[str]]
    """Label → its property keys."""
    types: Mapping[str, frozenset[str]]
    """Relation type → its property keys."""
    edges: frozenset[tuple[str, str, str]]
    """(source label or `ANY`, type, target label or `ANY`)."""
    roofs: frozenset[str] = frozenset()
    """Labels that every entity bears beside its own: they say nothing about which relations it may have."""

    def keys(self, names: Iterable[str], relationship: bool) -> frozenset[str] | None:
        """The property keys of any of these labels or types; None when none of them is known."""
        table = self.types if relationship else self.labels
        found = [table[name] for name in names if name in table]
        return frozenset().union(*found) if found else None

    def joins(self, sources: Iterable[str], type_: str, targets: Iterable[str]) -> bool:
        """Whether such a relation may go from one of the sources to one of the targets; no labels mean any node."""
        starts, ends = self._bounds(sources), self._bounds(targets)
        return any(kind == type_ and _meets(start, starts) and _meets(end, ends) for start, kind, end in self.edges)

    def _bounds(self, labels: Iterable[str]) -> frozenset[str]:
        """The labels that tell which node is meant."""
        return frozenset(labels) - self.roofs

    @staticmethod
    def of(schema: Schema) -> Vocabulary:
        """The names of a graph that kgqa wrote: the schema's types as the store keeps them, and the store's own."""
        entity = frozenset(ENTITY_KEYS)
        kinds = [label_of(kind) for kind in schema.entity_types]
        labels = {name: frozenset(keys) for name, keys in NODE_KEYS.items()}
        labels |= {ENTITY: entity} | dict.fromkeys(kinds, entity)
        types: dict[str, frozenset[str]] = {kind: frozenset() for _, kind, _ in _EDGES}
        types |= {relationship_of(relation.type): frozenset(RELATION_KEYS) for relation in schema.relation_types}
        facts = {
            (source, relationship_of(relation.type), target)
            for relation in schema.relation_types
            for source in [label_of(kind) for kind in relation.source_types] or [ANY]
            for target in [label_of(kind) for kind in relation.target_types] or [ANY]
        }
        mentions = {("Sentence", "MENTIONS", kind) for kind in kinds}
        return Vocabulary(labels, types, frozenset(_EDGES) | mentions | facts, frozenset({ENTITY}))


def _meets(label: str, bounds: frozenset[str]) -> bool:
    return label == ANY or not bounds or label in bounds
