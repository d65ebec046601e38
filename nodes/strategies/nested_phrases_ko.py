"""The same in Korean, where the words after a name are its chain, in order."""

from __future__ import annotations

from collections.abc import Sequence

from ...tools.text import korean as grammar
from ...tools.text.questions import answer_type
from ...tools.text.sentence_pieces import Piece
from .logical_forms import KINDS
from .relation_chain import Chain, Link, kind_of


def korean(question: str, names: Sequence[str]) -> Chain | None:
    """The chain of the question's first known name; None where it has none."""
    parts = grammar.pieces(question)
    start = next((i for i, p in enumerate(parts) if _is_known(p, question, names)), None)
    if start is None:
        return None
    name = max((n for n in names if parts[start].text in n or n in parts[start].text), key=len, default="")
    chain = Chain(name or parts[start].text)
    for i in range(start + 1, len(parts)):
        chain = _onward(chain, parts, i, names)
    last = answer_type(question)
    if chain.links and last in KINDS and last != "entity":
        chain = Chain(chain.name, (*chain.links[:-1], Link(chain.links[-1].relation, last, chain.links[-1].asks)))
    return chain


def _is_known(piece: Piece, question: str, names: Sequence[str]) -> bool:
    return piece.kind in ("name", "noun") and any(piece.text in name or name in piece.text for name in names)


def _onward(chain: Chain, parts: Sequence[Piece], i: int, names: Sequence[str]) -> Chain:
    piece = parts[i]
    if piece.kind == "verb" and piece.lemma not in ("하다", "되다", "있다", "없다", "이다"):
        return chain.then(Link(piece.lemma, "entity"))
    if piece.kind != "noun" or any(piece.text in name for name in names):
        return chain
    before = parts[i - 1]
    if before.kind == "verb" and chain.links:
        return Chain(
            chain.name, (*chain.links[:-1], Link(chain.links[-1].relation, kind_of(piece.lemma or piece.text)))
        )
    owned = before.lemma == "의" or before.text == "의"
    return chain.then(Link(piece.text, kind_of(piece.lemma or piece.text))) if owned else chain
