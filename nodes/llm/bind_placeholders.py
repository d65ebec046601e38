"""Make a model's Cypher runnable: replace names by placeholders, and return ids to cite from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ...errors import RefusedQuery
from ...tools.cypher.firewall import clean
from ...tools.cypher.parse import parse
from ...tools.cypher.parse_tree import Node, Parsed
from ...tools.cypher.schema_names import NODE_KEYS
from ...tools.cypher.text_edits import Edit, splice
from ...tools.cypher.tokens import string_value
from ...tools.text.names import name_key
from .name_conditions import (
    GOES_ON,
    NAMING,
    Condition,
    Slot,
    condition_of,
    enclosing,
    naming_before,
    operator,
    text,
    wrapped,
)
from .sentences_of_facts import depth

_ENTITY = ":__Entity__"
_LOOSE = frozenset({"OR", "XOR", "NOT", "CASE", "OPTIONAL", "UNWIND"})


def bind_placeholders(query: str, names: Sequence[str]) -> str:
    """The query with no name of the question in it as text, and each entity found by its id.

    `(a:Person {name: 'Ann Lee'})`, or with `$e0` for the name, becomes `(a:__Entity__ {id: i0})` behind `UNWIND $e0 AS
    i0`: the ids that the name was matched to, whatever type they bear. `a.name = $e0` becomes `a.id IN $e0`, in either
    order, in any case, and within a list. A name that stands anywhere else becomes `$w0`, its text as a parameter.
    What cannot be read comes back as it was.

    Where such a condition must hold, the pattern says it too, `(a:__Entity__ {id: i0})`: a store looks that up in its
    index, and reads every entity for `a.id IN $e0` alone.
    """
    read = _read(query)
    if read is None:
        return query
    cleaned, parsed = read
    slots = {slot.first: slot for slot in _slots(parsed, names)}
    binding = _Binding(parsed, tuple(names), _parted(parsed), slots, enclosing(parsed.tokens))
    for slot in binding.slots.values():
        binding.place(slot)
    rows = "".join(f"UNWIND $e{n} AS i{n} " for n in sorted(binding.rows))
    return rows + splice(cleaned, parsed.tokens, binding.edits)


@lru_cache(maxsize=256)
def _read(query: str) -> tuple[str, Parsed] | None:
    """Over placeholders, a model writes the same few queries again and again."""
    try:
        cleaned = clean(query)
        return cleaned, parse(cleaned)
    except RefusedQuery:
        return None


def _parted(parsed: Parsed) -> bool:
    """Whether a variable from the beginning may not be known everywhere: behind WITH or UNION, in a subquery."""
    tokens = parsed.tokens
    return any(item.clause == "WITH" for item in parsed.items) or any(
        token.upper in ("UNION", "CALL") or (token.upper in ("EXISTS", "COUNT", "COLLECT") and after.text == "{")
        for token, after in itertools.pairwise(tokens)
    )


def _slots(parsed: Parsed, names: Sequence[str]) -> Iterator[Slot]:
    """Every placeholder and every string that is a name."""
    keys = {name_key(name): number for number, name in reversed(list(enumerate(names)))}
    bound = {f"e{number}": number for number in range(len(names))}
    for parameter in parsed.parameters:
        if parameter.text in bound:
            yield Slot(parameter.at - 1, parameter.at, bound[parameter.text])
    for at, token in enumerate(parsed.tokens):
        number = keys.get(name_key(string_value(token))) if token.kind == "string" else None
        if number is not None:
            yield Slot(at, at, number)


@dataclass(slots=True)
class _Binding:
    """The edits that bind a query's slots, made one slot after the other."""

    parsed: Parsed
    names: tuple[str, ...]
    parted: bool
    slots: dict[int, Slot]
    """By their first token."""
    around: list[int]
    """For each token, the bracket that is open there."""
    edits: list[Edit] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    """The names whose ids the query is run for one by one."""
    found: set[int] = field(default_factory=set)
    """The node patterns that say an id by now."""
    lists: set[int] = field(default_factory=set)
    """The lists of slots that were bound as a whole."""

    def place(self, slot: Slot) -> None:
        """Bind one slot: as the id of a pattern, in a condition over ids, or as the name's text."""
        owner = self._owner(slot.first)
        if owner is not None and _is_entity(owner, self.parsed):
            self._in_map(slot, owner)
            return
        condition = condition_of(self.parsed.tokens, slot)
        if condition is not None and _is_entity_name(self.parsed.tokens[condition.variable].name, self.parsed):
            self._compare(condition, slot.number, f"$e{slot.number}")
        elif not self._in_list(slot):
            self._word(slot)

    # ── maps of patterns
    def _owner(self, first: int) -> Node | None:
        """The node pattern in whose map the slot is a name."""
        tokens = self.parsed.tokens
        if first < 3 or tokens[first - 1].text != ":" or tokens[first - 2].name not in NAMING:
            return None
        opening = self.around[first]
        outer = self.around[opening] if opening >= 0 and tokens[opening].text == "{" else -1
        return next((node for node in self.parsed.nodes if node.at == outer and node.mapped), None)

    def _in_map(self, slot: Slot, node: Node) -> None:
        value = f"$e{slot.number}[0]" if self.parted else f"i{slot.number}"
        self.edits.append(Edit(slot.first - 2, slot.last, f"id: {value}"))
        if node.at not in self.found:
            self.edits.append(self._label(node))
        self.found.add(node.at)
        if not self.parted:
            self.rows.add(slot.number)

    def _label(self, node: Node) -> Edit:
        """The label of a node that is found by id says nothing more, and may be wrong."""
        tokens = self.parsed.tokens
        opening = next(at for at in range(node.at, len(tokens)) if tokens[at].text == "{")
        colon = next((at for at in range(node.at + 1, opening) if tokens[at].text == ":"), opening)
        return Edit(colon, opening - 1, _ENTITY)

    # ── conditions
    def _compare(self, condition: Condition, number: int | None, ids: str) -> None:
        variable = self.parsed.tokens[condition.variable].text
        said = f"{variable}.id IN {ids}"
        self.edits.append(Edit(condition.first, condition.last, f"(NOT {said})" if condition.unequal else said))
        if number is None or condition.unequal or self.parted:
            return
        pattern = self._pattern(condition, number)
        if pattern is not None:
            self.edits.append(pattern)
            self.rows.add(number)

    def _pattern(self, condition: Condition, number: int) -> Edit | None:
        """The id put into the pattern of the variable, where the condition must hold.

        It must where WHERE and AND alone join it to the pattern: behind OR or NOT, in a CASE, or where a pattern is
        OPTIONAL, what it says may be false of what is found.
        """
        tokens = self.parsed.tokens
        after = tokens[condition.last + 1].upper if condition.last + 1 < len(tokens) else ""
        if tokens[condition.first - 1].upper not in ("WHERE", "AND") or after not in ("AND", "RETURN", "MATCH"):
            return None
        if any(token.upper in _LOOSE for token in tokens) or depth(tokens, condition.first):
            return None
        name = tokens[condition.variable].name
        named = [node for s in self.parsed.segments for node in s.nodes if node.variable.name == name]
        if not named or any(node.mapped or node.at in self.found for node in named):
            return None
        opening = named[0].at
        closing = next(at for at in range(opening, len(tokens)) if tokens[at].text == ")")
        if any(tokens[at].text == "(" or tokens[at].upper == "WHERE" for at in range(opening + 1, closing)):
            return None
        self.found.add(opening)
        return Edit(opening + 2, closing - 1, f"{_ENTITY} {{id: i{number}}}")

    # ── lists
    def _in_list(self, slot: Slot) -> bool:
        """`v.name IN [$e0, 'Ann Lee']`, bound as a whole: `v.id IN ($e0 + $e1)`; whether the slot is part of one."""
        tokens = self.parsed.tokens
        opening = self.around[slot.first]
        if opening in self.lists:
            return True
        if opening < 4 or tokens[opening].text != "[" or tokens[opening - 1].upper != "IN":
            return False
        naming, numbers, at = naming_before(tokens, opening - 2), [], opening + 1
        while (one := self.slots.get(at)) is not None:
            numbers.append(one.number)
            at = one.last + 2
            if text(tokens, at - 1) == "]":
                break
        if naming is None or text(tokens, at - 1) != "]" or text(tokens, at) in GOES_ON:
            return False
        if not _is_entity_name(tokens[naming[2]].name, self.parsed):
            return False
        self.lists.add(opening)
        ids = " + ".join(f"$e{number}" for number in dict.fromkeys(numbers))
        self._compare(Condition(naming[0], at - 1, naming[2], unequal=False), None, f"({ids})")
        return True

    # ── anything else
    def _word(self, slot: Slot) -> None:
        """The name's text, in the case in which the query writes it; a placeholder that is used as a list stays one."""
        tokens = self.parsed.tokens
        if tokens[slot.first].kind == "string":
            written, name = string_value(tokens[slot.first]), self.names[slot.number]
            said = f"$w{slot.number}"
            if written != name and written in (name.lower(), name.upper()):
                said = f"{'toLower' if written == name.lower() else 'toUpper'}({said})"
            self.edits.append(Edit(slot.first, slot.last, said))
        elif self._as_text(slot):
            self.edits.append(Edit(slot.first, slot.last, f"$w{slot.number}"))

    def _as_text(self, slot: Slot) -> bool:
        tokens = self.parsed.tokens
        first, last = wrapped(tokens, slot.first, slot.last)
        before, _, _ = operator(tokens, first, before=True)
        behind, _, _ = operator(tokens, last, before=False)
        beside = before not in ("", "IN") or behind not in ("", "IN")
        entry = text(tokens, first - 1) == ":"
        return (beside or entry or first != slot.first) and text(tokens, last + 1) != "["


def _is_entity(node: Node, parsed: Parsed) -> bool:
    return not node.variable.labels & set(NODE_KEYS)


def _is_entity_name(variable: str, parsed: Parsed) -> bool:
    """Whether the variable may be an entity: no document, page or sentence, and no relation."""
    others = {one.variable.name for one in parsed.relationships}
    others |= {node.variable.name for node in parsed.nodes if not _is_entity(node, parsed)}
    return variable not in others
