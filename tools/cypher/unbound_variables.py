"""Find variables that a query uses and never binds: in patterns, or dropped by WITH."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from .parse_tree import Item, Parsed, Unbound, Variable
from .result_sizes import AGGREGATES
from .schema_names import Vocabulary
from .text_edits import Edit, Fix, insert, replace


def mend_variables(parsed: Parsed, vocabulary: Vocabulary | None) -> Iterator[Fix]:
    """A fix for each name that nothing declares, and for each unnamed expression of a WITH."""
    for item in parsed.items:
        if item.clause == "WITH" and not item.alias and not item.bare:
            yield _aliased(item, parsed)
    if not parsed.unbound:
        return
    names, free = _names(parsed), _free(parsed)
    for use in parsed.unbound:
        fix = _respelt(use, names) or _kept(use, parsed, names) or _named(use, free, vocabulary)
        if fix is not None:
            yield fix


def _aliased(item: Item, parsed: Parsed) -> Fix:
    """`WITH m.title` → `WITH m.title AS title`, and `m.title` afterwards → `title`."""
    words = [token.name for token in parsed.tokens[item.first : item.last + 1] if token.kind in ("word", "quoted")]
    used = {token.name for token in parsed.tokens} - set(words)
    base = words[-1] if len(words) > 1 and parsed.tokens[item.last].kind in ("word", "quoted") else "value"
    alias = next(name for name in (base, *(f"{base}{number}" for number in range(2, 10_000))) if name not in used)
    said = "".join(token.text for token in parsed.tokens[item.first : item.last + 1])
    later = [
        Edit(use.at, use.key.at, alias)
        for use in parsed.unbound
        if use.key and use.at > item.last and said == f"{use.name}.{use.key.text}"
    ]
    return Fix((Edit(item.last + 1, item.last, f" AS {alias}"), *later), f"named {said[:40]} in WITH: AS {alias}")


def _names(parsed: Parsed) -> dict[str, set[str]]:
    """The names that are given, by how they read in lower case."""
    found: dict[str, set[str]] = {}
    for name in [*(variable.name for variable in _declared(parsed)), *(item.alias for item in parsed.items)]:
        found.setdefault(name.lower(), set()).add(name)
    return found


def _respelt(use: Unbound, names: Mapping[str, set[str]]) -> Fix | None:
    """A variable in another case."""
    same = sorted(names.get(use.name.lower(), set()) - {use.name})
    return Fix((replace(use.at, same[0]),), f"variable {use.name} → {same[0]}") if len(same) == 1 else None


def _kept(use: Unbound, parsed: Parsed, names: Mapping[str, set[str]]) -> Fix | None:
    """A variable that a WITH without aggregation left behind."""
    if use.name not in names.get(use.name.lower(), ()):
        return None
    start = max((at for at in range(use.at) if parsed.tokens[at].upper == "UNION"), default=-1)
    before = [item for item in parsed.items if item.clause == "WITH" and start < item.last < use.at]
    if not any(start < node.at < use.at for node in parsed.nodes if node.variable.name == use.name):
        return None
    if len(before) != 1 or parsed.tokens[before[0].first - 1].upper == "DISTINCT" or _aggregates(before[0], parsed):
        return None
    end = before[0].last + (2 if before[0].alias else 0)
    return Fix((Edit(end + 1, end, f", {parsed.tokens[use.at].text}"),), f"kept {use.name} in WITH")


def _aggregates(item: Item, parsed: Parsed) -> bool:
    return any(item.first <= call.first <= item.last and call.name in AGGREGATES for call in parsed.calls)


def _free(parsed: Parsed) -> list[tuple[Variable, int]]:
    """The unnamed patterns, each with the token behind which a name goes; none where a WITH may have left them."""
    if any(item.clause == "WITH" for item in parsed.items):
        return []
    free = [(node.variable, node.at) for node in parsed.nodes if not node.variable.name]
    return free + [
        (one.variable, bracket)
        for one in parsed.relationships
        if not one.variable.name
        for bracket in range(one.first, one.first + 3)
        if parsed.tokens[bracket].text == "["
    ]


def _named(use: Unbound, free: Sequence[tuple[Variable, int]], vocabulary: Vocabulary | None) -> Fix | None:
    """Give the name to the only unnamed pattern that it can mean."""
    fitting = list(islice(((variable, at) for variable, at in free if _has(variable, use, vocabulary)), 2))
    if len(fitting) != 1:
        return None
    variable, at = fitting[0]
    what = "|".join(sorted(variable.labels)) or variable.kind
    return Fix((insert(at, use.name),), f"named the {what} of the pattern {use.name}")


def _has(variable: Variable, use: Unbound, vocabulary: Vocabulary | None) -> bool:
    """Whether it may be what is meant: it has the property that is read."""
    if use.key is None or vocabulary is None or not variable.labels:
        return bool(variable.labels)
    return use.key.text in (vocabulary.keys(variable.labels, variable.kind == "relationship") or ())


def _declared(parsed: Parsed) -> Iterator[Variable]:
    for node in parsed.nodes:
        yield node.variable
    for one in parsed.relationships:
        yield one.variable
