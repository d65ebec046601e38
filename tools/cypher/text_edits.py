"""Edit a query's text by tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .tokens import Token, quote

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[<>]?")


@dataclass(frozen=True, slots=True)
class Edit:
    """Tokens `first` to `last` become `text`; with `last` before `first`, `text` goes in between them."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What to change, and why, in words."""

    edits: tuple[Edit, ...]
    why: str


def replace(at: int, name: str) -> Edit:
    """One token becomes a name, quoted where it must be."""
    return Edit(at, at, name if _PLAIN.fullmatch(name) else quote(name))


def insert(behind: int, name: str) -> Edit:
    """A name goes in right behind a token; -1 is the very start."""
    return Edit(behind + 1, behind, name if _PLAIN.fullmatch(name) else quote(name))


def splice(text: str, tokens: Sequence[Token], edits: Iterable[Edit]) -> str:
    """`text`, of which these are the tokens, with all edits made; they must not overlap."""
    for edit in sorted(edits, key=lambda edit: (edit.first, edit.last), reverse=True):
        if edit.last < edit.first:
            start = end = tokens[edit.last].end if edit.last >= 0 else 0
        else:
            start, end = tokens[edit.first].start, tokens[edit.last].end
        text = text[:start] + edit.text + text[end:]
    return text
