"""`Chat` over a wire that misbehaves: replies cut, dripped, without end; who leaves, and how often it is asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from kgqa.errors import BackendError, ConfigError, ExhaustedError, KgqaError, TransientError
from kgqa.settings import ChatOptions
from kgqa.tools.chat import make_chat
from kgqa.tools.chat.chat import Chat
from kgqa.tools.chat.usage import counting
from pydantic import SecretStr

KEY = "sk-very-secret-0123456789"
ASK = [("human", "Capital of France?")]
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Speaks as much HTTP as scripted: each request takes the next answer, the last one stays."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests = 0
        self.asked = asyncio.Event()


@asynccontextmanager
async def serving(*answers: Answer) -> AsyncIterator[Server]:
    """The server at work."""
    tasks = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        tasks.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
            await reader.readexactly(length)
            at.requests += 1
            at.asked.set()
            with contextlib.suppress(ConnectionError):
                await answers[min(at.requests, len(answers)) - 1](writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as http:
        at = Server(f"http://127.0.0.1:{http.sockets[0].getsockname()[1]}/v1")
        yield at
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def status(code: int, body: dict[str, Any] | None = None, **headers: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        text = json.dumps(body or {"error": {"message": "no"}})
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = [f"HTTP/1.1 {code} X", *lines, "content-type: application/json", f"content-length: {len(text)}"]
        writer.write("\r\n".join([*head, "connection: close", "", text]).encode())
        await writer.drain()

    return answer


def chunk(text: str | None = None, end: str | None = None) -> str:
    delta = {} if text is None else {"role": "assistant", "content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": end}
    told = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "tiny", "choices": [choice]}
    return f"data: {json.dumps(told)}\n\n"


DONE = chunk(end="stop") + "data: [DONE]\n\n"


def events(*lines: str, pause: float = 0.0, for_ever: str = "") -> Answer:
    """Server-sent events, one write each; then one again and again, until nobody reads any more."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        for line in lines:
            writer.write(line.encode())
            await writer.drain()
            await asyncio.sleep(pause)
        while for_ever:
            writer.write(for_ever.encode())
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


def text(*pieces: str) -> Answer:
    return events(*map(chunk, pieces), DONE)


@asynccontextmanager
async def talking(server: Server, home: Path | None = None, **given: Any) -> AsyncIterator[Chat]:
    """A chat with it, quick to give up, open."""
    usual = {"model": "openai:tiny", "base_url": server.url, "timeout_seconds": 5, "retries": 2}
    usual |= {"api_key": SecretStr(KEY), "max_wait_seconds": 0.01}
    chat = make_chat(ChatOptions(**{**usual, **given}), home)
    assert chat is not None
    await chat.open()
    yield chat
    await chat.close()


async def draft(chat: Chat, asked: list[tuple[str, str]] = ASK) -> list[str | None]:
    return [piece async for piece in chat.stream(asked, tag="t")]


def left(pieces: list[str | None]) -> str:
    """What stands at the end before whoever shows them."""
    while None in pieces:
        pieces = pieces[pieces.index(None) + 1 :]
    return "".join(piece or "" for piece in pieces)


# ── thinking aloud
async def test_thinking_that_is_announced_is_never_shown() -> None:
    async with serving(text("<thi", "nk>", "Hm.", "</think>", "\n\nParis", ".")) as server, talking(server) as chat:
        assert await draft(chat) == ["Paris", "."]


async def test_thinking_that_only_ends_is_taken_back_once_and_then_held_back() -> None:
    thought = text("Hm, ", "Lyon?", " No.</thi", "nk>", "\n\nParis", ".")
    async with serving(thought) as server, talking(server) as chat:
        assert await draft(chat) == ["Hm, ", "Lyon?", " No.", None, "Paris", "."]
        assert await draft(chat) == ["Paris", "."]


async def test_a_model_whose_name_says_that_it_thinks_is_held_back_until_it_does_not() -> None:
    plain, thought = text("Par", "is."), text("Lyon? ", "No.</think>", "Par", "is.")
    async with serving(thought, plain, plain) as server, talking(server, model="openai:org/DeepSeek-R1-7B") as chat:
        assert [await draft(chat) for _ in range(3)] == [["Par", "is."], ["Paris."], ["Par", "is."]]


async def test_thinking_is_not_kept(tmp_path: Path) -> None:
    async with serving(text("Lyon?</think>", "Paris.")) as server, talking(server, tmp_path) as chat:
        assert [left(await draft(chat)) for _ in range(2)] == ["Paris.", "Paris."]
        assert server.requests == 1


# ── replies without end, and cut ones
@pytest.mark.parametrize("again", [": keep-alive\n\n", chunk("la ")], ids=["comments", "tokens"])
async def test_a_stream_without_end_is_ended_in_time(again: str) -> None:
    async with (
        serving(events(chunk("Paris"), pause=0.02, for_ever=again)) as server,
        talking(server, timeout_seconds=0.5) as chat,
    ):
        began = time.monotonic()
        with pytest.raises(ExhaustedError, match=r"in 0.5 s .*TIMEOUT_SECONDS"):
            await draft(chat)
        assert time.monotonic() - began < 3
        assert server.requests == 1


async def test_a_reply_that_drips_is_ended_in_time_and_gives_its_place_back() -> None:
    drip = events(pause=0.05, for_ever=": wait\n\n")
    async with (
        serving(drip, text("Paris.")) as server,
        talking(server, timeout_seconds=0.5, retries=0, concurrency=1) as chat,
    ):
        with pytest.raises(ExhaustedError, match="1 tries"):
            await chat.complete(ASK, tag="t")
        assert await draft(chat) == ["Paris."]


async def test_a_reply_longer_than_any_is_no_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgqa.tools.chat.gate._LONGEST", 1000)
    async with serving(text(*["long " * 20] * 20)) as server, talking(server) as chat:
        with pytest.raises(BackendError, match="more than 1,000 characters"):
            await draft(chat)


async def test_a_stream_that_is_cut_is_no_reply_and_is_not_kept(tmp_path: Path) -> None:
    cut = events(chunk("Par"), chunk("is was"))
    async with serving(cut, text("Paris.")) as server, talking(server, tmp_path) as chat:
        with counting() as ledger, pytest.raises(TransientError, match="broke off"):
            await draft(chat)
        assert ledger.totals()["t"].calls == 1, "what came is paid for"
        assert [await draft(chat) for _ in range(2)] == [["Paris."], ["Paris."]]
        assert server.requests == 2


def anthropic(*told: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in told)


SPENT = {"input_tokens": 3, "output_tokens": 1}
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "model": "tiny", "content": [], "usage": SPENT}
CLAUDE = anthropic(
    {"type": "message_start", "message": MESSAGE | {"stop_reason": None, "stop_sequence": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Paris."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": SPENT},
    {"type": "message_stop"},
)
LLAMA = tuple(
    json.dumps({"model": "tiny", "created_at": "2025-01-01T00:00:00Z", **told}) + "\n"
    for told in (
        {"message": {"role": "assistant", "content": "Paris."}, "done": False},
        {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", "eval_count": 1},
    )
)


@pytest.mark.parametrize(
    ("provider", "lines", "cut", "key"), [("anthropic", CLAUDE, 4, SecretStr(KEY)), ("ollama", LLAMA, 1, None)]
)
async def test_other_providers_say_why_a_reply_ended_and_what_does_not_was_cut(
    tmp_path: Path, provider: str, lines: tuple[str, ...], cut: int, key: SecretStr | None
) -> None:
    async with serving(events(*lines[:cut]), events(*lines)) as server:
        address = server.url.removesuffix("/v1")
        async with talking(server, tmp_path, model=f"{provider}:tiny", base_url=address, api_key=key) as chat:
            with pytest.raises(TransientError, match=f"'{provider}:tiny'"):
                await draft(chat)
            assert [left(await draft(chat)) for _ in range(2)] == ["Paris.", "Paris."]
            assert server.requests == 2


@pytest.mark.parametrize("line", ["data: {\n\n", "data: [1]\n\n", "data: null\n\n", "nonsense\n\n", "data: \xff\n\n"])
async def test_events_that_are_none_are_an_error_of_ours(line: str) -> None:
    async with serving(events(chunk("Par"), line)) as server, talking(server) as chat:
        with pytest.raises(BackendError, match="openai:tiny"):
            await draft(chat)


@pytest.mark.parametrize("code", ["503", '"server_error"', '"rate_limit_exceeded"'])
async def test_an_error_in_the_middle_of_a_stream_may_pass_where_it_says_so(code: str) -> None:
    error = f'data: {{"error": {{"message": "busy", "code": {code}}}}}\n\n'
    async with serving(events(chunk("Par"), error)) as server, talking(server) as chat:
        with pytest.raises(TransientError, match="in trouble"):
            await draft(chat)


# ── tries
async def test_a_stream_is_begun_again_after_a_passing_failure() -> None:
    async with serving(status(429, retry_after="0"), status(500), text("Paris.")) as server, talking(server) as chat:
        assert await draft(chat) == ["Paris."]
        assert server.requests == 3


@pytest.mark.parametrize("given", [{}, {"retries": 0}])
async def test_what_was_tried_as_often_as_allowed_says_so(given: dict[str, Any]) -> None:
    async with serving(status(500)) as server, talking(server, **given) as chat:
        with pytest.raises(ExhaustedError, match="500"):
            await draft(chat)
        with pytest.raises(ExhaustedError, match="500"):
            await chat.complete(ASK, tag="t")
        assert server.requests == 2 * (given.get("retries", 2) + 1)


# ── leaving
async def test_a_cancelled_call_asks_no_more_and_gives_its_place_back() -> None:
    answers = [status(429, retry_after="30"), text("Paris.")]
    async with serving(*answers) as server, talking(server, concurrency=1, max_wait_seconds=60) as chat:
        for asking in (chat.complete(ASK, tag="t"), draft(chat)):
            server.requests = 0
            server.asked.clear()
            task = asyncio.create_task(asking)
            await server.asked.wait()
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert server.requests == 1
            assert await asyncio.wait_for(draft(chat), 2) == ["Paris."]


async def test_a_call_under_way_keeps_its_place_until_it_ends() -> None:
    slow = events(": wait\n\n", chunk("Par"), pause=0.6)
    async with serving(slow, text("Rome.")) as server, talking(server, concurrency=1) as chat:
        task = asyncio.create_task(draft(chat))
        await server.asked.wait()
        task.cancel()
        began = time.monotonic()
        assert await draft(chat) == ["Rome."]
        assert time.monotonic() - began > 0.3


async def test_chats_of_the_same_model_share_their_places() -> None:
    async with (
        serving(events(chunk("Par"), pause=0.5), text("Rome.")) as server,
        talking(server, concurrency=1) as first,
        talking(server, concurrency=1, max_tokens=7) as second,
    ):
        task = asyncio.create_task(draft(first))
        await server.asked.wait()
        began = time.monotonic()
        assert await draft(second) == ["Rome."]
        assert time.monotonic() - began > 0.2
        with pytest.raises(TransientError):
            await task


# ── secrets
LONG = "sk_live" + "0123456789abcdef" * 20


@pytest.mark.parametrize("code", [400, 429, 401])
@pytest.mark.parametrize("key", [KEY, LONG])
async def test_no_part_of_a_key_stands_in_an_error_or_its_causes(
    code: int, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = status(code, {"error": {"message": "x" * 280 + f" {key} was sent"}})
    async with serving(told) as server, talking(server, api_key=SecretStr(key), retries=0) as chat:
        with pytest.raises(KgqaError) as caught:
            await chat.complete(ASK, tag="t")
        with pytest.raises(KgqaError) as also:
            await draft(chat)
    for error in (caught.value, also.value):
        assert key[:12] not in "".join(traceback.format_exception(error))


async def test_a_key_of_the_providers_own_variable_stands_in_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "plain0words0of0a0key")
    async with serving(status(400, {"error": {"message": "plain0words0of0a0key is bad"}})) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        async with talking(server, base_url=None, api_key=None) as chat:
            with pytest.raises(BackendError, match="… is bad") as caught:
                await chat.complete(ASK, tag="t")
    assert "plain0words" not in "".join(traceback.format_exception(caught.value))


async def test_the_user_of_an_address_stands_in_no_error() -> None:
    async with serving(status(404)) as server:
        address = server.url.replace("//", "//bob:pw0pw%40pw@")
        async with talking(server, base_url=address) as chat:
            with pytest.raises(ConfigError, match=r"at http://…@127") as caught:
                await chat.complete(ASK, tag="t")
            assert "pw0pw" not in "".join(traceback.format_exception(caught.value)) + repr(chat) + repr(chat.model)
    with pytest.raises(TransientError, match=r"at http://…@127"):
        async with talking(Server("http://bob:pw0pw@127.0.0.1:9/v1"), retries=0) as chat:
            await chat.complete(ASK, tag="t")
    assert "pw0pw" not in repr(ChatOptions(base_url=address))
