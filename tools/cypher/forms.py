"""Forms that Cypher has dropped, or that SQL lends to it, put into Cypher 5."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import RefusedQuery
from .cursor import brackets
from .splice import Edit, Fix, splice
from .tokens import Token, tokenize

_AFTER_GROUP = frozenset("ORDER LIMIT SKIP RETURN WITH UNION MATCH OPTIONAL WHERE UNWIND CALL".split())
_ROUNDS = 50


def modernise(text: str) -> tuple[str, list[str]]:
    """The text in today's forms, and what was changed."""
    changes: list[str] = []
    for _ in range(_ROUNDS):
        tokens = [token for token in tokenize(text) if token.kind not in ("space", "comment")]
        fix = _first(tokens)
        if fix is None:
            break
        text = splice(text, tokens, fix.edits)
        changes.append(fix.why)
    return text, changes


def _first(tokens: list[Token]) -> Fix | None:
    try:
        closing = brackets(tokens)
    except RefusedQuery:
        return None
    for at in range(len(tokens)):
        for form in _FORMS:
            fix = form(tokens, at, closing)
            if fix is not None:
                return fix
    return None


def _unequal(tokens: list[Token], at: int, closing: dict[int, int]) -> Fix | None:
    return Fix((Edit(at, at, "<>"),), "!= → <>") if tokens[at].text == "!=" else None


def _bar_colon(tokens: list[Token], at: int, closing: dict[int, int]) -> Fix | None:
    if not _texts(tokens, at, "|", ":"):
        return None
    return Fix((Edit(at, at + 1, "|"),), "[:A|:B] → [:A|B]")


def _exists(tokens: list[Token], at: int, closing: dict[int, int]) -> Fix | None:
    """`exists(n.p)` and `exists((n)--())`."""
    if tokens[at].upper != "EXISTS" or not _texts(tokens, at + 1, "("):
        return None
    end = closing[at + 1]
    if end == at + 5 and _texts(tokens, at + 3, "."):
        read = f"{tokens[at + 2].text}.{tokens[at + 4].text}"
        return Fix((Edit(at, end, f"({read} IS NOT NULL)"),), f"exists({read}) → {read} IS NOT NULL")
    if not _pattern(tokens, at + 2, closing):
        return None
    return Fix((Edit(at, at + 1, "EXISTS { "), Edit(end, end, " }")), "exists(pattern) → EXISTS { pattern }")


def _size(tokens: list[Token], at: int, closing: dict[int, int]) -> Fix | None:
    """`size((n)--())`."""
    if tokens[at].upper not in ("SIZE", "LENGTH", "COUNT") or not _texts(tokens, at + 1, "("):
        return None
    end = closing[at + 1]
    if not _pattern(tokens, at + 2, closing):
        return None
    return Fix(
        (Edit(at, at + 1, "COUNT { "), Edit(end, end, " }")),
        f"{tokens[at].text}(pattern) → COUNT {{ pattern }}",
    )


def _pattern(tokens: list[Token], at: int, closing: dict[int, int]) -> bool:
    """Whether a node in brackets and the start of a relationship come next."""
    if not _texts(tokens, at, "("):
        return False
    behind = closing[at] + 1
    return _texts(tokens, behind, "-", "[") or _texts(tokens, behind, "-", "-") or _texts(tokens, behind, "<", "-")


def _group_by(tokens: list[Token], at: int, closing: dict[int, int]) -> Fix | None:
    """Cypher groups by what is not aggregated; it has no GROUP BY."""
    if tokens[at].upper != "GROUP" or at + 1 >= len(tokens) or tokens[at + 1].upper != "BY":
        return None
    end = at + 2
    while end < len(tokens) and tokens[end].upper not in _AFTER_GROUP and tokens[end].text not in ("}", ";"):
        end += 1
    return Fix((Edit(at, end - 1, ""),), "took GROUP BY out: Cypher groups by what is not aggregated")


def _nulls(tokens: list[Token], at: int, closing: dict[int, int]) -> Fix | None:
    """`ORDER BY n.p DESC NULLS LAST`."""
    if tokens[at].upper != "NULLS" or at + 1 >= len(tokens) or tokens[at + 1].upper not in ("FIRST", "LAST"):
        return None
    return Fix((Edit(at, at + 1, ""),), f"took NULLS {tokens[at + 1].upper} out")


def _texts(tokens: list[Token], at: int, *texts: str) -> bool:
    return [token.text for token in tokens[at : at + len(texts)] if token.kind == "symbol"] == list(texts)


_FORMS: tuple[Callable[[list[Token], int, dict[int, int]], Fix | None], ...] = (
    _unequal,
    _bar_colon,
    _exists,
    _size,
    _group_by,
    _nulls,
)
