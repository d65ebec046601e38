"""The builtin judge: a statement holds as far as its words, and all its numbers and names, stand in the evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model import Sentence
from ..tools.text.words import terms
from .pages import unpaged

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[^\W\d_a-z][\w’'-]*", re.MULTILINE)
_FRAME = re.compile(r"^(?:According to section “[^”]*”, |“[^”]*” 절에 따르면, )")


class BuiltinJudge:
    """Lexical support; a number or a name that the evidence lacks halves it each time."""

    async def support(self, statement: str, evidence: Sequence[Sentence]) -> float:
        """As the port says. Where a statement says it stands, page or section, is no part of what is judged."""
        said = _FRAME.sub("", unpaged(statement))
        text = " ".join(sentence.text for sentence in evidence)
        words = set(terms(said))
        if not words:
            return 0.0
        held = set(terms(text))
        missing = set(_NUMBER.findall(said)) - set(_NUMBER.findall(text))
        missing |= {name for name in _NAME.findall(said) if not set(terms(name)) <= held}
        return float(len(words & held) / len(words) * 0.5 ** len(missing))
