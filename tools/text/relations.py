"""The bounded vocabulary of relation types: a wording (`be founded by`, `director of`, `인수하다`) to its type.

Each type costs the embedded store files and memory, so that a wording outside the lists is `RELATED_TO` and keeps its
words in the claim's phrase.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from ...model import RELATED
from .gazetteer import roles as english_roles
from .korean import words as korean_words


def type_of(phrase: str) -> str:
    """The type of a wording in lemmas: `WORK_FOR` for `work at`, `인수하다` for `인수하다`; else `RELATED_TO`."""
    return _types().get(phrase) or _role(phrase) or RELATED


def relation_types() -> tuple[str, ...]:
    """Every type that the lists can give, sorted, `RELATED_TO` among them."""
    roles = {_upper(f"{word} of") for word in english_roles()} | set(korean_words("role"))
    return tuple(sorted({*_types().values(), *roles, RELATED, "SAME_AS"}))


@lru_cache(maxsize=16384)
def _role(phrase: str) -> str:
    """`safety officer of` → OFFICER_OF: a role noun gives its type whatever stands before it."""
    parts = phrase.split()
    if len(parts) > 1 and parts[-1] in ("of", "at", "for", "in") and parts[-2] in english_roles():
        return _types().get(f"{parts[-2]} of") or _upper(f"{parts[-2]} of")
    return parts[-1] if parts and parts[-1] in korean_words("role") else ""


@cache
def _types() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("relations_en.txt", "relations_ko.txt"):
        for type_, wordings in _entries(files(__package__).joinpath(name).read_text(encoding="utf-8")):
            for wording in wordings:
                found.setdefault(wording, type_ or _upper(wording))
    return found


def _entries(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        type_, colon, rest = line.partition(":")
        wordings = rest.split(";") if colon else line.split(",")
        yield type_.strip() if colon else "", [w.strip() for w in wordings if w.strip()]


def _upper(wording: str) -> str:
    return wording.removeprefix("be ").upper().replace(" ", "_").replace("-", "_")
