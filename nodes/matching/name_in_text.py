"""Find a name in a text: as whole words, in Korean with a particle after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...tools.text.words import terms

LONGEST = 200
"""Characters of the longest name looked for."""
# Scripts that put spaces between words; Han and kana do not, and a Korean name may stand in a longer word.
_SPACED = "0-9A-Za-z\u00c0-\u052f"
_SPACED_LETTER = re.compile(f"[{_SPACED}]")
_HANGUL = re.compile("[가-힣]")
_PARTICLE = (
    "(?:에게서|으로부터|로부터|에서는|에서도|에서|에게|에는|에도|으로|부터|까지|이라는|라는|이란|란|이나|이며|이고|"
    "은|는|이|가|을|를|의|에|와|과|도|로|만|인|님|씨)"
)


def find_name(text: str, name: str) -> tuple[int, int] | None:
    """Start and end of the name in the text, spelt as it is before in any case, a word before a part of one.

    `Ann` does not stand in `Annette`; `pump` does in `pumps`, `부산` in `부산에서` and, if nowhere else, in `부산항`.
    """
    name = name.strip()
    if len(name) > LONGEST or not any(character.isalnum() for character in name):
        return None
    hits = (re.search(pattern, text, flags) for pattern in _patterns(name) for flags in (re.NOFLAG, re.IGNORECASE))
    return next((hit.span() for hit in hits if hit), None)


def holds_name(text: str, name: str) -> bool:
    """Whether the text holds the name, or all its words: `31.5 m` in `Length (m): 31.5`, `2 May` in `May 2`."""
    words = set(terms(name))
    return find_name(text, name) is not None or (bool(words) and words <= set(terms(text)))


def _patterns(name: str) -> Iterator[str]:
    said = r"\s+".join(re.escape(word) for word in name.split())
    first = f"(?<![{_SPACED}])" if _SPACED_LETTER.match(name[0]) else ""
    last = f"(?=(?:e?s)?(?![{_SPACED}]))" if _SPACED_LETTER.match(name[-1]) else ""
    if _HANGUL.match(name[0]) or _HANGUL.match(name[-1]):
        alone = "(?<![가-힣])" if _HANGUL.match(name[0]) else first
        yield alone + said + (f"(?={_PARTICLE}?(?![가-힣]))" if _HANGUL.match(name[-1]) else last)
        yield alone + said + last
    yield first + said + last
