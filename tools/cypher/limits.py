"""What a query's very form says about its cost: lengths are bounded, and what would explode is refused.

Static and rough, and only the first of the limits: what passes still runs under a time and a row limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from ...errors import RefusedQuery
from .tokens import Token, string_value
from .tree import Call, Hops, Item, Node, Parsed, Segment, Variable

MAX_CHARACTERS = 20_000
MAX_TOKENS = 8_000
MAX_HOPS = 10
"""Of one variable-length relationship; an unbounded one gets this bound."""
_TOTAL_HOPS = 36
_CLAUSES = 40
_ISLANDS = 3
"""Unconnected patterns without a property map, whose rows multiply."""
_ROWS = 100_000
"""Rows or elements that ranges may make together."""
_GROWTH = 1_000
"""How many times longer than its input a value may become by repeated concatenation or replacement."""
_UNBOUNDED_IN_REGEX = 4
_LONGEST_REGEX = 1_000
_JOINING = frozenset("+*,[{:")
_NESTED_REPEAT = re.compile(r"[*+}]\)*+(?:[*+]|\{\d)")
_REGEX_END = frozenset("AND OR XOR RETURN WITH ORDER MATCH OPTIONAL UNION UNWIND CALL LIMIT SKIP THEN ELSE END".split())


def bound(text: str, parsed: Parsed) -> str:
    """`text` with every unbounded variable length bounded to `MAX_HOPS`.

    Raises:
        RefusedQuery: its form says that it may take longer than any limit allows.
    """
    if parsed.clauses > _CLAUSES:
        raise RefusedQuery(f"it has {parsed.clauses} clauses; {_CLAUSES} are allowed")
    _islands(parsed)
    _ranges(parsed)
    _growth(parsed)
    _regexes(parsed)
    return _lengths(text, parsed)


# ── lengths of paths
def _lengths(text: str, parsed: Parsed) -> str:
    edits: dict[int, tuple[int, int, str]] = {}
    total = 0
    for relationship in parsed.relationships:
        hops = relationship.hops
        total += 0 if relationship.shortest else _most(hops)
        if hops is not None and hops.high is None and not relationship.shortest:
            start, end = parsed.tokens[hops.first].start, parsed.tokens[hops.last].end
            edits[hops.first] = (start, end, _bounded(hops))
    if total > _TOTAL_HOPS:
        raise RefusedQuery(f"its patterns reach over {total} hops together; {_TOTAL_HOPS} are allowed")
    for start, end, replacement in sorted(edits.values(), reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _most(hops: Hops | None) -> int:
    if hops is None:
        return 1
    most = max(hops.high if hops.high is not None else MAX_HOPS, hops.low or 0)
    if most > MAX_HOPS:
        raise RefusedQuery(f"a path of up to {most} hops; {MAX_HOPS} are allowed", (f"*1..{MAX_HOPS}",))
    return most


def _bounded(hops: Hops) -> str:
    low = 1 if hops.low is None else hops.low
    return f"{{{low},{MAX_HOPS}}}" if hops.quantifier else f"*{low}..{MAX_HOPS}"


# ── products of rows
def _islands(parsed: Parsed) -> None:
    islands = sum(_unconnected(segment) for segment in parsed.segments)
    if islands > _ISLANDS:
        raise RefusedQuery(f"{islands} patterns are not connected, so that their rows multiply; connect them")


def _unconnected(segment: Segment) -> int:
    """Connected groups of a MATCH that neither meet what was bound before nor name a property."""
    parents: dict[Variable, Variable] = {}

    def root(variable: Variable) -> Variable:
        while parents.setdefault(variable, variable) is not variable:
            parents[variable] = parents[parents[variable]]
            variable = parents[variable]
        return variable

    for relationship in segment.relationships:
        parents[root(relationship.left.variable)] = root(relationship.right.variable)
    groups: dict[Variable, list[Node]] = {}
    for node in segment.nodes:
        groups.setdefault(root(node.variable), []).append(node)
    return sum(not any(node.mapped or node.variable in segment.known for node in group) for group in groups.values())


def _ranges(parsed: Parsed) -> None:
    sizes = [_range_size(call, parsed) for call in parsed.calls if call.name == "range"]
    if prod(sizes) > _ROWS:
        raise RefusedQuery(f"its ranges make more than {_ROWS} rows")


def _range_size(call: Call, parsed: Parsed) -> int:
    """The elements of a range of literals; 100 for one that is computed from data."""
    tokens = [token for first, last in call.arguments for token in parsed.tokens[first : last + 1]]
    if any(token.kind == "string" or token.text in ("*", "^") or token.upper.startswith("TO") for token in tokens):
        raise RefusedQuery("the bounds of range() are computed; write numbers")
    largest = max((_magnitude(token) for token in tokens if token.kind == "number"), default=0)
    if largest > _ROWS:
        raise RefusedQuery(f"range() to {largest:.0f}; {_ROWS} is allowed")
    literal = all(token.kind == "number" or token.text in ("-", "+") for token in tokens)
    return max(int(2 * largest if "-" in {token.text for token in tokens} else largest), 1) if literal else 100


def _magnitude(token: Token) -> float:
    text = token.text.replace("_", "").lower()
    if text.startswith(("0x", "0o")):
        return float(int(text[2:] or "0", 16 if text[1] == "x" else 8))
    return float(text)


# ── values that grow
def _growth(parsed: Parsed) -> None:
    """Doubling in WITH after WITH, in `reduce`, and by `replace` within `replace`."""
    doubled = prod(max(item.uses.values(), default=1) for item in parsed.items if _concatenates(item, parsed))
    replaced = prod(_stretch(call, parsed) for call in parsed.calls if call.name == "replace")
    if doubled * replaced > _GROWTH:
        raise RefusedQuery("it makes a value grow without sensible bound")
    for name, first, last in parsed.reductions:
        if _joined(name, parsed.tokens[first : last + 1]) > 1:
            raise RefusedQuery(f"reduce() joins {name!r} to itself, which doubles it with every element")


def _concatenates(item: Item, parsed: Parsed) -> bool:
    tokens = parsed.tokens[item.first : item.last + 1]
    return item.clause == "WITH" and any(token.text in _JOINING and token.kind == "symbol" for token in tokens)


def _joined(name: str, tokens: tuple[Token, ...]) -> int:
    """How often the variable stands beside a joining symbol."""
    count = 0
    for place, token in enumerate(tokens):
        if token.kind in ("word", "quoted") and token.name == name:
            around = {
                tokens[place - 1].text if place else "",
                tokens[place + 1].text if place + 1 < len(tokens) else "",
            }
            count += bool(around & _JOINING)
    return count


def _stretch(call: Call, parsed: Parsed) -> float:
    """How many times longer `replace` may make its text."""
    if len(call.arguments) != 3:
        return 1
    (first, last), (new, new_last) = call.arguments[1], call.arguments[2]
    old, put = parsed.tokens[first], parsed.tokens[new]
    if first != last or new != new_last or old.kind != "string" or put.kind != "string":
        return 4
    return max(1.0, (len(put.text) - 2) / max(len(old.text) - 2, 1))


# ── regular expressions
def _regexes(parsed: Parsed) -> None:
    for first in parsed.regexes:
        pattern = "".join(string_value(token) for token in _regex_tokens(parsed, first))
        if len(pattern) > _LONGEST_REGEX:
            raise RefusedQuery(f"a regular expression of {len(pattern)} characters; {_LONGEST_REGEX} are allowed")
        bare = re.sub(r"\\.|\[\^?\]?[^\]]*\]", "x", pattern, flags=re.DOTALL)
        if _NESTED_REPEAT.search(bare) or _repeated_choice(bare):
            raise RefusedQuery("a regular expression repeats a repetition, which may never end; use CONTAINS")
        if len(re.findall(r"[*+]|\{\d+,\}", bare)) > _UNBOUNDED_IN_REGEX:
            raise RefusedQuery("a regular expression with too many repetitions; use CONTAINS")


def _regex_tokens(parsed: Parsed, first: int) -> Iterator[Token]:
    """The strings right of `=~`, as far as its operand goes."""
    depth = 0
    for token in parsed.tokens[first:]:
        opens, closes = token.text in "([{", token.text in ")]}"
        depth += (opens - closes) if token.kind == "symbol" else 0
        if depth < 0 or token.text == "=~" or (depth == 0 and (token.upper in _REGEX_END or token.text == ",")):
            return
        if token.kind == "string":
            yield token


def _repeated_choice(pattern: str) -> bool:
    """Whether a group that holds a repetition or alternatives is itself repeated without bound."""
    opened: list[int] = []
    for place, character in enumerate(pattern):
        if character == "(":
            opened.append(place)
        elif character == ")" and opened:
            inside = pattern[opened.pop() + 1 : place]
            repeated = pattern[place + 1 : place + 2] in ("*", "+", "{")
            if repeated and any(sign in inside for sign in "*+|{"):
                return True
    return False
