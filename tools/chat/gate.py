"""The gate that every model call passes: kept replies, a limit on calls at once, retries, errors, usage.

The vendor's model is used through its blocking interface in threads of our own: an asynchronous HTTP client belongs to
one event loop, while a port works from any.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk

from ...errors import BackendError, ExhaustedError, StillDown, TransientError
from ...settings import ChatOptions
from .cache import Replies, reply_key
from .concurrency import Caller, Overdue, made, shared_slots
from .failures import Failure, explain
from .presets import thinks
from .remote import release
from .secrets import secrets_of
from .time_limits import in_time, seconds
from .tolerant_json import ThinkingFilter, without_thinking
from .usage import CACHED, KEPT_AS

T = TypeVar("T")

_FIRST_WAIT = 0.5
_REST = 15.0
"""Seconds for which a model that could not be reached is not asked again: a question would wait for it at each node."""
_LONGEST = 1_000_000
"""Characters of a reply, its thinking among them; what is longer has no end."""
_ALONE: Any = {"callbacks": []}
"""The face's own run is what callbacks see; those of the caller must not see the vendor's beside it."""
_ENDS = ("finish_reason", "stop_reason", "done_reason", "status")
"""Where providers say in a reply's metadata why it ended."""
_SAY_WHY = ("openai", "azure_openai", "anthropic", "ollama")
"""Providers whose streams say so without fail: one that does not was cut."""


class Gate:
    """What stands between kgqa and one chat model."""

    def __init__(self, model: BaseChatModel, options: ChatOptions, replies: Replies | None) -> None:
        self.model = model
        self.options = options
        self.replies = replies
        self.identity: Mapping[str, object] = {}
        self._provider = (options.model or "").partition(":")[0]
        # Weights on this machine are read in at the first call, and mind the time limit themselves.
        self._endless = self._provider == "hf"
        self._thinks = thinks(options.model or "")
        self._secrets = secrets_of(options, model)
        self._closing = threading.Event()
        self._down: tuple[float, str] = (0.0, "")
        whose = (options.model, options.base_url, options.api_key) if options.model else id(model)
        self._slots = shared_slots(whose, options.concurrency)
        self._threads = ThreadPoolExecutor(options.concurrency, thread_name_prefix="kgqa-chat")

    def close(self) -> None:
        """Wake those who wait, and take no more calls."""
        self._closing.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        release(self.model)

    # ── whole replies
    def reply(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> AIMessage:
        """A reply without its thinking aloud; blocks. Raises: ConfigError, BackendError, TransientError."""
        key = self._key(messages, parameters)
        return self._kept(key) or self._keep(key, self._ask(messages, parameters, Caller(self._closing)))

    async def areply(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> AIMessage:
        """The same from an event loop; where it is cancelled, the model is not asked again."""
        key = self._key(messages, parameters)
        kept = await asyncio.to_thread(self._kept, key) if key else None
        if kept is not None:
            return kept
        caller = Caller(self._closing)
        future = self._start(lambda: self._ask(messages, parameters, caller))
        try:
            fresh = await asyncio.wrap_future(future)
        finally:
            caller.leave()
        return await asyncio.to_thread(self._keep, key, fresh) if key else fresh

    # ── replies in pieces
    def stream(
        self, messages: Sequence[BaseMessage], parameters: dict[str, Any], caller: Caller | None = None
    ) -> Iterator[AIMessageChunk]:
        """A reply as it is made, without its thinking aloud; blocks. A kept one comes in one piece.

        A piece `TAKEN_BACK` says that what came before was thinking aloud.
        """
        key = self._key(messages, parameters)
        kept = self._kept(key)
        if kept is not None:
            yield _as_chunk(kept)
            return
        whole = AIMessageChunk(content="")
        for chunk in self._pieces(messages, parameters, caller or Caller(self._closing)):
            whole = whole + chunk
            yield chunk
        if any(whole.response_metadata.get(name) for name in _ENDS):
            self._keep(key, _as_message(whole))
        elif self._provider in _SAY_WHY:
            raise TransientError(f"model {self.options.model!r} broke off in the middle of its reply")

    async def astream(
        self, messages: Sequence[BaseMessage], parameters: dict[str, Any]
    ) -> AsyncIterator[AIMessageChunk]:
        """The same from an event loop; leaving off early ends the call at its next piece."""
        loop, queue, caller = asyncio.get_running_loop(), asyncio.Queue[AIMessageChunk | None](), Caller(self._closing)

        def tell(chunk: AIMessageChunk | None) -> None:
            # A loop that is closed has nobody left to tell.
            if not loop.is_closed():
                loop.call_soon_threadsafe(queue.put_nowait, chunk)

        def work() -> None:
            try:
                for chunk in self.stream(messages, parameters, caller):
                    tell(chunk)
            finally:
                tell(None)

        future = self._start(work)
        try:
            while (chunk := await queue.get()) is not None:
                yield chunk
            await asyncio.wrap_future(future)
        finally:
            caller.leave()

    # ── one call, tried again
    def _start(self, work: Callable[[], T]) -> Future[T]:
        if self._closing.is_set():
            raise BackendError("the chat model is closed")
        return self._threads.submit(work)

    def _made(self, source: Callable[[], Iterator[T]], messages: Sequence[BaseMessage], caller: Caller) -> Iterator[T]:
        limit = math.inf if self._endless else seconds(self.options, messages)
        return made(source, self._slots, limit, caller)

    def _ask(self, messages: Sequence[BaseMessage], parameters: dict[str, Any], caller: Caller) -> AIMessage:
        def source() -> Iterator[Any]:
            yield self.model.invoke(list(messages), config=_ALONE, **parameters, **in_time(self.options, messages))

        reply = self._tried(lambda: next(self._made(source, messages, caller)), caller)
        if not isinstance(reply, AIMessage):
            raise BackendError(f"model {self.options.model!r} sent a {type(reply).__name__}, not a reply")
        self._no_longer(len(reply.text))
        if isinstance(reply.content, str):
            reply = reply.model_copy(update={"content": without_thinking(reply.content)})
        return reply

    def _pieces(
        self, messages: Sequence[BaseMessage], parameters: dict[str, Any], caller: Caller
    ) -> Iterator[AIMessageChunk]:
        """Pieces that can be shown. Only the first is tried again: after it the caller has seen part of a reply."""

        def source() -> Iterator[Any]:
            limits = in_time(self.options, messages)
            return self.model.stream(list(messages), config=_ALONE, **parameters, **limits)

        def begin() -> tuple[Any, Iterator[Any]]:
            pieces = self._made(
                lambda: self.model.stream(list(messages), config=_ALONE, **parameters), messages, caller
            )
            return next(pieces, None), pieces

        chunk, rest = self._tried(begin, caller)
        shown, length = ThinkingFilter(self._thinks), 0
        while chunk is not None:
            length += len(chunk.text)
            self._no_longer(length)
            yield from _shown(chunk, shown)
            chunk = self._next(rest)
        # What it did just now tells best what it will do next time.
        self._thinks = shown.unannounced
        held = shown.end()
        if held:
            yield AIMessageChunk(content=held)

    def _no_longer(self, length: int) -> None:
        if length > _LONGEST:
            raise BackendError(f"model {self.options.model!r} sent more than {_LONGEST:,} characters and no end")

    def _tried(self, call: Callable[[], T], caller: Caller) -> T:
        tries, (until, why) = 0, self._down
        if time.monotonic() < until:
            raise StillDown(why)
        while True:
            try:
                return call()
            except Exception as error:  # noqa: BLE001 - vendors share no base type; `explain` makes each one ours
                failure = explain(error, self.options, self._secrets)
            caller.pause(self._wait(tries, failure))
            tries += 1

    def _wait(self, tries: int, failure: Failure) -> float:
        """Seconds until the next try. Raises: the failure, where there is none."""
        if not isinstance(failure.error, TransientError) or isinstance(failure.error, ExhaustedError):
            raise failure.error from failure.cause
        if tries >= self.options.retries or (failure.wait or 0) > self.options.max_wait_seconds:
            told = f"{failure.error}, {tries + 1} tries"
            if failure.unreachable:
                self._down = time.monotonic() + _REST, told
            raise ExhaustedError(told) from failure.cause
        if failure.wait is not None:
            return max(failure.wait, 0.01)
        return min(math.ldexp(_FIRST_WAIT, tries) * random.uniform(0.8, 1.2), self.options.max_wait_seconds)

    def _next(self, pieces: Iterator[Any]) -> Any:
        try:
            return next(pieces, None)
        except Exception as error:  # noqa: BLE001 - as above
            failure = explain(error, self.options, self._secrets)
            overdue = isinstance(error, Overdue)
        # What was too slow once is not to take so long again.
        raise (ExhaustedError(str(failure.error)) if overdue else failure.error) from failure.cause

    # ── replies kept
    def _key(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> str:
        return reply_key(self.identity, messages, parameters) if self.replies else ""

    def _kept(self, key: str) -> AIMessage | None:
        kept = self.replies.get(key) if self.replies else None
        if kept is None:
            return None
        told = {**kept.response_metadata, CACHED: True, KEPT_AS: key}
        return kept.model_copy(update={"response_metadata": told, "id": None})

    def _keep(self, key: str, reply: AIMessage) -> AIMessage:
        # An empty reply is kept by nobody: the next try may fare better.
        if self.replies and (reply.text or reply.tool_calls):
            self.replies.put(key, reply)
            told = {**reply.response_metadata, KEPT_AS: key}
            return reply.model_copy(update={"response_metadata": told})
        return reply

    async def forget(self, *replies: AIMessage) -> None:
        """Keep these no longer: they turned out to be of no use, and others may come the next time."""
        for reply in replies:
            key = reply.response_metadata.get(KEPT_AS)
            if key and self.replies:
                await asyncio.to_thread(self.replies.drop, key)


def _shown(chunk: Any, thinking: ThinkingFilter) -> Iterator[AIMessageChunk]:
    """A chunk with what of its text can be shown; what else is to be shown now follows in chunks of its own."""
    if not isinstance(chunk.content, str):
        yield chunk
        return
    first, *more = thinking.feed(chunk.content) or [""]
    yield chunk.model_copy(update={"content": first})
    yield from (AIMessageChunk(content=piece) for piece in more)


def _as_chunk(reply: AIMessage) -> AIMessageChunk:
    calls = [
        tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=i)
        for i, call in enumerate(reply.tool_calls)
    ]
    return AIMessageChunk(
        content=reply.content,
        tool_call_chunks=calls,
        usage_metadata=reply.usage_metadata,
        response_metadata=reply.response_metadata,
    )


def _as_message(whole: AIMessageChunk) -> AIMessage:
    content = without_thinking(whole.content) if isinstance(whole.content, str) else whole.content
    return AIMessage(
        content=content,
        tool_calls=whole.tool_calls,
        invalid_tool_calls=whole.invalid_tool_calls,
        usage_metadata=whole.usage_metadata,
        response_metadata=whole.response_metadata,
    )
