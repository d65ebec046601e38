"""check: keep the statements that their evidence bears out, cite them down to the box, else abstain."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from langgraph.runtime import Runtime

from ..model import Answer, Citation, Document, Page, Sentence, Statement, file_name
from ..tools.ports import GraphStore, Judge, Staging
from .answering.abstention import abstention, no_documents
from .answering.builtin_judge import unframed
from .answering.demands import reason
from .answering.pages.correct import corrected, page_images
from .answering.short.choose import short_answer
from .answering.short.confidence import SURE, confidence
from .answering.short.rivals import has_rival
from .matching.homonyms import homonyms_note, is_ambiguous
from .matching.name_in_text import holds_name
from .matching.respellings import respellings_note
from .state import Answered, QAContext, ToCheck

SUPPORTED = 0.6
"""Support from which a statement stands."""


async def check(
    state: ToCheck, runtime: Runtime[QAContext], *, graph_store: GraphStore, staging: Staging, judge: Judge
) -> Answered:
    """Judge the draft and cite what holds; a name that several bear is said to be one."""
    held = {item.sentence.id: item.sentence for item in state["evidence"]}
    draft = [corrected(statement, held) for statement in state["draft"]]
    statements = await _judged([statement for statement in draft if statement.text.strip()], held, judge)
    runtime.stream_writer({"stage": "check", "statements": len(state["draft"]), "kept": len(statements)})
    several = await homonyms_note(state["matches"], state["language"], graph_store)
    several = " ".join(filter(None, [respellings_note(state["matches"], state["language"]), several]))
    if not statements and not held and not (await graph_store.counts())["documents"]:
        return {"answer": no_documents(state["language"])}
    if not statements:
        return {"answer": await asyncio.to_thread(abstention, state, several)}
    lacking = reason(state["demand"], state["language"])
    cited = list(dict.fromkeys(key for statement in statements for key in statement.sentences))
    (citations, images), (short, sure) = await asyncio.gather(
        _citations([held[key] for key in cited], graph_store, staging), _short(state, statements, held)
    )
    return {
        "answer": Answer(
            text=" ".join([*(statement.text for statement in statements), *filter(None, [lacking, several])]),
            statements=tuple(statements),
            citations=tuple(citations),
            pages=page_images(statements, held, images),
            short=short if sure >= SURE else "",
            short_confidence=round(sure, 4),
            candidate=short,
            confidence=round(min(1.0, state["coverage"]) * statements[0].support, 4),
        )
    }


async def _judged(draft: Sequence[Statement], held: Mapping[str, Sentence], judge: Judge) -> list[Statement]:
    """The statements that rest on evidence at hand and are borne out by it."""
    kept = []
    for statement in draft:
        evidence = [held[key] for key in statement.sentences if key in held]
        support = (statement.support or await _support(unframed(statement.text), evidence, judge)) if evidence else 0.0
        if support >= SUPPORTED:
            kept.append(replace(statement, sentences=tuple(s.id for s in evidence), support=round(support, 4)))
    return kept


async def _support(text: str, evidence: Sequence[Sentence], judge: Judge) -> float:
    """1 where it says one of these sentences word for word: no judge knows better than the text itself."""
    if _as_words(text) in {_as_words(sentence.text) for sentence in evidence}:
        return 1.0
    return await judge.support(text, evidence)


def _as_words(text: str) -> str:
    # The frame before a sentence may have taken its capital.
    return " ".join(text.casefold().split())


async def _short(state: ToCheck, statements: Sequence[Statement], held: Mapping[str, Sentence]) -> tuple[str, float]:
    """The draft's short answer where what was kept says it, else one that what was kept does say; empty without."""
    short = state["short"]
    if not short or _says(statements, short):
        return short, state["sure"]
    # Taking Korean apart takes a model: not on the event loop.
    return await asyncio.to_thread(_other_short, state, statements, held)


def _other_short(state: ToCheck, statements: Sequence[Statement], held: Mapping[str, Sentence]) -> tuple[str, float]:
    """One that the cited sentences give, or the statements themselves, and that a statement says."""
    cited = [held[key] for key in dict.fromkeys(key for statement in statements for key in statement.sentences)]
    worded = [replace(cited[0], kind="text", text=unframed(statement.text)) for statement in statements]
    found = (short_answer(state["asked"], state["answer_kind"], sentences) for sentences in (cited, worded))
    short = next((short for short in found if short and _says(statements, short)), "")
    if is_ambiguous(state["matches"]) or has_rival(state["asked"], state["answer_kind"], short, cited):
        return short, 0.0
    return short, confidence(state["asked"], state["answer_kind"], state["relation_words"], short, cited)


def _says(statements: Sequence[Statement], short: str) -> bool:
    return any(holds_name(statement.text, short) for statement in statements)


# ── citations
async def _citations(
    sentences: Sequence[Sentence], graph_store: GraphStore, staging: Staging
) -> tuple[list[Citation], Mapping[tuple[str, int], str]]:
    """The citations, and the page images of the cited documents by (document id, page)."""
    ids = list(dict.fromkeys(sentence.document_id for sentence in sentences))
    paged = list(dict.fromkeys(s.document_id for s in sentences if s.page is not None))
    documents, pages, paths = await asyncio.gather(
        graph_store.documents(ids), _pages(paged, graph_store), staging.told_apart(ids)
    )
    by_id = {document.id: document for document in documents}
    images = {(page.document_id, page.number): page.image for page in pages}
    citations = [
        _cite(s, by_id[s.document_id], images, paths.get(s.document_id, ""))
        for s in sentences
        if s.document_id in by_id
    ]
    return citations, images


async def _pages(document_ids: Sequence[str], graph_store: GraphStore) -> Sequence[Page]:
    return await graph_store.pages(document_ids) if document_ids else ()


def _cite(sentence: Sentence, document: Document, images: Mapping[tuple[str, int], str], path: str) -> Citation:
    return Citation(
        sentence=sentence.id,
        document_id=document.id,
        title=document.title,
        source=document.source,
        page=sentence.page,
        section=sentence.section,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        boxes=tuple(sentence.boxes),
        image=images.get((document.id, sentence.page), "") if sentence.page is not None else "",
        path=path + document.source.removeprefix(file_name(path)) if path else "",
    )
