"""write_cypher: write patterns over placeholders, which are bound to the matches before they run."""

from __future__ import annotations

from collections.abc import Sequence

from langgraph.runtime import Runtime

from ..model import Attempt, Match, Mention, Query, Schema
from ..tools.ports import CypherWriter, GraphStore
from ..tools.text.questions import question_words
from .state import QAContext, ToWrite, Written

_RETURN = "RETURN a.id AS subject, type(r) AS type, b.id AS object, r.sentences AS sentences"
_FROM = "UNWIND $e0 AS i MATCH (a:__Entity__ {id: i})"
_BETWEEN = f"{_FROM}-[r]-(b:__Entity__) WHERE b.id IN $e1 {_RETURN} LIMIT 50"
_ASKED = f"{_FROM}-[r]-(b:__Entity__) WHERE type(r) IN $r0 OR r.phrase CONTAINS $w0 {_RETURN} LIMIT 50"
_VIA = (
    f"{_FROM}-[r]-(m:__Entity__)-[q]-(b:__Entity__) WHERE b.id IN $e1 "
    "RETURN a.id AS subject, m.id AS middle, b.id AS object, r.sentences + q.sentences AS sentences LIMIT 25"
)
_COMMON = ("TERM", "DATE", "QUANTITY")
_NAMES, _WORDS = 2, 2
_NOTHING = Schema("", (), ())


class BuiltinCypherWriter:
    """Templates, no model: facts between two mentions, of one mention with the relation asked for, over one step."""

    needs_schema = False

    async def write(
        self,
        question: str,
        matches: Sequence[Match],
        schema: Schema,
        problems: Sequence[str],
        mentions: Sequence[Mention] = (),
    ) -> Sequence[Query]:
        """As the port says; what has failed is not tried again, and there is no second idea."""
        read, relations = question_words(question)
        mentions = mentions or read
        # A common noun is an end of so many facts that they tell nothing; it serves where no name is given.
        named = [mention.text for mention in mentions if mention.type not in _COMMON]
        names = list(dict.fromkeys(named or [mention.text for mention in mentions]))[:_NAMES]
        words = relations[:_WORDS]
        asked = [
            Query(_ASKED, {"e0": name, "r0": word, "w0": word.split()[0]}, f"facts of {name!r} by {word!r}")
            for name in names
            for word in words
        ]
        pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
        between = [Query(_BETWEEN, {"e0": a, "e1": b}, f"facts between {a!r} and {b!r}") for a, b in pairs]
        via = [Query(_VIA, {"e0": a, "e1": b}, f"one step between {a!r} and {b!r}") for a, b in pairs[:1]]
        tried = {problem.partition("\n")[0] for problem in problems}
        return [query for query in (*asked, *between, *via) if query.cypher not in tried]


async def write_cypher(
    state: ToWrite, runtime: Runtime[QAContext], *, graph_store: GraphStore, cypher_writer: CypherWriter
) -> Written:
    """Patterns for the question; after a failing round the writer is told why each of them failed."""
    again = state.get("rounds", 0) > 0
    problems = [_told(attempt) for attempt in state["attempts"] if attempt.problem] if again else []
    schema = await graph_store.schema() if getattr(cypher_writer, "needs_schema", True) else _NOTHING
    matches = state["matches"] if again else ()
    queries = await cypher_writer.write(state["asked"], matches, schema, problems, state.get("mentions", ()))
    runtime.stream_writer({"stage": "write_cypher", "queries": [query.why for query in queries]})
    return {"queries": list(queries)}


def _told(attempt: Attempt) -> str:
    return f"{' '.join(attempt.query.cypher.split())}\n  {attempt.problem}"
