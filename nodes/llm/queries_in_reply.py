"""Find the Cypher queries in a model's reply."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...tools.cypher.tokens import Token, tokenize

_FENCE = re.compile(r"```[ \t]*\w*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_CLAUSES = (
    "CYPHER|MATCH|OPTIONAL|UNWIND|WITH|CALL|RETURN|CREATE|MERGE|LOAD|USE|FOREACH|DELETE|DETACH|DROP|SET|REMOVE|EXPLAIN"
)
_BEGINS = re.compile(rf"(?:\s|//[^\n]*+\n|/\*(?:[^*]|\*(?!/))*+\*/)*+(?:{_CLAUSES})\b", re.IGNORECASE)
_LINE = re.compile(rf"^(?:{_CLAUSES})\b", re.MULTILINE)
"""A query that follows words; in capitals, for `with` and `call` begin sentences, too."""
_STARTS = frozenset(("MATCH", "UNWIND", "OPTIONAL", "CALL"))
_QUERIES = 3
_LONGEST = 4000


def queries_in(reply: str) -> list[str]:
    """The Cypher of a reply: its fenced blocks, else what stands in the text itself, at most three."""
    blocks = _FENCE.findall(reply) or [_behind_words(reply)]
    queries = [piece.strip() for block in blocks for piece in _apart(block)]
    return [query[:_LONGEST] for query in queries if _BEGINS.match(query)][:_QUERIES]


def _behind_words(reply: str) -> str:
    found = None if _BEGINS.match(reply) else _LINE.search(reply)
    return reply[found.start() :] if found else reply


def _apart(block: str) -> Iterator[str]:
    """Parted at semicolons, and at an empty line where a query has come to its end and another begins."""
    meant: Token | None = None
    start, depth, returned, blank = 0, 0, False, False
    for token in tokenize(block):
        if token.kind in ("space", "comment"):
            blank = blank or token.text.count("\n") > 1
            continue
        over = returned and blank and depth == 0 and token.upper in _STARTS
        if over and meant is not None and meant.upper not in ("UNION", "ALL", "DISTINCT"):
            yield block[start : token.start]
            start, returned = token.start, False
        if token.kind == "symbol":
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == ";":
                yield block[start : token.start]
                start, depth, returned = token.end, 0, False
        returned = returned or (depth == 0 and token.upper in ("RETURN", "FINISH"))
        meant, blank = token, False
    yield block[start:]
