"""The chat model as the nodes use it: a text for messages, or an object of a given shape."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    MessageLikeRepresentation,
    convert_to_messages,
)
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel

from ...errors import BackendError, ConfigError
from ...model import Reply, ToolCall
from ...settings import ChatOptions
from . import tolerant_json as parse
from .cache import Replies
from .failures import Refused
from .gate import Gate
from .langchain_model import ASKS, TAG, GatedModel
from .local import fingerprint
from .remote import server
from .usage import Prices, load_prices

T = TypeVar("T", bound=BaseModel)

_QUIET = "nostream"
"""LangGraph's tag for calls whose tokens are not shown in `stream_mode="messages"`."""
_ASK = (
    "Reply with one JSON object that fits this JSON Schema, and with nothing else - no explanation, no code fence:\n{}"
)
_MEND = "That reply does not fit: {}. Send the whole object again, corrected, as JSON and nothing else."


class Chat:
    """One chat model behind its gate. `model` is the same with LangChain's face, for whoever wants that."""

    def __init__(self, model: BaseChatModel, options: ChatOptions, replies: Replies | None = None) -> None:
        self.name = options.model or model.get_name()
        self._options = options
        self._replies = replies
        self._gate = Gate(model, options, replies)
        self._ways: list[str] = []
        """How structured replies are asked for, the first that is not known to fail; told apart at the first."""
        self._shapes: dict[tuple[str, type[BaseModel]], dict[str, Any]] = {}
        self.model = _face(self._gate, self.name, {})

    def __repr__(self) -> str:
        return f"Chat({self.name!r})"

    async def open(self) -> None:
        """Open the kept replies and read the price table. Raises: ConfigError."""
        await asyncio.to_thread(self._open)

    def _open(self) -> None:
        self.model = _face(self._gate, self.name, load_prices(self._options.prices))
        self._gate.identity = _identity(self._options, self._gate.model)
        if self._replies:
            self._replies.open()

    async def close(self) -> None:
        """Take no more calls, for good; a second call does nothing."""
        self._gate.close()
        if self._replies:
            await asyncio.to_thread(self._replies.close)

    async def complete(
        self,
        messages: Sequence[MessageLikeRepresentation],
        *,
        tag: str,
        show: bool = False,
        tools: Sequence[type[BaseModel]] = (),
    ) -> Reply:
        """The reply to messages, as LangChain's or as (role, text).

        `tag` says who asks, for the accounts. With `show` its tokens go to whoever streams the graph's messages.

        Raises:
            ConfigError: key, model or address are wrong; names the setting.
            TransientError: busy, unreachable or too slow, after all tries.
            BackendError: what came is no reply.
        """
        said = convert_to_messages(messages)
        extra = _bound(self.model, tools, {}) if tools else {}
        reply = await self._ask(said, tag, show, extra)
        calls = tuple(ToolCall(call["name"], call["args"]) for call in reply.tool_calls)
        return Reply(parse.without_thinking(str(reply.text)), calls, self.model.usage(said, reply))

    async def stream(self, messages: Sequence[MessageLikeRepresentation], *, tag: str) -> AsyncIterator[str | None]:
        """The reply's text in pieces as it is made; nobody who streams the graph's messages sees it.

        None says that all so far was the model thinking aloud, and that its reply begins now.

        Raises:
            ConfigError, TransientError, BackendError: as `complete`.
        """
        asks: dict[str, Any] = {ASKS: tag}
        said, tags = convert_to_messages(messages), [TAG + tag, _QUIET]
        async for chunk in self.model.astream(said, config={"tags": tags}, **asks):
            if chunk.text:
                yield None if chunk.text == parse.TAKEN_BACK else str(chunk.text)

    async def structured(self, messages: Sequence[MessageLikeRepresentation], schema: type[T], *, tag: str) -> T:
        """The reply as an object: by a tool call, by a schema for its text, or by JSON as its words ask for.

        The first way that the model heeds is the one it is asked in from then on: a server may take tools, or a schema,
        and give no heed to them. A reply that does not fit goes back once, with what is wrong with it.

        Raises:
            ConfigError, TransientError: as `complete`.
            BackendError: the last reply did not fit either.
        """
        said, replies = convert_to_messages(messages), list[AIMessage]()
        while True:
            replies.append(await self._ask_shaped(said, schema, tag))
            try:
                return _shaped(replies[-1], schema)
            except BackendError as error:
                problem = error
            if replies[-1].tool_calls or replies[-1].invalid_tool_calls or not self._step_down():
                break
        if len(replies) == 1:
            mending = [AIMessage(_written(replies[0]) or "(nothing)"), HumanMessage(_MEND.format(problem))]
            replies.append(await self._ask_shaped([*said, *mending], schema, tag))
            try:
                return _shaped(replies[-1], schema)
            except BackendError as error:
                problem = error
        await self._gate.forget(*replies)
        raise BackendError(f"model {self.name!r} gave no valid {schema.__name__}: {problem}") from problem

    async def _ask_shaped(self, said: list[BaseMessage], schema: type[BaseModel], tag: str) -> AIMessage:
        while True:
            way = self._way()
            text = _with_schema(said, schema) if way == "text" else said
            try:
                return await self._ask(text, tag, False, self._how(way, schema))
            except Refused:
                # A server may take no tools though its client does: it says so with a 400.
                if not self._step_down():
                    raise

    def _way(self) -> str:
        if not self._ways:
            tools = ["tools"] if self.model.takes_tools else []
            shaped = ["schema"] if (self._options.model or "").startswith("openai:") else []
            fixed = self._options.structured
            self._ways = [*tools, *shaped, "text"] if fixed == "auto" else [fixed if tools else "text"]
        return self._ways[0]

    def _step_down(self) -> bool:
        """Ask in the next way from now on; False where there is none."""
        if len(self._ways) > 1:
            del self._ways[0]
            return True
        return False

    def _how(self, way: str, schema: type[BaseModel]) -> dict[str, Any]:
        """The keywords that a call takes; kept, for to write out a schema takes milliseconds."""
        if way == "text":
            return {}
        if (way, schema) not in self._shapes:
            self._shapes[way, schema] = (
                _bound(self.model, [schema], {"tool_choice": "any"}) if way == "tools" else _as_format(schema)
            )
        return self._shapes[way, schema]

    async def _ask(self, said: list[BaseMessage], tag: str, show: bool, extra: dict[str, Any]) -> AIMessage:
        tags = [TAG + tag] if show else [TAG + tag, _QUIET]
        model = self.model if show else self.model.model_copy(update={"disable_streaming": True})
        return await model.ainvoke(said, config={"tags": tags}, **extra)


def chat_of(model: BaseChatModel, options: ChatOptions | None = None) -> Chat:
    """A chat over a LangChain model of the host's own, with nothing kept."""
    return Chat(model, options or ChatOptions(cache=False))


def _face(gate: Gate, name: str, prices: Prices) -> GatedModel:
    return GatedModel(gate=gate, model_name=name, prices=prices)


def _identity(options: ChatOptions, model: BaseChatModel) -> dict[str, object]:
    names = {"model", "temperature", "max_tokens", "quantize", "dtype"}
    files = fingerprint(options) if (options.model or "").startswith("hf:") else ""
    told = options.model_dump(include=names, mode="json")
    return {**told, "base_url": server(model) or options.base_url, "adapter": str(options.adapter), "files": files}


def _bound(model: GatedModel, tools: Sequence[type[BaseModel]], how: dict[str, Any]) -> dict[str, Any]:
    """The keywords that a call with these tools takes."""
    try:
        bound: Any = model.bind_tools(tools, **how)
    except NotImplementedError as error:
        raise ConfigError(f"model {model.model_name!r} takes no tools: change KGQA_CHAT__MODEL") from error
    return dict(bound.kwargs)


def _as_format(schema: type[BaseModel]) -> dict[str, Any]:
    """As OpenAI's servers, and those that speak as they do, take a schema for the reply's text."""
    wanted = convert_to_openai_tool(schema)["function"]
    named = {"name": wanted["name"], "schema": wanted["parameters"]}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def _with_schema(said: list[BaseMessage], schema: type[BaseModel]) -> list[BaseMessage]:
    wanted = convert_to_openai_tool(schema)["function"]["parameters"]
    return [*said, HumanMessage(_ASK.format(json.dumps(wanted, ensure_ascii=False)))]


def _shaped(reply: AIMessage, schema: type[T]) -> T:
    """From the tool call, from one whose arguments were not JSON, or from the text."""
    if reply.tool_calls:
        return parse.check(reply.tool_calls[0]["args"], schema)
    return parse.read(_written(reply), schema)


def _written(reply: AIMessage) -> str:
    if reply.tool_calls:
        return json.dumps(reply.tool_calls[0]["args"], ensure_ascii=False)
    if reply.invalid_tool_calls:
        return reply.invalid_tool_calls[0]["args"] or ""
    return str(reply.text)
