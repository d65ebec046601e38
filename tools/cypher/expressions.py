"""Expressions: read flat, for what they touch; precedence does not matter to a firewall."""

from __future__ import annotations

from abc import abstractmethod

from .patterns import Patterns
from .tokens import Token
from .tree import Access, Call, Name, Variable

_OPERATORS = ("+", "-", "*", "/", "%", "^", "=", "<>", "<", ">", "<=", ">=", "=~", "||", "!=")
_WORD_OPERATORS = (("AND",), ("OR",), ("XOR",), ("IN",), ("STARTS", "WITH"), ("ENDS", "WITH"), ("CONTAINS",))
_QUANTIFIERS = ("ALL", "ANY", "NONE", "SINGLE")
_SUBQUERIES = ("EXISTS", "COUNT", "COLLECT")
_NORMAL_FORMS = ("NFC", "NFD", "NFKC", "NFKD")
_CONSTANTS = ("TRUE", "FALSE", "NULL", "NAN", "INF", "INFINITY")
_TRIM_SIDES = ("BOTH", "LEADING", "TRAILING")


class Expressions(Patterns):
    """Reads expressions and notes accesses, calls, parameters and uses of variables."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self.whole: dict[str, int] = {}
        """How often each variable was used whole since somebody cleared it."""

    @abstractmethod
    def subquery(self) -> None:
        """Read `{ … }` of EXISTS, COUNT or COLLECT."""

    def expression(self) -> tuple[int, int]:
        """Read one: its first and last token."""
        first = self.at
        with self.deeper():
            self._operand()
            while self._operator():
                self._operand()
        return first, self.at - 1

    # ── operators
    def _operator(self) -> bool:
        """Take a binary operator if one comes next; a regular expression's pattern is noted."""
        if self.take("=~"):
            self.parsed.regexes.append(self.at)
            return True
        return self.take(*_OPERATORS) or any(self.take_word(*words) for words in _WORD_OPERATORS)

    def _operand(self) -> None:
        while self.take("+", "-") or self.take_word("NOT"):
            pass
        self._atom()
        while self._postfix():
            pass

    def _postfix(self) -> bool:
        """`.key`, `[…]`, `:Label`, `IS NULL`, `IS :: TYPE`, `IS NORMALIZED`."""
        if self.take("."):
            self.name("a property")
            return True
        if self.take("["):
            self._index()
            return True
        if self.take("::"):
            self._type()
            return True
        if self.symbol(":"):
            return self.labels(None)
        return self.word("IS") and self._is()

    def _index(self) -> None:
        if not self.take(".."):
            self.expression()
            self.take("..")
        if not self.symbol("]"):
            self.expression()
        self.expect("]")

    def _is(self) -> bool:
        self.next()
        self.take_word("NOT")
        if self.take("::") or self.take_word("TYPED"):
            self._type()
            return True
        if any(self.take_word(form) for form in _NORMAL_FORMS):
            self.expect_word("NORMALIZED")
        elif not self.take_word("NORMALIZED"):
            self.expect_word("NULL")
        return True

    def _type(self) -> None:
        """A type: `INTEGER NOT NULL`, `LIST<STRING>`, `ZONED DATETIME | DATE`."""
        with self.deeper():
            self.name("a type")
            while self.peek().upper in _TYPE_NAMES or self.symbol("<", "|"):
                if self.take("<"):
                    self._type()
                    self.expect(">")
                elif self.take("|"):
                    self.name("a type")
                else:
                    self.next()

    # ── atoms
    def _atom(self) -> None:
        token = self.peek()
        if token.kind in ("string", "number"):
            self.next()
        elif token.kind == "symbol":
            self._bracketed()
        elif token.kind == "word" and self._keyword():
            return
        else:
            self._named()

    def _bracketed(self) -> None:
        if self.symbol("$"):
            self.parameter()
        elif self.symbol("{"):
            self.map_entries()
        elif self.symbol("["):
            self._list()
        elif self._pattern_ahead():
            with self.local():
                self.chain()
        elif self.take("("):
            self.expression()
            self.expect(")")
        else:
            raise self.unexpected("an expression")

    def _pattern_ahead(self) -> bool:
        """Whether a node pattern and a relationship come next: told by what stands in and behind the bracket."""
        if not self.symbol("("):
            return False
        inside, after = self._node_ahead(), self.closing[self.at]
        behind = self.token(after + 1).text + self.token(after + 2).text
        return inside and behind in ("--", "-[", "<-")

    def _node_ahead(self) -> bool:
        start = 1 + self.identifier(1)
        opening = self.peek(start)
        return opening.text in (")", ":", "{") or opening.upper in ("WHERE", "IS")

    def _keyword(self) -> bool:
        """An atom that begins with a keyword; whether there was one."""
        upper, bracket = self.peek().upper, self.peek(1).text
        if upper == "CASE" and bracket not in (")", ",", "."):
            self._case()
        elif upper in _SUBQUERIES and bracket == "{":
            self.next()
            self.subquery()
        elif bracket != "(":
            return False
        elif upper in _QUANTIFIERS:
            self._quantified()
        elif upper == "REDUCE":
            self._reduce()
        elif upper in ("SHORTESTPATH", "ALLSHORTESTPATHS"):
            self.shortest_path()
        else:
            return False
        return True

    def _case(self) -> None:
        self.next()
        with self.deeper():
            if not self.word("WHEN"):
                self.expression()
            while self.take_word("WHEN"):
                self._when()
                self.expect_word("THEN")
                self.expression()
            if self.take_word("ELSE"):
                self.expression()
            self.expect_word("END")

    def _when(self) -> None:
        """`WHEN 1, > 5, IS NULL THEN`: a bare comparison is allowed in the extended form."""
        while True:
            if not (self.word("IS") and self._is()):
                self.take(*_OPERATORS)
                self.expression()
            if not self.take(","):
                return

    def _quantified(self) -> None:
        """`any(x IN list WHERE …)`."""
        self.next()
        self.expect("(")
        name = self.variable_name()
        self.expect_word("IN")
        self.expression()
        with self.local(name):
            if self.take_word("WHERE"):
                self.expression()
        self.expect(")")

    def _reduce(self) -> None:
        """`reduce(sum = 0, x IN list | sum + x)`."""
        self.next()
        self.expect("(")
        total = self.variable_name()
        self.expect("=")
        self.expression()
        self.expect(",")
        name = self.variable_name()
        self.expect_word("IN")
        self.expression()
        self.expect("|")
        with self.local(total, name):
            first, last = self.expression()
        self.parsed.reductions.append((total.text, first, last))
        self.expect(")")

    # ── lists
    def _list(self) -> None:
        """A list, a list comprehension or a pattern comprehension."""
        with self.deeper():
            self.expect("[")
            if self.identifier() and self.peek(1).upper == "IN":
                self._comprehension()
            elif self._pattern_ahead() or (self.identifier() and self.peek(1).text == "="):
                self._pattern_comprehension()
            else:
                self._elements("]")
            self.expect("]")

    def _elements(self, closing: str) -> None:
        while not self.symbol(closing):
            self.expression()
            if not self.symbol(closing):
                self.expect(",")

    def _comprehension(self) -> None:
        """`[x IN list WHERE … | …]`; a list whose one element is `x IN list` reads the same."""
        name = self.variable_name()
        self.expect_word("IN")
        self.expression()
        with self.local(name):
            if self.take_word("WHERE"):
                self.expression()
            if self.take("|"):
                self.expression()
        if self.take(","):
            self._elements("]")

    def _pattern_comprehension(self) -> None:
        """`[p = (a)-->(b) WHERE … | …]`; or a list that begins with a pattern predicate or a comparison."""
        with self.local():
            if self.identifier():
                if not self._named_path():
                    self._elements("]")
                    return
                self.declare(self.variable_name().text, "path")
                self.expect("=")
            self.chain()
            if self.take_word("WHERE"):
                self.expression()
            if self.take("|"):
                self.expression()
        if self.take(","):
            self._elements("]")

    def _named_path(self) -> bool:
        return self.token(self.at + 2).text == "(" and self.token(self.closing[self.at + 2] + 1).text in ("-", "<")

    # ── names
    def _named(self) -> None:
        """A constant, a function call, a map projection, or a variable with or without a property."""
        if self._call_ahead():
            self._call()
            return
        name = self._plain_variable()
        if name is None:
            return
        if self.symbol("{"):
            self._projection(self.use(name))
        elif self.symbol(":"):
            self.labels(self.use(name))
        elif self.symbol(".") and self.identifier(1):
            self.next()
            self.use(name, self.name("a property"))
        else:
            self.whole[name.text] = self.whole.get(name.text, 0) + 1
            self.use(name)

    def _plain_variable(self) -> Name | None:
        """The variable that comes next; None for a constant."""
        if self.peek().upper in _CONSTANTS and self.peek().text not in self.scope:
            self.next()
            return None
        return self.variable_name()

    def _call_ahead(self) -> bool:
        ahead = 0
        while self.identifier(ahead) and self.peek(ahead + 1).text == ".":
            ahead += 2
        return self.identifier(ahead) and self.peek(ahead + 1).text == "("

    def _call(self) -> None:
        """`a.b.name(DISTINCT x, y)`, `count(*)`, `trim(BOTH x FROM y)`."""
        first = self.at
        parts = [self.name("a function").text]
        while self.take("."):
            parts.append(self.name("a function").text)
        self.expect("(")
        _ = self.take_word("DISTINCT") or self.take_word("ALL") or self.take("*")
        if any(self.take_word(side) for side in _TRIM_SIDES) and self.take_word("FROM"):
            pass
        arguments: list[tuple[int, int]] = []
        while not self.take(")"):
            arguments.append(self.expression())
            if not self.symbol(")") and not self.take_word("FROM"):
                self.expect(",")
        self.parsed.calls.append(Call(".".join(parts).lower(), first, self.at - 1, tuple(arguments)))

    def _projection(self, variable: Variable | None) -> None:
        """`person {.name, .*, key: value, other}`."""
        with self.deeper():
            self.expect("{")
            while not self.take("}"):
                self._projected(variable)
                if not self.symbol("}"):
                    self.expect(",")

    def _projected(self, variable: Variable | None) -> None:
        if self.take("."):
            if not self.take("*"):
                key = self.name("a property")
                if variable:
                    self.parsed.accesses.append(Access(variable, key))
            return
        name = self.name("a key")
        if self.take(":"):
            self.expression()
        else:
            self.use(name)


_TYPE_NAMES = frozenset(
    "NOT NULL STRING INTEGER INT FLOAT BOOLEAN BOOL DATE TIME DATETIME LOCAL ZONED TIMESTAMP WITH WITHOUT TIMEZONE"
    " DURATION POINT NODE VERTEX RELATIONSHIP EDGE MAP LIST ARRAY PATH ANY VALUE PROPERTY NOTHING".split()
)
