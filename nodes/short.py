"""The short answer: a cell, or of the spans in the cited sentences that fit the kind, the one nearest the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..model import Sentence
from ..tools.text import english, korean
from ..tools.text.words import language, terms
from .cells import cell_answer

_KINDS: Mapping[str, Mapping[str, float]] = {
    "person": {"PERSON": 1.5, "NAME": 1.2, "ORGANIZATION": 0.8},
    "organization": {"ORGANIZATION": 1.5, "NAME": 1.2},
    "place": {"PLACE": 1.5, "NAME": 1.1, "ORGANIZATION": 0.8, "TERM": 0.3},
    "date": {"DATE": 1.5},
    "number": {"QUANTITY": 1.5},
    "entity": {
        "NAME": 1.0,
        "PERSON": 1.0,
        "PLACE": 1.0,
        "ORGANIZATION": 1.0,
        "PRODUCT": 1.0,
        "TERM": 0.9,
        "EVENT": 1.0,
    },
}
_OTHERWISE = {"TERM": 0.9, "NAME": 0.9, "QUANTITY": 0.5, "DATE": 0.4, "PERSON": 0.9, "PLACE": 0.9, "ORGANIZATION": 0.9}
_NONE = ("boolean", "reason", "manner")
_FAR = 12.0
"""Words after which a question's word is half as near."""


class Span(NamedTuple):
    """A candidate answer within a sentence."""

    text: str
    type: str
    start: int
    end: int


def short_answer(question: str, kind: str, sentences: Sequence[Sentence]) -> str:
    """The span, as its sentence spells it, of a table's row the cell; empty where the kind of question has none or no
    span fits."""
    if kind in _NONE:
        return ""
    if sentences and sentences[0].kind == "table":
        return cell_answer(question, kind, sentences)
    asked = set(terms(question))
    best, text = 0.0, ""
    for place, sentence in enumerate(sentences):
        for span in spans(sentence.text):
            score = _weight(span, kind) * _nearness(span, sentence.text, asked) * 0.6**place
            if score > best and set(terms(span.text)) and not set(terms(span.text)) <= asked:
                best, text = score, span.text
    return text


def spans(text: str) -> list[Span]:
    """What may be an answer: names, dates, quantities and noun phrases."""
    pieces = (korean if language(text) == "ko" else english).pieces(text)
    return [Span(piece.text, piece.type, piece.start, piece.end) for piece in pieces if piece.type]


def _weight(span: Span, kind: str) -> float:
    return _KINDS.get(kind, _OTHERWISE).get(span.type, 0.0)


def _nearness(span: Span, text: str, asked: set[str]) -> float:
    """How many of the question's words stand about the span, the nearer the more."""
    before, after = terms(text[: span.start])[::-1], terms(text[span.end :])
    seen: dict[str, float] = {}
    for words in (before, after):
        for distance, word in enumerate(words):
            if word in asked:
                seen[word] = max(seen.get(word, 0.0), 1 / (1 + distance / _FAR))
    return 0.2 + sum(seen.values())
