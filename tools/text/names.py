"""When two spellings are one name: the key that names are compared by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APART = re.compile(r"[^\w]+|_+")
_LEADING = re.compile(r"^(?:the|a|an) (?=\S)")


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """The name without case, width, accents' encoding, punctuation, surrounding spaces and a leading article.

    Two names with one key are taken for one. A name of punctuation alone keeps its own characters, so that no
    two different names fall together in an empty key.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    folded = re.sub(r"(?<=\w)['’]s\b|(?<=s)['’](?!\w)", "", folded)
    key = _LEADING.sub("", _APART.sub(" ", folded).strip())
    return key or folded.strip()
