"""A gated model as a LangChain chat model, so that graphs, tracing and tools can use it as any other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableBinding
from pydantic import ConfigDict, Field

from ...model import Usage
from .gate import Gate
from .usage import Prices, count, measure

TAG = "kgqa:"
"""A run's tag that begins so says who asked; accounts are kept by what follows."""
ASKS = "kgqa_asks"
"""The same as a keyword: LangChain does not tell a stream's tags to those who make it."""


class GatedModel(BaseChatModel):
    """What it is asked goes through the gate, in whole or in pieces; what it took goes into the accounts."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    gate: Gate = Field(exclude=True, repr=False)
    model_name: str
    prices: Prices = Field(exclude=True, repr=False)

    @property
    def _llm_type(self) -> str:
        return "kgqa-gated"

    @property
    def takes_tools(self) -> bool:
        """Whether the model behind says that it can call tools."""
        return type(self.gate.model).bind_tools is not BaseChatModel.bind_tools

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind tools the way the model behind wants them. Raises: NotImplementedError where it takes none."""
        bound = self.gate.model.bind_tools(tools, **kwargs)
        if not isinstance(bound, RunnableBinding):
            raise NotImplementedError(f"model {self.model_name!r} binds tools in a way that cannot be carried over")
        return self.bind(**bound.kwargs)

    def usage(self, messages: Sequence[BaseMessage], reply: AIMessage) -> Usage:
        """What a reply of this model took."""
        return measure(self.model_name, messages, reply, self.prices)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        reply = self.gate.reply(messages, _parameters(stop, kwargs))
        return self._result(messages, reply, run_manager)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        reply = await self.gate.areply(messages, _parameters(stop, kwargs))
        return self._result(messages, reply, run_manager)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        whole: AIMessageChunk | None = None
        asks = kwargs.pop(ASKS, None)
        try:
            for chunk in self.gate.stream(messages, _parameters(stop, kwargs)):
                whole = chunk if whole is None else whole + chunk
                generation = ChatGenerationChunk(message=chunk)
                if run_manager:
                    run_manager.on_llm_new_token(str(chunk.text), chunk=generation)
                yield generation
        finally:
            # A reply that breaks off, or that nobody reads to its end, is paid for as well.
            self._enter(messages, whole, run_manager, asks)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        whole: AIMessageChunk | None = None
        asks = kwargs.pop(ASKS, None)
        try:
            async for chunk in self.gate.astream(messages, _parameters(stop, kwargs)):
                whole = chunk if whole is None else whole + chunk
                generation = ChatGenerationChunk(message=chunk)
                if run_manager:
                    await run_manager.on_llm_new_token(str(chunk.text), chunk=generation)
                yield generation
        finally:
            self._enter(messages, whole, run_manager, asks)

    def _result(self, messages: list[BaseMessage], reply: AIMessage, run_manager: Any) -> ChatResult:
        self._enter(messages, reply, run_manager)
        return ChatResult(generations=[ChatGeneration(message=reply)])

    def _enter(
        self, messages: list[BaseMessage], reply: AIMessage | None, run_manager: Any, asks: str | None = None
    ) -> None:
        if reply is not None:
            tags = [tag.removeprefix(TAG) for tag in getattr(run_manager, "tags", []) if tag.startswith(TAG)]
            count(asks or (tags[0] if tags else "other"), self.usage(messages, reply))


def _parameters(stop: list[str] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {**kwargs, "stop": stop} if stop else kwargs
