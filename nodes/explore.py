"""explore: take one step of a step-by-step strategy; the graph comes back here until its trace is done."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from langgraph.runtime import Runtime

from ..settings import QAOptions
from ..tools.ports import Embedder, GraphStore, TextIndex, VectorIndex
from .state import QAContext, Stepped, ToExplore, options
from .strategies import strategies
from .strategies.explorer import Asking
from .strategies.planner import Planner
from .strategies.solve_step import Library
from .trace import Trace


async def explore(
    state: ToExplore,
    runtime: Runtime[QAContext],
    *,
    graph_store: GraphStore,
    texts: TextIndex,
    vectors: VectorIndex,
    embedder: Embedder,
    planner: Planner,
    settings: QAOptions,
) -> Stepped:
    """Plan at first, then take the next step. What breaks off is noted, and the evidence is then hybrid's, as it is,
    with nothing to note, for a question that asks for no steps."""
    chosen = options(runtime.context, settings)
    # The first node that asks for the strategy: an extension's is imported now, and not on the event loop.
    make = await asyncio.to_thread(strategies.get, chosen.strategy)
    strategy, taken = make(), state.get("hops", 0)
    if strategy.explorer is None:
        return {"trace": Trace(), "hops": 0, "notes": []}
    asking = Asking(state["asked"], state["language"], state["matches"], chosen.relation_threshold, chosen.beam)
    # No checkpoint keeps `hops`, so that the trace of the thread's question before is not gone on with.
    trace = state["trace"] if taken else await strategy.explorer.begin(asking, planner)
    if not trace.done:
        library = Library(graph_store, texts, vectors, embedder)
        trace = await strategy.explorer.step(trace, asking, planner, library)
    trace = within(trace, taken + 1, chosen.hops, state["language"])
    notes = [_note(chosen.strategy, trace.problem, state["language"])] if trace.problem else []
    runtime.stream_writer({"stage": "explore", **_told(trace), **({"note": notes[0]} if notes else {})})
    return {"trace": trace, "hops": taken + 1, "notes": notes}


def _note(strategy: str, problem: str, language: str) -> str:
    if language == "ko":
        return f"explore: {strategy} 전략이 도중에 멈추어 hybrid의 근거로 답합니다: {problem}"
    return f"explore: {strategy} broke off, the evidence is hybrid's: {problem}"


def within(trace: Trace, taken: int, most: int, language: str = "en") -> Trace:
    """The trace, ended where no further step is allowed; what was planned and not done is a problem."""
    if trace.done or taken < most:
        return trace
    # Only a plan says what is left undone; who goes on from what was found may stop anywhere.
    spent = f"the limit of {most} steps (qa.hops) is reached"
    spent = f"단계 한도 {most}(qa.hops)에 이르렀습니다" if language == "ko" else spent
    return trace.broken(spent) if trace.plan else replace(trace, done=True)


def _told(trace: Trace) -> dict[str, object]:
    if not trace.steps:
        return {"steps": 0}
    last = trace.steps[-1]
    return {"steps": len(trace.steps), "asked": last.asked, "how": last.how, "found": list(last.values[:3])}
