"""Tell what kind of thing an English name names, by its words: a head noun, a first name, a place, its shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

TYPES = ("PERSON", "ORGANIZATION", "PLACE", "DATE", "QUANTITY", "PRODUCT", "TERM", "NAME")
"""Entity types of the builtin engine: TERM is a noun phrase or a defined term, NAME a name of unknown kind."""

_CODE = re.compile(r"[A-Z][A-Za-z]{0,7}-?\d[\w/-]{0,20}|[A-Z]{2,8}-[A-Z]{1,4}-?\d\w{0,12}|\d{1,4}[A-Z][A-Z0-9-]{0,12}")
_INITIAL = re.compile(r"[A-Z]\.|(?:[A-Z]\.){2,}")
_GIVEN = re.compile(r"[A-Z][a-z]+-[a-z]+")
_ACRONYM = re.compile(r"[A-Z]{2,6}s?|(?:[A-Z]\.){2,6}|[A-Z]{1,3}&[A-Z]{1,3}")
_LINKS = frozenset("of de la du von van der den bin al the and & for del di da el".split())


@cache
def words(section: str) -> frozenset[str]:
    """The lower-case words of one section of the gazetteer; those of several words hold a space."""
    return _sections()[section]


@cache
def _sections() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    current: set[str] = set()
    text = files(__package__).joinpath("gazetteer_en.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            current.update(word.replace("_", " ") for word in line.split())
    return {name: frozenset(members) for name, members in found.items()}


def is_code(word: str) -> bool:
    """Whether a word is a product code: PX-200, A320, 3M."""
    return bool(_CODE.fullmatch(word))


@lru_cache(maxsize=65536)
def name_type(name: tuple[str, ...]) -> str:
    """One of `TYPES` for a name given as its words; NAME where they do not tell."""
    low = tuple(word.lower() for word in name)
    joined = " ".join(low)
    if any(is_code(word) for word in name):
        return "PRODUCT"
    if joined in words("place"):
        return "PLACE"
    return _by_heads(low) or _by_shape(name, low) or "NAME"


def _by_heads(low: tuple[str, ...]) -> str:
    last, many = low[-1].rstrip("."), len(low) > 1
    if many and last in words("org"):
        return "ORGANIZATION"
    if many and low[0] in words("orgfirst") and "of" in low:
        return "ORGANIZATION"
    if many and (last in words("placehead") or low[0].rstrip(".") in words("placefirst")):
        return "PLACE"
    return ""


def _by_shape(name: tuple[str, ...], low: tuple[str, ...]) -> str:
    if len(name) == 1:
        if _ACRONYM.fullmatch(name[0]):
            return "TERM" if low[0] in words("term") else "ORGANIZATION"
        return "PERSON" if low[0] in words("first") else ""
    plain = all(w[0].isupper() or w in _LINKS for w in name) and not {"of", "the", "and", "&", "for"} & set(low)
    first = low[0] in words("first") or bool(_INITIAL.fullmatch(name[0]))
    middle = any(_INITIAL.fullmatch(w) for w in name[1:-1])
    korean = (low[0] in words("surname") and len(name) == 2) or bool(_GIVEN.fullmatch(name[-1]) and len(name) == 2)
    return "PERSON" if plain and len(name) <= 5 and (first or middle or korean) else ""


@cache
def roles() -> frozenset[str]:
    """Nouns that are somebody's or something's, and so relations: director, mother, capital."""
    return words("role") | words("part")


def is_person_word(word: str) -> bool:
    """Whether a word heads a person's name: `Dr.`, `President`."""
    return word.rstrip(".").lower() in words("title")


def all_generic(parts: Sequence[str]) -> bool:
    """Whether a noun phrase says nothing by itself: `the same thing`."""
    return all(part.lower() in words("generic") for part in parts)
