"""Query text to `Parsed`: the clauses that read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ...errors import RefusedQuery
from .cursor import WRITING
from .expressions import Expressions
from .tokens import Token, tokenize
from .tree import Item, Name, Parsed, Variable

_ADMIN = frozenset(
    "USE SHOW TERMINATE GRANT DENY REVOKE START STOP RENAME ENABLE DRYRUN DEALLOCATE REALLOCATE EXPLAIN PROFILE CYPHER"
    " BEGIN COMMIT ROLLBACK IMPORT EXPORT BACKUP CHECK TRUNCATE REBUILD DEFINE EXECUTE SELECT UPDATE UPSERT SESSION"
    " ADMIN CHANGE RELOAD LOCK SLEEP".split()
)


def parse(text: str) -> Parsed:
    """Take a reading query apart; `text` has no `\\u` escapes left.

    Raises:
        RefusedQuery: it is no reading query of Cypher 5; the reason names what was met.
    """
    tokens = [token for token in tokenize(text) if token.kind not in ("space", "comment")]
    for token in tokens:
        if token.kind == "error":
            raise RefusedQuery(_unreadable(token))
    if not tokens:
        raise RefusedQuery("it is empty")
    parser = Clauses(tokens)
    parser.query()
    parser.take(";")
    if parser.at < len(tokens):
        raise parser.stray()
    return parser.parsed


def _unreadable(token: Token) -> str:
    if len(token.text) > 1 or token.text in "'\"`":
        what = {"'": "a string", '"': "a string", "`": "a back-ticked name"}.get(token.text[0], "a comment")
        return f"cannot be read: {what} that starts with {token.text[:20]!r} is not closed"
    return f"cannot be read: the character {token.text!r} stands outside a string; quote names with back-ticks"


class Clauses(Expressions):
    """Reads a whole query, clause by clause."""

    def query(self) -> None:
        """Single queries joined by UNION, as far as they go."""
        outer = self.scope
        while True:
            self.scope = dict(outer)
            self._single()
            if not self.take_word("UNION"):
                return
            _ = self.take_word("ALL") or self.take_word("DISTINCT")

    def _single(self) -> None:
        """Clauses, at least one."""
        before = self.parsed.clauses
        while (reader := self._reader()) is not None:
            self.parsed.clauses += 1
            reader()
        if self.parsed.clauses == before:
            raise self.stray()

    def _reader(self) -> Callable[[], None] | None:
        """What reads the clause that comes next; None when none does. Raises: RefusedQuery: a clause that is barred."""
        upper = self.peek().upper
        if upper == "OPTIONAL":
            self.next()
            upper = self.peek().upper
            if upper not in ("MATCH", "CALL"):
                raise self.unexpected("MATCH or CALL")
        if upper in WRITING or upper in _ADMIN:
            raise self.stray()
        return {
            "MATCH": self._match,
            "UNWIND": self._unwind,
            "WITH": self._with,
            "RETURN": self._return,
            "CALL": self._call_clause,
            "FINISH": self._finish,
        }.get(upper)

    def stray(self) -> RefusedQuery:
        """The error for what is no reading clause."""
        upper = self.peek().upper
        if upper in WRITING:
            return RefusedQuery(f"{upper} may write; kgqa only reads")
        if upper in _ADMIN:
            return RefusedQuery(f"{upper} is not a reading clause")
        if self.peek().text == ";" or self.token(self.at - 1).text == ";":
            return RefusedQuery("it holds more than one statement")
        return self.unexpected("MATCH, OPTIONAL MATCH, UNWIND, WITH, CALL, UNION or RETURN")

    # ── clauses
    def _match(self) -> None:
        self.next()
        for mode in (("REPEATABLE", "ELEMENTS"), ("REPEATABLE", "ELEMENT"), ("DIFFERENT", "RELATIONSHIPS")):
            self.take_word(*mode)
        self.pattern_list()
        while self.take_word("USING"):
            self._hint()
        self._where()

    def _hint(self) -> None:
        """`INDEX n:Label(key)`, `SCAN n:Label`, `JOIN ON n, m`."""
        while self.peek().upper in ("TEXT", "RANGE", "POINT", "INDEX", "SCAN", "SEEK", "JOIN", "ON"):
            self.next()
        name = self.variable_name()
        self.labels(self.use(name))
        if self.take("("):
            self.use(name, self.name("a property"))
            self.expect(")")
        while self.take(","):
            self.variable_name()

    def _where(self) -> None:
        if self.take_word("WHERE"):
            self.expression()

    def _unwind(self) -> None:
        self.next()
        self.expression()
        self.expect_word("AS")
        name = self.variable_name().text
        self.scope[name] = Variable(name, "value")

    def _finish(self) -> None:
        self.next()

    def _with(self) -> None:
        self.next()
        self._projection_clause("WITH")

    def _return(self) -> None:
        self.next()
        self._projection_clause("RETURN")

    def _projection_clause(self, clause: Literal["WITH", "RETURN"]) -> None:
        """Items, ORDER BY, SKIP, LIMIT, and for WITH a WHERE; the items are the new scope."""
        self.take_word("DISTINCT")
        before = self.scope
        after: dict[str, Variable] = {}
        if self.take("*"):
            after.update(before)
            if self.take(","):
                self._items(clause, after)
        else:
            self._items(clause, after)
        self.scope = {**before, **after}
        self._order_and_limits()
        if clause == "WITH":
            self._where()
        self.scope = after

    def _items(self, clause: Literal["WITH", "RETURN"], after: dict[str, Variable]) -> None:
        self._item(clause, after)
        while self.take(","):
            self._item(clause, after)

    def _item(self, clause: Literal["WITH", "RETURN"], after: dict[str, Variable]) -> None:
        self.whole = {}
        first, last = self.expression()
        token = self.token(first)
        bare = first == last and token.kind in ("word", "quoted") and token.name in self.scope
        uses, alias = self.whole, ""
        if self.take_word("AS"):
            alias = self.variable_name().text
        self.parsed.items.append(Item(clause, first, last, alias, bare, uses))
        name = alias or "".join(one.text for one in self.tokens[first : last + 1])
        after[name if not bare or alias else token.name] = self.scope[token.name] if bare else Variable(name, "value")

    def _order_and_limits(self) -> None:
        if self.take_word("ORDER", "BY"):
            self._sort()
            while self.take(","):
                self._sort()
        if self.take_word("SKIP") or self.take_word("OFFSET"):
            self.expression()
        if self.take_word("LIMIT"):
            self.expression()

    def _sort(self) -> None:
        self.expression()
        for word in ("ASC", "ASCENDING", "DESC", "DESCENDING"):
            if self.take_word(word):
                return

    # ── CALL
    def _call_clause(self) -> None:
        self.next()
        if self.symbol("{"):
            self._called()
        elif self.symbol("("):
            self._imports()
            self._called()
        else:
            self._procedure()

    def _imports(self) -> None:
        """`(a, b)`, `(*)`, `()` before a subquery."""
        self.expect("(")
        if not self.take("*"):
            while self.identifier():
                self.use(self.variable_name())
                if not self.take(","):
                    break
        self.expect(")")

    def _called(self) -> None:
        """`{ query }`: what it returns joins the outer scope."""
        outer = self.scope
        with self.deeper():
            self.expect("{")
            self.query()
            self.expect("}")
        if self.word("IN"):
            raise RefusedQuery("CALL {…} IN TRANSACTIONS commits on its own; kgqa only reads")
        self.scope = {**outer, **self.scope}

    def _procedure(self) -> None:
        """`name.of.procedure(x, y) YIELD a AS b WHERE …`."""
        first = self.at
        parts = [self.name("a procedure").text]
        while self.take("."):
            parts.append(self.name("a procedure").text)
        self.parsed.procedures.append(Name(".".join(parts), first))
        if self.take("("):
            self._elements(")")
            self.expect(")")
        if self.take_word("YIELD") and not self.take("*"):
            self._yields()
        self._where()

    def _yields(self) -> None:
        while True:
            name = self.variable_name().text
            if self.take_word("AS"):
                name = self.variable_name().text
            self.scope[name] = Variable(name, "value")
            if not self.take(","):
                return

    # ── subqueries in expressions
    def subquery(self) -> None:
        """`{ pattern WHERE … }` or `{ MATCH … RETURN … }`; it sees the outer variables."""
        outer = self.scope
        self.scope = dict(outer)
        with self.deeper():
            self.expect("{")
            if self.symbol("(") or (self.identifier() and self.peek(1).text == "="):
                self.pattern_list()
                self._where()
            else:
                self.query()
            self.expect("}")
        self.scope = outer
