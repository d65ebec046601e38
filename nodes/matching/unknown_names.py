"""Find names in the question that occur in no document, so that the answer can abstain."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from ...model import Match, Mention
from ...tools.text import english
from ...tools.text.words import HANGUL, STOP, terms
from .candidate_spans import EXACT_ONLY

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PLAIN = ("TERM", *EXACT_ONLY)
"""Types of mentions that are no names."""
_PEOPLES = re.compile(r"(?:ians?|eans?|icans?|ish|ese)$")
"""How those of a place are called: `Norwegians` may be told of where the documents say but `Norway`."""
_INITIALS = re.compile(r"[A-Z]{2,6}")
_FORMS = frozenset(
    "mr mrs ms miss dr sir dame lord lady prof professor st saint inc ltd co corp company celsius fahrenheit".split()
)
"""Words beside a name, and of a unit, that the documents may leave out or shorten."""
_FULL = 2
"""Words of a name that are known, from which another may be a middle name left out."""


def unknown_names(
    question: str,
    mentions: Sequence[Mention],
    matches: Sequence[Match],
    unknown: Collection[str],
    texts: Sequence[str] = (),
) -> list[str]:
    """The names of the question that nothing matches and that have a telling word in none of the documents.

    Initials that one of the `texts` spells out are known. Where everything is in capitals they tell no name from the
    words around it.
    """
    if not unknown or not _shows_names(question):
        return []
    bound = [m.mention for m in matches if m.kind == "entity"]
    return [
        mention.text
        for mention in mentions
        if mention.type not in _PLAIN
        and not any(mention.text in some or some in mention.text for some in bound)
        and _is_strange(mention, unknown)
        and not _spelt_out(mention.text, texts)
    ]


def _is_strange(mention: Mention, unknown: Collection[str]) -> bool:
    words = [word for word in WORD.findall(mention.text) if word.casefold() not in STOP | _FORMS]
    strange = [word for word in words if word in unknown and _is_name(word, first=mention.start == 0)]
    return bool(strange) and len(words) - len(strange) < _FULL


def _spelt_out(short: str, texts: Sequence[str]) -> bool:
    """Whether a text has the name that these are the initials of: `United Methodist Church` of UMC."""
    if not _INITIALS.fullmatch(short):
        return False
    full = re.compile(r"\b" + r"[\w’'.-]+ (?:(?:of|the|and|for|in) ){0,2}".join(short))
    return any(map(full.search, texts))


def _is_name(word: str, first: bool) -> bool:
    """Whether it is spelt as a name; the question's first word has its capital from its place."""
    if HANGUL.match(word) or any(c.isdigit() for c in word):
        return True
    return word[0].isupper() and not _PEOPLES.search(word) and not (first and english.in_dictionary(word.casefold()))


def _shows_names(question: str) -> bool:
    return bool(HANGUL.search(question)) or any(word[0].islower() for word in WORD.findall(question))


def strange_fronts(mentions: Sequence[Mention], frequencies: Mapping[str, int]) -> Iterator[str]:
    """Korean names whose front stands nowhere, though their end does in another: `삼성` of 삼성전자."""
    for mention in mentions:
        parts = terms(mention.text)
        if (
            mention.type not in _PLAIN
            and HANGUL.match(mention.text)
            and len(parts) > 1
            and not frequencies.get(parts[0])
        ):
            yield mention.text
