"""Find phrases that may name something, in either language."""

from __future__ import annotations

from dataclasses import dataclass

from .english import pieces as english_pieces
from .korean import pieces as korean_pieces


@dataclass(frozen=True, slots=True)
class Phrase:
    """A candidate for an entity: `text == source[start:end]`, `type` one of `gazetteer.TYPES`."""

    text: str
    start: int
    end: int
    type: str


def phrases(text: str, language: str = "en") -> list[Phrase]:
    """Names, dates, quantities, codes and noun phrases in order of place, none overlapping; never a pronoun.

    `language` is `ko` or anything else for English.
    """
    if language == "ko":
        return [Phrase(p.text, p.start, p.end, p.type) for p in korean_pieces(text) if p.type]
    return [Phrase(p.text, p.start, p.end, p.type) for p in english_pieces(text) if p.type]
