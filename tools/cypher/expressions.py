"""Expressions: read flat, for what they touch; precedence does not matter to a firewall."""

from __future__ import annotations

from abc import abstractmethod

from .comprehensions import Comprehensions

_OPERATORS = ("+", "-", "*", "/", "%", "^", "=", "<>", "<", ">", "<=", ">=", "=~", "||", "!=")
_WORD_OPERATORS = (("AND",), ("OR",), ("XOR",), ("IN",), ("STARTS", "WITH"), ("ENDS", "WITH"), ("CONTAINS",))
_QUANTIFIERS = ("ALL", "ANY", "NONE", "SINGLE")
_SUBQUERIES = ("EXISTS", "COUNT", "COLLECT")
_NORMAL_FORMS = ("NFC", "NFD", "NFKC", "NFKD")
_TYPE_NAMES = frozenset(
    "NOT NULL STRING INTEGER INT FLOAT BOOLEAN BOOL DATE TIME DATETIME LOCAL ZONED TIMESTAMP WITH WITHOUT TIMEZONE"
    " DURATION POINT NODE VERTEX RELATIONSHIP EDGE MAP LIST ARRAY PATH ANY VALUE PROPERTY NOTHING".split()
)


class Expressions(Comprehensions):
    """Reads expressions and notes accesses, calls, parameters and uses of variables."""

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
