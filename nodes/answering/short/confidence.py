"""How sure a short answer is: a logistic regression over what shows without a model.

`bench/short_confidence.py` fits the weights and prints how often the answers shown are right on documents left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ....model import Sentence
from ....tools.text.words import terms
from .choose import candidates
from .fitting_spans import clause
from .table_cells import headed

SURE = 0.7
"""From here on a short answer is shown: of those shown, four of five are right."""
_STRONG = 1.2
"""How well a span's type fits the question's kind from where on it is of that kind, as `choose` has it."""
WEIGHTS: Mapping[str, float] = {
    "bias": -2.073,
    "number": 1.040,
    "missing": -1.811,
    "clause": 0.019,
    "clause of that kind": 1.708,
    "relation": 0.457,
    "kind": 0.953,
    "rivals": -0.725,
    "cell": 3.016,
    "first": 0.445,
    "words": 1.123,
    "length": -0.295,
}
"""Of each feature."""


def confidence(question: str, kind: str, relation_words: Sequence[str], short: str, cited: Sequence[Sentence]) -> float:
    """The probability, 0 to 1, that `short` answers the question; 0 without one."""
    if not short:
        return 0.0
    found = features(question, kind, relation_words, short, cited)
    return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in found.items())))


def features(
    question: str, kind: str, relation_words: Sequence[str], short: str, cited: Sequence[Sentence]
) -> dict[str, float]:
    """What tells of a right answer: its kind, its rivals, and how much of the question its sentence and clause hold."""
    home = next((sentence for sentence in cited if short.casefold() in sentence.text.casefold()), None)
    if home is None and cited and cited[0].kind == "table":
        home = cited[0]  # a cell is told with the unit that its heading states
    text = home.text if home else ""
    asked, told = set(terms(question)), set(terms(text)) | set(terms(short))
    fitting = [one for one in candidates(question, kind, cited) if one.sentence == home]
    own = max((one for one in fitting if one.span.text == short), key=lambda one: one.score, default=None)
    at = text.find(short)
    near = set(terms(clause(text, at, at + len(short)))) if at >= 0 else set()
    clear, kind_fit = len(asked & near) / max(1, len(asked)), own.kind if own else 0.0
    return {
        "bias": 1.0,
        "number": float(any(character.isdigit() for character in short)),
        "missing": len(asked - told) / max(1, len(asked)),
        "clause": clear,
        "clause of that kind": clear * (kind_fit >= _STRONG),
        "relation": float(any(not told.isdisjoint(terms(word)) for word in relation_words)),
        "kind": kind_fit,
        "rivals": math.log1p(sum(one.span.type == own.span.type for one in fitting) if own else 0),
        "cell": float(home is not None and home.kind == "table" and headed(question, home.text, short)),
        "first": float(bool(cited) and home == cited[0]),
        "words": math.log1p(len(short.split())),
        "length": math.log1p(len(text.split())),
    }
