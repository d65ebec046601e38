"""expand: the sentences to choose from: those of facts and hits with their neighbours, and whole stretches."""

from __future__ import annotations

from langgraph.runtime import Runtime

from ..settings import QAOptions
from ..tools.ports import GraphStore, TextIndex
from .state import Expanded, QAContext, ToExpand, options
from .stretch import around, sentences_of

_SENTENCE_HITS = 60
_PASSAGES = 8
_WALKED = 16
_OF_NAMED = 40


async def expand(
    state: ToExpand, runtime: Runtime[QAContext], *, graph_store: GraphStore, texts: TextIndex, settings: QAOptions
) -> Expanded:
    """Read the candidates in one go: their ids, and those of their neighbours, are known without asking."""
    chosen = options(runtime.context, settings)
    near = list(state["fact_sentences"])
    whole: list[str] = []
    if chosen.strategy == "window":
        near += await _of_named(state, graph_store)
    if chosen.strategy == "hybrid":
        near += [key for key, _ in await texts.search("sentence", state["search"], _SENTENCE_HITS)]
        whole += list(state["hits"])[:_PASSAGES]
    whole += list(state["walked"])[: _WALKED if chosen.strategy == "hybrid" else None]
    ids = dict.fromkeys(around(near, chosen.window))
    ids.update(dict.fromkeys(key for stretch in whole for key in sentences_of(stretch)))
    found = await graph_store.sentences(list(ids))
    candidates = sorted(found, key=lambda sentence: (sentence.document_id, sentence.index))
    runtime.stream_writer({"stage": "expand", "sentences": len(candidates)})
    return {"candidates": candidates}


async def _of_named(state: ToExpand, graph_store: GraphStore) -> list[str]:
    named = list(dict.fromkeys(m.target for m in state["matches"] if m.kind == "entity"))
    return [link.sentence for link in await graph_store.links_of_entities(named, _OF_NAMED)]
