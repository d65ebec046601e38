"""match: each name to the entities that bear it, exactly, else by nearness; each relation word to relation types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from langgraph.runtime import Runtime

from ..model import RELATED, Entity, How, Link, Match, Mention
from ..settings import QAOptions
from ..tools.ports import Embedder, GraphStore, VectorIndex
from ..tools.text.names import name_key
from ..tools.text.relations import type_of
from ..tools.text.words import STOP
from .state import Matched, QAContext, ToMatch, options

_WORD = re.compile(r"[^\W_]+(?:['’.&/-][^\W_]+)*")
_LONGEST = 7
"""Words in the longest name looked for."""
_ARTICLES = ("the", "a", "an", "The", "A", "An")
_MOST = 400
"""Names looked up for one question."""
_NEAR = 3
"""Neighbours kept for one word."""
_FOUND: Mapping[str, How] = {"exact": "exact", "alias": "alias"}
Bearers = Sequence[tuple[Entity, str]]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the question that may be a name."""

    text: str
    start: int
    end: int


async def match(
    state: ToMatch,
    runtime: Runtime[QAContext],
    *,
    graph_store: GraphStore,
    vectors: VectorIndex,
    embedder: Embedder,
    settings: QAOptions,
) -> Matched:
    """Bind the question's words: longest names first, one name to all who bear it unless the others tell them apart."""
    chosen = options(runtime.context, settings)
    spans = candidate_spans(state["question"], state["mentions"])
    bearers = await graph_store.find(list(dict.fromkeys(span.text for span in spans)))
    named = longest([span for span in spans if span.text in bearers])
    unnamed = [m.text for m in state["mentions"] if m.type not in ("DATE", "QUANTITY") and not _covered(m, named)]
    entities, relations = await _nearest(
        list(dict.fromkeys(unnamed)), list(dict.fromkeys(state["relation_words"])), vectors, embedder, chosen
    )
    exact = [
        Match(span.text, entity.id, entity.name, 1.0, _FOUND[how])
        for span in named
        for entity, how in bearers[span.text]
    ]
    known = [one for word in dict.fromkeys(state["relation_words"]) for one in by_wording(word)]
    matches = list(dict.fromkeys([*await _told_apart(exact, graph_store), *entities, *known, *relations]))
    runtime.stream_writer(
        {"stage": "match", "matches": [[m.mention, m.name, m.how, round(m.score, 3)] for m in matches]}
    )
    return {"matches": matches}


# ── by name
def candidate_spans(question: str, mentions: Iterable[Mention]) -> list[Span]:
    """The mentions, and every run of up to seven words that may be a name, longest first.

    A word alone within a longer name is none: who asks for Peter Rogers does not mean every Peter.
    """
    words = list(_WORD.finditer(question))
    spans = {Span(m.text, m.start, m.end) for m in mentions}
    names = [m for m in mentions if m.type != "TERM" and " " in m.text]
    for first in range(len(words)):
        for last in range(first, min(first + _LONGEST, len(words))):
            span = Span(question[words[first].start() : words[last].end()], words[first].start(), words[last].end())
            alone = first == last and any(m.start <= span.start and span.end <= m.end for m in names)
            if not alone and _may_name([word.group() for word in words[first : last + 1]]):
                spans.add(span)
    return sorted(spans, key=lambda s: (s.start - s.end, s.start))[-_MOST:]


def _may_name(words: Sequence[str]) -> bool:
    """Neither an article first (keys have none), nor a small stop word last, nor a letter or stop words alone."""
    told = [word for word in words if word.casefold() not in STOP]
    return bool(told) and words[0] not in _ARTICLES and words[-1] not in STOP and len("".join(words)) > 1


def longest(spans: Iterable[Span]) -> list[Span]:
    """Of spans that overlap the longest, in order of place."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def _covered(mention: Mention, named: Sequence[Span]) -> bool:
    return any(mention.start < span.end and span.start < mention.end for span in named)


async def _told_apart(matches: Sequence[Match], graph_store: GraphStore) -> list[Match]:
    """Several bearers of one name: those that share a document with the question's other entities, if any does."""
    many = {m.mention for m in matches if sum(o.mention == m.mention for o in matches) > 1}
    if not many or len({m.mention for m in matches}) < 2:
        return list(matches)
    links = await graph_store.links_of_entities([m.target for m in matches])
    return [m for m in matches if m.mention not in many or _fits(m, matches, links)]


def _fits(match_: Match, matches: Sequence[Match], links: Sequence[Link]) -> bool:
    def shared(one: Match) -> int:
        others = {m.target for m in matches if m.mention != one.mention}
        near = {link.sentence for link in links if link.entity in others}
        return sum(link.sentence in near for link in links if link.entity == one.target)

    rivals = [m for m in matches if m.mention == match_.mention]
    best = max(map(shared, rivals))
    return best == 0 or shared(match_) > 0


def by_wording(word: str) -> list[Match]:
    """The relation types that the vocabulary gives this word: as a verb, as a role, as a passive."""
    types = {type_of(wording) for wording in (word, f"{word} of", f"be {word}", f"be {word} by", f"be {word} in")}
    return [Match(word, t, t.replace("_", " ").casefold(), 1.0, "exact", "relation") for t in sorted(types - {RELATED})]


# ── by nearness
async def _nearest(
    names: Sequence[str], words: Sequence[str], vectors: VectorIndex, embedder: Embedder, chosen: QAOptions
) -> tuple[list[Match], list[Match]]:
    """Entities near the names, and relation types near the words; both are embedded in one call."""
    if not names and not words:
        return [], []
    rows = await embedder.embed([*names, *words])
    entities = await vectors.nearest("entities", rows[: len(names)], _NEAR * 2) if names else []
    relations = await vectors.nearest("relations", rows[len(names) :], _NEAR) if words else []
    return (
        [
            Match(name, target, text, score, "vector")
            for name, found in zip(names, entities, strict=True)
            for target, text, score in _distinct(found, chosen.entity_threshold)
        ],
        [
            Match(word, target, text, 1.0 if same else score, "exact" if same else "vector", "relation")
            for word, found in zip(words, relations, strict=True)
            for target, text, score in _distinct(found, chosen.relation_threshold)
            for same in [name_key(text) == name_key(word)]
        ],
    )


def _distinct(found: Iterable[tuple[str, str, float]], threshold: float) -> list[tuple[str, str, float]]:
    """The near ones, best first, each target once: an entity has a row for each of its names (`id#n`)."""
    kept: dict[str, tuple[str, str, float]] = {}
    for row, text, score in found:
        if score >= threshold:
            kept.setdefault(row.partition("#")[0], (row.partition("#")[0], text, float(score)))
    return list(kept.values())[:_NEAR]
