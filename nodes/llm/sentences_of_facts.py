"""Make a query return the sentences of the facts that it matches, so that the answer can cite them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from ...errors import RefusedQuery
from ...tools.cypher.firewall import clean
from ...tools.cypher.parse import parse
from ...tools.cypher.parse_tree import Parsed, Relationship
from ...tools.cypher.result_sizes import AGGREGATES
from ...tools.cypher.text_edits import Edit, splice
from ...tools.cypher.tokens import Token


@lru_cache(maxsize=256)
def returning_sentences(query: str) -> str:
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
        said = f"{name}.sentences"
        names.append(f"coalesce({said}, [])" if _optional(parsed.tokens, relationship.first) else said)
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
    return any(call.name in AGGREGATES for call in parsed.calls)


def _facts(parsed: Parsed) -> Iterator[Relationship]:
    """Single relationships of the patterns that are matched, not of those that a subquery or predicate asks about."""
    seen = set()
    for segment in parsed.segments:
        for one in segment.relationships:
            bracketed = any(parsed.tokens[at].text == "[" for at in range(one.first, min(one.first + 3, one.last)))
            outside = depth(parsed.tokens, one.first) == 0
            if one.hops is None and bracketed and outside and one.variable not in seen:
                seen.add(one.variable)
                yield one


def _optional(tokens: Sequence[Token], at: int) -> bool:
    """Whether the pattern there need not match."""
    match = max(place for place in range(at) if tokens[place].upper == "MATCH")
    return tokens[match - 1].upper == "OPTIONAL"


def depth(tokens: Sequence[Token], at: int) -> int:
    """How many brackets are open there."""
    return sum((token.text in ("(", "[", "{")) - (token.text in (")", "]", "}")) for token in tokens[:at])


def _named(parsed: Parsed, relationship: Relationship, name: str) -> Edit:
    bracket = next(at for at in range(relationship.first, relationship.last) if parsed.tokens[at].text == "[")
    return Edit(bracket + 1, bracket, name)
