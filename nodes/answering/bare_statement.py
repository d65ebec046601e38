"""Notice what tells nothing by itself: a fragment, or a sentence about `it`."""

from __future__ import annotations

from ...tools.text import english, korean
from ...tools.text.words import language

_NAMING = ("name", "noun", "date", "quantity", "pronoun")
_TELLING = ("verb", "be", "copula")


def is_bare(text: str) -> bool:
    """Whether it has no verb (`by Mira`), or begins with a pronoun (`She did.`). Blocking: Korean loads a model."""
    pieces = (korean if language(text) == "ko" else english).pieces(text)
    first = next((piece for piece in pieces if piece.kind in _NAMING), None)
    return (first is not None and first.kind == "pronoun") or all(piece.kind not in _TELLING for piece in pieces)
