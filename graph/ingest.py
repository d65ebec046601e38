"""load → read × batches of sources → plan → extract × batches of documents → resolve → write → report → END."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Checkpointer, RetryPolicy, Send

from ..ingestion import state as s
from ..ingestion.extract.builtin import BuiltinExtractor
from ..ingestion.nodes.extract import extract, plan
from ..ingestion.nodes.load import load
from ..ingestion.nodes.read import read
from ..ingestion.nodes.resolve import resolve
from ..ingestion.nodes.write import write
from ..ingestion.report import report
from ..nodes.retries import may_pass
from ..settings import Settings, load_settings
from ..tools.ports import Extractor
from .binding import Live, bound, hosted
from .ports import Ports

IngestionGraph: TypeAlias = CompiledStateGraph[s.IngestState, s.IngestContext, s.Asked, s.Reported]
RETRY = RetryPolicy(retry_on=may_pass, initial_interval=0.5, max_attempts=3)
_BATCHES_AT_ONCE = 2
"""What a batch does is mostly computing; more of them at a time would only hold more text."""


def build_ingestion_graph(
    ports: Ports | None = None,
    settings: Settings | None = None,
    *,
    extractor: Extractor | None = None,
    checkpointer: Checkpointer = None,
    name: str = "ingest",
) -> IngestionGraph:
    """The compiled graph: `{"paths": […]}` in, `{"report": …}` out, sync and async; mode `custom` streams `Progress`.

    Args:
        ports: what the nodes are bound to, open already; without, those that this process shares for `settings`, opened
            at first use and closed a little after the last graph that used them is gone.
        settings: the settings to make ports from; else the environment's.
        extractor: in place of the one that the settings' engine names.
        checkpointer: the host's; the graph brings none of its own.
        name: what the graph is called where it is a subgraph, and in traces.

    Raises:
        ConfigError: a setting names no adapter, or one whose extra is not installed.
    """
    settings = ports.settings if ports else settings or load_settings()
    live, drawer = Live(ports, settings), extractor or BuiltinExtractor()
    graph = StateGraph(s.IngestState, s.IngestContext, input_schema=s.Asked, output_schema=s.Reported)

    def add(node: Callable[..., Any], reads: type[Any], needs: Callable[[Ports], dict[str, object]]) -> None:
        async def work(state: Any, runtime: Runtime[s.IngestContext], held: Ports) -> dict[str, Any]:
            return dict(await node(state, runtime, **needs(held)))

        name = node.__name__
        graph.add_node(name, bound(work, live, name), input_schema=reads, retry_policy=RETRY)

    home, ingest = settings.home, settings.ingest
    add(load, s.Asked, lambda p: {"home": settings.home})
    add(read, s.ToRead, lambda p: {"staging": p.staging, "settings": ingest, "home": home})
    add(plan, s.Read, lambda p: {"staging": p.staging, "extractor": drawer})
    add(extract, s.ToExtract, lambda p: {"staging": p.staging, "extractor": drawer})
    add(resolve, s.ToResolve, lambda p: {"staging": p.staging, "extractor": drawer, "settings": ingest, "home": home})
    add(write, s.Resolved, lambda p: {"stores": p, "home": home})
    notes = [] if extractor else _notes(settings)
    add(report, s.ToReport, lambda p: {"graph_store": p.graph_store, "staging": p.staging, "notes": notes})

    def readings(state: s.Loaded, runtime: Runtime[s.IngestContext]) -> list[Send] | str:
        sources, size = state["sources"], s.options(runtime.context, ingest).batch
        return [
            Send("read", s.ToRead(sources=sources[n : n + size], before=n, total=len(sources)))
            for n in range(0, len(sources), size)
        ] or "plan"

    def extractions(state: s.Planned, runtime: Runtime[s.IngestContext]) -> list[Send] | str:
        ids, size = state["documents"], s.options(runtime.context, ingest).batch
        return [
            Send("extract", s.ToExtract(documents=ids[n : n + size], before=n, total=len(ids)))
            for n in range(0, len(ids), size)
        ] or "resolve"

    graph.add_edge(START, "load")
    graph.add_conditional_edges("load", readings, ["read", "plan"])
    graph.add_edge("read", "plan")
    graph.add_conditional_edges("plan", extractions, ["extract", "resolve"])
    graph.add_edge("extract", "resolve")
    graph.add_edge("resolve", "write")
    graph.add_edge("write", "report")
    graph.add_edge("report", END)
    return graph.compile(checkpointer=checkpointer, name=name).with_config(max_concurrency=_BATCHES_AT_ONCE)


def _notes(settings: Settings) -> list[str]:
    if settings.engine == "builtin":
        return []
    return [f"extract: done by the builtin extractor: KGQA_ENGINE is {settings.engine!r}, but no model extracts yet"]


async def studio() -> IngestionGraph:
    """The graph as `langgraph dev` and Studio load it: ports from the environment, the host's checkpointer."""
    return await hosted(build_ingestion_graph)
