"""Compare names: the key under which two spellings are one, and other keys worth looking up."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APART = re.compile(r"[\W_]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b|(?<=s)['’](?!\w)")
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.\s?){2,}")
_AND = re.compile(r"(?<=\w)\s+&\s+(?=\w)")
_SEAM = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_HANGUL_GAP = re.compile(r"(?<=[가-힣]) (?=[가-힣])")
_LEADING = re.compile(r"^(?:the|a|an) (?=[^\W\d]\w)")
_MARKS = re.compile(r"(?<=\w)(?:\++|#)(?!\w)")
_COMPANY = re.compile(r"(?<=\S) (?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|gmbh|ag)$")
_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:에게서|으로부터|에서는|에게|에서|으로|부터|까지|이란|"
    r"은|는|이|가|을|를|의|에|와|과|도|로|란|만)$"
)


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """The name without case, width, punctuation, possessive, leading article and differences of spacing in it.

    Initials stand together (`J. K. Rowling` = `J.K. Rowling`, `U.S.` = `US`), a code falls apart where letters meet
    digits (`PX-200` = `PX200`), `C`, `C++` and `C#` stay three, Hangul has no spaces (`안전 점검` = `안전점검`).
    Plurals and particles are left alone: `Robin Williams` is not `Robin William`; see `other_keys`. Two names with
    one key are taken for one. A name of punctuation alone keeps its own characters, so that no two fall together in
    an empty key.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    key = _AND.sub(" and ", _POSSESSIVE.sub("", folded))
    key = _MARKS.sub(lambda m: " sharp" if m.group() == "#" else " plus" * len(m.group()), key)
    key = _INITIALS.sub(lambda m: re.sub(r"[.\s]", "", m.group()) + " ", key)
    key = _LEADING.sub("", _APART.sub(" ", key).strip())
    key = _HANGUL_GAP.sub("", _SEAM.sub(" ", key))
    return key or folded


@lru_cache(maxsize=16384)
def other_keys(name: str) -> tuple[str, ...]:
    """Keys to look up when the name's own finds nothing, likeliest first: other number, no particle, no `Inc.`.

    `pumps` gives `pump`, `relief valve` gives `relief valves`, `한빛정밀은` gives `한빛정밀`, `Apple Inc.` `apple`.
    A key here may be another thing's name: use it only where an exact match failed.
    """
    key = name_key(name)
    found = [_COMPANY.sub("", key), _PARTICLE.sub("", key), *_other_number(key)]
    return tuple(dict.fromkeys(k for k in found if k and k != key))


def _other_number(key: str) -> list[str]:
    if not key[-1:].isascii() or not key[-1:].isalpha() or len(key) < 3:
        return []
    if key.endswith(("ss", "us", "is")) or not key.endswith("s"):
        return [_plural(key)]
    if key.endswith("ies") and len(key) > 4:
        return [key[:-3] + "y"]
    if key.endswith(("ches", "shes", "xes", "sses", "zes")):
        return [key[:-2]]
    return [key[:-1]]


def _plural(key: str) -> str:
    if key.endswith(("s", "x", "z", "ch", "sh")):
        return key + "es"
    return key[:-1] + "ies" if key.endswith("y") and key[-2:-1] not in "aeiou" else key + "s"
