"""Rewrite forms of older Cypher or of SQL in Cypher 5."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import RefusedQuery
from .text_edits import Edit, Fix, splice
from .token_cursor import brackets
from .tokens import Token, tokenize

_AFTER_GROUP = frozenset("ORDER LIMIT SKIP OFFSET RETURN WITH UNION MATCH OPTIONAL WHERE UNWIND CALL HAVING".split())
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
    """Cypher groups by what is not aggregated; it has no GROUP BY. What is grouped by has to be among the items."""
    if tokens[at].upper != "GROUP" or at + 1 >= len(tokens) or tokens[at + 1].upper != "BY":
        return None
    end = at + 2
    while end < len(tokens) and tokens[end].upper not in _AFTER_GROUP and tokens[end].text not in ("}", ";"):
        end += 1
    start = next((place for place in range(at - 1, -1, -1) if tokens[place].upper in ("RETURN", "WITH")), None)
    if start is None or (end < len(tokens) and tokens[end].upper == "HAVING"):
        return None
    start += tokens[start + 1].upper == "DISTINCT"
    said = {name for one in _parts(tokens, start + 1, at) for name in _known_as(one)}
    missing = [part for part in _parts(tokens, at + 2, end) if _joined(part) not in said]
    if missing and tokens[start].upper != "RETURN":
        return None  # what WITH passes on needs a name
    added = "".join(f" {' '.join(token.text for token in part)}," for part in missing)
    why = "took GROUP BY out: Cypher groups by what is not aggregated"
    put = (Edit(start + 1, start, added.replace(" . ", ".")),) if added else ()
    return Fix((*put, Edit(at, end - 1, "")), why)


def _parts(tokens: list[Token], first: int, end: int) -> list[list[Token]]:
    """The items that commas part."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[first:end]:
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _known_as(item: list[Token]) -> list[str]:
    """An item's expression, and its alias."""
    named = len(item) > 2 and item[-2].upper == "AS"
    return [_joined(item[:-2]), item[-1].text] if named else [_joined(item)]


def _joined(tokens: list[Token]) -> str:
    return "".join(token.text for token in tokens)


def _nulls(tokens: list[Token], at: int, closing: dict[int, int]) -> Fix | None:
    """`ORDER BY n.p DESC NULLS LAST`: Cypher has nulls last, and first where it descends."""
    if tokens[at].upper != "NULLS" or at + 1 >= len(tokens) or tokens[at + 1].upper not in ("FIRST", "LAST"):
        return None
    down = tokens[at - 1].upper in ("DESC", "DESCENDING")
    last = tokens[at + 1].upper == "LAST"
    dropped = Edit(at, at + 1, "")
    if last != down:
        return Fix((dropped,), f"took NULLS {tokens[at + 1].upper} out: so it is anyway")
    first = _sort_key(tokens, at)
    end = at - (tokens[at - 1].upper in ("ASC", "ASCENDING", "DESC", "DESCENDING"))
    if first is None or first >= end:
        return None
    said = " ".join(token.text for token in tokens[first:end]).replace(" . ", ".")
    put = Edit(first, first - 1, f" ({said}) IS {'' if last else 'NOT '}NULL,")
    return Fix((put, dropped), f"NULLS {tokens[at + 1].upper} → a sort key of its own")


def _sort_key(tokens: list[Token], at: int) -> int | None:
    """Where the expression begins that is sorted by before that token."""
    depth = 0
    for place in range(at - 1, -1, -1):
        depth += (tokens[place].text in (")", "]", "}")) - (tokens[place].text in ("(", "[", "{"))
        if depth == 0 and (tokens[place].upper == "BY" or tokens[place].text == ","):
            return place + 1
    return None


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
