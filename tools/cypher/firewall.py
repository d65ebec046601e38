"""The firewall for generated Cypher: `check` gives the text that may run, or refuses and says why.

Refused is whatever is not known to read: every clause, function and procedure outside short lists, parameters that are
not bound, and queries whose very form says that they would not end. What passes still runs as a reader, in a read
transaction, within limits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ...errors import RefusedQuery
from ...model import Schema
from .functions import FUNCTIONS, NEO4J, PROCEDURES, Dialect
from .limits import MAX_CHARACTERS, MAX_TOKENS, bound
from .parse import parse
from .parse_tree import Parsed
from .schema_check import disagreements
from .schema_names import Vocabulary
from .tokens import Token, decode_escapes, emit, string_value, tokenize

_VERSIONS = ("5", "25")


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may run: `text` is what to run, comments and version prefix gone, unbounded lengths bounded."""

    text: str
    labels: frozenset[str]
    types: frozenset[str]
    properties: frozenset[str]
    parameters: frozenset[str]


def check(
    query: str,
    schema: Schema | Vocabulary | None = None,
    *,
    parameters: Collection[str] = (),
    dialect: Dialect = NEO4J,
) -> Checked:
    """Pass a query that only reads, in sensible time; with a schema, one that also fits it.

    Args:
        query: Cypher 5, from anyone.
        schema: the names the graph knows; None leaves them unchecked.
        parameters: the names that will be bound, without `$`.
        dialect: of the server that is to run it.

    Raises:
        RefusedQuery: it may write, reach out, never end, or cannot be read; or it does not fit the schema.
    """
    text = clean(query)
    parsed = parse(text)
    _calls(parsed, dialect)
    _parameters(parsed, parameters)
    text = bound(text, parsed)
    if schema is not None:
        against_schema(parsed, schema)
    return Checked(text, *_names(parsed), frozenset(name.text for name in parsed.parameters))


def against_schema(query: str | Parsed, schema: Schema | Vocabulary) -> None:
    """Refuse labels, relation types, properties and directions that the graph does not have.

    Raises:
        RefusedQuery: the first of them as `reason`, the nearest valid names as `suggestions`; or it cannot be read.
    """
    parsed = parse(clean(query)) if isinstance(query, str) else query
    vocabulary = schema if isinstance(schema, Vocabulary) else Vocabulary.of(schema)
    found = next(iter(disagreements(parsed, vocabulary)), None)
    if found is not None:
        raise RefusedQuery(found.reason, found.suggestions)


def clean(query: str) -> str:
    """The query as every server reads it: escapes decoded, comments, `CYPHER 5` and a final `;` gone.

    Raises:
        RefusedQuery: it is too long, or has an escape that servers read in different ways.
    """
    if len(query) > MAX_CHARACTERS:
        raise RefusedQuery(f"it has {len(query)} characters; {MAX_CHARACTERS} are allowed")
    if any("\ud800" <= character <= "\udfff" for character in query):
        raise RefusedQuery("it holds half of a surrogate pair, which is no text")
    tokens = tokenize(decode_escapes(query))
    if len(tokens) > MAX_TOKENS:
        raise RefusedQuery(f"it has {len(tokens)} tokens; {MAX_TOKENS} are allowed")
    for token in tokens:
        if token.kind == "string":
            string_value(token)
    return "".join(emit(token) for token in _unwrapped(tokens)).strip()


def _unwrapped(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without the version prefix and the final semicolon."""
    meant = [place for place, token in enumerate(tokens) if token.kind not in ("space", "comment")]
    if meant and tokens[meant[-1]].text == ";":
        tokens = tokens[: meant[-1]]
    if len(meant) > 1 and tokens[meant[0]].upper == "CYPHER" and tokens[meant[1]].text in _VERSIONS:
        tokens = tokens[meant[1] + 1 :]
    return tokens


def _calls(parsed: Parsed, dialect: Dialect) -> None:
    for call in parsed.calls:
        if call.name not in FUNCTIONS:
            near = _near(call.name, FUNCTIONS - dialect.lacks.keys())
            raise RefusedQuery(f"the function {call.name[:60]!r} is not allowed", near)
        if call.name in dialect.lacks:
            raise RefusedQuery(f"{dialect.server} has no function {call.name!r}", (dialect.lacks[call.name],))
    for procedure in parsed.procedures:
        if procedure.text.lower() not in PROCEDURES:
            raise RefusedQuery(
                f"the procedure {procedure.text[:60]!r} is not allowed", _near(procedure.text.lower(), PROCEDURES)
            )


def _near(name: str, choices: Collection[str]) -> tuple[str, ...]:
    found = process.extract(name[:60], sorted(choices), scorer=fuzz.ratio, score_cutoff=70, limit=3)
    return tuple(choice for choice, _, _ in found)


def _parameters(parsed: Parsed, bound_names: Collection[str]) -> None:
    for name in parsed.parameters:
        if name.text not in bound_names:
            known = tuple(f"${known}" for known in sorted(bound_names))
            raise RefusedQuery(f"the parameter ${name.text[:60]} is not bound", known[:10])


def _names(parsed: Parsed) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Labels, relation types and properties that the query names."""
    labels = frozenset(use.label.text for use in parsed.labels if not use.typed)
    types = frozenset(use.label.text for use in parsed.labels if use.typed)
    return labels, types, frozenset(access.key.text for access in parsed.accesses)
