"""The pieces of a sentence, in either language."""

from __future__ import annotations

from typing import NamedTuple


class Piece(NamedTuple):
    """A stretch of a sentence with one role: `text == sentence[start:end]`.

    `kind`: name, noun, date, quantity, pronoun, verb, comma, open, close, other; in English also be, prep, and, poss,
    wh; in Korean also copula, particle. `type` is an entity type for what may be a mention, else empty.
    """

    kind: str
    text: str
    start: int
    end: int
    type: str = ""
    lemma: str = ""
    """A verb's infinitive (`found`, `인수하다`), a noun's head in the singular, a small word in lower case."""
    passive: bool = False
    """English: a participle after a form of be, or by itself. Korean: 되다, 받다, 당하다."""
    negated: bool = False
    """A verb that is denied (`never founded`, 설계하지 않았다), a noun of which there is none (`no engineer`)."""
    tag: str = ""
    """Korean: the Sejong tag of a particle or ending."""
