"""Notice a model's statement that says less than what it cites: a fragment, or one about `it` that names nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ...model import Sentence
from ...tools.text.words import terms
from ..answering.bare_statement import is_bare


def fuller(statement: str, cited: Sequence[Sentence], question: str) -> Sentence | None:
    """The cited sentence that a bare statement comes from, where it says more of the question; else None. Blocking."""
    if not cited or not is_bare(statement):
        return None
    said, asked = set(terms(statement)), set(terms(question))
    source = max(cited, key=lambda sentence: len(said.intersection(terms(sentence.text))))
    return source if asked.intersection(terms(source.text)) - said else None
