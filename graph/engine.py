"""Run each node with the chat model where the settings say so, and with the builtin adapters where it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from ..errors import BackendError, ConfigError
from ..nodes.llm.answer import LLMAnswerWriter
from ..nodes.llm.cypher_examples import Examples
from ..nodes.llm.extract import LLMQuestionReader
from ..nodes.llm.judge import LLMJudge
from ..nodes.llm.planner import LLMPlanner
from ..nodes.llm.write_cypher import LLMCypherWriter
from ..nodes.retries import last_try, may_pass
from ..nodes.state import QAContext, options
from ..settings import Settings
from ..tools.ports import Chat
from .ports import Ports, need_model

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
        self._llm = settings.engine == "llm"
        self._qa = settings.qa
        self._examples = Examples(settings.qa.examples)

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
        chat = ports.chat
        if not self._llm:
            return {}
        if chat is None:
            raise ConfigError(
                "setting KGQA_ENGINE is 'llm', but the ports given hold no chat: hand one in, or make them"
            )
        match name:
            case "extract":
                return {"question_reader": LLMQuestionReader(chat)}
            case "write_cypher":
                return {
                    "cypher_writer": LLMCypherWriter(
                        chat, ports.graph_store, ports.vectors, ports.embedder, self._examples
                    )
                }
            case "explore":
                return {"planner": LLMPlanner(chat)}
            case "answer":
                most = options(runtime.context, self._qa).cited
                return {"answer_writer": LLMAnswerWriter(chat, most, runtime.stream_writer)}
            case "check" if self._qa.judge == "llm":
                return {"judge": LLMJudge(chat)}
        return {}
