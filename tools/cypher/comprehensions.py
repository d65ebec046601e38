"""Expressions that bind a variable of their own: comprehensions, `any(…)`, `reduce(…)`; and plain lists."""

from __future__ import annotations

from .names import Names


class Comprehensions(Names):
    """Reads what stands in square brackets, and the functions that go through a list."""

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

    # ── telling patterns from expressions
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
