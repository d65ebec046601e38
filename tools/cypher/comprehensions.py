"""Parse expressions that bind a variable: comprehensions, `any(…)`, `reduce(…)`; and plain lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .disconnected import unmet
from .expression_sizes import DATA, FEW, UNKNOWN, Measure, constant, element, listed, times, truth
from .list_sizes import folded, mapped
from .names import Names
from .result_sizes import called


class Comprehensions(Names):
    """Reads what stands in square brackets, and the functions that go through a list."""

    def _list(self) -> Measure:
        """A list, a list comprehension or a pattern comprehension."""
        with self.deeper():
            self.expect("[")
            if self.identifier() and self.peek(1).upper == "IN":
                measure = self._comprehension()
            elif self._pattern_ahead() or (self.identifier() and self.peek(1).text == "="):
                measure = self._pattern_comprehension()
            else:
                measure = _of(self._elements("]"))
            self.expect("]")
        return measure

    def _elements(self, closing: str) -> list[Measure]:
        found: list[Measure] = []
        while not self.symbol(closing):
            found.append(self.expression().measure)
            if not self.symbol(closing):
                self.expect(",")
        return found

    def _comprehension(self) -> Measure:
        """`[x IN list WHERE … | …]`; a list whose one element is `x IN list` reads the same."""
        measure = self._through()
        return _of([measure, *self._elements("]")]) if self.take(",") else measure

    def _through(self) -> Measure:
        """`x IN list WHERE … | …`."""
        name = self.variable_name()
        self.expect_word("IN")
        over = self.expression().measure
        with self.local(name) as (variable,):
            variable.value = element(over(self.env))
            with self.often(over):
                conditions = [self.expression().measure] if self.take_word("WHERE") else []
                gives = self.expression().measure if self.take("|") else None
        return mapped(over, variable, conditions, gives)

    @contextmanager
    def often(self, over: Measure) -> Iterator[None]:
        """What a subquery in here costs is had once for each element."""
        outer = self.rows
        self.rows = times(outer, max(over(self.env).count / FEW, 1))
        yield
        self.rows = outer

    def _pattern_comprehension(self) -> Measure:
        """`[p = (a)-->(b) WHERE … | …]`; or a list that begins with a pattern predicate or a comparison."""
        gives = constant(DATA)
        with self.local():
            if self.identifier():
                if not self._named_path():
                    return _of(self._elements("]"))
                self.declare(self.variable_name().text, "path")
                self.expect("=")
            with self.asked():
                segment = self.segment()
                self.chain()
                self.multiplied(unmet(segment()))
                if self.take_word("WHERE"):
                    self.weighed()
                if self.take("|"):
                    gives = self.expression().measure
        matched = called("collect", [gives], 1)
        return _of([matched, *self._elements("]")]) if self.take(",") else matched

    def _named_path(self) -> bool:
        return self.token(self.at + 2).text == "(" and self.token(self.closing[self.at + 2] + 1).text in ("-", "<")

    def _quantified(self) -> Measure:
        """`any(x IN list WHERE …)`."""
        self.next()
        self.expect("(")
        measure = self._through()
        self.expect(")")
        return truth([measure])

    def _reduce(self) -> Measure:
        """`reduce(sum = 0, x IN list | sum + x)`."""
        self.next()
        self.expect("(")
        total = self.variable_name()
        self.expect("=")
        start = self.expression().measure
        self.expect(",")
        name = self.variable_name()
        self.expect_word("IN")
        over = self.expression().measure
        self.expect("|")
        with self.local(total, name) as (so_far, one):
            # A subquery in the body is read once, whatever was summed up by then.
            so_far.value, one.value = UNKNOWN, element(over(self.env))
            with self.often(over):
                body = self.expression().measure
        self.expect(")")
        return folded(so_far, start, one, over, body)

    # ── telling patterns from expressions
    def _pattern_ahead(self) -> bool:
        """Whether a node pattern and a relationship come next: told by what stands in and behind the bracket."""
        if not self.symbol("("):
            return False
        inside, after = self._node_ahead(), self.closing[self.at]
        first, second, third = (self.token(after + place).text for place in (1, 2, 3))
        if not inside or (first, second) not in (("-", "-"), ("-", "["), ("<", "-")):
            return False  # `(a) - -1` and `(a) < -3` compute
        return second == "[" or third in (("(", ">") if first == "-" else ("-", "["))

    def _node_ahead(self) -> bool:
        start = 1 + self.identifier(1)
        opening = self.peek(start)
        return opening.text in (")", ":", "{") or opening.upper in ("WHERE", "IS")


def _of(elements: Sequence[Measure]) -> Measure:
    return lambda env: listed([one(env) for one in elements])
