"""Parse expressions flat, for what they touch; precedence does not matter to a firewall."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from math import inf

from .comprehensions import Comprehensions
from .expression_sizes import (
    DATA,
    GIVEN,
    Env,
    Measure,
    Value,
    combined,
    constant,
    either,
    element,
    listed,
    literal,
    member,
    signed,
    text,
    times,
    truth,
)
from .parse_tree import Expression, Variable
from .tokens import string_value

_OPERATORS = ("+", "-", "*", "/", "%", "^", "=", "<>", "<", ">", "<=", ">=", "=~", "||", "!=")
_WORD_OPERATORS = (("AND",), ("OR",), ("XOR",), ("IN",), ("STARTS", "WITH"), ("ENDS", "WITH"), ("CONTAINS",))
_QUANTIFIERS = ("ALL", "ANY", "NONE", "SINGLE")
_SUBQUERIES = ("EXISTS", "COUNT", "COLLECT")
_NORMAL_FORMS = ("NFC", "NFD", "NFKC", "NFKD")
_TYPE_NAMES = frozenset(
    "NOT NULL STRING VARCHAR INTEGER INT SIGNED FLOAT BOOLEAN BOOL DATE TIME DATETIME LOCAL ZONED TIMESTAMP WITH"
    " WITHOUT TIMEZONE ZONE DURATION POINT NODE VERTEX RELATIONSHIP EDGE MAP LIST ARRAY PATH ANY VALUE PROPERTY"
    " NOTHING".split()
)


class Expressions(Comprehensions):
    """Reads expressions and notes accesses, calls, parameters and uses of variables."""

    @abstractmethod
    def subquery(self, counted: bool) -> Measure:
        """Read `{ … }` of EXISTS, COUNT or, not `counted`, COLLECT."""

    def expression(self) -> Expression:
        """Read one."""
        first = self.at
        with self.deeper():
            operands, operators = [self._operand()], []
            while operator := self._operator():
                operators.append(operator)
                operands.append(self._operand())
        return Expression(first, self.at - 1, combined(operands, operators))

    def weighed(self) -> Value:
        """Read one that nothing more is made of, and note what it costs."""
        value = self.expression().measure(self.env)
        parsed = self.parsed
        parsed.range = max(parsed.range, self.env.widest)
        parsed.places = max(parsed.places, self.env.places)
        parsed.total = max(parsed.total, value.total)
        parsed.work = max(parsed.work, times(self.rows, value.work))
        return value

    # ── operators
    def _operator(self) -> str:
        """Take a binary operator if one comes next; a regular expression's pattern is noted."""
        sign = self.peek().text
        if self.take("=~"):
            self.parsed.regexes.append(self.at)
            return sign
        if self.take(*_OPERATORS):
            return sign
        return next((words[0] for words in _WORD_OPERATORS if self.take_word(*words)), "")

    def _operand(self) -> Measure:
        sign, negated = 1, False
        while True:
            if self.take("-"):
                sign = -sign
            elif self.take_word("NOT"):
                negated = True
            elif not self.take("+"):
                break
        with self.higher() as higher:
            measure = self._atom()
            while (after := self._postfix(measure)) is not None:
                measure = after
                higher()
        if negated:
            return truth([measure])
        return signed(measure, sign) if sign < 0 else measure

    def _postfix(self, of: Measure) -> Measure | None:
        """`.key`, `[…]`, `:Label`, `IS NULL`, `IS :: TYPE`, `IS NORMALIZED`."""
        if self.take("."):
            key = self.name("a property").text
            return lambda env: member(of(env), key)
        if self.take("["):
            return self._index(of)
        if self.take("::"):
            self._type()
            return truth([of])
        if self.symbol(":"):
            self.labels(None)
            return truth([of])
        if not self.word("IS"):
            return None
        self._is()
        return truth([of])

    def _index(self, of: Measure) -> Measure:
        """`[1]`, `[1..2]`, `['key']`."""
        cut = self.take("..")
        place = DATA
        if not cut:
            place = self.weighed()
            cut = self.take("..")
        if not self.symbol("]"):
            self.weighed()
        self.expect("]")
        return of if cut else lambda env: _at(of(env), place)

    def _is(self) -> None:
        self.next()
        self.take_word("NOT")
        if self.take("::") or self.take_word("TYPED"):
            self._type()
        elif any(self.take_word(form) for form in _NORMAL_FORMS):
            self.expect_word("NORMALIZED")
        elif not (self.take_word("NORMALIZED") or self.take_word("NULL")):
            self._label_expression(Variable("", "value"), typed=False)

    def _type(self) -> None:
        """A type: `INTEGER NOT NULL`, `LIST<STRING>`, `ZONED DATETIME | DATE`, `STRING!`."""
        with self.deeper():
            self.name("a type")
            while self.peek().upper in _TYPE_NAMES or self.symbol("<", "|", "!"):
                if self.take("<"):
                    self._type()
                    self.expect(">")
                elif self.take("|"):
                    self.name("a type")
                else:
                    self.next()

    # ── atoms
    def _atom(self) -> Measure:
        token = self.peek()
        if token.kind == "string":
            return constant(text(string_value(self.next())))
        if token.kind == "number":
            return constant(literal(self.next().text))
        if token.kind == "symbol":
            return self._bracketed()
        read = self._keyword() if token.kind == "word" else None
        return read() if read else self._named()

    def _bracketed(self) -> Measure:
        if self.symbol("$"):
            self.parameter()
            return constant(GIVEN)
        if self.symbol("{"):
            values = [value for _, value in self.map_entries()]
            return lambda env: listed([value(env) for value in values])
        if self.symbol("["):
            return self._list()
        if self._pattern_ahead():
            with self.local():
                self.chain()
            return constant(DATA)
        if not self.take("("):
            raise self.unexpected("an expression")
        measure = self.expression().measure
        self.expect(")")
        return measure

    def _keyword(self) -> Callable[[], Measure] | None:
        """What reads an atom that begins with a keyword; None where none does."""
        upper, bracket = self.peek().upper, self.peek(1).text
        if upper == "CASE" and bracket not in (")", ",", "."):
            return self._case
        if upper in _SUBQUERIES and bracket == "{":
            return self._asked
        if bracket != "(":
            return None
        if upper in _QUANTIFIERS:
            return self._quantified
        return {"REDUCE": self._reduce, "SHORTESTPATH": self._path, "ALLSHORTESTPATHS": self._path}.get(upper)

    def _asked(self) -> Measure:
        return self.subquery(self.next().upper != "COLLECT")

    def _path(self) -> Measure:
        self.shortest_path()
        return constant(DATA)

    def _case(self) -> Measure:
        self.next()
        conditions: list[Measure] = []
        results: list[Measure] = []
        with self.deeper():
            if not self.word("WHEN"):
                conditions.append(self.expression().measure)
            while self.take_word("WHEN"):
                conditions += self._when()
                self.expect_word("THEN")
                results.append(self.expression().measure)
            if self.take_word("ELSE"):
                results.append(self.expression().measure)
            self.expect_word("END")
        asked = truth(conditions)

        def measure(env: Env) -> Value:
            value = either([result(env) for result in results])
            return replace(value, work=value.work + asked(env).work)

        return measure

    def _when(self) -> list[Measure]:
        """`WHEN 1, > 5, STARTS WITH 'A', IS NULL THEN`: a bare comparison is allowed in the extended form."""
        found: list[Measure] = []
        while True:
            if self.word("IS"):
                self._is()
            else:
                self._operator()
                found.append(self.expression().measure)
            if not self.take(","):
                return found


def _at(value: Value, place: Value) -> Value:
    """What stands at a place of a list, or under a key: of what may be a time, any number."""
    known = value.kind == "list" or place.number
    one = element(value)
    return replace(one, magnitude=one.magnitude if known else inf, work=value.work)
