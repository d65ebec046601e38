"""write_cypher with a model: patterns over placeholders, repaired by rule before the model is asked again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ...errors import BackendError, RefusedQuery
from ...model import Match, Mention, Query, Relation, Schema
from ...tools.cypher.firewall import check
from ...tools.cypher.labels import label_of, relationship_of
from ...tools.cypher.repairs import Mended, mend
from ...tools.cypher.schema_names import Vocabulary
from ...tools.ports import Chat, Embedder, GraphStore, VectorIndex
from .bind_placeholders import bind_placeholders
from .cypher_examples import Examples, shown
from .prompts import Messages, messages, quoted
from .queries_in_reply import queries_in
from .sentences_of_facts import returning_sentences

_PLAIN = re.compile(r"[^\W\d]\w*")
_MEND = "That reply holds no query. Reply with one to three queries, each in its own ```cypher block, and nothing else."
_NAMES, _EXAMPLES = 6, 4
_TYPES = 60
"""Relation types shown; of more, those nearest to the question."""
_LONGEST = 4000
_NEAREST = 5
"""Names told for one that the graph does not know."""
_ID = re.compile(r"[\w-]{1,64}")


class LLMCypherWriter:
    """Asks a model with the graph's schema and examples near the question; later also with what failed, and why."""

    def __init__(
        self, chat: Chat, graph_store: GraphStore, vectors: VectorIndex, embedder: Embedder, examples: Examples
    ) -> None:
        self._chat = chat
        self._graph_store = graph_store
        self._vectors = vectors
        self._embedder = embedder
        self._examples = examples

    async def write(
        self,
        question: str,
        matches: Sequence[Match],
        schema: Schema,
        problems: Sequence[str],
        mentions: Sequence[Mention] = (),
    ) -> Sequence[Query]:
        """As the port says; none where there is nothing to ask: no Cypher in this store, no relations, no names.

        Raises:
            ConfigError: the model's, or the examples'.
            TransientError: the model's.
            BackendError: neither the reply nor its correction holds a query.
        """
        names = list(dict.fromkeys(mention.text for mention in mentions))[:_NAMES]
        if not self._graph_store.cypher or not schema.relation_types or not names:
            return []
        relations = await self._relations(question, schema)
        near = await self._examples.nearest(question, self._embedder, _EXAMPLES)
        asked = await messages(
            "cypher",
            _language(question),
            labels=", ".join(_name(label_of(kind)) for kind in schema.entity_types[:_TYPES]),
            relations="\n".join(map(_drawn, relations)),
            examples=shown(near),
            question=quoted(question),
            placeholders="\n".join(f"$e{n} = {quoted(name)}" for n, name in enumerate(names)),
            problems=await self._told(names, matches, schema, problems),
        )
        written = await self._queries(asked)
        return list({query.cypher: query for query in (ready(text, names, schema) for text in written)}.values())

    async def _queries(self, asked: Messages) -> list[str]:
        reply = (await self._chat.complete(asked, tag="write_cypher")).text
        found = queries_in(reply)
        if not found:
            again = [*asked, ("ai", reply.strip()[:_LONGEST] or "(nothing)"), ("human", _MEND)]
            found = queries_in((await self._chat.complete(again, tag="write_cypher")).text)
        if not found:
            raise BackendError("the model wrote no Cypher")
        return found

    async def _relations(self, question: str, schema: Schema) -> list[Relation]:
        """All relation types; of very many those whose words are nearest to the question, in the schema's order."""
        if len(schema.relation_types) <= _TYPES:
            return list(schema.relation_types)
        rows = await self._embedder.embed([question, *question.split()[:20]])
        found = await self._vectors.nearest("relations", rows, _TYPES)
        ranked = sorted((-score, row.partition("#")[0]) for hits in found for row, _, score in hits)
        kept = set(list(dict.fromkeys(kind for _, kind in ranked))[:_TYPES])
        chosen = [relation for relation in schema.relation_types if relation.type in kept]
        return chosen or list(schema.relation_types[:_TYPES])

    async def _told(
        self, names: Sequence[str], matches: Sequence[Match], schema: Schema, problems: Sequence[str]
    ) -> str:
        """What failed and why, with the nearest names that there are, and what the graph has around the entities."""
        if not problems:
            return ""
        said = [f"- {problem}{_mismatch(problem, schema)}" for problem in problems]
        around = [await self._around(n, name, matches) for n, name in enumerate(names)]
        return "\n".join(["", "These were tried and failed. Write others:", *said, "", *around])

    async def _around(self, number: int, name: str, matches: Sequence[Match]) -> str:
        meant = list(dict.fromkeys(m.target for m in matches if m.kind == "entity" and m.mention == name))
        if not meant:
            return f"$e{number} is nothing that the graph knows: leave it out.{await self._nearest(name)}"
        facts = await self._graph_store.facts(meant, limit=60)
        out = sorted({_name(relationship_of(fact.type)) for fact in facts if fact.subject in meant})
        into = sorted({_name(relationship_of(fact.type)) for fact in facts if fact.object in meant})
        drawn = [f"($e{number})-[:{kind}]->()" for kind in out] + [f"($e{number})<-[:{kind}]-()" for kind in into]
        return f"Around $e{number} the graph has: {', '.join(drawn[:30]) or 'no relation'}."

    async def _nearest(self, name: str) -> str:
        """The names that the graph has nearest to this one, each with the id that a query may look it up by."""
        rows = await self._vectors.nearest("entities", await self._embedder.embed([name]), _NEAREST)
        near = {row.partition("#")[0]: text for found in rows for row, text, _ in found}
        if not near:
            return ""
        shown = ", ".join(f'{quoted(text)} is {{id: "{key}"}}' for key, text in near.items() if _ID.fullmatch(key))
        return f" Where one of these is meant by it, use that: {shown}."


def ready(text: str, names: Sequence[str], schema: Schema) -> Query:
    """The query as it is run: names as placeholders, mended against the schema, telling its sentences."""
    mended = _mended(bind_placeholders(text, names), schema)
    cypher = returning_sentences(mended.query)
    used = {name: n for name, n in _placeholders(len(names)) if re.search(rf"\${name}\b", cypher)}
    why = "; ".join(("written by the model", *mended.changes))
    return Query(cypher, {name: names[n] for name, n in used.items()}, why)


@lru_cache(maxsize=256)
def _mended(query: str, schema: Schema) -> Mended:
    """Over placeholders, a model writes the same few queries again and again."""
    return mend(query, schema)


def _placeholders(count: int) -> Iterator[tuple[str, int]]:
    for n in range(count):
        yield f"e{n}", n
        yield f"w{n}", n


def _mismatch(problem: str, schema: Schema) -> str:
    """Where the query that failed does not agree with the schema: what it should have said."""
    query = problem.partition("\n")[0]
    try:
        check(query, Vocabulary.of(schema), parameters=[name for name, _ in _placeholders(_NAMES)])
    except RefusedQuery as refused:
        near = f"; there is {', '.join(refused.suggestions[:5])}" if refused.suggestions else ""
        return f" ({refused.reason}{near})"
    return ""


def _drawn(relation: Relation) -> str:
    """The relation as a pattern, under the names that the store keeps types by."""
    kinds = (relation.source_types[:8], relation.target_types[:8])
    ends = ("|".join(_name(label_of(kind)) for kind in some) for some in kinds)
    source, target = (f"(:{end})" if end else "()" for end in ends)
    return f"{source}-[:{_name(relationship_of(relation.type))}]->{target}"


def _name(kind: str) -> str:
    """A label or type as Cypher writes it; on one line, whatever a document called it."""
    plain = " ".join(kind.split())[:100]
    return plain if _PLAIN.fullmatch(plain) else "`" + plain.replace("`", "``") + "`"


def _language(question: str) -> str:
    return "ko" if re.search("[가-힣]", question) else "en"
