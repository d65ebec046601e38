"""Find comparisons of a variable's name with a placeholder or a literal, in a query's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...tools.cypher.tokens import Token

NAMING = frozenset({"id", "name", "key", "full_name", "aliases", "title"})
_CASES = frozenset({"TOLOWER", "TOUPPER", "LOWER", "UPPER", "TRIM"})
_EQUAL, _UNEQUAL = frozenset({"=", "IN", "CONTAINS", "STARTS WITH", "ENDS WITH"}), "<>"
GOES_ON = frozenset({"+", "-", "*", "/", "%", "^", "||", "[", "."})
"""What makes something else of a value beside it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder, or a string that is a name; `number` is the name's."""

    first: int
    last: int
    number: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a variable's name with a slot, from its first token to its last."""

    first: int
    last: int
    variable: int
    unequal: bool


def condition_of(tokens: Sequence[Token], slot: Slot) -> Condition | None:
    """`v.name = slot`, `slot IN v.aliases`, `toLower(v.name) CONTAINS toLower(slot)` and their like."""
    first, last = wrapped(tokens, slot.first, slot.last)
    compared, begins, ends = operator(tokens, first, before=True)
    naming = naming_before(tokens, begins - 1) if compared else None
    if naming is None:
        compared, begins, ends = operator(tokens, last, before=False)
        naming = _naming_behind(tokens, ends + 1) if compared in ("=", "<>", "IN") else None
    if naming is None:
        return None
    start, end, variable = naming
    first, last = min(start, first), max(end, last)
    around = {text(tokens, first - 1), text(tokens, last + 1)}
    if around & GOES_ON:
        return None
    return Condition(first, last, variable, compared == _UNEQUAL)


def naming_before(tokens: Sequence[Token], at: int) -> tuple[int, int, int] | None:
    """`v.name` or `toLower(v.name)` that ends there: its first and last token, and the variable's."""
    bracketed = text(tokens, at) == ")"
    variable = at - 2 - bracketed
    found = _is_naming(tokens, variable)
    if not bracketed:
        return (variable, at, variable) if found else None
    cased = variable > 1 and text(tokens, variable - 1) == "(" and tokens[variable - 2].upper in _CASES
    return (variable - 2, at, variable) if found and cased else None


def _naming_behind(tokens: Sequence[Token], at: int) -> tuple[int, int, int] | None:
    cased = at + 1 < len(tokens) and tokens[at].upper in _CASES and text(tokens, at + 1) == "("
    end = at + (5 if cased else 2)
    return naming_before(tokens, end) if end < len(tokens) else None


def text(tokens: Sequence[Token], at: int) -> str:
    """A token's text; empty outside."""
    return tokens[at].text if 0 <= at < len(tokens) else ""


def wrapped(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """With `toLower(…)` around it."""
    cased = first > 1 and text(tokens, first - 1) == "(" and tokens[first - 2].upper in _CASES
    return (first - 2, last + 1) if cased and text(tokens, last + 1) == ")" else (first, last)


def operator(tokens: Sequence[Token], at: int, before: bool) -> tuple[str, int, int]:
    """The comparison beside that token, its first and its last; empty where there is none."""
    first = at - 1 if before else at + 1
    two = (first - 1, first) if before else (first, first + 1)
    for begins, ends in ((first, first), two):
        if begins >= 0 and ends < len(tokens):
            said = " ".join(token.upper or token.text for token in tokens[begins : ends + 1])
            if said in _EQUAL or said == _UNEQUAL:
                return said, begins, ends
    return "", at, at


def _is_naming(tokens: Sequence[Token], variable: int) -> bool:
    """Whether `v.name` begins there."""
    if variable < 0 or variable + 2 >= len(tokens) or text(tokens, variable - 1) == ".":
        return False
    return (
        tokens[variable].kind in ("word", "quoted")
        and tokens[variable + 1].text == "."
        and tokens[variable + 2].name in NAMING
    )


def enclosing(tokens: Sequence[Token]) -> list[int]:
    """For each token the bracket that is open there; -1 where none is."""
    found, opened = [], [-1]
    for place, token in enumerate(tokens):
        if token.text in (")", "]", "}") and len(opened) > 1:
            opened.pop()
        found.append(opened[-1])
        if token.text in ("(", "[", "{"):
            opened.append(place)
    return found
