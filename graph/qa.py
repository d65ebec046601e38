"""extract → write_cypher ‖ match ‖ search → run_cypher ⟲ → explore ⟲ → walk → expand → rank → answer → check.

A question about the documents as a whole goes from extract over survey to check.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime, get_runtime
from langgraph.types import Checkpointer, RetryPolicy

from ..nodes import state as s
from ..nodes.answer import BuiltinAnswerWriter, answer
from ..nodes.answering.builtin_judge import BuiltinJudge
from ..nodes.check import check
from ..nodes.expand import expand
from ..nodes.explore import explore
from ..nodes.extract import extract
from ..nodes.match import match
from ..nodes.rank import rank
from ..nodes.retries import ATTEMPTS, may_pass
from ..nodes.route import after_explore, after_extract, after_run, after_survey, after_write
from ..nodes.run_cypher import run_cypher
from ..nodes.search import search
from ..nodes.strategies.planner import BuiltinPlanner
from ..nodes.survey import survey
from ..nodes.walk import walk
from ..nodes.write_cypher import BuiltinCypherWriter, write_cypher
from ..settings import Settings, load_settings
from .binding import Live, bound, hosted, routed
from .engine import Engine
from .ports import Ports
from .stream import tell_result, telling

QAGraph: TypeAlias = CompiledStateGraph[s.QAState, s.QAContext, s.Question, s.Result]
RETRY = RetryPolicy(retry_on=may_pass, initial_interval=0.2, max_attempts=ATTEMPTS)


def build_qa_graph(
    ports: Ports | None = None,
    settings: Settings | None = None,
    *,
    checkpointer: Checkpointer = None,
    name: str = "qa",
    live: Live | None = None,
) -> QAGraph:
    """The compiled graph, sync and async: `{"question": …}` in, `answer`, `matches`, `evidence` and `notes` out.

    `stream_mode="custom"` streams progress, evidence and tokens: see `graph/stream.py`.

    Args:
        ports: what the nodes are bound to, open already; without, those that this process shares for `settings`, opened
            at first use and closed a little after the last graph that used them is gone.
        settings: the settings to make ports from; else the environment's.
        checkpointer: the host's; the graph brings none of its own.
        name: what the graph is called where it is a subgraph, and in traces.
        live: the holder of these ports or settings, where a graph around this one has it already.

    Raises:
        ConfigError: a setting names no adapter, or one whose extra is not installed.
    """
    settings = ports.settings if ports else settings or load_settings()
    live, qa = live or Live(ports, settings), settings.qa
    engine = Engine(settings, ports.chat if ports else None)
    writer, answerer, judge = BuiltinCypherWriter(), BuiltinAnswerWriter(), BuiltinJudge()
    graph = StateGraph(s.QAState, s.QAContext, input_schema=s.Question, output_schema=s.Result)

    def add(node: Callable[..., Any], reads: type[Any], needs: Callable[[Ports], dict[str, object]]) -> None:
        async def work(state: Any, runtime: Runtime[s.QAContext], held: Ports) -> dict[str, Any]:
            result = await engine.run(node, name, state, telling(runtime), held, needs(held))
            tell_result(name, result, runtime)
            return result

        name = node.__name__
        graph.add_node(name, bound(work, live, name), input_schema=reads, retry_policy=RETRY)

    add(extract, s.Asked, lambda p: {"settings": qa})
    add(write_cypher, s.ToWrite, lambda p: {**_store(p), "cypher_writer": writer})
    add(match, s.ToMatch, lambda p: {**_library(p), "settings": qa})
    add(search, s.ToSearch, lambda p: {"texts": p.texts})
    add(run_cypher, s.ToRun, _store)
    add(explore, s.ToExplore, lambda p: {**_library(p), "planner": BuiltinPlanner(p.embedder), "settings": qa})
    add(walk, s.ToWalk, lambda p: {**_store(p), "settings": qa})
    add(expand, s.ToExpand, lambda p: {**_library(p), "settings": qa})
    add(survey, s.Extracted, _store)
    add(rank, s.ToRank, lambda _: {"settings": qa})
    add(answer, s.ToAnswer, lambda p: {"answer_writer": answerer, "settings": qa})
    add(check, s.ToCheck, lambda p: {**_store(p), "staging": p.staging, "judge": judge})

    def repair_or_go_on(state: s.Ran) -> str:
        return after_run(state, get_runtime(s.QAContext), settings=qa, modelled=settings.engine == "llm")

    graph.add_edge(START, "extract")
    # A model writes while we look up.
    graph.add_conditional_edges("extract", routed(after_extract), ["write_cypher", "match", "search", "survey"])
    graph.add_conditional_edges("write_cypher", routed(after_write), ["run_cypher", "explore"])
    graph.add_edge("match", "run_cypher")
    graph.add_edge("search", "run_cypher")
    graph.add_conditional_edges("run_cypher", routed(repair_or_go_on), ["write_cypher", "explore"])
    graph.add_conditional_edges("explore", routed(after_explore), ["explore", "walk"])
    graph.add_edge("walk", "expand")
    graph.add_edge("expand", "rank")
    graph.add_edge("rank", "answer")
    graph.add_edge("answer", "check")
    graph.add_conditional_edges("survey", routed(after_survey), ["write_cypher", "match", "search", "check"])
    graph.add_edge("check", END)
    return graph.compile(checkpointer=checkpointer, name=name)


def _store(ports: Ports) -> dict[str, object]:
    return {"graph_store": ports.graph_store}


def _library(ports: Ports) -> dict[str, object]:
    return {**_store(ports), "texts": ports.texts, "vectors": ports.vectors, "embedder": ports.embedder}


async def studio() -> QAGraph:
    """The graph as `langgraph dev` and Studio load it: ports from the environment, the host's checkpointer."""
    return await hosted(build_qa_graph)
