"""Solve one step of a plan: by an exact fact, else a similar fact, else a sentence.

The ladder is KAG's (Liang et al. 2024, arXiv 2409.13731): exact one-hop, then fuzzy one-hop, then passages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...model import Sentence, Triple
from ...tools.ports import Embedder, GraphStore, TextIndex, VectorIndex
from ...tools.text import english
from ...tools.text.words import STOP, language, terms
from ..answering.short.choose import short_answer
from ..match import by_wording
from ..trace import Rung, Step
from .answer_types import answers
from .logical_forms import Retrieval
from .number_asked import Stated, whole

_WORD = re.compile(r"[^\W\d_]+")
_FACTS = 200
_KNOWN = 5
"""Entities that one step goes on from."""
_VALUES = 20
_HITS = 20
_LINKED = 60
_READ = 3
"""Sentences read for an answer."""
AKIN: Mapping[str, str] = {
    "author": "write",
    "birthplace": "bear",
    "child": "son daughter father mother",
    "composer": "compose",
    "creator": "create",
    "designer": "design",
    "developer": "develop",
    "director": "direct",
    "founder": "found establish",
    "husband": "marry wife spouse",
    "inventor": "invent",
    "maker": "make build manufacture",
    "manufacturer": "make manufacture",
    "owner": "own",
    "performer": "perform sing record",
    "producer": "produce",
    "publisher": "publish",
    "sibling": "brother sister",
    "spouse": "marry wife husband",
    "wife": "marry husband spouse",
    "write": "author writer",
    "direct": "director",
    "found": "founder establish",
    "design": "designer",
    "make": "build manufacture",
}
"""Lemma → lemmas that say the same of a fact from its other end or by another word class."""
_WHERE = frozenset("locate find city country county district place region state town village lie in from".split())
"""Relations that a sentence expresses by saying where something is, in whatever words."""
_ANY = Stated()


@dataclass(frozen=True, slots=True)
class Library:
    """What a step may look into."""

    graph_store: GraphStore
    texts: TextIndex
    vectors: VectorIndex
    embedder: Embedder


@dataclass(frozen=True, slots=True)
class Known:
    """What a step starts from: a name, and the entities that bear it."""

    name: str
    entities: tuple[str, ...]


async def solve(
    want: Retrieval,
    known: Known,
    library: Library,
    threshold: float,
    rungs: Sequence[Rung],
    stated: Stated = _ANY,
) -> Step:
    """The step done on the first rung that gives something; `how` is empty where none does.

    `stated` is what the question says of a number that is looked for.
    """
    asked = f"{known.name}: {want.relation} → {want.kind}"
    step = Step(asked, "", known.name)
    facts = await library.graph_store.facts(known.entities[:_KNOWN], limit=_FACTS) if known.entities else ()
    for rung in rungs:
        if rung == "exact":
            step = await _from_facts([f for f in facts if worded(f, want.relation)], want, known, library, rung, stated)
        elif rung == "fuzzy":
            step = await _from_facts(await _alike(facts, want, library, threshold), want, known, library, rung, stated)
        elif rung == "text":
            step = await _from_text(want, known, library)
        if step.how:
            return step
    return Step(asked, "", known.name)


# ── facts
def worded(fact: Triple, relation: str) -> bool:
    """Whether the fact's type or wording is the relation's: a word of it, whatever its form."""
    forms = _forms(relation)
    types = {m.target for word in (relation, *forms) for m in by_wording(word)}
    spoken = _spoken(fact.phrase)
    if fact.phrase.startswith("be "):
        # A participle is no infinitive: `be found in` is said of what is found, not of what is founded.
        spoken -= {word for word in fact.phrase.split() if english.verb_lemma(word) != word}
    return fact.type in types or bool(forms & spoken)


def _forms(relation: str) -> set[str]:
    """The relation's telling words as written and as lemmas; of several, the head decides with the others."""
    kept = [word for word in relation.casefold().split() if word not in STOP] or relation.casefold().split()
    forms = {form for word in kept for form in (word, _infinitive(word), english.noun_lemma(word))}
    return forms | {other for form in forms for other in AKIN.get(form, "").split()}


def _infinitive(word: str) -> str:
    """The word, if it is one already: `found` is also a form of `find`."""
    return word if english.participle(word) else english.verb_lemma(word)


async def _alike(facts: Sequence[Triple], want: Retrieval, library: Library, threshold: float) -> list[Triple]:
    """Facts whose wording is near the relation's, nearest first."""
    phrases = list(dict.fromkeys(_said(fact) for fact in facts))
    if not phrases:
        return []
    rows = await library.embedder.embed([want.relation, *phrases])
    near = {phrase: float(rows[0] @ row) for phrase, row in zip(phrases, rows[1:], strict=True)}
    kept = [fact for fact in facts if near[_said(fact)] >= threshold]
    return sorted(kept, key=lambda fact: -near[_said(fact)])


def _said(fact: Triple) -> str:
    return fact.phrase or fact.type.replace("_", " ").casefold()


async def _from_facts(
    facts: Sequence[Triple], want: Retrieval, known: Known, library: Library, rung: Rung, stated: Stated
) -> Step:
    ends = {fact: fact.object if fact.subject in known.entities else fact.subject for fact in facts}
    found = {e.id: e for e in await library.graph_store.entities(list(dict.fromkeys(ends.values())))}
    fits = {fact: answers(fact, found[end], want.kind, stated) for fact, end in ends.items() if end in found}
    most = max(fits.values(), default=-1)
    best = [fact for fact in fits if fits[fact] == most >= 0]
    measured = want.kind in ("number", "count") and most == 2
    told: Sequence[Sentence] = ()
    if measured or (want.kind == "count" and stated.years):
        told = await library.graph_store.sentences([key for fact in best for key in fact.sentences])
        best = stated.narrowed(best, told)
    turned = [fact for fact in best if _turned(fact, want, known)] or best
    entities = [found[key] for key in dict.fromkeys(ends[fact] for fact in turned)][:_VALUES]
    if not entities or (measured and len(entities) > 1):
        return Step("", "")  # of several numbers nothing tells which is meant
    values = tuple(whole(e.name, told) if measured else e.name for e in entities)
    return Step(
        f"{known.name}: {want.relation} → {want.kind}",
        rung,
        known.name,
        values,
        tuple(e.id for e in entities),
        tuple(dict.fromkeys(sentence for fact in turned for sentence in fact.sentences)),
        tuple(e.type for e in entities),
    )


def _turned(fact: Triple, want: Retrieval, known: Known) -> bool:
    """Whether the known end stands where the form has it; a passive wording has its ends the other way round."""
    passive = fact.phrase.startswith("be ") and fact.phrase.endswith(" by")
    return (fact.subject in known.entities) == ((want.asks == "o") != passive)


# ── text
async def _from_text(want: Retrieval, known: Known, library: Library) -> Step:
    """What the sentences say that name the known end and the relation; nothing where none holds both."""
    asked = f"{known.name}: {want.relation} → {want.kind}"
    hits = await library.texts.search("sentence", f"{known.name} {want.relation}", _HITS)
    held = await library.graph_store.mentions_of(known.entities[:_KNOWN], _LINKED) if known.entities else {}
    mentioned = {sentence for said in held.values() for sentence in said}
    ids = [*(key for key, _ in hits), *(key for key in sorted(mentioned) if key not in dict(hits))]
    sentences = [s for s in await library.graph_store.sentences(ids) if _tells(s, want, known, mentioned)]
    read = sentences[:_READ]
    if not read:
        return Step(asked, "", known.name)
    value = short_answer(f"{known.name} {want.relation}", want.kind, read)
    bearers = (await library.graph_store.find([value])).get(value, ()) if value else ()
    if not value:
        return Step(asked, "", known.name, (), (), tuple(s.id for s in read))
    entities = tuple(entity.id for entity, _ in bearers)
    return Step(asked, "text", known.name, (value,), entities, tuple(s.id for s in read))


def _tells(sentence: Sentence, want: Retrieval, known: Known, mentioned: set[str]) -> bool:
    words = set(terms(sentence.text))
    named = sentence.id in mentioned or set(terms(known.name)) <= words
    if language(want.relation) == "ko":
        # Bigrams of a verb's stem: its ending is another in the sentence.
        stem = terms(want.relation.removesuffix("하다").removesuffix("되다").removesuffix("다") or want.relation)
        return named and bool(set(stem) & words)
    if want.kind == "place" and set(want.relation.split()) <= _WHERE:
        return named
    return named and bool(_forms(want.relation) & _spoken(sentence.text))


def _spoken(text: str) -> set[str]:
    """A text's words, and those of verbs as infinitives too."""
    return {form for word in _WORD.findall(text.casefold()) for form in (word, english.verb_lemma(word))}
