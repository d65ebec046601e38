"""Choose the short answer: a table cell, or the fitting span that stands nearest the question's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ....model import Sentence
from ....tools.text import english, korean
from ....tools.text.questions import question_words
from ....tools.text.words import language, terms
from ...ranking.definitions import defined_thing
from .fitting_spans import BREAK, clause, fits
from .qualifiers import is_of_it, of_its_year
from .table_cells import cell_answer

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
_MEASURES = ("date", "number")
"""Kinds whose answers stand in the clause that says what is done; a name may stand far in front of it."""
_NONE = ("boolean", "reason", "manner")
_FAR = 12.0
"""Words after which a question's word is half as near."""
_OFFICE = re.compile(r"who (?:is|was|are|were) (?:the|an?)\b", re.IGNORECASE)
"""Asks who holds an office: with an article no person is named."""
_PROPER = re.compile(r"(?<!^)\b[A-Z][\w’'-]*")
_ELSEWHERE = 0.6
_CLAUSE = 6
"""As how many words the end of a clause counts."""


class Span(NamedTuple):
    """A candidate answer within a sentence."""

    text: str
    type: str
    start: int
    end: int


class Candidate(NamedTuple):
    """A span that fits, the sentence it stands in, and how well its kind and its place fit the question."""

    span: Span
    sentence: Sentence
    kind: float
    score: float


def short_answer(question: str, kind: str, sentences: Sequence[Sentence]) -> str:
    """The span, as its sentence spells it, of a table's row the cell; empty where the kind of question has none or no
    span fits."""
    if sentences and sentences[0].kind == "table" and kind not in _NONE:
        return cell_answer(question, kind, sentences)
    best = max(candidates(question, kind, sentences), key=lambda one: one.score, default=None)
    return best.span.text if best else ""


def candidates(question: str, kind: str, sentences: Sequence[Sentence]) -> Iterator[Candidate]:
    """The spans that may be the answer, in the order of the sentences, the best of which come first."""
    # Where the best there is speaks of its like, what comes after it is farther off still.
    if kind in _NONE or not sentences or not is_of_it(question, sentences[0].text):
        return
    mentions, verbs = question_words(question)
    people = {m.text for m in mentions if m.type in ("PERSON", "NAME")} if not _OFFICE.match(question) else set[str]()
    if kind == "person" and defined_thing(question, people)[0]:
        return  # who somebody is, no other name tells
    doing = {term for verb in verbs for term in terms(verb)} if kind in _MEASURES else set[str]()
    asked, timely = set(terms(question)), of_its_year(question, sentences)
    named = {term for word in _PROPER.findall(question) for term in terms(word)}
    for place, sentence in enumerate(sentences):
        share = timely.get(sentence.id, 0.0) * 0.6**place
        for span in spans(sentence.text) if share and is_of_it(question, sentence.text) else ():
            fit = _weight(span, kind)
            if fit and _says_more(span, asked) and fits(question, kind, sentence.text, span.start, span.end):
                near = _nearness(span, sentence.text, asked, named) * _done(span, sentence.text, doing)
                yield Candidate(span, sentence, fit, fit * near * share)


def spans(text: str) -> list[Span]:
    """What may be an answer: names, dates, quantities and noun phrases."""
    pieces = (korean if language(text) == "ko" else english).pieces(text)
    return [Span(piece.text, piece.type, piece.start, piece.end) for piece in pieces if piece.type]


def _says_more(span: Span, asked: set[str]) -> bool:
    said = set(terms(span.text))
    return bool(said) and not said <= asked


def _weight(span: Span, kind: str) -> float:
    return _KINDS.get(kind, _OTHERWISE).get(span.type, 0.0)


def _nearness(span: Span, text: str, asked: set[str], named: set[str]) -> float:
    """How many of the question's words stand about the span, the nearer the more, the most in its own clause.

    A name that is spoken of goes on through the clauses behind it.
    """
    seen: dict[str, float] = {}
    for words in (_steps(text[: span.start], back=True), _steps(text[span.end :], back=False)):
        for word, distance, clauses in words:
            if word in asked:
                far = distance / 2 if word in named else distance + _CLAUSE * clauses
                seen[word] = max(seen.get(word, 0.0), 1 / (1 + far / _FAR))
    return 0.2 + sum(seen.values())


def _done(span: Span, text: str, doing: set[str]) -> float:
    """Less where what the question says is done is told in another clause: `begins on 1 May and ends on 3 June`."""
    elsewhere = doing & set(terms(text)) - set(terms(clause(text, span.start, span.end)))
    return _ELSEWHERE if elsewhere else 1.0


def _steps(text: str, back: bool) -> Iterator[tuple[str, int, int]]:
    """The words before or behind a span, each with how many words and ends of clauses lie between."""
    parts, distance = BREAK.split(text), 0
    for clauses, part in enumerate(reversed(parts) if back else parts):
        words = terms(part)
        for word in reversed(words) if back else words:
            yield word, distance, clauses
            distance += 1
