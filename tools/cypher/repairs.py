"""Repair generated queries mechanically, and say what was changed.

First what Cypher no longer takes (`exists(n.p)`, `size((n)--())`, `!=`, `GROUP BY`), then what does not agree with the
graph's names: case and spelling of labels, types and properties, reversed arrows, a property looked for at the wrong
end, and variables that were never named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from ...errors import RefusedQuery
from ...model import Schema
from .firewall import clean
from .foreign_forms import modernise
from .parse import parse
from .parse_tree import Access, Name, Parsed, Relationship, Variable
from .schema_check import Disagreement, disagreements, nearest, shown
from .schema_names import Vocabulary
from .text_edits import Edit, Fix, insert, replace, splice
from .tokens import tokenize
from .unbound_variables import mend_variables

CLOSE = 90.0
"""Spelling score (0 to 100) from which the nearest name is taken for the one that was meant."""
_ALIKE = 60.0
"""Spelling score from which the only relation type that joins two labels is taken for the one that was meant."""
_ROUNDS = 25
_FAULTS = 30
"""Faults looked at for one that can be mended."""
_PASSIVE = re.compile(r"_by$|_BY$|(?<=[a-z])By$")
_AUXILIARY = re.compile(r"^(?:is|was|are|were|has_been)_", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_KNOWN_ESCAPES = "tbnrfu\\'\"`"


@dataclass(frozen=True, slots=True)
class Mended:
    """The query as far as it could be mended, and what was done, in words."""

    query: str
    changes: tuple[str, ...]


def mend(query: str, schema: Schema | Vocabulary | None = None) -> Mended:
    """Mend what can be mended without knowing what was meant; the result may still be refused.

    A query that cannot be read, or that the firewall would refuse as unsafe, comes back as it was.
    """
    escaped = _escaped(query)
    try:
        text, changes = modernise(clean(escaped))
    except RefusedQuery:
        return Mended(query, ())
    if escaped != query:
        changes.append("doubled backslashes that begin no escape")
    vocabulary = schema if isinstance(schema, Vocabulary) or schema is None else Vocabulary.of(schema)
    for _ in range(_ROUNDS):
        try:
            parsed = parse(text)
        except RefusedQuery:
            break
        fix = next(_fixes(parsed, vocabulary), None)
        if fix is None:
            break
        text = splice(text, parsed.tokens, fix.edits)
        changes.append(fix.why)
    return Mended(text, tuple(changes)) if changes else Mended(query, ())


def _escaped(query: str) -> str:
    r"""The query with every backslash doubled that begins no escape of Cypher: `'\d{3}'` is meant for a pattern."""
    if "\\" not in query:
        return query
    return "".join(
        _ESCAPED.sub(
            lambda found: found.group() if found.group(1) in _KNOWN_ESCAPES else f"\\{found.group()}", token.text
        )
        if token.kind == "string"
        else token.text
        for token in tokenize(query)
    )


def _fixes(parsed: Parsed, vocabulary: Vocabulary | None) -> Iterator[Fix]:
    if vocabulary is not None:
        for fault in islice(disagreements(parsed, vocabulary), _FAULTS):
            fix = _FIXERS[fault.fault](fault, parsed, vocabulary)
            if fix is not None:
                yield fix
    yield from mend_variables(parsed, vocabulary)


# ── names
def _label(fault: Disagreement, parsed: Parsed, vocabulary: Vocabulary) -> Fix | None:
    return _renamed(fault.name, nearest(fault.name.text, vocabulary.labels, CLOSE), "label") if fault.name else None


def _type(fault: Disagreement, parsed: Parsed, vocabulary: Vocabulary) -> Fix | None:
    """The nearest spelling; else the only type that joins these labels, if it is somewhat alike."""
    if fault.name is None:
        return None
    close = nearest(fault.name.text, vocabulary.types, CLOSE)
    if not close and _PASSIVE.search(fault.name.text):
        close = nearest(_AUXILIARY.sub("", _PASSIVE.sub("", fault.name.text)), vocabulary.types, CLOSE)
    relationship = _around(fault.name, parsed)
    if close:
        return _retyped(fault.name, close[0], relationship, f"relation type {fault.name.text} → {close[0]}")
    only = _only_type(fault.name, relationship, vocabulary) if relationship else None
    if only is None:
        return None
    return _retyped(fault.name, only, relationship, f"relation type {fault.name.text} is not known: {only} joins these")


def _retyped(name: Name, new: str, relationship: Relationship | None, why: str) -> Fix | None:
    """The type written anew; `ACQUIRED_BY` for `ACQUIRED` is the inverse: the arrow turns with it."""
    said = replace(name.at, new)
    if bool(_PASSIVE.search(name.text)) == bool(_PASSIVE.search(new)):
        return Fix((said,), why)
    if relationship is None or len(relationship.variable.labels) != 1:
        return None
    return Fix((said, *_turned(relationship)), f"{why}, the other way")


def _around(name: Name, parsed: Parsed) -> Relationship | None:
    return next((one for one in parsed.relationships if one.first < name.at < one.last), None)


def _only_type(name: Name, relationship: Relationship, vocabulary: Vocabulary) -> str | None:
    left, right = relationship.left.variable.labels, relationship.right.variable.labels
    if not left or not right or len(relationship.variable.labels) != 1:
        return None
    joining = [
        kind for kind in vocabulary.types if vocabulary.joins(left, kind, right) or vocabulary.joins(right, kind, left)
    ]
    return joining[0] if len(joining) == 1 and nearest(name.text, joining, _ALIKE) else None


def _renamed(name: Name, choices: tuple[str, ...], what: str) -> Fix | None:
    if not choices:
        return None
    return Fix((replace(name.at, choices[0]),), f"{what} {name.text} → {choices[0]}")


# ── properties
def _property(fault: Disagreement, parsed: Parsed, vocabulary: Vocabulary) -> Fix | None:
    """The nearest key of the same thing; else the same key of what the pattern joins it to."""
    access = next(one for one in parsed.accesses if one.key is fault.name)
    variable = access.variable
    known = vocabulary.keys(variable.labels, variable.kind == "relationship") or ()
    close = nearest(access.key.text, known, CLOSE)
    return _renamed(access.key, close, "property") or _moved(access, parsed, vocabulary)


def _moved(access: Access, parsed: Parsed, vocabulary: Vocabulary) -> Fix | None:
    """`p.roles` → `r.roles` where the relationship has it, or the reverse; only where it is the only one."""
    at = access.key.at
    if parsed.tokens[at - 1].text != "." or any(item.clause == "WITH" for item in parsed.items):
        return None
    owners = [
        (variable, place)
        for variable, place in _joined(access.variable, parsed)
        if access.key.text in (vocabulary.keys(variable.labels, variable.kind == "relationship") or ())
    ]
    if len({id(variable) for variable, _ in owners}) != 1:
        return None
    owner, place = owners[0]
    name = owner.name or _fresh(parsed)
    edits = (replace(at - 2, name),) + (() if owner.name else (insert(place, name),))
    return Fix(edits, f"property {access.key.text} belongs to {'|'.join(sorted(owner.labels))}")


def _joined(variable: Variable, parsed: Parsed) -> Iterator[tuple[Variable, int]]:
    """What stands next to a variable in the patterns, each with the token behind which a name would be put."""
    for one in parsed.relationships:
        if one.hops is not None:
            continue
        bracket = one.first + (2 if parsed.tokens[one.first].text == "<" else 1)
        if variable in (one.left.variable, one.right.variable) and parsed.tokens[bracket].text == "[":
            yield one.variable, bracket
        if variable is one.variable:
            yield one.left.variable, one.left.at
            yield one.right.variable, one.right.at


def _fresh(parsed: Parsed) -> str:
    """A variable name that the query does not use."""
    used = {token.name for token in parsed.tokens}
    return next(name for name in (f"r{number}" for number in range(len(used) + 1)) if name not in used)


# ── directions
def _direction(fault: Disagreement, parsed: Parsed, vocabulary: Vocabulary) -> Fix | None:
    one = fault.relationship
    if one is None or one.direction == "both" or _denied(one, parsed):
        return None
    why = f"turned -[:{'|'.join(sorted(one.variable.labels))}]-: the graph has {', '.join(fault.suggestions[:3])}"
    return Fix(_turned(one), why)


def _turned(one: Relationship) -> tuple[Edit, ...]:
    if one.direction == "right":
        return insert(one.first - 1, "<"), replace(one.last, "")
    return (replace(one.first, ""), insert(one.last, ">")) if one.direction == "left" else ()


def _denied(one: Relationship, parsed: Parsed) -> bool:
    """Whether the query asks that there be no such relation, which is true of one that cannot be.

    Where both ends are labelled it is still more likely that the arrow is wrong.
    """
    if one.left.variable.labels and one.right.variable.labels:
        return False
    tokens, opened = parsed.tokens, [one.left.at]
    for at in range(one.left.at):
        if tokens[at].text in ("(", "[", "{") and tokens[at].kind == "symbol":
            opened.append(at)
        elif tokens[at].text in (")", "]", "}") and tokens[at].kind == "symbol":
            opened.pop()
    before = [tokens[at - 2 if tokens[at - 1].upper == "EXISTS" else at - 1].upper for at in opened if at > 1]
    return "NOT" in before


def _edge(fault: Disagreement, parsed: Parsed, vocabulary: Vocabulary) -> Fix | None:
    """A label at one end that no such relation has, where only one label could stand there."""
    one = fault.relationship
    if one is None or len(one.variable.labels) != 1:
        return None
    for end, other, outgoing in (
        (one.left.variable, one.right.variable, one.direction != "left"),
        (one.right.variable, one.left.variable, one.direction == "left"),
    ):
        fits = _fitting(one, other, outgoing, vocabulary)
        uses = [use for use in parsed.labels if use.variable is end]
        if len(fits) == 1 and len(uses) == 1 and len(nearest(uses[0].label.text, fits, CLOSE)) == 1:
            label = next(iter(fits))
            return Fix(
                (replace(uses[0].label.at, label),), f"label {uses[0].label.text} → {label}: {_shown(one, fits)}"
            )
    return None


def _fitting(one: Relationship, other: Variable, outgoing: bool, vocabulary: Vocabulary) -> set[str]:
    """The labels that could stand at an end, given the type and the label at the other."""
    kind = next(iter(one.variable.labels))
    place, opposite = (0, 2) if outgoing else (2, 0)
    return {
        edge[place]
        for edge in vocabulary.edges
        if edge[1] == kind and (not other.labels or edge[opposite] in other.labels)
    }


def _shown(one: Relationship, labels: set[str]) -> str:
    kind = next(iter(one.variable.labels))
    return " ".join(shown((label, kind, "*")) for label in sorted(labels))


_FIXERS: dict[str, Callable[[Disagreement, Parsed, Vocabulary], Fix | None]] = {
    "label": _label,
    "type": _type,
    "property": _property,
    "direction": _direction,
    "edge": _edge,
}
