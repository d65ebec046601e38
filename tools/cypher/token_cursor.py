"""A cursor over a query's tokens: what every part of the parser reads with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ...errors import RefusedQuery
from .expression_sizes import Env
from .parse_tree import Access, Name, Parsed, Unbound, Variable, VariableKind
from .tokens import Token

END = Token("symbol", "", -1)
MAX_DEPTH = 80
"""Expressions, lists, maps, CASEs and subqueries within each other, and what stands behind them, `x.a[0] IS NULL`: a
list in a list counts two."""
WRITING = frozenset("CREATE MERGE SET DELETE DETACH NODETACH REMOVE FOREACH INSERT DROP ALTER LOAD".split())
_HINTS = {
    "LIKE": "; Cypher has CONTAINS, STARTS WITH and =~",
    "HAVING": "; filter behind WITH … WHERE before RETURN",
    "GROUP": "; Cypher groups by what RETURN does not aggregate, and filters groups with WITH … WHERE",
    "NULLS": "; sort by `x IS NULL` first",
    "TOP": "; Cypher has LIMIT at the end",
    "FROM": "; Cypher has MATCH",
    "BETWEEN": "; write a <= x <= b",
    "&": "; write AND",
    "|": "; write OR",
    "==": "; write =",
}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


class Cursor:
    """Reads tokens from left to right, never back; `closing` maps each opening bracket to where it closes."""

    def __init__(self, tokens: list[Token]) -> None:
        self.parsed = Parsed(tuple(tokens))
        self.tokens = tokens
        self.closing = brackets(tokens)
        self.at = 0
        self.depth = 0
        """How many levels stand around what is read now."""
        self.height = 0
        """How many levels what was read of the level here goes down: measuring it takes as deep a stack."""
        self.scope: dict[str, Variable] = {}
        self.env = Env()
        self.rows = 1.0
        """How many rows lists and ranges may have made of one by now."""
        self.islands = 0
        """How many unconnected patterns' rows are multiplied by now."""
        self.inside: int | None = None
        """How many that were where the outermost expression began that matches patterns; None outside of any."""

    # ── looking
    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead` places on; an empty symbol behind the end."""
        self.parsed.steps += 1
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else END

    def token(self, place: int) -> Token:
        """The token at a place; an empty symbol outside."""
        return self.tokens[place] if 0 <= place < len(self.tokens) else END

    def symbol(self, *texts: str) -> bool:
        """Whether a symbol of these comes next."""
        token = self.peek()
        return token.kind == "symbol" and token.text in texts

    def word(self, *words: str) -> bool:
        """Whether these keywords come next, in this order."""
        return all(self.peek(place).upper == word for place, word in enumerate(words))

    def identifier(self, ahead: int = 0) -> bool:
        """Whether a name comes next."""
        return self.peek(ahead).kind in ("word", "quoted")

    # ── taking
    def next(self) -> Token:
        """Take one token."""
        token = self.peek()
        self.at += 1
        return token

    def take(self, *texts: str) -> bool:
        """Take a symbol of these if it comes next."""
        found = self.symbol(*texts)
        self.at += found
        return found

    def take_word(self, *words: str) -> bool:
        """Take these keywords if they come next."""
        found = self.word(*words)
        self.at += len(words) * found
        return found

    def expect(self, text: str) -> None:
        """Take this symbol. Raises: RefusedQuery."""
        if not self.take(text):
            raise self.unexpected(repr(text))

    def expect_word(self, word: str) -> None:
        """Take this keyword. Raises: RefusedQuery."""
        if not self.take_word(word):
            raise self.unexpected(word)

    def name(self, what: str) -> Name:
        """Take a name. Raises: RefusedQuery."""
        if not self.identifier():
            raise self.unexpected(what)
        return Name(self.next().name, self.at - 1)

    def variable_name(self) -> Name:
        """Take the name of a variable; one that looks like a writing clause is noted. Raises: RefusedQuery."""
        if self.peek().upper in WRITING:
            self.parsed.clausal.append(self.at)
        return self.name("a variable")

    def unexpected(self, wanted: str) -> RefusedQuery:
        """The error for a token that does not belong here."""
        near = " ".join(token.text[:30] for token in self.tokens[max(self.at - 3, 0) : self.at + 3])
        found = repr(self.peek().text[:30]) if self.at < len(self.tokens) else "the end"
        here, before = self.peek(), self.token(self.at - 1)
        hint = _HINTS.get(here.upper or here.text) or _HINTS.get(before.upper) or ""
        return RefusedQuery(f"cannot be read: expected {wanted}, found {found} in {near[:120]!r}{hint}")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level down. Raises: RefusedQuery: too deep."""
        beside, self.height = self.height, 0
        self.depth += 1
        self._not_too_deep(self.depth)
        yield
        self.depth -= 1
        self.height = max(beside, self.height + 1)

    @contextmanager
    def higher(self) -> Iterator[Callable[[], None]]:
        """What stands behind an operand, one upon the other: call what is given for each. Raises: RefusedQuery."""
        beside, self.height = self.height, 0
        yield self._higher
        self.height = max(beside, self.height)

    def _higher(self) -> None:
        self.height += 1
        self._not_too_deep(self.height)

    def _not_too_deep(self, levels: int) -> None:
        if levels > MAX_DEPTH:
            raise RefusedQuery(f"nested more than {MAX_DEPTH} deep")

    # ── patterns that multiply
    @contextmanager
    def asked(self) -> Iterator[None]:
        """An expression that matches patterns: to its end, theirs multiply."""
        outer = self.inside, self.islands
        self.inside = self.islands if self.inside is None else self.inside
        yield
        self.inside, self.islands = outer

    def multiplied(self, patterns: int) -> None:
        """So many more patterns that nothing connects."""
        self.islands += patterns
        if self.inside is None:
            self.parsed.islands = max(self.parsed.islands, self.islands)
        else:
            self.parsed.apart = max(self.parsed.apart, self.islands - self.inside)

    # ── variables
    @contextmanager
    def local(self, *names: Name) -> Iterator[list[Variable]]:
        """These names are values in here, and what is declared in here is forgotten after."""
        outer = self.scope
        variables = [Variable(name.text, "value") for name in names]
        self.scope = {**outer, **{variable.name: variable for variable in variables}}
        yield variables
        self.scope = outer

    def declare(self, name: str, kind: VariableKind) -> Variable:
        """The variable of that name, made if there is none in scope."""
        found = self.scope.get(name)
        if found is None:
            found = self.scope[name] = Variable(name, kind)
        return found

    def use(self, name: Name, key: Name | None = None) -> Variable | None:
        """Note that a variable, or a property of it, is read."""
        found = self.scope.get(name.text)
        if found is None:
            self.parsed.unbound.append(Unbound(name.text, name.at, key))
        elif key is not None:
            self.parsed.accesses.append(Access(found, key))
        return found


def brackets(tokens: list[Token]) -> dict[int, int]:
    """Opening place → closing place. Raises: RefusedQuery: one is not closed, or closes another."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind != "symbol":
            continue
        if token.text in _BRACKETS:
            opened.append(place)
        elif token.text in _BRACKETS.values():
            if not opened or _BRACKETS[tokens[opened[-1]].text] != token.text:
                raise RefusedQuery(f"cannot be read: {token.text!r} closes nothing")
            closing[opened.pop()] = place
    if opened:
        raise RefusedQuery(f"cannot be read: {tokens[opened[-1]].text!r} is not closed")
    return closing
