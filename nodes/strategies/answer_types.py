"""Decide which end of a fact may answer a question, by the kind of answer that it asks for."""

from __future__ import annotations

from collections.abc import Mapping

from ...model import Entity, Triple
from .number_asked import Stated

_MEASURES = ("DATE", "QUANTITY")
_FITTING: Mapping[str, frozenset[str]] = {
    "person": frozenset(("PERSON", "NAME")),
    "place": frozenset(("PLACE", "NAME")),
    "organization": frozenset(("ORGANIZATION", "NAME")),
}
_NEVER: Mapping[str, frozenset[str]] = {
    "person": frozenset((*_MEASURES, "PLACE", "PRODUCT")),
    "place": frozenset((*_MEASURES, "PERSON")),
    "organization": frozenset(_MEASURES),
}
"""Types that no answer of the kind has, whatever a fact's wording; those that name things may be guessed wrong."""
_WITHIN = frozenset("in at on near".split())


def answers(fact: Triple, end: Entity, kind: str, stated: Stated) -> int:
    """2 for an end of the kind looked for, 1 for one that may be, 0 for one that is not but might do, -1 for none."""
    if kind in ("number", "count"):
        return _number(end, kind, stated)
    if kind == "date":
        return 2 if end.type == "DATE" else -1
    if kind not in _FITTING:
        return 0 if end.type in _MEASURES else 1
    if (end.type in _NEVER[kind] and not (end.type == "PLACE" and _acts(fact, end))) or _amiss(fact, end, kind):
        return -1
    return 2 if end.type in _FITTING[kind] else 1 if end.type == "TERM" else 0


def _number(end: Entity, kind: str, stated: Stated) -> int:
    if stated.fits(end):
        return 2
    return 1 if kind == "count" and end.type not in _MEASURES else -1


def _acts(fact: Triple, end: Entity) -> bool:
    """Whether the end is who does it: who founds something is no place, though the name looks like one (Jae Park)."""
    passive = fact.phrase.startswith("be ")
    return fact.phrase.endswith(" by") if passive else end.id == fact.subject


def _amiss(fact: Triple, end: Entity, kind: str) -> bool:
    """Whether a passive's preposition tells that what follows is not of the kind: `rebuilt by` nowhere, `in` nobody."""
    after = fact.phrase.rpartition(" ")[2] if fact.phrase.startswith("be ") and end.id == fact.object else ""
    return (kind == "place" and after == "by") or (kind == "person" and after in _WITHIN)
