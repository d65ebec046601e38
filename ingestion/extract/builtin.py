"""The builtin extractor: entities and claims sentence by sentence, by rules alone; no model, no key, no network."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from ...model import Alias, Claim, Extraction, Mention, Passage, Schema, Sentence
from ...tools.text import english as english_text
from ...tools.text import korean as korean_text
from ...tools.text.gazetteer import words
from ...tools.text.proper_names import PRONOUNS
from ...tools.text.relations import type_of
from ...tools.text.sentence_pieces import Piece
from ...tools.text.words import language as language_of
from . import english, korean, patterns
from .arguments import Found

VERSION = "5"
"""Goes up with every change of rules or word lists that changes what is extracted."""
_KOREAN_PRONOUNS = frozenset(
    "그 그녀 그들 그것 이것 저것 이들 우리 저희 나 너 저 당신 자신 누구 무엇 여기 거기 저기 이곳 그곳 어디 언제".split()
)
_LONGEST = 4000
"""Characters of a sentence that are read; what is longer is no sentence."""


class BuiltinExtractor:
    """The `Extractor` port over rules: deterministic, English and Korean.

    Entity types: PERSON, ORGANIZATION, PLACE, DATE, QUANTITY, PRODUCT, TERM (noun phrases and defined terms), NAME (a
    proper name of unknown kind). Relation types: `tools.text.relations`.
    """

    name = f"builtin-{VERSION}"

    async def extract(self, passages: Sequence[Passage], schema: Schema | None, strict: bool) -> Sequence[Extraction]:
        """See the port. Works in a thread."""
        return await asyncio.to_thread(self._extract, passages, schema if strict else None)

    def _extract(self, passages: Sequence[Passage], schema: Schema | None) -> list[Extraction]:
        return [_allowed(_read(passage), schema) for passage in passages]


def _read(passage: Passage) -> Extraction:
    wanted = set(passage.chunk.sentences)
    parts = [read_sentence(s, passage.language) for s in passage.sentences if s.id in wanted]
    return Extraction(
        passage.chunk.id,
        tuple(m for part in parts for m in part.mentions),
        tuple(c for part in parts for c in part.claims),
        tuple(a for part in parts for a in part.aliases),
    )


def read_sentence(sentence: Sentence, language: str) -> Extraction:
    """What one sentence says; its own script decides where it is not the document's. Never raises."""
    text = sentence.text[:_LONGEST]
    own = language_of(text)
    hangul = (own if own != "und" else language) == "ko"
    special = patterns.read(text, korean_text.pieces(text) if hangul else english_text.pieces(text), sentence.kind)
    grammar = korean.claims if hangul else english.claims
    found = grammar(special.pieces) if sentence.kind in ("text", "list", "caption") else []
    said = [f for f in (*special.claims, *found) if not (_is_pronoun(f.subject.text) or _is_pronoun(f.object.text))]
    return _extraction(sentence, special.pieces, said, special)


def _extraction(
    sentence: Sentence, pieces: Iterable[Piece], found: Sequence[Found], special: patterns.Special
) -> Extraction:
    used = {(p.start, p.end) for f in found for p in (f.subject, f.object)}
    spans = {(p.start, p.end): p.type for p in special.terms}
    persons = {(f.subject.start, f.subject.end) for f in found if _of_person(f)}
    for piece in pieces if sentence.kind != "table" or not special.terms else ():
        if sentence.kind == "code" and piece.type != "PRODUCT":
            continue
        if piece.type and (piece.kind != "noun" or " " in piece.text or (piece.start, piece.end) in used):
            spans.setdefault((piece.start, piece.end), piece.type)
    for claim in found:
        for side in (claim.subject, claim.object):
            spans.setdefault((side.start, side.end), side.type)
    for span in persons & {s for s, type_ in spans.items() if type_ == "NAME"}:
        spans[span] = "PERSON"
    kept = [(a, b) for a, b in sorted(spans) if not _is_pronoun(sentence.text[a:b])]
    mentions = tuple(_mention(sentence, a, b, spans[a, b]) for a, b in kept)
    texts = {m.text for m in mentions}
    aliases = tuple(Alias(short, full, sentence.id) for short, full in special.aliases if {short, full} <= texts)
    return Extraction("", mentions, tuple(_claims(sentence, found)), aliases)


def _is_pronoun(text: str) -> bool:
    """A pronoun in either language; `IT`, `US` and `WHO` in capitals are names."""
    return (text.lower() in PRONOUNS and not (len(text) > 1 and text.isupper())) or text in _KOREAN_PRONOUNS


def _of_person(found: Found) -> bool:
    """Whether only a person can be the subject: an office, a birth, a marriage."""
    noun = found.object.lemma if found.phrase == "be" else found.phrase.removesuffix(" of").split()[-1]
    return noun in words("role") or found.phrase.startswith(("be born", "die in", "die on", "marry", "be married"))


def _mention(sentence: Sentence, start: int, end: int, type_: str) -> Mention:
    return Mention(sentence.text[start:end], type_, sentence.start + start, sentence.start + end, sentence.id)


def _claims(sentence: Sentence, found: Iterable[Found]) -> Iterator[Claim]:
    for f in found:
        if f.subject.text == f.object.text:
            continue
        start, end = min(f.subject.start, f.object.start), max(f.subject.end, f.object.end)
        yield Claim(
            f.subject.text,
            type_of(f.phrase),
            f.object.text,
            f.phrase,
            sentence.id,
            sentence.start + start,
            sentence.start + end,
            f.confidence,
        )


# ── strict: what the schema allows
def _allowed(extraction: Extraction, schema: Schema | None) -> Extraction:
    if schema is None:
        return extraction
    types = set(schema.entity_types)
    mentions = tuple(m for m in extraction.mentions if m.type in types)
    kinds: dict[tuple[str, str], set[str]] = {}
    for mention in mentions:
        kinds.setdefault((mention.sentence, mention.text), set()).add(mention.type)
    relations = {r.type: (set(r.source_types), set(r.target_types)) for r in schema.relation_types}
    claims = tuple(
        c
        for c in extraction.claims
        if c.type in relations
        and kinds.get((c.sentence, c.subject), set()) & relations[c.type][0]
        and kinds.get((c.sentence, c.object), set()) & relations[c.type][1]
    )
    return Extraction(extraction.chunk, mentions, claims, extraction.aliases)
