"""Parse what an expression names: constants, variables, properties, function calls, map projections."""

from __future__ import annotations

from math import inf

from .expression_sizes import DATA, Measure, constant, integer, listed, member, number
from .parse_tree import Access, Call, Expression, Name, Variable
from .patterns import Patterns
from .result_sizes import called

_CONSTANTS = ("TRUE", "FALSE", "NULL")
_NUMBERS = ("NAN", "INF", "INFINITY")
"""As an integer, infinity is the largest that there is."""
_TRIM_SIDES = ("BOTH", "LEADING", "TRAILING")


class Names(Patterns):
    """Reads what begins with a name."""

    def _named(self) -> Measure:
        """A constant, a function call, a map projection, or a variable with or without a property."""
        if self._call_ahead():
            return self._call()
        name = self._plain_variable()
        if name is None:
            return constant(number(inf) if self.token(self.at - 1).upper in _NUMBERS else integer(1))
        variable = self.scope.get(name.text)
        if self.symbol("{"):
            return self._projection(self.use(name))
        if self.symbol(":"):
            used = self.use(name)
            # What is only asked of a variable does not bind it: `NOT a:Person`, `RETURN a:Person AS is_person`.
            self.labels(Variable(name.text, used.kind) if used else None)
            return constant(integer(1))
        if self.symbol(".") and self.identifier(1):
            self.next()
            key = self.name("a property")
            self.use(name, key)
            return _held(variable, key.text)
        self.use(name)
        return standing(variable)

    def _plain_variable(self) -> Name | None:
        """The variable that comes next; None for a constant."""
        if self.peek().upper in (*_CONSTANTS, *_NUMBERS) and self.peek().text not in self.scope:
            self.next()
            return None
        return self.variable_name()

    def _call_ahead(self) -> bool:
        ahead = 0
        while self.identifier(ahead) and self.peek(ahead + 1).text == ".":
            ahead += 2
        return self.identifier(ahead) and self.peek(ahead + 1).text == "("

    def _call(self) -> Measure:
        """`a.b.name(DISTINCT x, y)`, `count(*)`, `trim(BOTH x FROM y)`."""
        first = self.at
        parts = [self.name("a function").text]
        while self.take("."):
            parts.append(self.name("a function").text)
        self.expect("(")
        _ = self.take_word("DISTINCT") or self.take_word("ALL") or self.take("*")
        _ = any(self.take_word(side) for side in _TRIM_SIDES)
        self.take_word("FROM")
        arguments: list[Expression] = []
        while not self.take(")"):
            arguments.append(self.expression())
            if not self.symbol(")") and not self.take_word("FROM"):
                self.expect(",")
        name = ".".join(parts).lower()
        self.parsed.calls.append(Call(name, first, self.at - 1, tuple((one.first, one.last) for one in arguments)))
        return called(name, [one.measure for one in arguments], self.rows)

    def _projection(self, variable: Variable | None) -> Measure:
        """`person {.name, .*, key: value, other}`."""
        values: list[Measure] = [standing(variable)]
        with self.deeper():
            self.expect("{")
            while not self.take("}"):
                values += self._projected(variable)
                if not self.symbol("}"):
                    self.expect(",")
        return lambda env: listed([value(env) for value in values])

    def _projected(self, variable: Variable | None) -> list[Measure]:
        if self.take("."):
            if not self.take("*"):
                key = self.name("a property")
                if variable:
                    self.parsed.accesses.append(Access(variable, key))
                return [_held(variable, key.text)]
            return []
        name = self.name("a key")
        if self.take(":"):
            return [self.expression().measure]
        return [standing(self.use(name))]


def standing(variable: Variable | None) -> Measure:
    """What a variable holds: what a comprehension or `reduce` binds it to, else what it was given by its clause."""
    return lambda env: env.values.get(variable, variable.value) if variable else DATA


def _held(variable: Variable | None, key: str) -> Measure:
    if variable is None or variable.kind != "value":
        return constant(DATA)
    whole = standing(variable)
    return lambda env: member(whole(env), key)
