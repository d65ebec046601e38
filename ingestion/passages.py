"""Passages, and their extractions as staging keeps them: without their place, so that the same text is drawn once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..errors import ContractError
from ..model import Extraction, Parsed, Passage, content_id


def passages(parsed: Parsed) -> list[Passage]:
    """One passage a chunk, in order."""
    by_id = {sentence.id: sentence for sentence in parsed.sentences}
    document = parsed.document
    return [
        Passage(chunk, tuple(by_id[i] for i in chunk.sentences), document.title, document.language)
        for chunk in parsed.chunks
    ]


def heading(parsed: Parsed) -> tuple[str, str] | None:
    """A passage's title as a name, without what stands in brackets at its end, and the sentence it heads.

    A file's title is left out: it stands in the text, or it is but the file's name; so is one that is the passage's id,
    as a part's of a large text is.
    """
    document = parsed.document
    _, passage, key = document.source.partition("#")
    title = document.title.partition(" (")[0].strip()
    named = passage and title != key and not document.source.endswith(f"#{document.title}")
    if not named or not parsed.sentences or not any(map(str.isalnum, title)):
        return None
    return title, parsed.sentences[0].id


def cache_key(passage: Passage, extractor: str, schema: str, strict: bool) -> str:
    """A hash of all that an extractor is given, save where in which document it stands."""
    start = passage.chunk.start
    parts = [extractor, schema, str(strict), passage.title, passage.language, *passage.chunk.headings, ""]
    for sentence in passage.sentences:
        parts += [sentence.text, sentence.kind, sentence.section, str(sentence.start - start)]
    return content_id(*parts)


def placeless(extraction: Extraction, passage: Passage) -> Extraction:
    """The extraction with places in the passage: offsets from its start, sentences by number."""
    number = {sentence.id: str(n) for n, sentence in enumerate(passage.sentences)}
    return _moved(extraction, "", -passage.chunk.start, number.__getitem__)


def placed(extraction: Extraction, passage: Passage) -> Extraction:
    """The inverse of `placeless`, for a passage with the same `cache_key`."""
    return _moved(extraction, passage.chunk.id, passage.chunk.start, lambda n: passage.sentences[int(n)].id)


def _moved(extraction: Extraction, chunk: str, by: int, sentence: Callable[[str], str]) -> Extraction:
    return Extraction(
        chunk,
        tuple(
            replace(m, start=m.start + by, end=m.end + by, sentence=sentence(m.sentence)) for m in extraction.mentions
        ),
        tuple(replace(c, start=c.start + by, end=c.end + by, sentence=sentence(c.sentence)) for c in extraction.claims),
        tuple(replace(a, sentence=sentence(a.sentence)) for a in extraction.aliases),
    )


def check(extraction: Extraction, passage: Passage, extractor: str) -> None:
    """Refuse an extraction that could not be cited or deleted exactly.

    Raises:
        ContractError: it names another chunk or a sentence that is not the passage's, a mention is not the text it
            stands on, or a claim joins what the passage does not mention.
    """
    texts = {sentence.id: sentence for sentence in passage.sentences}
    mentioned = {mention.text for mention in extraction.mentions}
    named = [m.sentence for m in extraction.mentions] + [c.sentence for c in extraction.claims]
    named += [alias.sentence for alias in extraction.aliases]
    strange = next((sentence for sentence in named if sentence not in texts), None)
    if extraction.chunk != passage.chunk.id or strange is not None:
        raise ContractError(
            f"extractor {extractor!r}: chunk {extraction.chunk!r} names sentence {strange!r} of another"
        )
    for mention in extraction.mentions:
        sentence = texts[mention.sentence]
        if sentence.text[mention.start - sentence.start : mention.end - sentence.start] != mention.text:
            raise ContractError(f"extractor {extractor!r}: mention {mention.text!r} is not what stands at its place")
    for claim in extraction.claims:
        for end in (claim.subject, claim.object):
            if end not in mentioned:
                raise ContractError(
                    f"extractor {extractor!r}: a claim joins {end!r}, which its passage does not mention"
                )
