"""Notice that another sentence says the same of something else, so that none of the two answers alone."""

from __future__ import annotations

from collections.abc import Sequence

from ....model import Sentence
from ....tools.text.words import terms
from ..demands import alike
from .choose import short_answer


def has_rival(question: str, kind: str, short: str, cited: Sequence[Sentence]) -> bool:
    """Whether a sentence of the same shape that holds as much of the question gives another short answer. Blocking."""
    home = next((one for one in cited if short and short.casefold() in one.text.casefold()), None)
    if home is None:
        return False
    asked = set(terms(question))
    held = asked.intersection(terms(home.text))
    return any(
        alike(home.text, one.text)
        and held <= set(terms(one.text))
        and short_answer(question, kind, [one]) not in ("", short)
        for one in cited
        if one.text != home.text
    )
