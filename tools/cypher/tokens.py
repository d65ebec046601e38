"""Cypher's tokens, read so that Neo4j and ArcadeDB cannot read them otherwise; and `quote` for identifiers.

Neo4j turns `\\uXXXX` into its character everywhere before it looks for tokens, ArcadeDB only inside strings. A query in
which the two would differ (an escaped quote, back-tick or backslash) is refused; in any other the escapes are decoded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ...errors import InputError, RefusedQuery

Kind = Literal["space", "comment", "string", "word", "quoted", "number", "symbol", "error"]

_SPACE = r"[ \t\n\r\v\f\x1c-\x1f\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]++"
_NUMBER = (
    r"0[xX][0-9a-fA-F_]++|0[oO][0-7_]++"
    r"|[0-9][0-9_]*+(?:\.[0-9][0-9_]*+)?(?:[eE][+-]?[0-9]++)?|\.[0-9]++(?:[eE][+-]?[0-9]++)?"
)
_TOKEN = re.compile(
    rf"(?P<space>{_SPACE})"
    r"|(?P<comment>//[^\n\r]*+|/\*(?s:[^*]|\*(?!/))*+\*/)"
    r"|(?P<string>'(?s:[^'\\]++|\\.)*+'|\"(?s:[^\"\\]++|\\.)*+\")"
    r"|(?P<quoted>`(?:[^`]++|``)++`)"
    rf"|(?P<number>{_NUMBER})"
    r"|(?P<word>[^\W\d]\w*+)"
    r"|(?P<symbol><=|>=|<>|=~|\+=|!=|\.\.|::|\|\||/(?!\*)|[-+*%^=<>(){}\[\],;:.|&!$])"
)
_OPENERS = ("/*", "'", '"', "`")
_ESCAPE = re.compile(r"(?<!\\)(\\*)\\u([0-9a-fA-F]{4})?")
_STRING_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANINGS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "\\": "\\", "'": "'", '"': '"', "`": "`"}
_AMBIGUOUS = frozenset("\\'\"`")
_ASCII_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the slice `[start, end)` of what was tokenised; `space` and `comment` mean nothing."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next token starts."""
        return self.start + len(self.text)

    @property
    def upper(self) -> str:
        """A bare word in capitals, to compare with keywords; empty for anything else, a quoted name above all."""
        return self.text.upper() if self.kind == "word" and self.text.isascii() else ""

    @property
    def name(self) -> str:
        """The identifier that a word or a back-ticked name stands for."""
        return self.text[1:-1].replace("``", "`") if self.kind == "quoted" else self.text


@lru_cache(maxsize=64)
def tokenize(text: str) -> tuple[Token, ...]:
    """Every token in order; their texts joined are `text` again. What is no token is `error`. Linear in `text`.

    The last ones are kept: a model's query is read by each of the mends, and by the firewall.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        token = Token(found.lastgroup, found.group(), at) if found else _error(text, at)  # type: ignore[arg-type]
        tokens.append(token)
        at = token.end
    return tuple(tokens)


def _error(text: str, at: int) -> Token:
    """An unclosed string, name or comment runs to the end; anything else is one character."""
    unclosed = text.startswith(_OPENERS, at)
    return Token("error", text[at:] if unclosed else text[at], at)


def decode_escapes(text: str) -> str:
    """`text` with `\\uXXXX` decoded, as Neo4j does before it looks for tokens.

    Raises:
        RefusedQuery: an escape is incomplete, or means a quote, back-tick or backslash, or follows a backslash, or is
            half of a surrogate pair that has no other half.
    """
    if "\\u" not in text:
        return text
    decoded = _ESCAPE.sub(_decoded, text)
    try:
        return decoded.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise RefusedQuery("a \\u escape is half of a surrogate pair; write the character itself") from error


def _decoded(found: re.Match[str]) -> str:
    if found.group(1):
        raise RefusedQuery(f"{found.group()!r}: databases read a backslash before a \\u escape differently")
    if found.group(2) is None:
        raise RefusedQuery("\\u must be followed by four hexadecimal digits")
    character = chr(int(found.group(2), 16))
    if character in _AMBIGUOUS:
        raise RefusedQuery(f"{found.group()} hides {character!r}; write the character itself")
    return character


def string_value(token: Token) -> str:
    """What a string token stands for.

    Raises:
        RefusedQuery: it has an escape that Cypher does not know.
    """
    return _STRING_ESCAPE.sub(_meaning, token.text[1:-1])


def _meaning(found: re.Match[str]) -> str:
    meaning = _MEANINGS.get(found.group(1))
    if meaning is None:
        raise RefusedQuery(f"unknown escape {found.group()!r} in a string", (f"\\{found.group()}",))
    return meaning


def quote(identifier: str) -> str:
    """A label, relation type, property or variable name as it stands in Cypher, back-ticked, safe whatever it holds.

    Raises:
        InputError: it is empty, or holds a character that no database quotes safely (see `unquotable`).
    """
    if problem := unquotable(identifier):
        raise InputError(f"{identifier!r} cannot be a label, type or property name: {problem}")
    return "`" + identifier.replace("`", "``") + "`"


def unquotable(identifier: str) -> str:
    """Why `quote` refuses this name; empty when it does not."""
    if not identifier:
        return "it is empty"
    if "\\" in identifier:
        return "it holds a backslash, which Neo4j may read as a \\u escape"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") for character in identifier):
        return "it holds an invisible or control character"
    return ""


def emit(token: Token) -> str:
    """A token's text such that every Cypher lexer takes it for the same: plain spaces, quoted non-ASCII names."""
    if token.kind == "comment":
        return " "
    if token.kind == "space":
        return token.text if token.text.isascii() and token.text.isspace() and max(token.text) < "\x1c" else " "
    if token.kind == "word" and not _ASCII_WORD.fullmatch(token.text):
        return quote(token.text)
    return token.text
