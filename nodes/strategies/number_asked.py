"""Decide which number a question asks for, and of which year; a fact may lead to several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InputError
from ...model import Entity, Sentence, Triple
from ...tools.text import english
from ...tools.text.gazetteer import roles
from ...tools.text.words import language
from .measures import dimension_of, measure

_AMOUNT = re.compile(r"\b(?:how many|more|fewer|most|fewest)\b(?:\s+(?:more|fewer|new|different))?\s+", re.IGNORECASE)
_COUNTER = re.compile(r"몇\s?([가-힣]{1,2}?)(?=인|이|을|를|의|에|이나|\s|\?|$)")
_HIGHER = re.compile(r"(?<![\w.,])(?:\d[\d.,]*\s?[십백천]*[만억조]\s?)+$")
_YEAR = re.compile(r"(?<![\d.,])(?:1[0-9]|20)\d{2}(?![\d.,]?\d)")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a question says of a number that it asks for."""

    of: str = ""
    """What it counts, in the singular; empty where it does not say."""
    years: frozenset[str] = frozenset()

    def fits(self, entity: Entity) -> bool:
        """Whether a quantity is one of what is asked for; a bare number may be."""
        if entity.type != "QUANTITY":
            return False
        try:
            told = measure(entity.name)
        except InputError:
            return False
        asked = dimension_of(self.of)
        return not self.of or told.dimension in ("", asked) or _people(told.dimension, asked)

    def narrowed(self, facts: Sequence[Triple], sentences: Sequence[Sentence]) -> list[Triple]:
        """The facts told of the years asked; where none is asked, those told of none, if there are any."""
        told = {s.id: frozenset(_YEAR.findall(s.text)) for s in sentences}
        years = {
            fact: frozenset[str]().union(*(told.get(key, frozenset()) for key in fact.sentences)) for fact in facts
        }
        if self.years:
            return [fact for fact in facts if years[fact] & self.years]
        return [fact for fact in facts if not years[fact]] or list(facts)


def whole(value: str, sentences: Sequence[Sentence]) -> str:
    """A number with what stands before it in its sentence and belongs to it: `4천만 원` of `3억 4천만 원`."""
    for sentence in sentences:
        before, found, _ = sentence.text.partition(value)
        higher = _HIGHER.search(before) if found else None
        if higher:
            return f"{higher.group()}{value}"
    return value


def asked_numbers(question: str) -> Stated:
    """What the question says of a number."""
    years = frozenset(_YEAR.findall(question))
    if language(question) == "ko":
        counter = _COUNTER.search(question)
        return Stated(counter[1] if counter else "", years)
    return Stated(_counted(question), years)


def _counted(question: str) -> str:
    for found in _AMOUNT.finditer(question):
        for piece in english.pieces(question):
            if piece.kind == "noun" and piece.start <= found.end() < piece.end:
                return piece.lemma
    return ""


def _people(one: str, other: str) -> bool:
    """Passengers are people, and people may be passengers."""
    return "people" in (one, other) and all(word == "people" or word in roles() for word in (one, other))
