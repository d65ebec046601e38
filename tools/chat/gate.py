"""Every call of a chat model passes here: kept replies, a limit on calls at once, further tries, errors, accounts.

The vendor's model is used through its blocking interface in threads of our own: an asynchronous HTTP client belongs to
one event loop, while a port works from any; and as many threads as calls may run at once are the limit.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk

from ...errors import BackendError, TransientError
from ...settings import ChatOptions
from .cache import Replies, reply_key
from .failures import explain
from .parse import ThinkingFilter, without_thinking
from .remote import release
from .usage import CACHED

_FIRST_WAIT = 0.5
_ALONE: Any = {"callbacks": []}
"""The face's own run is what callbacks see; those of the caller must not see the vendor's beside it."""


class Gate:
    """What stands between kgqa and one chat model."""

    def __init__(self, model: BaseChatModel, options: ChatOptions, replies: Replies | None) -> None:
        self.model = model
        self.options = options
        self.replies = replies
        self.identity: Mapping[str, object] = {}
        self._closing = threading.Event()
        self._slots = threading.BoundedSemaphore(options.concurrency)
        self._threads = ThreadPoolExecutor(options.concurrency, thread_name_prefix="kgqa-chat")

    def close(self) -> None:
        """Wake those who wait for another try, and take no more calls."""
        self._closing.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        release(self.model)

    # ── whole replies
    def reply(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> AIMessage:
        """A reply without its thinking aloud; blocks. Raises: ConfigError, InputError, BackendError, TransientError."""
        key = self._key(messages, parameters)
        return self._kept(key) or self._keep(key, self._submit(messages, parameters).result())

    async def areply(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> AIMessage:
        """The same from an event loop."""
        if not self.replies:
            return await asyncio.wrap_future(self._submit(messages, parameters))
        key = self._key(messages, parameters)
        kept = await asyncio.to_thread(self._kept, key)
        if kept is not None:
            return kept
        fresh = await asyncio.wrap_future(self._submit(messages, parameters))
        return await asyncio.to_thread(self._keep, key, fresh)

    # ── replies in pieces
    def stream(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> Iterator[AIMessageChunk]:
        """A reply as it is made, without its thinking aloud; blocks. A kept one comes in one piece."""
        key = self._key(messages, parameters)
        kept = self._kept(key)
        if kept is not None:
            yield _as_chunk(kept)
            return
        whole: AIMessageChunk | None = None
        with self._slots:
            for chunk in self._pieces(messages, parameters):
                whole = chunk if whole is None else whole + chunk
                yield chunk
        if whole is not None:
            self._keep(key, _as_message(whole))

    async def astream(
        self, messages: Sequence[BaseMessage], parameters: dict[str, Any]
    ) -> AsyncIterator[AIMessageChunk]:
        """The same from an event loop; leaving off early ends the call at its next piece."""
        loop, queue, left = asyncio.get_running_loop(), asyncio.Queue[AIMessageChunk | None](), threading.Event()

        def tell(chunk: AIMessageChunk | None) -> None:
            # A loop that is closed has nobody left to tell.
            if not loop.is_closed():
                loop.call_soon_threadsafe(queue.put_nowait, chunk)

        def work() -> None:
            try:
                for chunk in self.stream(messages, parameters):
                    tell(chunk)
                    if left.is_set():
                        return
            finally:
                tell(None)

        future = self._start(work)
        try:
            while (chunk := await queue.get()) is not None:
                yield chunk
            await asyncio.wrap_future(future)
        finally:
            left.set()

    # ── one call, tried again
    def _submit(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> Future[AIMessage]:
        def work() -> AIMessage:
            with self._slots:
                return cast(AIMessage, self._tried(lambda: self._ask(messages, parameters)))

        return self._start(work)

    def _start(self, work: Callable[[], Any]) -> Future[Any]:
        if self._closing.is_set():
            raise BackendError("the chat model is closed")
        return self._threads.submit(work)

    def _ask(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> AIMessage:
        reply = self.model.invoke(list(messages), config=_ALONE, **parameters)
        if not isinstance(reply, AIMessage):
            raise BackendError(f"model {self.options.model!r} sent a {type(reply).__name__}, not a reply")
        if isinstance(reply.content, str):
            reply = reply.model_copy(update={"content": without_thinking(reply.content)})
        return reply

    def _pieces(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> Iterator[AIMessageChunk]:
        """Pieces that can be shown. Only the first is tried again: after it the caller has seen part of a reply."""

        def begin() -> tuple[AIMessageChunk | None, Iterator[Any]]:
            pieces = self.model.stream(list(messages), config=_ALONE, **parameters)
            return next(pieces, None), pieces

        first, rest = self._tried(begin)
        shown = ThinkingFilter()
        while first is not None:
            if isinstance(first.content, str):
                first = first.model_copy(update={"content": shown.feed(first.content)})
            yield first
            first = self._told(lambda: next(rest, None))
        held = shown.end()
        if held:
            yield AIMessageChunk(content=held)

    def _tried(self, call: Callable[[], Any]) -> Any:
        for tries in itertools.count():
            try:
                return call()
            except Exception as error:  # vendors share no base type; `explain` makes each one ours
                failure = explain(error, self.options)
                if not isinstance(failure.error, TransientError):
                    raise failure.error from error
                wait = self._wait(tries, failure.wait)
                if wait is None:
                    raise TransientError(f"{failure.error}, {tries + 1} tries") from error
            if self._closing.wait(wait):
                raise BackendError("the chat model was closed while a call waited")

    def _wait(self, tries: int, asked: float | None) -> float | None:
        """Seconds until the next try; None for no further one."""
        if tries >= self.options.retries or (asked or 0) > self.options.max_wait_seconds:
            return None
        grown = _FIRST_WAIT * 2**tries * random.uniform(0.8, 1.2)
        return max(asked, 0.01) if asked is not None else min(grown, self.options.max_wait_seconds)

    def _told(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:  # as above
            raise explain(error, self.options).error from error

    # ── replies kept
    def _key(self, messages: Sequence[BaseMessage], parameters: dict[str, Any]) -> str:
        return reply_key(self.identity, messages, parameters) if self.replies else ""

    def _kept(self, key: str) -> AIMessage | None:
        kept = self.replies.get(key) if self.replies else None
        if kept is None:
            return None
        return kept.model_copy(update={"response_metadata": {**kept.response_metadata, CACHED: True}, "id": None})

    def _keep(self, key: str, reply: AIMessage) -> AIMessage:
        # An empty reply is kept by nobody: the next try may fare better.
        if self.replies and (reply.text or reply.tool_calls):
            self.replies.put(key, reply)
        return reply


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
    return AIMessage(
        content=whole.content,
        tool_calls=whole.tool_calls,
        invalid_tool_calls=whole.invalid_tool_calls,
        usage_metadata=whole.usage_metadata,
        response_metadata=whole.response_metadata,
    )
