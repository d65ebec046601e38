"""What a model's Cypher needs to run here: placeholders for names, ids to find them by, and the facts' sentences."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ...errors import RefusedQuery
from ...tools.cypher.firewall import clean
from ...tools.cypher.parse import parse
from ...tools.cypher.splice import Edit, splice
from ...tools.cypher.tokens import Token, string_value
from ...tools.cypher.tree import Parsed, Relationship
from ...tools.text.names import name_key

_NAMING = frozenset({"id", "name", "key", "full_name", "aliases", "title"})
_ENTITY = ":__Entity__"
_LOOSE = frozenset({"OR", "XOR", "NOT", "CASE", "OPTIONAL", "UNWIND"})


def placed(query: str, names: Sequence[str]) -> str:
    """The query with no name of the question in it as text, and each entity found by its id.

    `(a:Person {name: 'Ann Lee'})`, or with `$e0` for the name, becomes `(a:__Entity__ {id: i0})` behind `UNWIND $e0 AS
    i0`: the ids that the name was matched to, whatever type they bear. `a.name = $e0` becomes `a.id IN $e0`. A name
    that stands anywhere else becomes `$w0`, its text as a parameter. What cannot be read comes back as it was.

    Where such a condition must hold, the pattern says it too, `(a:__Entity__ {id: i0})`: a store looks that up in its
    index, and reads every entity for `a.id IN $e0` alone.
    """
    try:
        text = clean(query)
        parsed = parse(text)
    except RefusedQuery:
        return query
    edits: list[Edit] = []
    rows: dict[int, None] = {}
    whole = _parted(parsed)
    for first, last, number in _slots(parsed, names):
        edit, by_row = _edit(parsed, first, last, number, whole)
        edits += edit
        rows.update(dict.fromkeys([number] if by_row else ()))
    text = splice(text, parsed.tokens, edits)
    return "".join(f"UNWIND $e{n} AS i{n} " for n in sorted(rows)) + text


def _parted(parsed: Parsed) -> bool:
    """Whether a variable from the beginning may not be known everywhere: behind WITH or UNION, in a subquery."""
    tokens = parsed.tokens
    return any(item.clause == "WITH" for item in parsed.items) or any(
        token.upper in ("UNION", "CALL") or (token.upper in ("EXISTS", "COUNT", "COLLECT") and after.text == "{")
        for token, after in itertools.pairwise(tokens)
    )


def _slots(parsed: Parsed, names: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """First and last token, and the name's number, of every placeholder and every string that is a name."""
    keys = {name_key(name): number for number, name in reversed(list(enumerate(names)))}
    bound = {f"e{number}": number for number in range(len(names))}
    for parameter in parsed.parameters:
        if parameter.text in bound:
            yield parameter.at - 1, parameter.at, bound[parameter.text]
    for at, token in enumerate(parsed.tokens):
        number = keys.get(name_key(string_value(token))) if token.kind == "string" else None
        if number is not None:
            yield at, at, number


def _edit(parsed: Parsed, first: int, last: int, number: int, whole: bool) -> tuple[list[Edit], bool]:
    tokens = parsed.tokens
    if _key_of_map(tokens, first):
        value = f"$e{number}[0]" if whole else f"i{number}"
        return [Edit(first - 2, last, f"id: {value}"), *_label(parsed, first)], not whole
    operator = _comparison(tokens, first)
    if operator:
        condition = Edit(operator - 1, last, f"id IN $e{number}")
        pattern = None if whole else _pattern(parsed, operator - 3, last, number)
        return [condition, *([pattern] if pattern else [])], pattern is not None
    if tokens[first].kind == "string":
        return [Edit(first, last, f"$w{number}")], False
    return [], False


def _key_of_map(tokens: Sequence[Token], first: int) -> bool:
    """Whether the token before is the colon of `{name:`."""
    return first > 2 and tokens[first - 1].text == ":" and tokens[first - 2].name in _NAMING


def _comparison(tokens: Sequence[Token], first: int) -> int:
    """Where the operator of `v.name =`, `IN`, `CONTAINS`, `STARTS WITH` … begins; 0 where there is none."""
    at = first - 2 if tokens[first - 1].upper == "WITH" else first - 1
    known = tokens[at].text == "=" or tokens[at].upper in ("IN", "CONTAINS", "STARTS", "ENDS")
    return at if known and at > 2 and tokens[at - 1].name in _NAMING and tokens[at - 2].text == "." else 0


def _pattern(parsed: Parsed, variable: int, last: int, number: int) -> Edit | None:
    """The id put into the pattern of the variable whose condition goes from that token to `last`, where it must hold.

    It must where WHERE and AND alone join it to the pattern: behind OR or NOT, in a CASE, or where a pattern is
    OPTIONAL, what it says may be false of what is found.
    """
    tokens = parsed.tokens
    after = tokens[last + 1].upper if last + 1 < len(tokens) else ""
    if tokens[variable - 1].upper not in ("WHERE", "AND") or after not in ("AND", "RETURN", "MATCH"):
        return None
    if any(token.upper in _LOOSE for token in tokens) or _depth(tokens, variable):
        return None
    named = [node for s in parsed.segments for node in s.nodes if node.variable.name == tokens[variable].name]
    if not named or any(node.mapped for node in named):
        return None
    opening = named[0].at
    closing = next(at for at in range(opening, len(tokens)) if tokens[at].text == ")")
    if any(tokens[at].text == "(" or tokens[at].upper == "WHERE" for at in range(opening + 1, closing)):
        return None
    return Edit(opening + 2, closing - 1, f"{_ENTITY} {{id: i{number}}}")


def _depth(tokens: Sequence[Token], at: int) -> int:
    """How many brackets are open there."""
    return sum((token.text in ("(", "[", "{")) - (token.text in (")", "]", "}")) for token in tokens[:at])


def _label(parsed: Parsed, first: int) -> list[Edit]:
    """The label of a node that is found by id says nothing more, and may be wrong."""
    node = max((one.at for one in parsed.nodes if one.at < first and one.mapped), default=-1)
    opening = next((at for at in range(first, -1, -1) if parsed.tokens[at].text == "{"), 0)
    if node < 0 or any(parsed.tokens[at].text in ("[", ")") for at in range(node + 1, opening)):
        return []
    colon = next((at for at in range(node + 1, opening) if parsed.tokens[at].text == ":"), opening)
    # Behind the variable, or the parenthesis where there is none, as far as the map.
    return [Edit(colon, opening - 1, _ENTITY)]


@lru_cache(maxsize=256)
def telling(query: str) -> str:
    """The query with the sentences of the facts that it matches among what it returns, where that can be added."""
    try:
        text = clean(query)
        parsed = parse(text)
    except RefusedQuery:
        return query
    returned = [item for item in parsed.items if item.clause == "RETURN"]
    if not returned or _tells(parsed) or any(token.upper in ("UNION", "CALL") for token in parsed.tokens):
        return query
    if any(item.clause == "WITH" for item in parsed.items):
        return query
    edits, names = [], []
    for n, relationship in enumerate(_facts(parsed)):
        name = relationship.variable.name or f"fact{n}"
        if not relationship.variable.name:
            edits.append(_named(parsed, relationship, name))
        names.append(f"{name}.sentences")
    if not names:
        return query
    end = returned[-1].last + (2 if returned[-1].alias else 0)
    edits.append(Edit(end + 1, end, f", {' + '.join(names)} AS sentences"))
    return splice(text, parsed.tokens, edits)


def _tells(parsed: Parsed) -> bool:
    relations = {one.variable.name for one in parsed.relationships if one.hops is None} - {""}
    for item in parsed.items:
        said = parsed.tokens[item.first].name
        if item.clause == "RETURN" and (item.alias == "sentences" or (item.bare and said in relations)):
            return True
    aggregates = ("collect", "count", "sum", "avg", "min", "max")
    return any(call.name in aggregates for call in parsed.calls)


def _facts(parsed: Parsed) -> Iterator[Relationship]:
    """Single relationships of the patterns that are matched, not of those that are only asked whether they exist."""
    seen = set()
    for segment in parsed.segments:
        for one in segment.relationships:
            bracketed = any(parsed.tokens[at].text == "[" for at in range(one.first, min(one.first + 3, one.last)))
            if one.hops is None and bracketed and one.variable not in seen:
                seen.add(one.variable)
                yield one


def _named(parsed: Parsed, relationship: Relationship, name: str) -> Edit:
    bracket = next(at for at in range(relationship.first, relationship.last) if parsed.tokens[at].text == "[")
    return Edit(bracket + 1, bracket, name)
