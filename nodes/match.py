"""match: find the entities that bear each name, exactly or by nearness, and the types of each relation word."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence, Set

from langgraph.runtime import Runtime

from ..model import RELATED, How, Match, Mention
from ..settings import QAOptions
from ..tools.ports import Embedder, GraphStore, TextIndex, VectorIndex
from ..tools.text import english
from ..tools.text.names import name_key, other_keys
from ..tools.text.relations import type_of
from ..tools.text.words import terms
from .matching.candidate_spans import (
    EXACT_ONLY,
    Span,
    begins_with_little_word,
    candidate_spans,
    doubtful,
    longest,
    overlap,
    unasked,
)
from .matching.fuzzy import closest, spellings
from .matching.homonyms import Bearers, by_brackets, by_name, homonyms
from .state import Matched, QAContext, ToMatch, options

_NEAR = 3
"""Neighbours kept for one word."""
_NEIGHBOURS = 25
"""Neighbours compared letter by letter, for one span."""
_TIE = 0.05
"""How much less close than the closest one may be and still count."""
_PROPER = 6
"""Names found whose homonyms are looked for."""
_KINDS = ("PERSON", "ORGANIZATION", "PLACE")
_FOUND: Mapping[str, How] = {"exact": "exact", "alias": "alias"}
Rows = Sequence[tuple[str, str, float]]
"""(row id, text, cosine), best first."""


async def match(
    state: ToMatch,
    runtime: Runtime[QAContext],
    *,
    graph_store: GraphStore,
    vectors: VectorIndex,
    texts: TextIndex,
    embedder: Embedder,
    settings: QAOptions,
) -> Matched:
    """Bind the question's words: longest names first, one name to all who bear it unless the others tell them apart.

    Where they do not, the answer says who it may be.
    """
    chosen = options(runtime.context, settings)
    mentions, words = state["mentions"], list(dict.fromkeys(state["relation_words"]))
    spans = candidate_spans(state["asked"], mentions)
    # What is likely to be in doubt is looked up beside the exact names, which tell what was.
    likely = unasked(doubtful(state["asked"], mentions, ()), [m.text for m in mentions], words)
    exact, (found, relations), real = await asyncio.gather(
        _exactly(spans, {m.text for m in mentions}, graph_store),
        _nearest(likely, words, vectors, embedder, chosen),
        _real(state["asked"], texts),
    )
    named = longest([span for span in spans if span.text in exact])
    doubted = unasked(doubtful(state["asked"], mentions, named), [span.text for span in named], words)
    asked = dict.fromkeys([*doubted, *_proper(named)])
    late, _ = await _nearest([name for name in asked if name not in found], (), vectors, embedder, chosen)
    near = {name: found[name] if name in found else late[name] for name in asked}
    held = {e.id for span in named for e, _ in exact[span.text]}
    close = closely(spans, named, held, near, chosen.entity_threshold, real)
    kept = [span for span in named if not any(overlap(span, other) for other in close)]
    loose = [m for m in mentions if m.type not in EXACT_ONLY and not any(overlap(m, s) for s in (*kept, *close))]
    matches = [
        *(Match(s.text, e.id, e.name, 1.0, _FOUND[how]) for s in kept for e, how in exact[s.text]),
        *(one for found in close.values() for one in found),
        *await _loosely(loose, near, graph_store, embedder.semantic, chosen.entity_threshold),
    ]
    names = [span.text for span in kept] + [mention.text for mention in loose]
    matches += [one for name in names for one in homonyms(name, near.get(name, ()), exact.get(name, ()))]
    types = {m.text: m.type for m in mentions}
    matches = [by_name(one) for one in matches]
    matches = await _told_apart(by_brackets(list(dict.fromkeys(matches)), state["asked"]), types, graph_store)
    matches += [one for word in words for one in by_wording(word)]
    matches = list(dict.fromkeys([*matches, *relations]))
    runtime.stream_writer(
        {"stage": "match", "matches": [[m.mention, m.name, m.how, round(m.score, 3)] for m in matches]}
    )
    return {"matches": matches}


# ── by name
async def _exactly(spans: Sequence[Span], mentions: Collection[str], graph_store: GraphStore) -> dict[str, Bearers]:
    """Wording → its bearers, by the first of its spellings that has any."""
    forms = {span.text: spellings(span.text, thorough=span.text in mentions) for span in spans}
    found = await graph_store.find(list(dict.fromkeys(form for some in forms.values() for form in some)))
    return {text: found[hit] for text, some in forms.items() for hit in [next(filter(found.get, some), "")] if hit}


def _proper(named: Iterable[Span]) -> list[str]:
    return [span.text for span in named if not span.text.islower()][:_PROPER]


async def _told_apart(matches: list[Match], types: Mapping[str, str], graph_store: GraphStore) -> list[Match]:
    """Several bearers of one name: those of the type that the question shows, if any is; of these, if any does,
    those that share sentences with the question's other names; a common noun tells nobody apart."""
    many = {m.mention for m in matches if sum(o.mention == m.mention for o in matches) > 1}
    if not many:
        return matches
    rivals = [m.target for m in matches if types.get(m.mention) in _KINDS and m.mention in many]
    kinds = {e.id: e.type for e in await graph_store.entities(rivals)} if rivals else {}
    matches = [m for m in matches if m.mention not in many or _of_kind(m, matches, types, kinds)]
    telling = [m for m in matches if types.get(m.mention) != "TERM" and not m.mention.islower()]
    if len({m.mention for m in telling} | many) < 2:
        return matches
    mentioned = await graph_store.mentions_of([m.target for m in matches if m.kind == "entity"])
    said = {entity.id: set(sentences) for entity, sentences in mentioned.items()}
    return [m for m in matches if m.mention not in many or _fits(m, matches, telling, said)]


def _of_kind(match_: Match, matches: Sequence[Match], types: Mapping[str, str], kinds: Mapping[str, str]) -> bool:
    """Whether it is of the kind told, or none of its rivals is; a kind that is not known speaks neither way."""
    kind = types.get(match_.mention)
    if kind not in _KINDS or kinds.get(match_.target) not in _KINDS:
        return True
    return kinds[match_.target] == kind or all(
        kinds.get(m.target) != kind for m in matches if m.mention == match_.mention
    )


def _fits(match_: Match, matches: Sequence[Match], telling: Sequence[Match], said: Mapping[str, Set[str]]) -> bool:
    def shared(one: Match) -> int:
        near = {sentence for m in telling if m.mention != one.mention for sentence in said.get(m.target, ())}
        return len(near & said.get(one.target, set()))

    rivals = [m for m in matches if m.mention == match_.mention]
    best = max(map(shared, rivals))
    return best == 0 or shared(match_) > 0


def by_wording(word: str) -> list[Match]:
    """The relation types that the vocabulary gives this word: as a verb, as a role, as a passive.

    Of an infinitive that is another verb's participle too, `found`, the passive is its own: `founded`.
    """
    past = english.participle(word)
    done = past if past and (english.verb_lemma(word) != word or english.participle(past)) else word
    types = {type_of(wording) for wording in (word, f"{word} of", f"be {done}", f"be {done} by", f"be {done} in")}
    return [Match(word, t, t.replace("_", " ").casefold(), 1.0, "exact", "relation") for t in sorted(types - {RELATED})]


# ── by nearness
async def _nearest(
    names: Sequence[str], words: Sequence[str], vectors: VectorIndex, embedder: Embedder, chosen: QAOptions
) -> tuple[dict[str, Rows], list[Match]]:
    """Rows near each name, and relation types near the words; all are embedded in one call."""
    if not names and not words:
        return {}, []
    rows = await embedder.embed([*names, *words])
    entities, relations = await asyncio.gather(
        vectors.nearest("entities", rows[: len(names)], _NEIGHBOURS),
        vectors.nearest("relations", rows[len(names) :], _NEAR),
    )
    return dict(zip(names, entities, strict=True)), [
        Match(word, target, text, 1.0 if same else score, "exact" if same else "vector", "relation")
        for word, found in zip(words, relations, strict=True)
        for target, text, score in _distinct(found, chosen.relation_threshold)
        for same in [name_key(text) == name_key(word)]
    ]


def closely(
    spans: Sequence[Span],
    named: Sequence[Span],
    known: Collection[str],
    near: Mapping[str, Rows],
    threshold: float,
    real: Collection[str] = frozenset(),
) -> dict[Span, list[Match]]:
    """Spans that are close to a name, each with the closest; none overlaps another, or a longer one of `named`."""
    rows = list(dict.fromkeys((row, text) for found in near.values() for row, text, _ in found))
    rows = [(row, text) for row, text in rows if _target(row) not in known]
    free = [s for s in spans if not begins_with_little_word(s.text) and all(_longer(s, other) for other in named)]
    best: dict[Span, dict[str, Match]] = {}
    for at, (place, score) in closest(
        [s.text for s in free], [t for _, t in rows], threshold, [n.text for n in named], real
    ).items():
        span, target = free[place], _target(rows[at][0])
        one = Match(span.text, target, rows[at][1], round(score, 4), "vector")
        held = best.setdefault(span, {})
        held[target] = max(held.get(target, one), one, key=lambda m: m.score)
    return _apart({span: _top(list(held.values())) for span, held in best.items()})


def _longer(span: Span, other: Span) -> bool:
    return not overlap(span, other) or span.end - span.start > other.end - other.start


def _top(found: Sequence[Match]) -> list[Match]:
    least = max(one.score for one in found) - _TIE
    return sorted((one for one in found if one.score >= least), key=lambda m: (-m.score, m.target))[:_NEAR]


def _apart(found: Mapping[Span, list[Match]]) -> dict[Span, list[Match]]:
    kept: dict[Span, list[Match]] = {}
    for span in sorted(found, key=lambda s: (-found[s][0].score * (s.end - s.start), s.start)):
        if not any(overlap(span, other) for other in kept):
            kept[span] = found[span]
    return kept


async def _loosely(
    mentions: Sequence[Mention], near: Mapping[str, Rows], graph_store: GraphStore, semantic: bool, threshold: float
) -> list[Match]:
    """By the vectors alone: in meaning; where they know but spelling, the same name in the other number, or whoever
    bears it as the last name. What merely shares words with a longer name is not meant by it."""
    found = [
        (m, Match(m.text, target, text, score, "vector"))
        for m in mentions
        for target, text, score in _distinct(near.get(m.text, ()), threshold)
    ]
    if semantic:
        return [one for _, one in found]
    same = {one for m, one in found if name_key(one.name) in (name_key(m.text), *other_keys(m.text))}
    last = {one for m, one in found if m.type != "TERM" and _is_last_name(m.text, one.name)}
    bearers = await graph_store.entities(sorted({one.target for one in last})) if last else ()
    people = {entity.id for entity in bearers if entity.type in ("PERSON", "NAME")}
    return [one for _, one in found if one in same or (one in last and one.target in people)]


def _is_last_name(word: str, name: str) -> bool:
    first, _, last = name.rpartition(" ")
    parts = first.split()
    return name_key(last) == name_key(word) and 0 < len(parts) < 3 and all(part[0].isupper() for part in parts)


async def _real(question: str, texts: TextIndex) -> set[str]:
    """The question's words that stand in the documents, in small letters: they were meant as they are written.

    The documents are counted by stems, and a slip may have the stem of another word (`maried`, `Mari`): a word that is
    no stem itself must be in the dictionary too.
    """
    words = {word: terms(word) for word in name_key(question).split()}
    _, seen = await texts.frequencies("sentence", list(dict.fromkeys(t for some in words.values() for t in some)))
    used = [word for word, some in words.items() if all(map(seen.get, some))]
    return {word for word in used if word in words[word] or not word.isascii() or english.in_dictionary(word)}


def _distinct(found: Iterable[tuple[str, str, float]], threshold: float) -> list[tuple[str, str, float]]:
    """The near ones, best first, each target once."""
    kept: dict[str, tuple[str, str, float]] = {}
    for row, text, score in found:
        if score >= threshold:
            kept.setdefault(_target(row), (_target(row), text, float(score)))
    return list(kept.values())[:_NEAR]


def _target(row: str) -> str:
    """An entity has a row for each of its names (`id#n`)."""
    return row.partition("#")[0]
