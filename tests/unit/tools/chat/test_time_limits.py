"""How long a model is waited for."""

from __future__ import annotations

import pytest
from kgqa.settings import ChatOptions
from kgqa.tools.chat.time_limits import most_seconds, seconds
from langchain_core.messages import HumanMessage

PROMPT = [HumanMessage("x" * 12_000)]


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("ollama:qwen3:8b", None),
        ("ollama:qwen3:8b", "http://localhost:11434"),
        ("openai:served", "http://127.0.0.1:8000/v1"),
        ("openai:served", "http://[::1]:8000/v1"),
        ("openai:served", "http://192.168.0.7:8000/v1"),
        ("openai:served", "http://gpu-box:8000/v1"),
    ],
)
def test_a_server_of_ones_own_has_time_to_read_a_long_prompt(model: str, url: str | None) -> None:
    options = ChatOptions(model=model, base_url=url, timeout_seconds=10)
    assert seconds(options, PROMPT) == 70
    assert seconds(options, [HumanMessage("x" * 10_000_000)]) == most_seconds(options) == 310


@pytest.mark.parametrize(
    ("model", "url"),
    [("openai:gpt-4o-mini", None), ("openai:served", "https://api.example.com/v1"), ("openai:x", "https://8.8.8.8/v1")],
)
def test_a_provider_has_the_time_that_is_set(model: str, url: str | None) -> None:
    options = ChatOptions(model=model, base_url=url, timeout_seconds=10)
    assert seconds(options, PROMPT) == most_seconds(options) == 10
