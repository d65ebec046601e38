"""Find patterns of one MATCH that nothing connects, so that their rows multiply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .parse_tree import Node, Segment, Variable
from .tokens import Token

_LOOSE = frozenset(("OR", "XOR", "NOT", "CASE"))


def unconnected(segment: Segment, tokens: Sequence[Token]) -> int:
    """Connected groups that neither meet what was bound before nor name what a property is."""
    pinned = _pinned(tokens[slice(*segment.where)])
    return sum(
        not any(_met(node, segment) or node.mapped or node.variable.name in pinned for node in group)
        for group in _groups(segment)
    )


def unmet(segment: Segment) -> int:
    """Connected groups that do not meet what was bound before, whatever their properties are."""
    return sum(not any(_met(node, segment) for node in group) for group in _groups(segment))


def _met(node: Node, segment: Segment) -> bool:
    return node.variable in segment.known


def _groups(segment: Segment) -> Iterable[list[Node]]:
    parents: dict[Variable, Variable] = {}

    def root(variable: Variable) -> Variable:
        while parents.setdefault(variable, variable) is not variable:
            parents[variable] = parents[parents[variable]]
            variable = parents[variable]
        return variable

    for relationship in segment.relationships:
        parents[root(relationship.left.variable)] = root(relationship.right.variable)
    groups: dict[Variable, list[Node]] = {}
    for node in segment.nodes:
        groups.setdefault(root(node.variable), []).append(node)
    return groups.values()


def _pinned(where: Sequence[Token]) -> set[str]:
    """The variables that a condition holds to a value: `v.key = 'text'`, `$p = v.key`, `v.key IN $p`."""
    if any(token.upper in _LOOSE for token in where):
        return set()
    found = set()
    for at, token in enumerate(where):
        if token.text != "=" and token.upper != "IN":
            continue
        for given, held in ((at + 1, at - 3), (at - 1, at + 1), (at - 2, at + 1)):
            if _is_given(where, given) and held >= 0 and [one.text for one in where[held + 1 : held + 2]] == ["."]:
                found.add(where[held].name)
    return found


def _is_given(where: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(where) and (where[at].kind in ("string", "number") or where[at].text in ("$", "["))
