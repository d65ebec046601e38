"""Decide which language a text is written in, whatever names and quotations it holds."""

from __future__ import annotations

import re

from ...tools.text.words import STOP
from ...tools.text.words import language as language_of

_QUOTED = re.compile(r"[\"“‘「『《][^\"“”‘’「」『』《》\n]{1,300}[\"”’」』》]")
_WORD = re.compile(r"[가-힣]+|[A-Za-z0-9]+")


def is_written_in(text: str, language: str) -> bool:
    """Whether it is in this language, `en` or `ko`; of any other nobody can say, and it counts as written in it.

    Names stay in their own script: `Mira Lindqvist가 설계하였다` is Korean, `박재호 founded it` English.
    """
    words = _WORD.findall(_QUOTED.sub(" ", text))
    # A Latin word with a capital or a digit is taken for a name, unless it is a little one.
    latin = (word for word in words if word.isascii() and word.isalpha())
    small = "".join(word for word in latin if word.islower() or word.casefold() in STOP)
    hangul = "".join(word for word in words if not word.isascii())
    if language == "ko":
        return language_of(small + hangul) != "en"
    return language != "en" or 2 * len(small) >= len(hangul)
