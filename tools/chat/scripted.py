"""A chat model that says what it was told to say: for tests, demonstrations and measuring what is not the model."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, PrivateAttr

from ...errors import BackendError, ConfigError

Line: TypeAlias = "str | dict[str, Any] | BaseModel | AIMessage | BaseException"
"""A text; arguments for the tool at hand, or JSON where there is none; a whole message; or an error to raise."""
Answer: TypeAlias = Callable[[list[BaseMessage]], Line]


class Scripted(BaseChatModel):
    """Replies from a list, in the order of the calls, or from a function of the messages; streams word by word."""

    script: Sequence[Any] | Answer
    """Lines (see `Line`), or a function from messages to a line."""
    seconds: float = 0.0
    """How long it takes to answer."""
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _calls: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def calls(self) -> list[list[BaseMessage]]:
        """The messages of every call so far."""
        return self._calls

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with tools: a scripted object becomes a call of the first of them."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._message(messages, kwargs))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(self._message(messages, kwargs)):
            generation = ChatGenerationChunk(message=chunk)
            if run_manager:
                run_manager.on_llm_new_token(str(chunk.text), chunk=generation)
            yield generation

    def _message(self, messages: list[BaseMessage], kwargs: dict[str, Any]) -> AIMessage:
        with self._lock:
            place = len(self._calls)
            self._calls.append(messages)
        line = self.script(messages) if callable(self.script) else self._line(place)
        time.sleep(self.seconds)
        if isinstance(line, BaseException):
            raise line
        return _as_message(line, kwargs.get("tools") or [], place)

    def _line(self, place: int) -> Line:
        if callable(self.script) or place >= len(self.script):
            raise BackendError(f"the scripted model has no line for call {place + 1}")
        line: Line = self.script[place]
        return line


def _as_message(line: Any, tools: list[dict[str, Any]], place: int) -> AIMessage:
    if isinstance(line, AIMessage):
        return line
    if isinstance(line, BaseModel):
        line = line.model_dump(mode="json")
    if isinstance(line, dict) and tools:
        name = tools[0]["function"]["name"]
        return AIMessage(content="", tool_calls=[{"name": name, "args": line, "id": f"call-{place}"}])
    return AIMessage(content=line if isinstance(line, str) else json.dumps(line, ensure_ascii=False))


def _chunks(message: AIMessage) -> Iterator[AIMessageChunk]:
    for piece in re.findall(r"\s*\S+\s*$|\s*\S+|\s+", str(message.text)):
        yield AIMessageChunk(content=piece)
    calls = [
        tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=i)
        for i, call in enumerate(message.tool_calls)
    ]
    said_why = {"finish_reason": "stop", **message.response_metadata}
    yield AIMessageChunk(
        content="", tool_call_chunks=calls, usage_metadata=message.usage_metadata, response_metadata=said_why
    )


def from_file(path: Path) -> Scripted:
    """A script from JSON: a list of lines in order, or `{"rules": [{"when": regex, "reply": line}, …]}`.

    A rule is tried on the last message's text; the first that is found there answers.

    Raises:
        ConfigError: the file is not there or is no script.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"KGQA_CHAT__MODEL names the script {str(path)!r}, which cannot be read: {error}") from error
    try:
        script = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"KGQA_CHAT__MODEL names the script {str(path)!r}, which is not JSON: {error}") from error
    if isinstance(script, list):
        return Scripted(script=script)
    if not isinstance(script, dict) or not isinstance(script.get("rules"), list):
        raise ConfigError(f"the script {str(path)!r} is neither a list of lines nor an object with `rules`")
    return Scripted(script=_by_rules([_rule(rule, path) for rule in script["rules"]]))


def _rule(rule: Any, path: Path) -> tuple[re.Pattern[str], Line]:
    if not isinstance(rule, dict) or not isinstance(rule.get("when"), str) or "reply" not in rule:
        raise ConfigError(f"the script {str(path)!r} has a rule without `when` (a regex) or `reply`: {str(rule)[:80]}")
    try:
        return re.compile(rule["when"]), rule["reply"]
    except re.error as error:
        raise ConfigError(f"the script {str(path)!r}: `when` {rule['when'][:80]!r} is no regex: {error}") from error


def _by_rules(rules: list[tuple[re.Pattern[str], Line]]) -> Answer:
    def answer(messages: list[BaseMessage]) -> Line:
        text = str(messages[-1].text) if messages else ""
        for pattern, line in rules:
            if pattern.search(text):
                return line
        raise BackendError(f"no rule of the script fits {text[:80]!r}")

    return answer
