"""Graph patterns: nodes, relationships, variable length, label expressions, shortest paths, quantified groups."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from ...errors import RefusedQuery
from .expression_sizes import Measure, Value
from .parse_tree import Access, Direction, Expression, Hops, LabelUse, Name, Node, Relationship, Segment, Variable
from .token_cursor import Cursor

_SHORTEST = ("SHORTESTPATH", "ALLSHORTESTPATHS")


class Patterns(Cursor):
    """Reads patterns and notes their nodes, relationships, labels and keys."""

    @abstractmethod
    def expression(self) -> Expression:
        """Read an expression."""

    @abstractmethod
    def weighed(self) -> Value:
        """Read an expression that nothing more is made of, and note what it costs."""

    def pattern_list(self) -> None:
        """`pattern, pattern …` as MATCH has it."""
        segment = self.segment()
        self.path()
        while self.take(","):
            self.path()
        self.parsed.segments.append(segment())

    def segment(self) -> Callable[[], Segment]:
        """What gives the patterns read from here on."""
        parsed, known = self.parsed, frozenset(self.scope.values())
        nodes, relationships = len(parsed.nodes), len(parsed.relationships)
        return lambda: Segment(tuple(parsed.nodes[nodes:]), tuple(parsed.relationships[relationships:]), known)

    def path(self) -> None:
        """`[name =] [selector] pattern`."""
        if self.identifier() and self.peek(1).text == "=":
            name = self.variable_name()
            self.expect("=")
            self.declare(name.text, "path").kind = "path"
        shortest = self._selector()
        if self.peek().upper in _SHORTEST:
            self.shortest_path()
        else:
            self.chain(shortest)

    def shortest_path(self) -> None:
        """`shortestPath((a)-[*]-(b))`."""
        self.next()
        self.expect("(")
        if self.identifier() and self.peek(1).text == "=":
            self.declare(self.variable_name().text, "path")
            self.expect("=")
        self.chain(shortest=True)
        self.expect(")")

    def _selector(self) -> bool:
        """`ANY SHORTEST`, `ALL SHORTEST`, `SHORTEST 3 GROUPS`, `ANY 3`: whether the search is by breadth."""
        counted = self.take_word("ALL") or self.take_word("ANY")
        shortest = self.take_word("SHORTEST")
        if counted or shortest:
            counted = self.peek().kind == "number" and bool(self.next())
            for word in ("PATHS", "PATH", "GROUPS", "GROUP"):
                self.take_word(word)
        return shortest

    def chain(self, shortest: bool = False) -> None:
        """Nodes and quantified groups joined by relationships."""
        left = self.element(shortest)
        while self.symbol("-", "<", "("):
            if self.symbol("("):
                if self.token(self.at - 1).text == ")" and not self._group_ahead():
                    raise self.unexpected("a relationship or a comma between two nodes")
                left = self.element(shortest)
                continue
            left = self.relationship(left, shortest)

    def element(self, shortest: bool) -> Node:
        """A node, or a group `((a)-->(b) WHERE …){1,3}` of which the last node is given back."""
        return self._group(shortest) if self._group_ahead() else self.node()

    def _group_ahead(self) -> bool:
        named = self.identifier(1) and self.peek(2).text == "="
        return self.symbol("(") and (self.peek(1).text == "(" or named)

    def _group(self, shortest: bool) -> Node:
        before = len(self.parsed.relationships)
        with self.deeper():
            self.expect("(")
            self.path()
            if self.take_word("WHERE"):
                self.weighed()
            self.expect(")")
        hops = self._quantifier()
        if hops:
            inner = self.parsed.relationships
            inner[before:] = [_repeated(one, hops, shortest) for one in inner[before:]]
        return self.parsed.nodes[-1]

    # ── nodes
    def node(self) -> Node:
        """`(name:Label {key: value} WHERE …)`."""
        opening = self.at
        self.expect("(")
        named = self.identifier() and not self.word("WHERE") and not (self.word("IS") and self.identifier(1))
        variable = self.declare(self.variable_name().text, "node") if named else Variable("", "node")
        self.labels(variable)
        mapped = self._properties(variable)
        if self.take_word("WHERE"):
            # What an expression asks in here it asks of each node, which none may be connected to.
            self.islands += self.inside is not None
            self.weighed()
            self.islands -= self.inside is not None
        self.expect(")")
        node = Node(variable, opening, mapped)
        self.parsed.nodes.append(node)
        return node

    def labels(self, variable: Variable | None, typed: bool = False) -> bool:
        """`:A|B`, `:A&!B`, `IS A` if it comes next. Dynamic labels (`:$(…)`) are refused."""
        if not (self.take(":") or self.take_word("IS")):
            return False
        variable = variable or Variable("", "value")
        self._label_expression(variable, typed or variable.kind == "relationship")
        return True

    def _label_expression(self, variable: Variable, typed: bool) -> None:
        self._label_term(variable, typed)
        while self.take("|", "&", ":"):
            self.take(":")
            self._label_term(variable, typed)

    def _label_term(self, variable: Variable, typed: bool) -> None:
        while self.take("!"):
            variable.negated = True
        if self.take("%"):
            variable.negated = True
        elif self.take("("):
            with self.deeper():
                self._label_expression(variable, typed)
            self.expect(")")
        elif self.symbol("$"):
            raise RefusedQuery("a label or type must be written out, not computed")
        else:
            label = self.name("a label or type")
            variable.labels.add(label.text)
            self.parsed.labels.append(LabelUse(variable, label, typed))

    def _properties(self, variable: Variable) -> bool:
        """A map or a parameter, if it comes next."""
        if self.symbol("$"):
            self.parameter()
            return True
        if not self.symbol("{"):
            return False
        entries = self.map_entries()
        for key, _ in entries:
            self.parsed.accesses.append(Access(variable, key))
        return bool(entries)

    def parameter(self) -> None:
        """`$name`."""
        self.expect("$")
        if self.peek().kind == "number":
            self.parsed.parameters.append(Name(self.next().text, self.at - 1))
            return
        self.parsed.parameters.append(self.name("a parameter's name"))

    def map_entries(self) -> list[tuple[Name, Measure]]:
        """`{key: value, …}`: its keys and how large each value may be."""
        entries: list[tuple[Name, Measure]] = []
        with self.deeper():
            self.expect("{")
            while not self.take("}"):
                key = self.name("a key")
                self.expect(":")
                entries.append((key, self.expression().measure))
                if not self.symbol("}"):
                    self.expect(",")
        return entries

    # ── relationships
    def relationship(self, left: Node, shortest: bool) -> Node:
        """`-[name:TYPE*1..3 {key: value}]->(…)`: the node it leads to."""
        first = self.at
        from_right = self.take("<")
        self.expect("-")
        variable, hops = Variable("", "relationship"), None
        if self.take("["):
            variable, hops = self._inside()
            self.expect("]")
        self.expect("-")
        to_right = self.take(">")
        last = self.at - 1
        hops = self._quantifier() or hops
        right = self.element(shortest)
        direction: Direction = "both" if from_right == to_right else "right" if to_right else "left"
        self.parsed.relationships.append(Relationship(variable, left, right, direction, hops, shortest, first, last))
        return right

    def _inside(self) -> tuple[Variable, Hops | None]:
        named = self.identifier() and not self.word("WHERE") and not (self.word("IS") and self.identifier(1))
        variable = Variable("", "relationship")
        if named:
            variable = self.declare(self.variable_name().text, "relationship")
        self.labels(variable, typed=True)
        hops = self._star() if self.symbol("*") else None
        if hops and variable.name:
            variable.kind = "value"  # a list of relationships
        self._properties(variable)
        if self.take_word("WHERE"):
            self.weighed()
        return variable, hops

    def _star(self) -> Hops:
        """`*`, `*3`, `*1..`, `*..3`, `*1..3`."""
        first = self.at
        self.expect("*")
        low = self._integer()
        high = low
        if self.take(".."):
            high = self._integer()
        return Hops(low, high, first, self.at - 1, quantifier=False)

    def _quantifier(self) -> Hops | None:
        """`+`, `*`, `{3}`, `{1,}`, `{,3}`, `{1,3}` behind a relationship or a group."""
        first = self.at
        if self.take("+"):
            return Hops(1, None, first, first, quantifier=True)
        if self.take("*"):
            return Hops(0, None, first, first, quantifier=True)
        if not self.take("{"):
            return None
        low = self._integer()
        high = low
        if self.take(","):
            high = self._integer()
        self.expect("}")
        return Hops(low, high, first, self.at - 1, quantifier=True)

    def _integer(self) -> int | None:
        if self.peek().kind != "number":
            return None
        text = self.next().text
        if not (text.isdigit() and len(text) < 10):
            raise RefusedQuery(f"{text[:30]!r} is no number of hops")
        return int(text)


def _repeated(one: Relationship, hops: Hops, shortest: bool) -> Relationship:
    """A relationship of a quantified group: it may stand for as many hops as the group."""
    return Relationship(
        one.variable, one.left, one.right, one.direction, one.hops or hops, shortest, one.first, one.last
    )
