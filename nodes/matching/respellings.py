"""Find what a name was taken for that the question spells otherwise, and say so in the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ...model import Match, Sentence
from ...tools.text.names import name_key, other_keys
from ...tools.text.words import terms
from .fuzzy import closest

_CLOSE = 0.6
"""Closeness, as `fuzzy` measures it, from which another spelling is a slip."""


def respellings(matches: Sequence[Match]) -> dict[str, str]:
    """Wording → the name that it is a slip, a short form or a turned form of, the best one; no mere other number."""
    found: dict[str, str] = {}
    for m in matches:
        if m.kind == "entity" and m.how == "vector" and m.mention not in found and _is_slip(m.mention, m.name):
            found[m.mention] = m.name
    return found


def _is_slip(mention: str, name: str) -> bool:
    if name_key(name) in (name_key(mention), *other_keys(mention)):
        return False
    return bool(closest([mention], [name], _CLOSE))


def stand_ins(matches: Sequence[Match], frequencies: Mapping[str, int]) -> dict[str, str]:
    """Wording → the name to look for in its place, where a word of it stands nowhere and it is known who is meant."""
    odd = [m for m in matches if m.kind == "entity" and not all(map(frequencies.get, terms(m.mention)))]
    known = {m.mention: m.name for m in reversed(odd) if m.how != "vector"}
    return {**(respellings(odd) if odd else {}), **known}


def as_named(text: str, names: Mapping[str, str]) -> str:
    """The text with each of these wordings as the documents have it."""
    for mention, name in names.items():
        text = text.replace(mention, name)
    return text


def counted_too(
    counted: tuple[int, Mapping[str, int]], names: Collection[str], candidates: Iterable[Sentence]
) -> tuple[int, Mapping[str, int]]:
    """What was counted, and the names' other words, in the sentences at hand: who bears a name has brought his."""
    rows, frequencies = counted
    fresh = {term for name in names for term in terms(name)} - frequencies.keys()
    if not fresh:
        return counted
    told = [fresh.intersection(terms(sentence.text)) for sentence in candidates]
    return rows, {**frequencies, **{term: sum(term in some for some in told) for term in fresh}}


# ── in the answer
def respellings_note(matches: Sequence[Match], language: str) -> str:
    """A sentence for each name that is spelt otherwise, with whom it was taken for; empty where there is none."""
    form = "“{}”: “{}”의 다른 표기로 보았습니다." if language == "ko" else "“{}” is taken for “{}”."
    return " ".join(form.format(mention, name) for mention, name in respellings(matches).items())
