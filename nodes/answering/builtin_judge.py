"""Judge whether the cited sentences bear out a statement, by words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...model import Sentence
from ...tools.text.words import terms
from .pages.correct import unpaged

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[^\W\d_a-z][\w’'-]*", re.MULTILINE)
_FRAME = re.compile(r"^(?:According to section “[^”]*”, |“[^”]*” 절에 따르면, )")


def unframed(statement: str) -> str:
    """The statement without the page or section on which it says it stands: no sentence holds that, so no judge can
    find it there."""
    text = unpaged(statement)
    said = _FRAME.sub("", text)
    return said[:1].upper() + said[1:] if said != text else text


class BuiltinJudge:
    """Lexical support; a number or a name that the evidence lacks halves it each time."""

    async def support(self, statement: str, evidence: Sequence[Sentence]) -> float:
        """As the port says."""
        text = " ".join(sentence.text for sentence in evidence)
        words = set(terms(statement))
        if not words:
            return 0.0
        lacking = words - set(terms(text))
        missing = set(_NUMBER.findall(statement)) - set(_NUMBER.findall(text))
        # By the whole statement's words: alone, a part of `Chief Financial Officer` or of `30㎡이다` is another word.
        missing |= {name for name in _NAME.findall(statement) if not lacking.isdisjoint(terms(name))}
        missing |= lacking.difference(*map(terms, statement.split()))
        return float(len(words - lacking) / len(words) * 0.5 ** len(missing))
