"""The contract of `Chat`, run on a scripted model and over the wire of an OpenAI-compatible server; and that wire."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from kgqa.errors import BackendError, ConfigError, KgqaError, TransientError
from kgqa.model import ToolCall
from kgqa.settings import ChatOptions
from kgqa.tools.chat import make_chat
from kgqa.tools.chat.chat import Chat
from kgqa.tools.chat.scripted import Scripted
from kgqa.tools.chat.usage import counting
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel
from typing_extensions import TypedDict

KEY = "sk-very-secret-0123456789"


class Capital(BaseModel):
    """A country's capital."""

    country: str
    city: str
    population: int = 0


class Server:
    """Speaks the OpenAI wire, as much of it as scripted: each request takes the next answer, the last one stays."""

    def __init__(self) -> None:
        self.answers: list[Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.times: list[float] = []
        self.at_once = self.most_at_once = 0
        self.stopping = threading.Event()
        lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with lock:
                    place = len(outer.requests)
                    outer.requests.append(body)
                    outer.keys.append(self.headers.get("authorization", ""))
                    outer.times.append(time.monotonic())
                    outer.at_once += 1
                    outer.most_at_once = max(outer.most_at_once, outer.at_once)
                try:
                    outer.answers[min(place, len(outer.answers) - 1)](self, body)
                finally:
                    with lock:
                        outer.at_once -= 1

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def says(text: str | None, *calls: tuple[str, str], usage: bool = True) -> Callable[..., None]:
    """A text, or calls of tools as (name, arguments as written); in pieces where the request wants it."""

    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        tools = [
            {"index": i, "id": f"c{i}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for i, (name, arguments) in enumerate(calls)
        ]
        spent = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18} if usage else None
        frame = {"id": "x", "object": "chat.completion", "created": 1, "model": body["model"]}
        if not body.get("stream"):
            message = {"role": "assistant", "content": text} | ({"tool_calls": tools} if tools else {})
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            send(handler, 200, json.dumps(frame | {"choices": [choice], "usage": spent}).encode())
            return
        pieces: list[dict[str, Any]] = [{"content": piece} for piece in (text or "").replace(" ", " |").split("|")]
        pieces += [{"tool_calls": [tool]} for tool in tools]
        events = [{"choices": [{"index": 0, "delta": {"role": "assistant"} | piece}]} for piece in pieces]
        events += [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}, {"choices": [], "usage": spent}]
        lines = [json.dumps(frame | {"object": "chat.completion.chunk"} | event) for event in events]
        raw = "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode()
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def fails(status: int, text: str = "no", **headers: str) -> Callable[..., None]:
    return lambda handler, _: send(handler, status, json.dumps({"error": {"message": text}}).encode(), **headers)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


def options(server: Server | None = None, **given: Any) -> ChatOptions:
    """Of a client of the server, quick to give up."""
    if server is not None:
        given = {"model": "openai:tiny", "base_url": server.url, "api_key": KEY} | given
    return ChatOptions(**{"timeout_seconds": 5, "retries": 2, "max_wait_seconds": 2} | given)


@pytest.fixture
async def wire(server: Server, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """A chat over the server that gives these answers, open."""
    opened: list[Chat] = []

    async def make(*answers: Callable[..., None], **given: Any) -> Chat:
        server.answers = list(answers)
        chat = make_chat(options(server, **given), tmp_path)
        assert chat is not None
        opened.append(chat)
        await chat.open()
        return chat

    yield make
    for chat in opened:
        await chat.close()


# ── what every model must do
Lines = list[Any]


@pytest.fixture(params=["scripted", "wire"])
async def talk(request: pytest.FixtureRequest, server: Server) -> AsyncIterator[Callable[[Lines], Any]]:
    """A chat that says these lines: texts, or dictionaries as tool calls."""
    opened: list[Chat] = []

    async def make(lines: Lines) -> Chat:
        if request.param == "scripted":
            chat = Chat(Scripted(script=lines), options())
        else:
            server.answers = [
                says(None, ("Capital", json.dumps(line))) if isinstance(line, dict) else says(line) for line in lines
            ]
            found = make_chat(options(server), None)
            assert found is not None
            chat = found
        opened.append(chat)
        await chat.open()
        return chat

    yield make
    for chat in opened:
        await chat.close()


async def test_a_reply_is_the_text(talk: Callable[[Lines], Any]) -> None:
    chat = await talk(["Paris it is."])
    reply = await chat.complete([("system", "Be brief."), ("human", "Capital of France?")], tag="t")
    assert (reply.text, reply.tool_calls) == ("Paris it is.", ())


async def test_thinking_aloud_is_no_part_of_the_reply(talk: Callable[[Lines], Any]) -> None:
    chat = await talk(["<think>France… {}</think>\n\nParis.", "hm</think>Paris."])
    assert (await chat.complete([("human", "?")], tag="t")).text == "Paris."
    assert (await chat.complete([("human", "?")], tag="t")).text == "Paris."


async def test_tools_come_back_as_calls(talk: Callable[[Lines], Any]) -> None:
    chat = await talk([{"country": "France", "city": "Paris"}])
    reply = await chat.complete([("human", "?")], tag="t", tools=[Capital])
    assert reply.tool_calls == (ToolCall("Capital", {"country": "France", "city": "Paris"}),)


async def test_an_object_comes_by_tool_call(talk: Callable[[Lines], Any]) -> None:
    chat = await talk([{"country": "France", "city": "Paris", "population": "2100000"}])
    assert await chat.structured([("human", "?")], Capital, tag="t") == Capital(
        country="France", city="Paris", population=2_100_000
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"country": "France", "city": "Paris"}',
        'Of course:\n```json\n{"country": "France", "city": "Paris",}\n```',
        '<think>{"country": "Spain"}</think>{"country": "France", "city": "Paris"}',
    ],
)
async def test_an_object_comes_from_text_where_no_tool_is_called(talk: Callable[[Lines], Any], text: str) -> None:
    chat = await talk([text])
    assert await chat.structured([("human", "?")], Capital, tag="t") == Capital(country="France", city="Paris")


async def test_an_object_that_does_not_fit_goes_back_once(talk: Callable[[Lines], Any]) -> None:
    chat = await talk([{"country": "France"}, {"country": "France", "city": "Paris"}])
    assert (await chat.structured([("human", "?")], Capital, tag="t")).city == "Paris"


async def test_a_second_one_that_does_not_fit_is_an_error_that_says_why(talk: Callable[[Lines], Any]) -> None:
    chat = await talk(["I would rather not.", {"country": "France"}])
    with pytest.raises(BackendError, match="no valid Capital: city: Field required"):
        await chat.structured([("human", "?")], Capital, tag="t")


async def test_calls_are_counted_for_whoever_asked(talk: Callable[[Lines], Any]) -> None:
    chat = await talk(["one two three", "four"])
    with counting() as ledger:
        await chat.complete([("human", "?")], tag="first")
        await asyncio.create_task(chat.complete([("human", "?")], tag="second"))
    totals = ledger.totals()
    assert list(totals) == ["first", "second"]
    assert all(total.calls == 1 and total.input_tokens > 0 and total.output_tokens > 0 for total in totals.values())


async def test_a_chat_works_from_several_event_loops_and_threads(talk: Callable[[Lines], Any]) -> None:
    chat = await talk(["Paris."] * 9)
    found = [asyncio.to_thread(asyncio.run, chat.complete([("human", str(i))], tag="t")) for i in range(8)]
    assert {reply.text for reply in await asyncio.gather(*found)} == {"Paris."}


async def test_a_graph_streams_what_is_shown_and_nothing_else(talk: Callable[[Lines], Any]) -> None:
    chat = await talk(["inner words", "<think>no</think>shown words here"])

    class State(TypedDict, total=False):
        text: str

    async def node(state: State) -> State:
        await chat.complete([("human", "inner")], tag="inner")
        return {"text": (await chat.complete([("human", "outer")], tag="outer", show=True)).text}

    graph = StateGraph(State)
    graph.add_node("node", node)
    graph.add_edge(START, "node")
    graph.add_edge("node", END)
    pieces = [piece async for piece, _ in graph.compile().astream({}, stream_mode="messages")]
    texts = [str(piece.text) for piece in pieces if piece.text]
    assert "".join(texts) == "shown words here"
    assert len(texts) > 1


# ── the wire
TEXT = '{"country": "France", "city": "Paris"}'
ASK = [("human", "Capital of France?")]


async def test_the_request_carries_what_is_set(server: Server, wire: Callable[..., Any]) -> None:
    chat = await wire(says("Paris."), temperature=0.3, max_tokens=77)
    await chat.complete([("system", "Be brief."), *ASK], tag="t")
    [request] = server.requests
    assert (request["model"], request["temperature"]) == ("tiny", 0.3)
    assert 77 in (request.get("max_tokens"), request.get("max_completion_tokens"))
    assert [m["role"] for m in request["messages"]] == ["system", "user"]
    assert server.keys == [f"Bearer {KEY}"]


async def test_a_servers_own_count_of_tokens_is_taken_and_priced(wire: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "prices.json").write_text('{"openai:tiny": [1.0, 2.0]}')
    chat = await wire(says("Paris."), prices=tmp_path / "prices.json")
    usage = (await chat.complete(ASK, tag="t")).usage
    assert (usage.input_tokens, usage.output_tokens, usage.estimated) == (11, 7, False)
    assert usage.cost == pytest.approx((11 * 1 + 7 * 2) / 1e6)


async def test_without_a_count_the_tokens_are_guessed_and_said_to_be(wire: Callable[..., Any]) -> None:
    chat = await wire(says("Paris it is, of course.", usage=False))
    usage = (await chat.complete(ASK, tag="t")).usage
    assert usage.estimated
    assert usage.output_tokens > 3
    assert usage.cost is None


async def test_the_same_messages_are_paid_for_once_also_after_reopening(
    server: Server, wire: Callable[..., Any]
) -> None:
    first = await wire(says("Paris."), says("Rome."))
    await first.complete(ASK, tag="t")
    await first.close()
    second = await wire(*server.answers)
    with counting() as ledger:
        reply = await second.complete(ASK, tag="t")
    assert (reply.text, reply.usage.cached, reply.usage.cost) == ("Paris.", True, 0.0)
    assert ledger.totals()["t"].cached == 1
    assert ledger.totals()["t"].input_tokens == 0
    assert (await second.complete([("human", "Of Italy?")], tag="t")).text == "Rome."
    assert len(server.requests) == 2


async def test_other_options_ask_again(server: Server, wire: Callable[..., Any]) -> None:
    await (await wire(says("Paris."))).complete(ASK, tag="t")
    await (await wire(says("Paris."), temperature=1.0)).complete(ASK, tag="t")
    await (await wire(says("Paris."), cache=False)).complete(ASK, tag="t")
    assert len(server.requests) == 3


async def test_a_kept_tool_call_comes_back_whole(server: Server, wire: Callable[..., Any]) -> None:
    chat = await wire(says(None, ("Capital", '{"country": "France", "city": "Paris"}')))
    found = [await chat.structured(ASK, Capital, tag="t") for _ in range(2)]
    assert found[0] == found[1]
    assert len(server.requests) == 1


async def test_an_empty_reply_is_not_kept(server: Server, wire: Callable[..., Any]) -> None:
    chat = await wire(says(""), says("Paris."))
    assert [(await chat.complete(ASK, tag="t")).text for _ in range(2)] == ["", "Paris."]


async def test_replies_of_no_use_are_not_kept(server: Server, wire: Callable[..., Any]) -> None:
    chat = await wire(says("no"), says("never"), says("not at all"), says(TEXT))
    with pytest.raises(BackendError, match="no valid Capital"):
        await chat.structured(ASK, Capital, tag="t")
    assert (await chat.structured(ASK, Capital, tag="t")).city == "Paris"
    assert len(server.requests) == 4


async def test_retry_after_is_honoured(server: Server, wire: Callable[..., Any]) -> None:
    chat = await wire(fails(429, retry_after="1"), says("Paris."))
    assert (await chat.complete(ASK, tag="t")).text == "Paris."
    assert server.times[1] - server.times[0] >= 1


async def test_retry_after_may_be_a_date(server: Server, wire: Callable[..., Any]) -> None:
    def busy(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        fails(503, retry_after=formatdate(time.time() + 2, usegmt=True))(handler, body)

    chat = await wire(busy, says("Paris."))
    assert (await chat.complete(ASK, tag="t")).text == "Paris."
    assert server.times[1] - server.times[0] >= 0.8


async def test_a_wait_longer_than_allowed_is_given_up_at_once(server: Server, wire: Callable[..., Any]) -> None:
    chat = await wire(fails(429, retry_after="600"))
    with pytest.raises(TransientError, match="slow down"):
        await chat.complete(ASK, tag="t")
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
async def test_what_may_pass_is_tried_again_and_then_told(
    server: Server, wire: Callable[..., Any], status: int
) -> None:
    chat = await wire(fails(status), says("Paris."), max_wait_seconds=0.01)
    assert (await chat.complete(ASK, tag="t")).text == "Paris."
    server.answers = [fails(status)]
    with pytest.raises(TransientError, match=rf"{status}.*3 tries"):
        await chat.complete([("human", "Again?")], tag="t")
    assert len(server.requests) == 2 + 3


async def test_a_server_that_does_not_answer_in_time_is_transient(server: Server, wire: Callable[..., Any]) -> None:
    chat = await wire(lambda *_: server.stopping.wait(5), timeout_seconds=0.2, retries=0)
    with pytest.raises(TransientError, match=r"no answer in 0.2 s .*TIMEOUT_SECONDS"):
        await chat.complete(ASK, tag="t")


async def test_a_server_that_is_not_there_is_transient_and_named() -> None:
    chat = make_chat(options(model="openai:x", base_url="http://127.0.0.1:9/v1", retries=0), None)
    assert chat is not None
    with pytest.raises(TransientError, match=r"cannot be reached at http://127.0.0.1:9/v1"):
        await chat.complete(ASK, tag="t")
    await chat.close()


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (401, ConfigError, "KGQA_CHAT__API_KEY"),
        (403, ConfigError, "KGQA_CHAT__API_KEY"),
        (404, ConfigError, "KGQA_CHAT__MODEL"),
        (400, BackendError, "refused the request"),
        (422, BackendError, "refused the request"),
    ],
)
async def test_what_will_not_pass_is_told_at_once(
    server: Server, wire: Callable[..., Any], status: int, kind: type[KgqaError], text: str
) -> None:
    chat = await wire(fails(status, f"Incorrect API key provided: {KEY}"))
    with pytest.raises(kind, match=text):
        await chat.complete(ASK, tag="t")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b"<html>busy</html>", b"[]", b'{"choices": null}', b'{"choices": []}', b"null", b"\xff\xfe"]
)
async def test_a_body_that_is_no_reply_is_an_error_of_ours(wire: Callable[..., Any], body: bytes) -> None:
    chat = await wire(lambda handler, _: send(handler, 200, body), retries=0)
    with pytest.raises(BackendError, match="openai:tiny"):
        await chat.complete(ASK, tag="t")


async def test_a_connection_cut_in_the_middle_is_transient(wire: Callable[..., Any]) -> None:
    def cut(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("content-length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"choices":')
        handler.close_connection = True

    chat = await wire(cut, retries=0)
    with pytest.raises(TransientError, match="cannot be reached"):
        await chat.complete(ASK, tag="t")


@pytest.mark.parametrize("provider", ["anthropic", "ollama"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, ConfigError), (404, ConfigError), (400, BackendError), (429, TransientError), (500, TransientError)],
)
async def test_other_providers_failures_are_told_the_same_way(
    server: Server, wire: Callable[..., Any], provider: str, status: int, kind: type[KgqaError]
) -> None:
    chat = await wire(
        fails(status),
        model=f"{provider}:tiny",
        api_key=None if provider == "ollama" else KEY,
        base_url=server.url.removesuffix("/v1"),
        max_wait_seconds=0.01,
        retries=1,
    )
    with pytest.raises(kind, match=rf"'{provider}:tiny'.*{status}"):
        await chat.complete(ASK, tag="t")
    assert len(server.requests) == (2 if kind is TransientError else 1)


async def test_arguments_that_are_not_json_are_mended(wire: Callable[..., Any]) -> None:
    chat = await wire(says(None, ("Capital", '{"country": "France", "city": "Paris"')))
    assert (await chat.structured(ASK, Capital, tag="t")).city == "Paris"


NO_TOOLS = fails(400, "tool choice requires --enable-auto-tool-choice")


def ways(server: Server) -> list[str]:
    """How each request asked for an object."""
    shown = ("JSON Schema" in str(request["messages"][-1]["content"]) for request in server.requests)
    return [
        "tools" if request.get("tools") else "schema" if request.get("response_format") else "text" if text else ""
        for request, text in zip(server.requests, shown, strict=True)
    ]


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        ([NO_TOOLS, says(TEXT)], ["tools", "schema"]),
        ([NO_TOOLS, fails(400, "no response_format"), says(TEXT)], ["tools", "schema", "text"]),
        ([says("The capital is Paris."), says(TEXT)], ["tools", "schema"]),
        ([says("Paris."), says("It is Paris."), says(TEXT)], ["tools", "schema", "text"]),
        ([says(TEXT)], ["tools"]),
    ],
)
async def test_a_server_that_gives_no_heed_to_tools_is_asked_otherwise_from_then_on(
    server: Server, wire: Callable[..., Any], replies: list[Any], asked: list[str]
) -> None:
    chat = await wire(*replies)
    for _ in range(2):
        assert (await chat.structured(ASK, Capital, tag="t")).city == "Paris"
    assert ways(server) == asked, "what came is kept, and not asked for again"
    await chat.structured([("human", "Once more?")], Capital, tag="t")
    assert ways(server) == [*asked, asked[-1]]


async def test_no_more_calls_at_once_than_allowed(server: Server, wire: Callable[..., Any]) -> None:
    def slow(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        time.sleep(0.05)
        says("Paris.")(handler, body)

    chat = await wire(slow, concurrency=3)
    found = await asyncio.gather(*(chat.complete([("human", str(i))], tag="t") for i in range(12)))
    assert len(found) == 12
    assert server.most_at_once == 3


async def test_the_key_stands_in_no_message_log_or_picture(
    server: Server, wire: Callable[..., Any], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    chat = await wire(fails(401, f"Incorrect API key: {KEY}"), fails(400, f"bad {KEY} key"), says("Paris."))
    for _ in range(2):
        with pytest.raises(KgqaError) as caught:
            await chat.complete(ASK, tag="t")
        assert KEY not in str(caught.value)
    await chat.complete(ASK, tag="t")
    shown = [repr(chat), str(chat), repr(chat.model), repr(options(server)), repr(chat.model.gate.model), caplog.text]
    shown += [path.read_bytes().decode("latin-1") for path in await asyncio.to_thread(lambda: [*tmp_path.iterdir()])]
    assert not any(KEY in text for text in shown)


async def test_a_providers_own_key_is_not_sent_to_another_server(
    server: Server, wire: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    chat = await wire(says("Paris."), api_key=None)
    await chat.complete(ASK, tag="t")
    assert KEY not in server.keys[0]


async def test_the_face_works_as_any_langchain_model(wire: Callable[..., Any]) -> None:
    chat = await wire(says(None, ("Capital", '{"country": "France", "city": "Paris"}')), says("Paris it is."))
    shaped = chat.model.with_structured_output(Capital)
    assert (await shaped.ainvoke("Capital of France?")).city == "Paris"
    assert [str(chunk.text) for chunk in chat.model.stream("And so?") if chunk.text] == ["Paris ", "it ", "is."]
    assert (await asyncio.to_thread(chat.model.invoke, [HumanMessage("And so?")])).text == "Paris it is."


async def test_a_kept_reply_streams_in_one_piece(server: Server, wire: Callable[..., Any]) -> None:
    chat = await wire(says("Paris it is."))
    assert (await chat.complete(ASK, tag="t", show=True)).text == "Paris it is."
    whole = AIMessage("")
    async for chunk in chat.model.astream(ASK):
        whole = chunk if not whole.text else whole
    assert whole.text == "Paris it is."
    assert len(server.requests) == 1


async def test_a_closed_chat_takes_no_calls_and_wakes_those_that_wait(wire: Callable[..., Any]) -> None:
    chat = await wire(fails(429, retry_after="2"), cache=False)
    waiting = asyncio.create_task(chat.complete(ASK, tag="t"))
    await asyncio.sleep(0.3)
    await chat.close()
    await chat.close()
    with pytest.raises(BackendError, match="closed"):
        await asyncio.wait_for(waiting, 1)
    with pytest.raises(BackendError, match="closed"):
        await chat.complete(ASK, tag="t")
