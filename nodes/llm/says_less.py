"""Notice a model's statement that says less than what it cites: a fragment, or one about `it` that names nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ...model import Sentence
from ...tools.text import english, korean
from ...tools.text.words import language, terms

_NAMING = ("name", "noun", "date", "quantity", "pronoun")
_TELLING = ("verb", "be", "copula")


def fuller(statement: str, cited: Sequence[Sentence], question: str) -> Sentence | None:
    """The cited sentence that a bare statement comes from, where it says more of the question; else None.

    Bare is what has no verb (`by Mira`), or begins with a pronoun (`She did.`). Blocking: Korean loads a model.
    """
    if not cited or not _is_bare(statement):
        return None
    said, asked = set(terms(statement)), set(terms(question))
    source = max(cited, key=lambda sentence: len(said.intersection(terms(sentence.text))))
    return source if asked.intersection(terms(source.text)) - said else None


def _is_bare(statement: str) -> bool:
    pieces = (korean if language(statement) == "ko" else english).pieces(statement)
    first = next((piece for piece in pieces if piece.kind in _NAMING), None)
    return (first is not None and first.kind == "pronoun") or all(piece.kind not in _TELLING for piece in pieces)
