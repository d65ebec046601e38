"""Bind nodes to ports, which are opened at the first run, from any loop or thread, sync or async."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import set_config_context
from langgraph.runtime import Runtime, get_runtime

from ..settings import Settings, load_settings
from .ports import Ports
from .ports_pool import POOL, Key, key_of

T = TypeVar("T")
G = TypeVar("G")
Node = Callable[[Any, Runtime[Any], Ports], Awaitable[dict[str, Any]]]


class Live:
    """A graph's ports: those given, which their owner opens and closes, or those that this process shares."""

    def __init__(self, ports: Ports | None = None, settings: Settings | None = None) -> None:
        self._given = ports
        self._settings = settings
        self._leased: tuple[int, Ports] | None = None
        self._lock = threading.Lock()

    async def ports(self) -> Ports:
        """The ports, open. Raises: ConfigError, BackendError."""
        ports = self._given or self._held()
        return ports if ports is not None else await asyncio.to_thread(self._lease)

    def _held(self) -> Ports | None:
        """What was leased; none in a child that was forked since, which needs its own."""
        return self._leased[1] if self._leased and self._leased[0] == os.getpid() else None

    def _lease(self) -> Ports:
        with self._lock:
            ports = self._held()
            if ports is None:
                key, ports = POOL.lease(self._settings or load_settings())
                self._leased = key.process, ports
                weakref.finalize(self, POOL.give_back, key).atexit = False  # then all are closed
            return ports


_hosted: dict[Callable[..., Any], tuple[Key, Any]] = {}
_hosting = threading.Lock()


async def hosted(build: Callable[..., G]) -> G:
    """The graph over the environment's settings, built once: a host such as `langgraph dev` asks at each request."""
    return await asyncio.to_thread(_hosted_graph, build)


def _hosted_graph(build: Callable[..., G]) -> G:
    settings = load_settings()
    key = key_of(settings)
    with _hosting:
        if build not in _hosted or _hosted[build][0] != key:
            _hosted[build] = key, build(settings=settings)
        graph: G = _hosted[build][1]
        return graph


def bound(node: Node, live: Live, name: str) -> Runnable[Any, dict[str, Any]]:
    """The node as LangGraph runs it, under `invoke` as under `ainvoke`.

    A node that is a plain coroutine function would fail in a synchronous run.
    """

    async def later(state: Any) -> dict[str, Any]:
        return await node(state, get_runtime(), await live.ports())

    return _Bound(later, name)


class _Bound(Runnable[Any, dict[str, Any]]):
    """Runs as a part of LangGraph's own run of the node; a RunnableLambda would trace, and pay for, one of its own."""

    def __init__(self, later: Callable[[Any], Coroutine[Any, Any, dict[str, Any]]], name: str) -> None:
        self._later = later
        self.name = name

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> dict[str, Any]:
        return run_here(self._later(input))

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> dict[str, Any]:
        return await self._later(input)


def routed(route: Callable[[Any], Any]) -> Runnable[Any, Any]:
    """Where to go next, as LangGraph asks for it; a plain function it would send to a thread, and trace, each time."""
    return _Routed(route)


class _Routed(Runnable[Any, Any]):
    def __init__(self, route: Callable[[Any], Any]) -> None:
        self._route = route
        self.name = route.__name__

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        with set_config_context(config or {}) as context:
            return context.run(self._route, input)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        return self.invoke(input, config)


def run_here(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end from synchronous code, even where this thread already runs an event loop, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    context = contextvars.copy_context()
    with ThreadPoolExecutor(1) as helper:
        return helper.submit(context.run, asyncio.run, work).result()
