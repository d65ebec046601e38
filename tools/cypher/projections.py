"""What WITH and RETURN pass on, in which order, and how many rows of it."""

from __future__ import annotations

from typing import Literal

from .expressions import Expressions
from .parse_tree import Item, Variable
from .result_sizes import AGGREGATES

_FEW_ROWS = 1_000
"""Up to here a LIMIT makes patterns that are not connected cheap."""


class Projections(Expressions):
    """Reads the items of WITH and RETURN, and what follows them."""

    base = (1.0, 0)
    """`rows` and `islands` where the innermost query began."""

    def where(self) -> None:
        """Take a condition if one comes next."""
        if self.take_word("WHERE"):
            self.weighed()

    def projection(self, clause: Literal["WITH", "RETURN"]) -> None:
        """Items, ORDER BY, SKIP, LIMIT, and for WITH a WHERE; the items are the new scope."""
        self.take_word("DISTINCT")
        before = self.scope
        after: dict[str, Variable] = {}
        alone = False
        if self.take("*"):
            after.update(before)
            if self.take(","):
                self._items(clause, after)
        else:
            alone = self._items(clause, after)
        if alone:
            self.rows, self.islands = self.base
        self.scope = {**before, **after}
        self.order_and_limits()
        if clause == "WITH":
            self.where()
        self.scope = after

    def _items(self, clause: Literal["WITH", "RETURN"], after: dict[str, Variable]) -> bool:
        """Whether they give one row: aggregates of all, or what is the same in each."""
        alone = self._item(clause, after)
        while self.take(","):
            alone = self._item(clause, after) and alone
        for variable in after.values() if alone else ():
            variable.alone = True
        return alone

    def _item(self, clause: Literal["WITH", "RETURN"], after: dict[str, Variable]) -> bool:
        first, calls = self.at, len(self.parsed.calls)
        value = self.weighed()
        last, token = self.at - 1, self.token(first)
        bare = first == last and token.kind in ("word", "quoted") and token.name in self.scope
        alias = self.variable_name().text if self.take_word("AS") else ""
        self.parsed.items.append(Item(clause, first, last, alias, bare))
        name = alias or (token.name if bare else "".join(one.text for one in self.tokens[first : last + 1]))
        after[name] = self.scope[token.name] if bare else Variable(name, "value", value=value)
        return after[name].alone or any(call.name in AGGREGATES for call in self.parsed.calls[calls:])

    def order_and_limits(self) -> None:
        """Take ORDER BY, SKIP and LIMIT, as many of them as come next."""
        if self.take_word("ORDER", "BY"):
            self._sort()
            while self.take(","):
                self._sort()
        if self.take_word("SKIP") or self.take_word("OFFSET"):
            self.weighed()
        if self.take_word("LIMIT"):
            limit = self.weighed().exact
            if limit is not None and limit <= _FEW_ROWS:
                self.rows, self.islands = min(self.rows, self.base[0] * limit), self.base[1]

    def _sort(self) -> None:
        self.weighed()
        for word in ("ASC", "ASCENDING", "DESC", "DESCENDING"):
            if self.take_word(word):
                return
