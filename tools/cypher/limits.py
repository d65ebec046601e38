"""Refuse queries whose form alone says that they would explode: lengths, repetitions, products.

Static and rough, and only the first of the limits: what passes still runs under a time and a row limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import inf

from ...errors import RefusedQuery
from .expression_sizes import LARGEST
from .parse_tree import Hops, Parsed
from .regexes import judge
from .tokens import Token, quote, string_value

MAX_CHARACTERS = 20_000
MAX_TOKENS = 8_000
MAX_HOPS = 10
"""Of one variable-length relationship; an unbounded one gets this bound."""
_TOTAL_HOPS = 36
_CLAUSES = 40
_ISLANDS = 3
"""Unconnected patterns without a property map, whose rows multiply."""
_APART = 2
"""The same of one expression, whatever their properties are: it may be had for each row."""
_RANGE = 100_000
"""Elements of one range."""
_PLACES = 1_000
"""That a number is rounded to: the server writes them all out."""
_ROWS = 1_000_000
"""Rows that lists and ranges may make together."""
_WORK = 100_000_000
"""Elements and characters that one clause may touch, beside the data."""
_BINDING = frozenset(("[", ".", "*", "/", "%", "^", "-"))
"""What would make something else of a text before it is taken for a pattern."""


def bound(text: str, parsed: Parsed) -> str:
    """`text` with every unbounded variable length bounded to `MAX_HOPS`.

    Raises:
        RefusedQuery: its form says that it may take longer than any limit allows.
    """
    if parsed.clauses > _CLAUSES:
        raise RefusedQuery(f"it has {parsed.clauses} clauses; {_CLAUSES} are allowed")
    _sizes(parsed)
    _regexes(parsed)
    return _lengths(text, parsed)


# ── lengths of paths
def _lengths(text: str, parsed: Parsed) -> str:
    edits: dict[int, tuple[int, int, str]] = {}
    for at in parsed.clausal:  # no server shall take a variable of that name for a clause
        name = parsed.tokens[at]
        edits[at] = (name.start, name.end, quote(name.text))
    total = 0
    # A group `((a)--(b)--(c)){1,3}` goes through all of its relationships each time.
    length = Counter(one.hops.first for one in parsed.relationships if one.hops is not None)
    for relationship in parsed.relationships:
        hops = relationship.hops
        together = length[hops.first] if hops is not None and hops.quantifier else 1
        total += 0 if relationship.shortest else _most(hops, together)
        if hops is not None and hops.high is None and not relationship.shortest:
            start, end = parsed.tokens[hops.first].start, parsed.tokens[hops.last].end
            edits[hops.first] = (start, end, _bounded(hops, MAX_HOPS // together))
    if total > _TOTAL_HOPS:
        raise RefusedQuery(f"its patterns reach over {total} hops together; {_TOTAL_HOPS} are allowed")
    for start, end, replacement in sorted(edits.values(), reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _most(hops: Hops | None, together: int) -> int:
    """How often one relationship of so many that are repeated together may stand in a path."""
    if hops is None:
        return 1
    most = max(hops.high if hops.high is not None else MAX_HOPS // together, hops.low or 0)
    if most * together > MAX_HOPS:
        raise RefusedQuery(
            f"a path of up to {most * together} hops; {MAX_HOPS} are allowed", (f"*1..{MAX_HOPS // together}",)
        )
    return most


def _bounded(hops: Hops, high: int) -> str:
    low = hops.low if hops.low is not None else 0 if hops.quantifier else 1
    return f"{{{low},{high}}}" if hops.quantifier else f"*{low}..{high}"


# ── rows and values
def _sizes(parsed: Parsed) -> None:
    if parsed.islands > _ISLANDS:
        raise RefusedQuery(f"{parsed.islands} patterns are not connected, so that their rows multiply; connect them")
    if parsed.apart > _APART:
        raise RefusedQuery(
            f"{parsed.apart} patterns of one expression are not connected, so that their rows multiply; connect them"
        )
    if parsed.range == inf:
        raise RefusedQuery("the bounds of range() may be any number, as one from a text or a time may; write numbers")
    if parsed.range > _RANGE:
        raise RefusedQuery(f"range() of {parsed.range:.0f} elements; {_RANGE} are allowed")
    if parsed.places > _PLACES:
        raise RefusedQuery(f"a number is rounded to {_told(parsed.places)} places; {_PLACES} are allowed")
    if parsed.rows > _ROWS:
        raise RefusedQuery(f"its lists and range() together make more than {_ROWS} rows")
    if parsed.total > LARGEST:
        raise RefusedQuery("it makes a value grow without sensible bound")
    if parsed.work > _WORK:
        raise RefusedQuery("it goes through lists or range() within each other too often")


def _told(number: float) -> str:
    return f"{number:.0f}" if number < inf else "a computed number of"


# ── regular expressions
def _regexes(parsed: Parsed) -> None:
    for first in parsed.regexes:
        pattern, behind = _written(parsed.tokens, first)
        if pattern is None or _text(parsed.tokens, behind) in _BINDING:
            raise RefusedQuery("a regular expression must be one text that is written out; use CONTAINS otherwise")
        judge(pattern)


def _written(tokens: Sequence[Token], at: int) -> tuple[str | None, int]:
    """The text of string literals, added up, that begins there, None where it is anything else; and what follows."""
    text = ""
    while True:
        if _text(tokens, at) == "(":
            part, at = _written(tokens, at + 1)
            closed = _text(tokens, at) == ")"
            part = part if closed else None
        else:
            part = string_value(tokens[at]) if tokens[at].kind == "string" else None
        if part is None:
            return None, at
        text, at = text + part, at + 1
        if _text(tokens, at) not in ("+", "||"):
            return text, at
        at += 1


def _text(tokens: Sequence[Token], at: int) -> str:
    """A symbol there; empty for anything else."""
    return tokens[at].text if at < len(tokens) and tokens[at].kind == "symbol" else ""
