"""Recognise questions that compare two things: which was first, which is larger, how many years between."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...tools.text import english
from ...tools.text.questions import answer_type
from .logical_forms import Deduce, Form, Math, Output, Retrieval
from .nested_phrases import COMPARING, IDLE, TOKEN, verb

_BESIDE = re.compile(
    r"Ent\d+ ?(?:'s \w+ )?,? ?(?:or|and) (?:the |that of )*Ent\d+|Ent\d+\b.*\bthan (?:the |that of )*Ent\d+"
)
_EARLIER = re.compile(r"\b(?:first|earlier|earliest|older|oldest|before)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:later|latest|last|younger|youngest|newer|newest|more recently)\b", re.IGNORECASE)
_LARGER = re.compile(
    r"\b(?:larger|largest|bigger|biggest|longer|longest|higher|highest|taller|tallest|more|most|greater|"
    r"heavier|deeper)\b",
    re.IGNORECASE,
)
_SMALLER = re.compile(
    r"\b(?:smaller|smallest|shorter|shortest|lower|lowest|fewer|fewest|less|least|lighter)\b", re.IGNORECASE
)
_FASTER = re.compile(r"\b(?:faster|fastest|quicker|quickest|more quickly)\b", re.IGNORECASE)
_SLOWER = re.compile(r"\b(?:slower|slowest|more slowly)\b", re.IGNORECASE)
_SPAN = re.compile(r"\bhow many (years|days)\b", re.IGNORECASE)
_APART = re.compile(r"\b(?:after|apart|before|between|earlier|later|than)\b", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"\b(?:difference|how (?:much|many) (?:\w+ )?(?:more|less|fewer|longer|larger))\b", re.IGNORECASE
)
_TOTAL = re.compile(r"\b(?:in total|altogether|sum of|total)\b", re.IGNORECASE)
_SAME = re.compile(r"\bthe same\b", re.IGNORECASE)
_SHARED = re.compile(r"\b(?:the same|both)\b", re.IGNORECASE)
_ORDERED = re.compile(r"Ent\d+\b.*\b(?:or|than)\b.*Ent\d+|\b(?:of|between|among) (?:the )?Ent\d+ ?and\b", re.IGNORECASE)
"""Two things that one may be ahead of: `A and B first met` has none ahead."""


_ORDERS = (
    (_EARLIER, "earlier", "date"),
    (_LATER, "later", "date"),
    (_FASTER, "faster", "number"),
    (_SLOWER, "slower", "number"),
    (_LARGER, "larger", "number"),
    (_SMALLER, "smaller", "number"),
)
_THINGS = ("entity", "person", "place", "organization")
"""Kinds of answer that one of two things may be, or what both have."""


def comparison(text: str) -> list[int]:
    """The numbers of the two names that a question sets side by side; none where it does not."""
    several = list(dict.fromkeys(TOKEN.findall(text)))
    apart = _SPAN.search(text) and _APART.search(text)
    return [int(n) for n in several] if len(several) == 2 and (_BESIDE.search(text) or apart) else []


def compared(text: str, taken: Sequence[str], several: Sequence[int]) -> list[Form]:
    """Two things side by side, asked about in the same words; no forms where nothing tells how they are compared."""
    operation, kind = _operation(text)
    relation = _common(re.sub(r"\b[Bb]oth ", "", text))
    if not operation or not relation:
        return []
    one, other = (Retrieval(f"${n + 1}", taken[i], relation, kind) for n, i in enumerate(several))
    if operation in ("years", "days", "difference"):
        return [one, other, Math("$3", f"{operation}($1, $2)"), Output("$3")]
    if operation == "sum":
        return [one, other, Math("$3", "$1 + $2"), Output("$3")]
    return [one, other, Deduce("$3", operation, "$1", "$2"), Output("$3")]


def _operation(text: str) -> tuple[str, str]:
    """(what is done with the two, the kind of what is found of each); empty where nothing is."""
    span = _SPAN.search(text)
    if span:
        return span[1].casefold(), "date"
    asked = answer_type(text)
    for pattern, operation, kind in (
        (_DIFFERENCE, "difference", "number"),
        (_TOTAL, "sum", "number"),
        *(_ORDERS if _ORDERED.search(text) and asked in (*_THINGS, "boolean", "unknown") else ()),
        *([(_SAME, "same", "entity")] if asked == "boolean" else []),
        *([(_SHARED, "shared", asked)] if asked in _THINGS else []),
    ):
        if pattern.search(text):
            return operation, kind
    return "", ""


def _common(text: str) -> str:
    """The words that the comparison is about: verbs with their preposition, else its nouns; an age is from birth."""
    parts = english.pieces(text)
    verbs = [verb(parts, i) for i, piece in enumerate(parts) if piece.kind == "verb" and piece.lemma not in IDLE]
    nouns = [
        word
        for i, piece in enumerate(parts)
        if piece.kind == "noun" and not (i and parts[i - 1].kind == "wh" and verbs)
        for word in piece.text.casefold().split()
        if word not in COMPARING
    ]
    if verbs or nouns:
        return verbs[0] if verbs else " ".join(nouns)
    return "born" if re.search(r"\b(?:older|oldest|younger|youngest)\b", text, re.IGNORECASE) else ""
