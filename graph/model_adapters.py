"""The adapters that ask a chat model, by node; loaded only where the engine is `llm`."""

from __future__ import annotations

from collections.abc import Mapping

from langgraph.runtime import Runtime

from ..nodes.llm.answer import LLMAnswerWriter
from ..nodes.llm.cypher_examples import Examples
from ..nodes.llm.extract import LLMQuestionReader
from ..nodes.llm.judge import LLMJudge
from ..nodes.llm.planner import LLMPlanner
from ..nodes.llm.write_cypher import LLMCypherWriter
from ..nodes.state import QAContext, options
from ..settings import QAOptions
from ..tools.ports import Chat
from .ports import Ports


class ModelAdapters:
    """What stands in the builtin adapters' place, made anew for each run of a node."""

    def __init__(self, settings: QAOptions) -> None:
        self._settings = settings
        self._examples = Examples(settings.examples)

    def of(self, name: str, chat: Chat, ports: Ports, runtime: Runtime[QAContext]) -> Mapping[str, object]:
        """Those of the node with that name; none where it needs no model."""
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
                most = options(runtime.context, self._settings).cited
                return {"answer_writer": LLMAnswerWriter(chat, most, runtime.stream_writer)}
            case "check" if self._settings.judge == "llm":
                return {"judge": LLMJudge(chat)}
        return {}
