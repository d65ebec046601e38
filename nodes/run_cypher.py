"""run_cypher: bind the patterns to the matches and run them as a reader, through the firewall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from langgraph.runtime import Runtime

from ..errors import ExhaustedError, InputError, RefusedQuery, TransientError
from ..model import Attempt, Limits, Match, Query, Rows, sentence_place
from ..tools.cypher.firewall import check
from ..tools.cypher.functions import Dialect
from ..tools.ports import GraphStore
from ..tools.text.questions import question_words
from .retries import last_try
from .state import QAContext, Ran, ToRun

_NO_SENTENCES, _NO_ROW = "it returns no sentences of relations", "no row matches"
_RAN = ("", _NO_SENTENCES, _NO_ROW)
"""What may be said of a query that ran."""


async def run_cypher(state: ToRun, runtime: Runtime[QAContext], *, graph_store: GraphStore) -> Ran:
    """Run the patterns in order until one finds facts; what fails says why and the next is tried."""
    matches = state["matches"]
    sentences: dict[str, None] = {}
    attempts: list[Attempt] = []
    failed = ""
    if not graph_store.cypher:
        sentences.update(dict.fromkeys(await _by_port(graph_store, state["asked"], matches)))
    for query in state["queries"] if graph_store.cypher else ():
        bound = binding(query, matches)
        if bound is None:
            attempts.append(Attempt(query, 0, _unbound(query, matches)))
            continue
        attempt, found = await _try(graph_store, query, bound, last_try(runtime))
        attempts.append(attempt)
        failed = failed if attempt.problem in _RAN else attempt.problem
        sentences.update(dict.fromkeys(found))
        if found:
            break
    ran = sum(binding(attempt.query, matches) is not None for attempt in attempts)
    runtime.stream_writer({"stage": "run_cypher", "queries": ran, "sentences": len(sentences)})
    rounds = state.get("rounds", 0) + 1
    return {"fact_sentences": list(sentences)[:200], "attempts": attempts, "failed": failed, "rounds": rounds}


def binding(query: Query, matches: Sequence[Match]) -> dict[str, object] | None:
    """Placeholder → what it stands for: `e…` entity ids, `r…` relation types (perhaps none), `w…` the word itself.

    None where a name was matched to nothing, or two names to the same.
    """
    bound: dict[str, object] = {}
    for placeholder, mention in query.placeholders.items():
        if placeholder.startswith("w"):
            bound[placeholder] = mention
            continue
        kind = "relation" if placeholder.startswith("r") else "entity"
        meant = (m.target for m in matches if m.kind == kind and (m.mention == mention or _within(mention, m)))
        targets = list(dict.fromkeys(meant))
        if kind == "entity" and (not targets or targets in bound.values()):
            return None
        bound[placeholder] = targets
    return bound


def _unbound(query: Query, matches: Sequence[Match]) -> str:
    """Why a query cannot be run."""
    unknown = [
        f"${placeholder}"
        for placeholder, mention in query.placeholders.items()
        if placeholder.startswith("e") and binding(Query("", {placeholder: mention}), matches) is None
    ]
    return f"the graph does not know {', '.join(unknown)}" if unknown else "two of its placeholders are one entity"


def _within(mention: str, match: Match) -> bool:
    """`Kiss` is meant by the longer `Kiss and Tell` that the graph knows."""
    return match.kind == "entity" and f" {mention} " in f" {match.mention} "


async def _try(
    graph_store: GraphStore, query: Query, bound: Mapping[str, object], last: bool
) -> tuple[Attempt, list[str]]:
    try:
        rows = await _checked(graph_store, query, bound)
    except RefusedQuery as error:
        near = f"; perhaps {', '.join(error.suggestions)}" if error.suggestions else ""
        return Attempt(query, 0, f"{error}{near}"), []
    except (InputError, ExhaustedError) as error:
        return Attempt(query, 0, str(error)), []
    except TransientError as error:
        # What the server did not answer each time is given up; the others may still find something.
        if not last:
            raise
        return Attempt(query, 0, str(error)), []
    found = sentences_in(rows)
    nothing = _NO_SENTENCES if rows.rows else _NO_ROW
    return Attempt(query, len(rows.rows), "" if found else nothing), found


async def _checked(graph_store: GraphStore, query: Query, bound: Mapping[str, object]) -> Rows:
    return await graph_store.query(_passed(query.cypher, tuple(bound), graph_store.dialect), bound, Limits())


@lru_cache(maxsize=256)
def _passed(cypher: str, parameters: tuple[str, ...], dialect: Dialect) -> str:
    """What may run of a query; the templates are the same for every question."""
    return check(cypher, parameters=parameters, dialect=dialect).text


def sentences_in(rows: Rows) -> list[str]:
    """Ids of the sentences that a result names: in a column `sentences`, or as a property of what it returns."""
    found: dict[str, None] = {}
    for row in rows.rows:
        for column, cell in zip(rows.columns, row, strict=True):
            held = cell.get("sentences") if isinstance(cell, Mapping) else cell if column == "sentences" else None
            if isinstance(held, list | tuple):
                found.update((value, None) for value in held if isinstance(value, str) and _is_sentence(value))
    return list(found)


def _is_sentence(value: str) -> bool:
    try:
        sentence_place(value)
    except ValueError:
        return False
    return True


async def _by_port(graph_store: GraphStore, question: str, matches: Sequence[Match]) -> list[str]:
    """The same facts where there is no Cypher: those between two matched entities, or of the relation asked for."""
    entities = list(dict.fromkeys(m.target for m in matches if m.kind == "entity"))
    types = {m.target for m in matches if m.kind == "relation"}
    words = {word.split()[0] for word in question_words(question)[1]}
    if not entities or (len(entities) < 2 and not types and not words):
        return []
    facts = await graph_store.facts(entities)
    asked = [f for f in facts if f.type in types or any(word in f.phrase for word in words)]
    between = [f for f in facts if {f.subject, f.object} <= set(entities)]
    return [sentence for fact in dict.fromkeys([*asked, *between]) for sentence in fact.sentences]
