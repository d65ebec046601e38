"""Find what narrows a question, such as a year or an adjective; a sentence without it answers another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ....model import Sentence
from ....tools.text.words import STOP, terms
from .focus import focus

_YEAR = re.compile(r"(?<![A-Za-z\d.,-])(1\d{3}|20\d\d)(?![A-Za-z\d]|[,.]\d|-\w)")
_TIMED = re.compile(r"\b(?:in|of|for|during|the|year|early|late|mid) $", re.IGNORECASE)
_COUNTING = re.compile(r" [a-z]+s\b")
"""A noun in plural, which a number before it counts unless a little word shows a year: `1500 ships`."""
_BOUND = re.compile(
    r"\b(?:before|after|since|until|till|between|from|through|by|than|past|and|to|later|earlier)(?: (?:the )?year)? $",
    re.IGNORECASE,
)
_BOUND_KO = re.compile(r"년?\s?(?:이전|이후|전에|후에|부터|까지|보다|대)")
_NEUTRAL = frozenset("current present full exact actual total official main real name overall whole".split())
_PHRASE = re.compile(r"^(?:who|what) (?:is|was|are|were) (?:the |an? )?((?:[\w-]+ )+?)(?:of|for|at|in) ", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BESIDE = 2
"""Sentences away from one, in which the year may stand that it speaks of."""


def years(question: str) -> list[str]:
    """The years that the question asks about, without those that only bound a time: `before 2003`."""
    return [
        m[1]
        for m in _YEAR.finditer(question)
        if not _BOUND.search(question[: m.start()])
        and not _BOUND_KO.match(question[m.end() :])
        and (_TIMED.search(question[: m.start()]) or not _COUNTING.match(question[m.end() :]))
    ]


def of_its_year(question: str, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Sentence id → 1 where the sentence has the years asked about, ½ where one beside it has; the others answer for
    another time."""
    asked = years(question)
    if not asked:
        return {sentence.id: 1.0 for sentence in sentences}
    own = [s for s in sentences if all(tells_year(f"{s.section} {s.text}", year) for year in asked)]
    beside = [s for s in sentences if any(_beside(s, other) for other in own)]
    return {**{s.id: 0.5 for s in beside}, **{s.id: 1.0 for s in own}}


def tells_year(text: str, year: str) -> bool:
    """Whether the text has the year, or years on both sides of it: `from 1995 to 2003`."""
    told = _YEAR.findall(text)
    return year in told or (len(told) > 1 and min(told) < year < max(told))


def _beside(one: Sentence, other: Sentence) -> bool:
    return one.document_id == other.document_id and abs(one.index - other.index) <= _BESIDE


def is_of_it(question: str, text: str) -> bool:
    """Whether a text speaks of what is asked and not of its like: of the deputy mayor, the Gdansk office, 부총장."""
    return not (_lacks_word(question, text) or _is_of_another(question, text) or _lacks_prefix(question, text))


def _lacks_word(question: str, text: str) -> bool:
    found = _PHRASE.match(question)
    words = found[1].split() if found else []
    told = set(terms(text))
    if len(words) < 2 or not told.issuperset(terms(words[-1])):
        return False
    return any(not told.issuperset(terms(word)) for word in words[:-1] if word.casefold() not in _NEUTRAL)


def _is_of_another(question: str, text: str) -> bool:
    """Whether a noun that a name narrows in the question is narrowed by another in the text, which has not that one."""
    told, asked = set(terms(text)), set(terms(question))
    for name, noun in _narrowed(_WORD.findall(question)):
        if not told.issuperset(terms(noun)) or told & set(terms(name)):
            continue
        if any(noun == other and not asked & set(terms(rival)) for rival, other in _narrowed(_WORD.findall(text))):
            return True
    return False


def _narrowed(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A capitalised word, and the noun in small letters that it stands before: (Gdansk, office)."""
    return (
        (one, two)
        for one, two in pairwise(words)
        if one[0].isupper() and two[0].islower() and one.casefold() not in STOP and two not in STOP
    )


def _lacks_prefix(question: str, text: str) -> bool:
    """Whether the Korean noun asked for stands there but for its first syllable: 총장 where 부총장 is asked."""
    noun, told = focus(question), text.replace(" ", "")
    return len(noun) > 2 and not noun.isascii() and noun not in told and noun[1:] in told
