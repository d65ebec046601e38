"""Run each node with the chat model where the settings say so, and with the builtin adapters where it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from ..errors import BackendError, ConfigError
from ..nodes.retries import last_try, may_pass
from ..nodes.state import QAContext, options
from ..settings import Settings
from ..tools.ports import Chat
from .ports import Ports, need_model

if TYPE_CHECKING:
    from .model_adapters import ModelAdapters

Adapters = Mapping[str, object]
Node = Callable[..., Awaitable[Mapping[str, Any]]]
_FIRST = "extract"
"""The node that begins a question's notes anew: a checkpointed thread keeps those of the one before."""


class Engine:
    """The model's adapters by node, none with the builtin engine.

    Raises:
        ConfigError: the engine is `llm`, and no model is set.
    """

    def __init__(self, settings: Settings, chat: Chat | None) -> None:
        if chat is None:
            need_model(settings)
        self._qa = settings.qa
        self._models = _models(settings)

    async def run(
        self, node: Node, name: str, state: Any, runtime: Runtime[QAContext], ports: Ports, builtin: Adapters
    ) -> dict[str, Any]:
        """The node with the model's adapters in place of the builtin ones; with those where the model fails, noted.

        Raises:
            TransientError: the model may yet answer: run the node again.
            KgqaError: what the node raises with the builtin adapters; ConfigError also of the model.
        """
        modelled = self._adapters(name, ports, runtime)
        begun = {"notes": Overwrite([])} if name == _FIRST else {}
        if not modelled:
            return {**begun, **await node(state, runtime, **builtin)}
        try:
            self._may_mend(name, state, runtime)
            return {**begun, **await node(state, runtime, **{**builtin, **modelled})}
        except BackendError as error:
            if may_pass(error) and not last_try(runtime):
                runtime.stream_writer({"stage": name, "again": str(error)})
                raise
            note = f"{name}: done by the builtin engine in the model's place: {error}"
        runtime.stream_writer({"stage": name, "note": note})
        done = await node(state, runtime, **builtin)
        notes = [note, *done.get("notes", ())]
        return {**done, "notes": Overwrite(notes) if name == _FIRST else notes}

    def _may_mend(self, name: str, state: Any, runtime: Runtime[QAContext]) -> None:
        """Raises: BackendError: the model wrote Cypher as often as it may, and its last queries did not run."""
        if name == "write_cypher" and state.get("rounds", 0) > options(runtime.context, self._qa).repairs:
            raise BackendError(f"its queries fail: {state['failed']}")

    def _adapters(self, name: str, ports: Ports, runtime: Runtime[QAContext]) -> Adapters:
        if self._models is None:
            return {}
        if ports.chat is None:
            raise ConfigError(
                "setting KGQA_ENGINE is 'llm', but the ports given hold no chat: hand one in, or make them"
            )
        return self._models.of(name, ports.chat, ports, runtime)


def _models(settings: Settings) -> ModelAdapters | None:
    """Loaded while the graph is built, and not by a node: that would hold up the event loop."""
    if settings.engine != "llm":
        return None
    from .model_adapters import ModelAdapters

    return ModelAdapters(settings.qa)
