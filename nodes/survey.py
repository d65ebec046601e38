"""survey: tell of a question about the documents as a whole what each is and says first, in place of finding facts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence

from langgraph.runtime import Runtime

from ..model import Document, Evidence, Sentence, Statement, sentence_id
from ..tools.ports import GraphStore
from ..tools.text.words import terms
from .answer import plain
from .answering.bare_statement import is_bare
from .answering.demands import MORE
from .answering.overview import KIND, named, subject
from .state import Extracted, QAContext, Surveyed

MOST = 8
"""Documents that are told of one by one, and sections of one alone."""
_READ = 200
"""Sentences of the one document that are looked through for its sections; of each of several a tenth."""
_FEW = 2_000
"""Documents up to which one of them is looked for by its title."""
_BELOW = "›"
_TELLING = 5
"""Words of a sentence that says something: `Version 3` does not."""
_ENDED = re.compile(r"[.!?。][\s\"'”’)]*$")


async def survey(state: Extracted, runtime: Runtime[QAContext], *, graph_store: GraphStore) -> Surveyed:
    """Draft a statement a document, from its first sentence; of one alone also a statement for its sections.

    The draft is empty where the question is about something that is no document.
    """
    documents = sorted(await _meant(state, graph_store), key=lambda one: (one.title, one.source))
    told = documents[:MOST]
    read = _READ if len(told) == 1 else _READ // 10
    ids = [sentence_id(one.id, n) for one in told for n in range(read)]
    held: dict[str, list[Sentence]] = {one.id: [] for one in told}
    for sentence in await graph_store.sentences(ids):
        held[sentence.document_id].append(sentence)
    # Whether a sentence has a verb takes word lists, and in Korean a model: not on the event loop.
    draft = await asyncio.to_thread(_draft, told, held, state["language"])
    cited = dict.fromkeys(key for statement in draft for key in statement.sentences)
    by_id: Mapping[str, Sentence] = {s.id: s for some in held.values() for s in some}
    runtime.stream_writer({"stage": "survey", "documents": len(documents)})
    return {
        "matches": [],
        "evidence": [Evidence(by_id[key], "text", 1.0) for key in cited],
        "coverage": 1.0,
        "unknown": [],
        "draft": draft,
        "short": "",
        "sure": 0.0,
        "demand": MORE if len(documents) > MOST else "",
        "notes": [],
    }


async def _meant(state: Extracted, graph_store: GraphStore) -> Sequence[Document]:
    """All documents, or those of the name that the question has."""
    if state["answer_kind"] == KIND:
        return await graph_store.documents()
    # Titles are looked through one by one: in a large library a name is rather that of something in the documents.
    if (await graph_store.counts())["documents"] > _FEW:
        return []
    return await asyncio.to_thread(named, subject(state["asked"]), await graph_store.documents())


def _draft(documents: Sequence[Document], held: Mapping[str, Sequence[Sentence]], language: str) -> list[Statement]:
    draft = [one for document in documents for one in _opening(document, held[document.id])]
    return [*draft, *_sections(documents[0], held[documents[0].id], language)] if len(documents) == 1 else draft


def _opening(document: Document, sentences: Sequence[Sentence]) -> Iterator[Statement]:
    """The title with the first sentence that says something; a document of pictures has none at all."""
    says = [one for one in sentences if one.kind == "text" and len(terms(one.text)) >= _TELLING]
    whole = (one for one in says if _ENDED.search(one.text) and not is_bare(one.text))
    first = next(whole, next(iter([*says, *sentences]), None))
    if first is not None:
        yield Statement(f"“{document.title}”: {plain(first)}", (first.id,), 1.0)


def _sections(document: Document, sentences: Sequence[Sentence], language: str) -> Iterator[Statement]:
    """The headings of the highest rank below the title."""
    parts = {plain(one): one for one in sentences if one.kind == "heading" and plain(one) != document.title}
    top = min((one.section.count(_BELOW) for one in parts.values()), default=0)
    heads = {text: one.id for text, one in parts.items() if one.section.count(_BELOW) == top}
    if heads:
        listed = "; ".join(list(heads)[:MOST]) + (" …" if len(heads) > MOST else ".")
        yield Statement(f"{'절' if language == 'ko' else 'Its sections'}: {listed}", (*heads.values(),)[:MOST], 1.0)
