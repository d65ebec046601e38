"""Decide which spans may answer a question: right noun and unit, right kind of thing, not denied."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ....tools.text.late_pattern import late
from ....tools.text.words import STOP, terms

_WORD = late(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COUNT = late(r"\b(?:how many|number of)(?: of)?(?: the| more| other| different)*((?: [\w'’-]+){1,4})", re.IGNORECASE)
_AMOUNT = late(
    r"[^\w]*[\d.,]*\d(?:st|nd|rd|th)?\b|\s*(?:hundred|thousand|million|billion|trillion|dozen)s?\b", re.IGNORECASE
)
_AFTER = late(r"[\s-]*([^\W\d_]+(?:['’-][^\W\d_]+)*)")
_LONGEST = 4
"""Words that may stand between a number and the noun it counts, and that noun."""
_MEASURES = frozenset(
    terms(
        "second minute hour day week month year decade century metre meter mile kilometre kilometer foot feet inch "
        "yard gram kilogram kilo tonne ton pound ounce dollar euro crown yen percent percentage per cent degree litre "
        "liter gallon bar volt watt kg km cm mm"
    )
)
_PEOPLE = frozenset(terms("people person persons population inhabitants"))
_POPULATION = late(r"\bpopulation\b", re.IGNORECASE)
_PRICE = late(
    r"\bhow much\b.*\b(?:costs?|pay|paid|spend|spent|charged?|earn(?:ed|s)?|worth)\b|\bwhat (?:is|was|are|were) the "
    r"(?:\w+ )?(?:price|cost|fee|fare|salary|rent)\b|(?:가격|값|비용|요금|등록금|연봉|월급)[은는이가]? ?얼마",
    re.IGNORECASE,
)
_MONEY = late(
    r"[$£€¥₩]|\b(?:dollars?|pounds?|euros?|cents?|pence|crowns?|kron[ae]r?|yen|won|yuan|francs?|marks?|rupees?|rubles?|"
    r"pesos?|shillings?|[A-Z]{3})\b|원|달러|유로|엔|위안|파운드"
)
_WEIGHT = late(r"\bhow (?:much|heavy)\b.*\b(?:weighs?|weighed|heavy)\b|무게[은는이가]? ?얼마", re.IGNORECASE)
_MASS = late(
    r"\b(?:grams?|kilo(?:gram)?s?|tonnes?|tons?|pounds?|ounces?|stone)\b|(?<=\d)\s?(?:k?g|lbs?|oz|t)\b|[㎍-㎏]|그램|톤"
)
_WHERE = late(r"\b(?:in|at|on|near|into|inside|outside)(?: the)? $", re.IGNORECASE)
_BY = late(r"\bby(?: the)? $", re.IGNORECASE)
_DENIED = late(
    r"\b(?:not|never|no longer|neither|nor|den(?:y|ies|ied))\b|n['’]t\b|지 ?(?:않|못|아니)|아니[다었라]|없[다었]"
)
_BOUND_ASKED = late(r"(?:언제|몇 ?[년월일시])(부터|까지)")
_BOUND = late(r"부터|까지")
BREAK = late(r"[;:]|,(?!\d)|\b(?:and|but|while|whereas|who|which|although)\b")
"""Where one clause ends and the next begins."""


def fits(question: str, kind: str, text: str, start: int, end: int) -> bool:
    """Whether what stands at `start` to `end` of the text may be what the question asks for, as far as shapes tell."""
    if _DENIED.search(clause(text, start, end)) and not _DENIED.search(question):
        return False
    if kind == "number":
        return _is_asked_amount(question, text, start, end)
    asked, told = _BOUND_ASKED.search(question), _BOUND.match(text, end)
    if asked and told and asked[1] != told[0]:
        return False
    before = text[:start]
    return not ((kind == "person" and _WHERE.search(before)) or (kind == "place" and _BY.search(before)))


def clause(text: str, start: int, end: int) -> str:
    """What stands around it up to the next breaks."""
    breaks = [*BREAK.finditer(text)]
    first = max((m.end() for m in breaks if m.end() <= start), default=0)
    last = min((m.start() for m in breaks if m.start() >= end), default=len(text))
    return text[first:last]


def _is_asked_amount(question: str, text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 2) : end] + "".join(text[end:].partition(" ")[:1])
    if _PRICE.search(question):
        return bool(_MONEY.search(around))
    if _WEIGHT.search(question):
        return bool(_MASS.search(around))
    counted, found = _counted(question), _noun(text, start)
    if not counted or not found or counted & found:
        return True
    return bool(counted & _PEOPLE) and found.isdisjoint(_MEASURES)


def _counted(question: str) -> set[str]:
    """Stems of the noun that is counted: of `How many guest beds does it have?` guest and bed."""
    found = _COUNT.search(question)
    if found is None:
        return set(_PEOPLE) if _POPULATION.search(question) else set()
    return set(terms(" ".join(_until_stop(found[1].split()))))


def _until_stop(words: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for word in words:
        if word.casefold() in STOP:
            break
        kept.append(word)
    return kept


def _noun(text: str, start: int) -> set[str]:
    """Stems of the words behind the number that stands there, as far as its noun may go."""
    place, words = start, list[str]()
    while amount := _AMOUNT.match(text, place):
        place = amount.end()
    if text[place : place + 1] == "%":
        return set(terms("percent"))
    while len(words) < _LONGEST and (word := _AFTER.match(text, place)):
        words.append(word[1])
        place = word.end()
    return set(terms(" ".join(_until_stop(words))))
