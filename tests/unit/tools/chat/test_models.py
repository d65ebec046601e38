"""From settings to a chat model, and what is said when something is missing."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import traceback
from pathlib import Path
from typing import Any

import pytest
from kgqa.errors import BackendError, ConfigError, TransientError
from kgqa.settings import ChatOptions, load_settings
from kgqa.tools.chat import chats, make_chat, make_model
from kgqa.tools.chat.chat import Chat, chat_of
from kgqa.tools.chat.failures import no_key
from kgqa.tools.chat.local import fingerprint, turns
from kgqa.tools.chat.presets import PRESETS, Preset, full_name, preset
from kgqa.tools.chat.remote import release, server
from kgqa.tools.chat.scripted import Scripted
from kgqa.tools.chat.usage import counting, load_prices, measure
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel, SecretStr

HERE_IS_NO_TORCH = importlib.util.find_spec("torch") is None


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)


# ── settings to models
def test_no_model_is_no_chat(tmp_path: Path) -> None:
    assert make_model(ChatOptions()) is None
    assert make_chat(ChatOptions(), tmp_path) is None


def test_the_table_names_the_kinds() -> None:
    assert {"hf", "scripted", "provider"} <= set(chats.names())


@pytest.mark.parametrize("model", ["openai:gpt-4o-mini", "anthropic:claude-haiku-4-5", "ollama:qwen3:8b"])
def test_a_providers_model_is_made_without_asking_it(model: str) -> None:
    key = None if model.startswith("ollama") else SecretStr("sk-anything-at-all")
    made = make_model(ChatOptions(model=model, api_key=key))
    assert isinstance(made, BaseChatModel)
    assert "sk-anything" not in repr(made)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("openai:gpt-4o-mini", "KGQA_CHAT__API_KEY.*OPENAI_API_KEY"),
        ("anthropic:claude-haiku-4-5", "KGQA_CHAT__API_KEY.*ANTHROPIC_API_KEY"),
        ("gpt-4o-mini", "not provider:model"),
        ("openai:", "not provider:model"),
        ("nobody:x", "KGQA_CHAT__MODEL 'nobody:x'"),
        ("mistralai:x", "KGQA_CHAT__MODEL 'mistralai:x'.*langchain-mistralai"),
        ("hf:", "'hf:' names no model"),
        ("scripted:/no/such/file.json", "KGQA_CHAT__MODEL names the script '/no/such/file.json'"),
    ],
)
def test_what_is_missing_is_named_with_its_setting(model: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        make_model(ChatOptions(model=model))


def test_chat_settings_come_from_the_environment_and_hide_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_CHAT__MODEL", "openai:tiny")
    monkeypatch.setenv("KGQA_CHAT__API_KEY", "sk-secret-secret")
    monkeypatch.setenv("KGQA_CHAT__CONCURRENCY", "9")
    monkeypatch.setenv("KGQA_CHAT__TEMPERATURE", "none")
    chat = load_settings().chat
    assert (chat.model, chat.concurrency, chat.temperature) == ("openai:tiny", 9, None)
    assert "sk-secret" not in repr(chat)


def test_a_vendors_refusal_of_its_arguments_shows_no_key() -> None:
    options = ChatOptions(model="azure_openai:x", api_key=SecretStr("plain0words0of0a0key"))
    with pytest.raises(ConfigError, match="'azure_openai:x'") as caught:
        make_model(options)
    assert "plain0words" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_a_missing_key_names_a_variable_that_is_read() -> None:
    for model, variable in [("mistralai:x", "MISTRAL_API_KEY"), ("google_genai:x", "GOOGLE_API_KEY")]:
        assert f"({variable})" in str(no_key(ChatOptions(model=model)))
    assert "GROQ_API_KEY" in str(no_key(ChatOptions(model="groq:x")))


def _made(options: ChatOptions) -> BaseChatModel:
    made = make_model(options)
    assert made is not None
    return made


def test_a_key_that_would_be_ignored_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"KGQA_CHAT__API_KEY is not for 'ollama:'"):
        make_model(ChatOptions(model="ollama:x", api_key=SecretStr("secret")))


# ── prices
def test_the_shipped_prices_are_read_and_the_longest_name_counts(tmp_path: Path) -> None:
    prices = load_prices(None)
    assert prices["openai:gpt-4o-mini"] < prices["openai:gpt-4o"]
    assert prices["hf:"] == (0, 0)


@pytest.mark.parametrize(
    ("model", "like"),
    [
        ("openai:gpt-5-2025-08-07", "openai:gpt-5"),
        ("openai:gpt-5-mini", "openai:gpt-5-mini"),
        ("anthropic:claude-haiku-4-5-20251001", "anthropic:claude-haiku-4-5"),
        ("anthropic:claude-3-5-haiku-latest", "anthropic:claude-3-5-haiku"),
        ("ollama:gpt-oss:20b", "ollama:"),
        ("openai:gpt-5-pro", None),
        ("openai:gpt-4.1x", None),
        ("openai:gpt-4o-audio-preview", None),
    ],
)
def test_an_edition_costs_what_its_model_does_and_another_model_does_not(model: str, like: str | None) -> None:
    prices = {name: (float(place), 0.0) for place, name in enumerate(load_prices(None))}
    reply = AIMessage("x", usage_metadata={"input_tokens": 1_000_000, "output_tokens": 0, "total_tokens": 1_000_000})
    assert measure(model, [], reply, prices).cost == (None if like is None else prices[like][0])


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', '{"a": [1]}', '{"a": ["x", 2]}'])
def test_a_price_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(ConfigError, match=r"KGQA_CHAT__PRICES .*p\.json"):
        load_prices(tmp_path / "p.json")
    (tmp_path / "latin.json").write_bytes(b'{"\xe9": [1, 2]}')
    for name in ("none.json", "latin.json"):
        with pytest.raises(ConfigError, match=rf"KGQA_CHAT__PRICES .*{name}.*cannot be read"):
            load_prices(tmp_path / name)


# ── the scripted model
async def test_a_script_is_said_in_order_and_ends() -> None:
    model = Scripted(script=["one", AIMessage("two")])
    assert [model.invoke("a").text, (await model.ainvoke("b")).text] == ["one", "two"]
    assert [call[0].text for call in model.calls] == ["a", "b"]
    with pytest.raises(BackendError, match="no line for call 3"):
        model.invoke("c")


def test_a_script_may_be_a_function_of_the_messages() -> None:
    model = Scripted(script=lambda messages: f"{len(messages)}: {messages[-1].text}")
    assert model.invoke([SystemMessage("s"), HumanMessage("hi")]).text == "2: hi"


async def test_a_script_streams_word_by_word_and_raises_what_it_is_told_to() -> None:
    model = Scripted(script=["Paris it is.", TransientError("busy")])
    assert [str(c.text) async for c in model.astream("?") if c.text] == ["Paris", " it", " is."]
    with pytest.raises(TransientError, match="busy"):
        await model.ainvoke("?")


class City(BaseModel):
    name: str


async def test_a_scripted_object_is_a_tool_call_where_there_is_a_tool_and_json_where_not() -> None:
    model = Scripted(script=[City(name="Paris"), {"name": "Rome"}, {"name": "Oslo"}])
    assert (await model.with_structured_output(City).ainvoke("?")) == City(name="Paris")
    [chunk] = [c async for c in model.bind_tools([City]).astream("?") if c.tool_call_chunks]
    assert json.loads(str(chunk.tool_call_chunks[0]["args"])) == {"name": "Rome"}
    assert json.loads(str(model.invoke("?").text)) == {"name": "Oslo"}


def test_a_script_file_is_a_list_or_rules(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text('["one", {"name": "two"}]')
    model = _made(ChatOptions(model=f"scripted:{path}"))
    assert [str(model.invoke("?").text) for _ in range(2)] == ["one", '{"name": "two"}']
    path.write_text('{"rules": [{"when": "(?i)capital", "reply": "Paris"}, {"when": "", "reply": "no idea"}]}')
    model = _made(ChatOptions(model=f"scripted:{path}"))
    assert [str(model.invoke(text).text) for text in ("What?", "The CAPITAL?")] == ["no idea", "Paris"]


NO_SCRIPTS = ["{", '"x"', "{}", '{"rules": 3}', '{"rules": [3]}', '{"rules": [{"reply": "x"}]}']
NO_SCRIPTS += ['{"rules": [{"when": "x"}]}', '{"rules": [{"when": 3, "reply": ""}]}', '["\xe9"]']
NO_SCRIPTS += ['{"rules": [{"when": "(", "reply": "x"}]}']


@pytest.mark.parametrize("text", NO_SCRIPTS)
def test_a_script_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"s\.json"):
        make_model(ChatOptions(model=f"scripted:{tmp_path / 's.json'}"))


# ── the gate, where the wire shows nothing of it
async def test_a_model_of_ones_own_that_fails_in_its_own_way_is_a_back_ends_error() -> None:
    chat = chat_of(Scripted(script=[KeyError("choices")]))
    with pytest.raises(BackendError, match="KeyError"):
        await chat.complete([("human", "?")], tag="t")
    await chat.close()


async def test_accounts_nest_and_do_not_mix() -> None:
    chat = chat_of(Scripted(script=lambda _: "yes"))

    async def run(times: int) -> int:
        with counting() as ledger:
            for _ in range(times):
                await chat.complete([("human", "?")], tag="t")
            return ledger.totals()["t"].calls

    with counting() as outer:
        assert await asyncio.gather(run(2), run(3)) == [2, 3]
    assert outer.totals()["t"].calls == 5
    assert outer.totals()["t"].estimated == 5
    await chat.close()


async def test_sixty_four_at_once_lose_nothing() -> None:
    def echo(messages: list[BaseMessage]) -> str:
        return str(messages[-1].text)

    chat = Chat(Scripted(script=echo, seconds=0.002), ChatOptions(concurrency=8))
    found = await asyncio.gather(*(chat.complete([("human", str(i))], tag="t") for i in range(64)))
    assert [reply.text for reply in found] == [str(i) for i in range(64)]
    await chat.close()


# ── presets, without weights
def test_every_preset_is_found_by_its_last_name_in_any_case() -> None:
    for name in PRESETS:
        last = name.rpartition("/")[2]
        assert full_name(last.upper()) == name
        assert preset(f"/somewhere/{last}", "") == PRESETS[name]
    assert full_name("./a/folder") == "./a/folder"


def test_a_system_message_goes_before_the_first_question_where_there_is_no_such_role() -> None:
    said = [SystemMessage("Be brief."), HumanMessage("Hi"), AIMessage("Hello"), HumanMessage("A"), HumanMessage("B")]
    assert turns(said, PRESETS["google/gemma-7b"]) == [
        {"role": "user", "content": "Be brief.\n\nHi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "A\n\nB"},
    ]
    assert turns(said, Preset())[0] == {"role": "system", "content": "Be brief."}


def test_a_folder_here_beats_a_presets_short_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = ChatOptions(model="hf:gemma-7b")
    assert (full_name("gemma-7b"), fingerprint(options)) == ("google/gemma-7b", "")
    (tmp_path / "gemma-7b").mkdir()
    (tmp_path / "gemma-7b" / "config.json").write_text("{}")
    assert full_name("gemma-7b") == "gemma-7b"
    assert "config.json" in fingerprint(options)


def test_a_local_model_is_one_to_all_and_another_when_its_files_are(tmp_path: Path) -> None:
    options = ChatOptions(model=f"hf:{tmp_path}")
    first = make_model(options)
    assert make_model(ChatOptions(model=f"hf:{tmp_path}")) is first
    assert make_model(ChatOptions(model=f"hf:{tmp_path}", max_tokens=7)) is not first
    (tmp_path / "config.json").write_text("{}")
    assert make_model(options) is not first


def test_the_address_that_a_client_really_asks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/theirs")
    key = SecretStr("sk-anything-at-all")
    assert server(_made(ChatOptions(model="openai:x", api_key=key))).startswith("http://127.0.0.1:9/theirs")
    assert "anthropic" in server(_made(ChatOptions(model="anthropic:x", api_key=key)))
    assert server(_made(ChatOptions(model="ollama:x", base_url="http://127.0.0.1:8"))).startswith("http://127.0.0.1:8")
    assert server(Scripted(script=[])) == ""


@pytest.mark.parametrize(
    ("model", "provider"), [("OpenAI:x", "ChatOpenAI"), ("Anthropic:x", "ChatAnthropic"), ("OLLAMA:x", "ChatOllama")]
)
def test_a_provider_in_another_case_keeps_its_settings(model: str, provider: str) -> None:
    key = None if provider == "ChatOllama" else SecretStr("sk-anything-at-all")
    made: Any = _made(ChatOptions(model=model, api_key=key, timeout_seconds=7))
    assert type(made).__name__ == provider
    limits = {"ChatOpenAI": "request_timeout", "ChatAnthropic": "default_request_timeout"}
    assert provider == "ChatOllama" or (getattr(made, limits[provider]), made.max_retries) == (7, 0)
    release(made)


@pytest.mark.skipif(not HERE_IS_NO_TORCH, reason="torch is installed: the extra cannot be missed")
async def test_a_local_model_without_the_extra_names_it() -> None:
    chat = chat_of(_made(ChatOptions(model="hf:gemma-7b")), ChatOptions(model="hf:gemma-7b"))
    with pytest.raises(ConfigError, match="extra `local`"):
        await chat.complete([("human", "?")], tag="t")
    await chat.close()
