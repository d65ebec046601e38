"""Find where a query does not fit the graph's schema: unknown names, relations that no such nodes have."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from .parse_tree import Access, LabelUse, Name, Parsed, Relationship
from .schema_names import ANY, Vocabulary

Fault = Literal["label", "type", "property", "direction", "edge"]
_NEAR = 60.0
"""Score from which a name is worth suggesting."""
_LONGEST = 200
"""Characters of a name that are looked at."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One fault, with the nearest valid names, best first."""

    fault: Fault
    reason: str
    suggestions: tuple[str, ...]
    name: Name | None = None
    """The name at fault; None for a direction or an edge."""
    relationship: Relationship | None = None


def disagreements(parsed: Parsed, vocabulary: Vocabulary) -> Iterator[Disagreement]:
    """Every fault: labels and types first, then properties, then directions."""
    for use in parsed.labels:
        yield from _label(use, vocabulary)
    for access in parsed.accesses:
        yield from _property(access, vocabulary)
    for relationship in parsed.relationships:
        yield from _edge(relationship, vocabulary)


def nearest(name: str, choices: Collection[str], cutoff: float = _NEAR) -> tuple[str, ...]:
    """At most three of the choices, best first: those that differ in case and underscores alone, then by spelling."""
    key = plain(name[:_LONGEST])
    same = sorted(choice for choice in choices if plain(choice) == key)
    found = process.extract(key, {choice: plain(choice) for choice in sorted(choices)}, scorer=fuzz.ratio, limit=3)
    others = [choice for _, score, choice in found if score >= cutoff and choice not in same]
    return tuple([*same, *others][:3])


def plain(name: str) -> str:
    """A name without case, underscores and spaces."""
    return name.casefold().replace("_", "").replace(" ", "").replace("-", "")


def _label(use: LabelUse, vocabulary: Vocabulary) -> Iterator[Disagreement]:
    relationship = use.typed
    known = vocabulary.types if relationship else vocabulary.labels
    if use.label.text in known or (use.variable.kind == "value" and use.label.text in vocabulary.types):
        return
    what: Fault = "type" if relationship else "label"
    shown = "relation type" if relationship else "label"
    yield Disagreement(
        what,
        f"the graph has no {shown} {use.label.text[:60]!r}",
        nearest(use.label.text, known) or tuple(sorted(known))[:10],
        use.label,
    )


def _property(access: Access, vocabulary: Vocabulary) -> Iterator[Disagreement]:
    variable = access.variable
    if variable.kind not in ("node", "relationship") or variable.negated:
        return
    relationship = variable.kind == "relationship"
    names = variable.labels or (vocabulary.types if relationship else vocabulary.labels)
    keys = vocabulary.keys(names, relationship)
    if keys is None or access.key.text in keys:
        return
    owner = "|".join(sorted(variable.labels)) or ("relations" if relationship else "nodes")
    yield Disagreement(
        "property",
        f"{owner} have no property {access.key.text[:60]!r}",
        nearest(access.key.text, keys) or tuple(sorted(keys))[:10],
        access.key,
    )


def _edge(relationship: Relationship, vocabulary: Vocabulary) -> Iterator[Disagreement]:
    types = [name for name in relationship.variable.labels if name in vocabulary.types]
    varied = relationship.hops is not None or relationship.variable.negated
    ends = (relationship.left.variable, relationship.right.variable)
    if varied or not types or any(end.negated or end.labels - set(vocabulary.labels) for end in ends):
        return
    left, right = ends[0].labels, ends[1].labels
    forward = any(vocabulary.joins(left, name, right) for name in types)
    backward = any(vocabulary.joins(right, name, left) for name in types)
    fits = {"right": forward, "left": backward, "both": forward or backward}[relationship.direction]
    if fits:
        return
    patterns = tuple(sorted(shown(edge) for edge in vocabulary.edges if edge[1] in types))[:10]
    said = f"-[:{'|'.join(sorted(types))}]-"
    if forward or backward:
        yield Disagreement("direction", f"{said} points the other way", patterns, None, relationship)
    else:
        between = f"{'|'.join(sorted(left)) or 'any node'} and {'|'.join(sorted(right)) or 'any node'}"
        yield Disagreement("edge", f"no {said} joins {between}", patterns, None, relationship)


def shown(edge: tuple[str, str, str]) -> str:
    """An edge as Cypher: `(:Person)-[:WORKS_AT]->(:Company)`."""
    source, kind, target = ("" if name == ANY else f":{name}" for name in edge)
    return f"({source})-[{kind}]->({target})"
