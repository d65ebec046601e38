"""Parse a Java regular expression, as far as must be known to tell whether it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import RefusedQuery

_DEPTH = 20
MANY = 1_000_000
"""As good as without bound."""
ALL = frozenset(range(129))
"""The ASCII characters, and 128 for any other."""
_DIGITS = frozenset(range(48, 58))
_WORDS = _DIGITS | frozenset(range(65, 91)) | frozenset(range(97, 123)) | {95}
_SPACES = frozenset((9, 10, 11, 12, 13, 32))
_CLASSES = {"d": _DIGITS, "w": _WORDS, "s": _SPACES, "h": frozenset((9, 32, 128))}
_WHOLE = {"D": "d", "W": "w", "S": "s", "H": "h"}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_NOWHERE = "bBAzZG"
_FLAGS = frozenset("imsud-")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a pattern: one character of a set, or a sequence, alternatives or a repetition of parts."""

    kind: str
    first: frozenset[int] = frozenset()
    """The characters that it may begin with."""
    nullable: bool = True
    parts: tuple[Part, ...] = field(default=())
    least: int = 1
    most: int = 1


class Reader:
    """Reads a pattern of Java from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0

    def whole(self) -> Part:
        """All of it."""
        part = self._choice()
        if self._at < len(self._pattern):
            raise self._unknown()
        return part

    def _unknown(self) -> RefusedQuery:
        near = self._pattern[max(self._at - 5, 0) : self._at + 10]
        return RefusedQuery(f"a regular expression of a form that is not allowed, near {near!r}; use CONTAINS")

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        found = self._peek()
        if not found:
            raise self._unknown()
        self._at += 1
        return found

    def _take(self, text: str) -> bool:
        found = self._pattern.startswith(text, self._at)
        self._at += len(text) * found
        return found

    def _choice(self) -> Part:
        self._depth += 1
        if self._depth > _DEPTH:
            raise self._unknown()
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        self._depth -= 1
        first = frozenset[int]().union(*(part.first for part in parts))
        return parts[0] if len(parts) == 1 else Part("choice", first, any(p.nullable for p in parts), tuple(parts))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        first: frozenset[int] = frozenset()
        for part in parts:
            first |= part.first
            if not part.nullable:
                break
        return Part("sequence", first, all(part.nullable for part in parts), tuple(parts))

    def _repeated(self, part: Part) -> Part:
        while (counts := self._counts()) is not None:
            _ = self._take("?") or self._take("+")
            least, most = counts
            part = Part("repeat", part.first, part.nullable or not least, (part,), least, most)
        return part

    def _counts(self) -> tuple[int, int] | None:
        for sign, counts in (("*", (0, MANY)), ("+", (1, MANY)), ("?", (0, 1))):
            if self._take(sign):
                return counts
        if not self._take("{"):
            return None
        written, closed, _ = self._pattern[self._at :].partition("}")
        least, comma, most = written.partition(",")
        if not (closed and least.isdecimal() and (most.isdecimal() or not most) and len(written) < _DEPTH):
            raise self._unknown()
        self._at += len(written) + 1
        return int(least), int(most) if most else MANY if comma else int(least)

    def _atom(self) -> Part:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return _set(self._class())
        if character == ".":
            return _set(ALL)
        if character in "^$":
            return Part("empty")
        if character in "*+?{":
            self._at -= 1
            raise self._unknown()
        return self._escaped() if character == "\\" else _set(_either_case(character))

    def _group(self) -> Part:
        """What stands in brackets, with whatever `?` says of it."""
        looks = any(self._take(sign) for sign in ("?=", "?!", "?<=", "?<!"))
        if not looks and self._take("?") and not (self._take(":") or self._take(">") or self._named()):
            while self._peek() in _FLAGS and self._peek():
                self._at += 1
            if self._take(")"):
                return Part("empty")
            if not self._take(":"):
                raise self._unknown()
        part = self._choice()
        if not self._take(")"):
            raise self._unknown()
        return Part("look", parts=(part,)) if looks else part

    def _named(self) -> bool:
        name, closed, _ = self._pattern[self._at + 1 :].partition(">")
        found = self._peek() == "<" and bool(closed) and name.isalnum()
        self._at += (len(name) + 2) * found
        return found

    def _escaped(self) -> Part:
        character = self._next()
        if character in _NOWHERE:
            return Part("empty")
        return _set(self._escape(character))

    def _escape(self, character: str) -> frozenset[int]:
        if character in _CLASSES:
            return _CLASSES[character]
        if character in _WHOLE:
            return ALL - _CLASSES[_WHOLE[character]] | {128}
        if character in _CONTROLS:
            return _either_case(_CONTROLS[character])
        if character in "pP" and self._take("{"):
            name, closed, _ = self._pattern[self._at :].partition("}")
            self._at += len(name) + 1
            if closed:
                return ALL
        if character.isalnum():  # a reference back, a quotation, or one that only Java knows
            raise self._unknown()
        return _either_case(character)

    def _class(self) -> frozenset[int]:
        """`[a-z_]`, `[^,]`; none within each other."""
        negated = self._take("^")
        found: frozenset[int] = frozenset()
        start = self._at
        while self._at == start or not self._take("]"):
            if self._peek() == "[" or self._take("&&"):
                raise self._unknown()
            found |= self._span(negated)
        return ALL - found if negated else found

    def _span(self, negated: bool) -> frozenset[int]:
        character = self._next()
        if character == "\\":
            character = self._next()
            known = self._escape(character)
            if character.isalnum() and character not in _CONTROLS:
                return known & ALL if not negated else frozenset()
            character = _CONTROLS.get(character, character)
        after = self._pattern[self._at + 1 : self._at + 2]
        if self._peek() == "-" and after not in ("", "]", "[", "\\"):
            self._at += 1
            last = self._next()
            span = frozenset(range(min(ord(character), 128), min(ord(last), 128) + 1))
            return span - {128} if negated else frozenset[int]().union(*map(_folded, span))
        if negated:
            return frozenset((ord(character),)) if ord(character) < 128 else frozenset()
        return _either_case(character)


def _set(characters: frozenset[int]) -> Part:
    return Part("set", characters, nullable=False)


def _either_case(character: str) -> frozenset[int]:
    return _folded(min(ord(character), 128))


def _folded(code: int) -> frozenset[int]:
    """In both cases: a flag may say that they are the same."""
    letter = 65 <= code & ~32 <= 90
    return frozenset((code & ~32, code | 32)) if letter else frozenset((code,))
