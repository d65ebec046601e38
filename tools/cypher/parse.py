"""Parse a query that only reads; every other clause is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...errors import RefusedQuery
from .disconnected import unconnected, unmet
from .expression_sizes import MANY, Measure, Value, constant, either, element, integer, times
from .parse_tree import Name, Parsed, Variable
from .projections import Projections
from .result_sizes import called
from .token_cursor import WRITING
from .tokens import Token, tokenize

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
    try:
        parser.query()
    except RecursionError as error:  # our own bound is for a caller that does not stand deep in the stack already
        raise RefusedQuery("nested too deep") from error
    parser.take(";")
    if parser.at < len(tokens):
        raise parser.stray()
    return parser.parsed


def _unreadable(token: Token) -> str:
    if len(token.text) > 1 or token.text in "'\"`":
        what = {"'": "a string", '"': "a string", "`": "a back-ticked name"}.get(token.text[0], "a comment")
        return f"cannot be read: {what} that starts with {token.text[:20]!r} is not closed"
    quotation = token.text in "‘’‚‛“”„‟«»′″"
    hint = "quote texts with '…'" if quotation else "quote names with back-ticks"
    return f"cannot be read: the character {token.text!r} stands outside a string; {hint}"


def _merged(one: Value, other: Value | None) -> Value:
    return one if other is None else either([one, other])


class Clauses(Projections):
    """Reads a whole query, clause by clause."""

    def query(self) -> None:
        """Single queries joined by UNION, as far as they go."""
        outer, start = self.scope, (self.rows, self.islands)
        rows, held = 0.0, dict[str, Value]()
        while True:
            self.scope = dict(outer)
            self.rows, self.islands = start
            self._single()
            rows += self.rows
            held = {name: _merged(one.value, held.get(name)) for name, one in self.scope.items()}
            if not self.take_word("UNION"):
                break
            _ = self.take_word("ALL") or self.take_word("DISTINCT")
        self.rows = rows
        for name, value in held.items():
            if self.scope[name].kind == "value":
                self.scope[name].value = value

    def _single(self) -> None:
        """Clauses, at least one."""
        before, base = self.parsed.clauses, self.base
        self.base = self.rows, self.islands
        while (reader := self._reader()) is not None:
            self.parsed.clauses += 1
            reader()
        self.base = base
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
            "ORDER": self.order_and_limits,
            "SKIP": self.order_and_limits,
            "OFFSET": self.order_and_limits,
            "LIMIT": self.order_and_limits,
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
        self._patterns()

    def _patterns(self) -> None:
        """`pattern, pattern … WHERE …`, and how many of them nothing connects."""
        self.pattern_list()
        segments, asked = self.parsed.segments, self.inside is not None
        at = len(segments) - 1
        if asked:  # its condition may ask more, for each of the rows
            self.multiplied(unmet(segments[at]))
        while self.take_word("USING"):
            self._hint()
        first = self.at
        self.where()
        segments[at] = replace(segments[at], where=(first, self.at))
        if not asked:
            self.multiplied(unconnected(segments[at], self.parsed.tokens))

    def _hint(self) -> None:
        """`INDEX n:Label(key, other)`, `SCAN n:Label`, `JOIN ON n, m`."""
        while self.peek().upper in ("TEXT", "RANGE", "POINT", "INDEX", "SCAN", "SEEK", "JOIN", "ON"):
            self.next()
        name = self.variable_name()
        self.labels(self.use(name))
        if self.take("("):
            self.use(name, self.name("a property"))
            while self.take(","):
                self.use(name, self.name("a property"))
            self.expect(")")
        while self.take(","):
            self.variable_name()

    def _unwind(self) -> None:
        self.next()
        value = self.weighed()
        self._multiply(min(value.count, value.total))
        self.expect_word("AS")
        name = self.variable_name().text
        self.scope[name] = Variable(name, "value", value=element(value))

    def _multiply(self, rows: float) -> None:
        self.rows = times(self.rows, max(rows, 1))
        self.parsed.rows = max(self.parsed.rows, self.rows)

    def _finish(self) -> None:
        self.next()

    def _with(self) -> None:
        self.next()
        self.projection("WITH")

    def _return(self) -> None:
        self.next()
        self.projection("RETURN")

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
        self.where()

    def _yields(self) -> None:
        while True:
            name = self.variable_name().text
            if self.take_word("AS"):
                name = self.variable_name().text
            self.scope[name] = Variable(name, "value")
            if not self.take(","):
                return

    # ── subqueries in expressions
    def subquery(self, counted: bool) -> Measure:
        """`{ pattern WHERE … }` or `{ MATCH … RETURN … }`; it sees the outer variables."""
        outer, before = self.scope, self.rows
        self.scope = dict(outer)
        with self.deeper(), self.asked():
            self.expect("{")
            if self._pattern_begins():
                self._patterns()
            else:
                self.query()
            self.expect("}")
        given, rows = list(self.scope.values()), self.rows / max(before, 1)
        self.scope, self.rows = outer, before
        if counted:
            return constant(integer(max(rows, MANY)))
        return called("collect", [constant(one.value) for one in given[:1]], rows)

    def _pattern_begins(self) -> bool:
        upper, after = self.peek().upper, self.peek(1)
        selected = upper in ("SHORTESTPATH", "ALLSHORTESTPATHS", "SHORTEST") or (
            upper in ("ALL", "ANY") and (after.upper == "SHORTEST" or after.kind == "number" or after.text == "(")
        )
        return selected or self.symbol("(") or (self.identifier() and after.text == "=")
