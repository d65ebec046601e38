"""check: each statement against its evidence; what holds is cited down to the box, else the answer abstains."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from langgraph.runtime import Runtime

from ..model import Answer, Citation, Document, Match, Page, Sentence, Statement
from ..tools.ports import GraphStore, Judge
from .namesakes import may_be_any
from .pages import mended, page_images
from .state import Answered, QAContext, ToCheck
from .taken import said_taken

SUPPORTED = 0.6
"""Support from which a statement stands."""


async def check(state: ToCheck, runtime: Runtime[QAContext], *, graph_store: GraphStore, judge: Judge) -> Answered:
    """Judge the draft and cite what holds; a name that several bear is said to be one."""
    held = {item.sentence.id: item.sentence for item in state["evidence"]}
    draft = [mended(statement, held) for statement in state["draft"]]
    statements = await _judged([statement for statement in draft if statement.text.strip()], held, judge)
    runtime.stream_writer({"stage": "check", "statements": len(state["draft"]), "kept": len(statements)})
    several = await may_be_any(state["matches"], state["language"], graph_store)
    several = " ".join(filter(None, [said_taken(state["matches"], state["language"]), several]))
    if not statements:
        return {"answer": abstention(state, several)}
    cited = list(dict.fromkeys(key for statement in statements for key in statement.sentences))
    citations, images = await _citations([held[key] for key in cited], graph_store)
    return {
        "answer": Answer(
            text=" ".join([*(statement.text for statement in statements), *filter(None, [several])]),
            statements=tuple(statements),
            citations=tuple(citations),
            pages=page_images(statements, held, images),
            short=state["short"],
            confidence=round(min(1.0, state["coverage"]) * statements[0].support, 4),
        )
    }


async def _judged(draft: Sequence[Statement], held: Mapping[str, Sentence], judge: Judge) -> list[Statement]:
    """The statements that rest on evidence at hand and are borne out by it."""
    kept = []
    for statement in draft:
        evidence = [held[key] for key in statement.sentences if key in held]
        support = (statement.support or await judge.support(statement.text, evidence)) if evidence else 0.0
        if support >= SUPPORTED:
            kept.append(replace(statement, sentences=tuple(s.id for s in evidence), support=round(support, 4)))
    return kept


# ── citations
async def _citations(
    sentences: Sequence[Sentence], graph_store: GraphStore
) -> tuple[list[Citation], Mapping[tuple[str, int], str]]:
    """The citations, and the page images of the cited documents by (document id, page)."""
    ids = list(dict.fromkeys(sentence.document_id for sentence in sentences))
    paged = list(dict.fromkeys(s.document_id for s in sentences if s.page is not None))
    documents, pages = await asyncio.gather(graph_store.documents(ids), _pages(paged, graph_store))
    by_id = {document.id: document for document in documents}
    images = {(page.document_id, page.number): page.image for page in pages}
    return [_cite(s, by_id[s.document_id], images) for s in sentences if s.document_id in by_id], images


async def _pages(document_ids: Sequence[str], graph_store: GraphStore) -> Sequence[Page]:
    return await graph_store.pages(document_ids) if document_ids else ()


def _cite(sentence: Sentence, document: Document, images: Mapping[tuple[str, int], str]) -> Citation:
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
    )


# ── abstention
def abstention(state: ToCheck, several: str = "") -> Answer:
    """Not in these documents: what was looked for, what of it is there, what is not, and which names `several` bear."""
    looked = looked_for(state)
    there = [name for name in looked if _is_there(name, state["matches"], state["unknown"])]
    absent = [name for name in looked if name not in there]
    text = (_korean if state["language"] == "ko" else _english)(looked, there, absent, bool(state["evidence"]))
    return Answer(text=" ".join(filter(None, [text, several])), confidence=0.0, abstained=True)


def looked_for(state: ToCheck) -> list[str]:
    """The names and relation words of the question, each once; its unknown words where it has none."""
    names = [mention.text for mention in state["mentions"]]
    return list(dict.fromkeys([*names, *state["relation_words"]] if names else state["unknown"]))[:8]


def _is_there(name: str, matches: Sequence[Match], unknown: Sequence[str]) -> bool:
    if any(match.how != "vector" and (match.mention == name or name in match.mention) for match in matches):
        return True
    return not any(word in name for word in unknown)


def _english(looked: Sequence[str], there: Sequence[str], absent: Sequence[str], evidence: bool) -> str:
    parts = ["Not in these documents."]
    if looked:
        parts.append(f"Looked for: {_listed(looked)}.")
    if absent:
        parts.append(f"Nowhere to be found: {_listed(absent)}.")
    if there and evidence:
        parts.append(f"Found, but without an answer: {_listed(there)}.")
    return " ".join(parts)


def _korean(looked: Sequence[str], there: Sequence[str], absent: Sequence[str], evidence: bool) -> str:
    parts = ["이 문서들에는 없습니다."]
    if looked:
        parts.append(f"찾아본 말: {_listed(looked)}.")
    if absent:
        parts.append(f"어디에도 없는 말: {_listed(absent)}.")
    if there and evidence:
        parts.append(f"나오지만 답이 없는 말: {_listed(there)}.")
    return " ".join(parts)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
