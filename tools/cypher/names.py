"""What an expression names: constants, variables and their properties, function calls, map projections."""

from __future__ import annotations

from .patterns import Patterns
from .tokens import Token
from .tree import Access, Call, Name, Variable

_CONSTANTS = ("TRUE", "FALSE", "NULL", "NAN", "INF", "INFINITY")
_TRIM_SIDES = ("BOTH", "LEADING", "TRAILING")


class Names(Patterns):
    """Reads what begins with a name."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self.whole: dict[str, int] = {}
        """How often each variable was used whole since somebody cleared it."""

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
