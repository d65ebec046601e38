"""Decide which names are one entity: a pure function of the library's documents, whatever their order.

Spellings with one `name_key` are one name. A document's "Full Name (ABC)" makes two names one: everywhere, where the
short form is telling (two capitals or digits) and the library gives it one expansion only; else in that document alone.
So no short form ever joins two full names, and "the Company" means another company in the next contract.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..model import Alias, Claim, Entity, Extraction, Facts, Link, Pair, Said, Triple, Use, content_id
from ..tools.ports import Count, Scopes, Settled
from ..tools.text.names import name_key
from ..tools.text.words import STOP

_EXACT = frozenset({"DATE", "QUANTITY"})
_TELLING = re.compile(r"[^\W\d_]|\d")
Names = Mapping[str, Entity]
"""A document's name keys → the entities they stand for there."""


def said(document_id: str, extractions: Sequence[Extraction], heading: tuple[str, str] | None = None) -> Said:
    """What one document says under name keys; `extractions` are those of all its chunks.

    `heading` is (name, sentence id): what the whole text is about and where it begins, for a text that is headed by a
    name but need not hold it. It is linked like a mention.
    """
    mentions = [mention for extraction in extractions for mention in extraction.mentions]
    used = Counter((name_key(m.text), m.text, m.type) for m in mentions)
    if heading and name_key(heading[0]) not in {key for key, _, _ in used}:
        used[name_key(heading[0]), heading[0], "NAME"] = 1
    keys = {key for key, _, _ in used}
    links = {(m.sentence, name_key(m.text)) for m in mentions}
    links |= {(heading[1], name_key(heading[0]))} if heading else set()
    claims = [claim for extraction in extractions for claim in extraction.claims]
    aliases = [alias for extraction in extractions for alias in extraction.aliases]
    return Said(
        document_id=document_id,
        uses=tuple(Use(*name, count) for name, count in sorted(used.items())),
        pairs=tuple(sorted(_pairs(aliases, keys))),
        links=tuple(Link(*link) for link in sorted(links)),
        triples=merged(map(_triple, claims)),
    )


def _triple(claim: Claim) -> Triple:
    subject, target = name_key(claim.subject), name_key(claim.object)
    return Triple(subject, claim.type, target, claim.phrase, (claim.sentence,), (claim.confidence,))


def _pairs(aliases: Iterable[Alias], keys: set[str]) -> Iterator[Pair]:
    """Pairs whose ends the document uses; a short form said in a telling way once is telling."""
    wide: dict[tuple[str, str], bool] = {}
    for alias in aliases:
        pair = name_key(alias.short), name_key(alias.full)
        if pair[0] != pair[1] and keys.issuperset(pair) and (_telling(alias.short) or pair[0] not in STOP):
            wide[pair] = wide.get(pair, False) or _telling(alias.short)
    return (Pair(*pair, telling) for pair, telling in wide.items())


def _telling(short: str) -> bool:
    marks = [mark for mark in _TELLING.findall(short) if mark.isupper() or mark.isdigit()]
    return len(marks) > 1 and any(mark.isupper() for mark in marks)


def merged(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """One triple for each (subject, type, object, phrase), sorted; self-loops go, a sentence counts with its best."""
    supports: dict[tuple[str, str, str, str], dict[str, float]] = defaultdict(dict)
    for triple in triples:
        if triple.subject == triple.object:
            continue
        support = supports[triple.subject, triple.type, triple.object, triple.phrase]
        for sentence, score in zip(triple.sentences, triple.scores, strict=True):
            support[sentence] = max(score, support.get(sentence, 0.0))
    return tuple(
        Triple(*key, sentences=tuple(sorted(support)), scores=tuple(support[s] for s in sorted(support)))
        for key, support in sorted(supports.items())
    )


def scopes(pairs: Iterable[tuple[int, Pair]]) -> Scopes:
    """How far each expansion reaches, from every (document, pair) that the library has for these names."""
    anywhere: dict[str, set[str]] = defaultdict(set)
    telling: set[str] = set()
    here: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for document, pair in pairs:
        anywhere[pair.short].add(pair.full)
        here[document][pair.short].add(pair.full)
        if pair.wide:
            telling.add(pair.short)
    everywhere = {short: min(fulls) for short, fulls in anywhere.items() if len(fulls) == 1 and short in telling}
    local: dict[tuple[int, str], str] = {}
    for document, expansions in here.items():
        own = {s: min(fulls) for s, fulls in expansions.items() if s not in everywhere and len(fulls) == 1}
        for short in own:
            target = _follow(short, own)
            if target != short:
                local[document, short] = target
    return Scopes(everywhere, local)


def _follow(short: str, expansions: Mapping[str, str]) -> str:
    """The end of the chain; a chain that comes round again leads nowhere."""
    seen = [short]
    while (full := expansions.get(seen[-1])) is not None:
        if full in seen:
            return short
        seen.append(full)
    return seen[-1]


def settle(counts: Iterable[Count], everywhere: Mapping[str, str]) -> Settled:
    """The entities behind these names, and each name key's own entity.

    The longest key of a cluster (ties: the first) gives name and id, the most frequent type the type, every other key
    its most frequent spelling as an alias. A name that means another in its document (`Count.target`) has no vote.
    """
    own: dict[str, list[Count]] = defaultdict(list)
    lent: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        (own if count.key == count.target else lent)[count.target].append(count)
    clusters: dict[str, list[str]] = defaultdict(list)
    root = _roots(own.keys(), everywhere)
    for key in sorted(own):
        clusters[root[key]].append(key)
    keys: dict[str, str] = {}
    entities: dict[str, Entity] = {}
    for members in clusters.values():
        entity = _entity(members, own, [count for key in members for count in lent[key]])
        entities[entity.id] = entity
        keys.update(dict.fromkeys(members, entity.id))
    return Settled(keys, entities)


def _roots(keys: Iterable[str], everywhere: Mapping[str, str]) -> dict[str, str]:
    """Key → the one that stands for its cluster: where the expansions end, or the first of those that come round."""
    roots: dict[str, str] = {}
    for key in keys:
        path = [key]
        while (full := everywhere.get(path[-1])) is not None and full not in path:
            path.append(full)
        roots[key] = path[-1] if full is None else min(path[path.index(full) :])
    return roots


def _entity(members: Sequence[str], own: Mapping[str, list[Count]], lent: Sequence[Count]) -> Entity:
    canonical = min(members, key=lambda key: (-len(key), key))
    types: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for count in [count for key in members for count in own[key]]:
        types[count.type] += count.times
        spellings[count.key][count.surface] += count.times
    others: dict[str, Counter[str]] = defaultdict(Counter)
    for key in members:
        others[key].update(spellings[key])
    for count in lent:
        others[count.key][count.surface] += count.times
    name, kind = _most(spellings[canonical]), _most(types)
    aliases = {_most(counter) for key, counter in others.items() if key != canonical} - {name}
    return Entity(content_id("entity", kind, canonical), name, kind, tuple(sorted(aliases)))


def _most(counter: Counter[str]) -> str:
    return min(counter, key=lambda item: (-counter[item], item))


def facts(said: Said, names: Names) -> Facts:
    """What a document adds to the graph, once it is known which entities its names are."""
    linked = sorted({(link.sentence, names[link.entity].id) for link in said.links})
    entities = {names[use.key].id: names[use.key] for use in said.uses}
    triples = (replace(t, subject=names[t.subject].id, object=names[t.object].id) for t in said.triples)
    return Facts(
        document_id=said.document_id,
        entities=tuple(entities[i] for i in sorted(entities)),
        links=tuple(Link(*link) for link in linked),
        triples=merged(triples),
    )


def rows(entity: Entity) -> dict[str, str]:
    """The entity's rows in the vector index: its name under its id, each alias under `<id>#<n>`.

    None for dates and quantities: what is near in spelling to 1998 is another year.
    """
    if entity.type in _EXACT:
        return {}
    return {entity.id: entity.name, **{f"{entity.id}#{n}": alias for n, alias in enumerate(entity.aliases, 1)}}


def relation_text(kind: str) -> str:
    """A relation type's words, as it stands in the vector index."""
    return " ".join(kind.replace("_", " ").split()).casefold()
