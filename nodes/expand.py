"""expand: gather candidate sentences around what was found, as the strategy says."""

from __future__ import annotations

from langgraph.runtime import Runtime

from ..settings import QAOptions
from ..tools.ports import Embedder, GraphStore, TextIndex, VectorIndex
from .state import Expanded, QAContext, ToExpand, options
from .strategies import strategies
from .strategies.solve_step import Library
from .strategies.strategy import Reached
from .trace import Trace


async def expand(
    state: ToExpand,
    runtime: Runtime[QAContext],
    *,
    graph_store: GraphStore,
    texts: TextIndex,
    vectors: VectorIndex,
    embedder: Embedder,
    settings: QAOptions,
) -> Expanded:
    """Read the candidates; what a strategy found step by step is among them."""
    chosen = options(runtime.context, settings)
    trace = state.get("trace") or Trace()
    reached = Reached(
        search=state["search"],
        facts=list(dict.fromkeys([*trace.sentences, *state["fact_sentences"]])),
        named=list(dict.fromkeys(m.target for m in state["matches"] if m.kind == "entity")),
        sentences=[key for key, _ in state["sentences"]],
        hits=state["hits"],
        walked=state["walked"],
        window=chosen.window,
    )
    gather = strategies.get(chosen.strategy)().gather
    gathered = await gather(reached, Library(graph_store, texts, vectors, embedder))
    runtime.stream_writer({"stage": "expand", "sentences": len(gathered.sentences)})
    return {"candidates": list(gathered.sentences), "near": gathered.near}
