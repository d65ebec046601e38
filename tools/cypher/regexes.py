"""Decide whether a regular expression that does not match ends in sensible time in Java.

A repetition whose next step each character tells is tried in one way. Where the characters that go on and those that
follow overlap there are many: few enough of them outside each other are fine, one within another never ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import RefusedQuery
from .regex_parts import ALL, MANY, Part, Reader

_LONGEST = 1_000
_WAYS = 2_000
"""Ways to match that optional parts and alternatives may make together."""
_DEGREE = 3
"""Repetitions of any length that may each take what the next one could."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How many ways there are to match: `ways` times the text's length to the power of `degree`."""

    ways: int = 1
    degree: int = 0

    @property
    def one(self) -> bool:
        """Whether there is but one."""
        return self.ways == 1 and not self.degree


def judge(pattern: str) -> None:
    """Pass a pattern that ends in sensible time.

    Raises:
        RefusedQuery: it may take for ever, or is of a form that nothing is known of.
    """
    if len(pattern) > _LONGEST:
        raise RefusedQuery(f"a regular expression of {len(pattern)} characters; {_LONGEST} are allowed")
    tried = _tried(Reader(pattern).whole(), frozenset())
    if tried.ways > _WAYS or tried.degree > _DEGREE:
        raise RefusedQuery("a regular expression with too many repetitions; use CONTAINS")


# ── what is tried
def _tried(part: Part, follow: frozenset[int]) -> Tried:
    """The ways to match a part that is followed by one of these characters."""
    if part.kind == "sequence":
        return _in_turn(part.parts, follow)
    if part.kind == "choice":
        return _one_of(part.parts, follow)
    if part.kind == "repeat":
        return _again(part, follow)
    return _tried(part.parts[0], ALL) if part.kind == "look" else Tried()


def _in_turn(parts: Sequence[Part], follow: frozenset[int]) -> Tried:
    ways, degree = 1, 0
    for part in reversed(parts):
        tried = _tried(part, follow)
        ways, degree = min(ways * tried.ways, MANY), degree + tried.degree
        follow = part.first | follow if part.nullable else part.first
    return Tried(ways, degree)


def _one_of(parts: Sequence[Part], follow: frozenset[int]) -> Tried:
    found = [_tried(part, follow) for part in parts]
    firsts = [part.first | follow if part.nullable else part.first for part in parts]
    apart = sum(map(len, firsts)) == len(frozenset[int]().union(*firsts))
    ways = max(one.ways for one in found) if apart else sum(one.ways for one in found)
    return Tried(min(ways, MANY), max(one.degree for one in found))


def _again(part: Part, follow: frozenset[int]) -> Tried:
    (inside,) = part.parts
    repeated = part.most > 1
    tried = _tried(inside, inside.first | follow if repeated else follow)
    if not tried.one and part.most >= MANY:
        raise RefusedQuery("a regular expression repeats a repetition, which may never end; use CONTAINS")
    ways = min(tried.ways ** min(part.most, 64), MANY)
    degree = tried.degree * part.most
    if part.least == part.most or (not inside.nullable and inside.first.isdisjoint(follow)):
        return Tried(ways, degree)
    if part.most >= MANY:
        return Tried(ways, degree + 1)
    return Tried(min(ways * (part.most - part.least + 1), MANY), degree)
