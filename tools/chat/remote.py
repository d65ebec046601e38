"""Chat models of providers, through LangChain's `init_chat_model`."""

from __future__ import annotations

import importlib.util
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from ...errors import ConfigError
from ...settings import ChatOptions
from .failures import explain, no_key
from .time_limits import most_seconds

_TIMEOUT_NAMES = {"openai": "timeout", "anthropic": "timeout", "azure_openai": "timeout"}
_OWN_RETRIES = frozenset({"openai", "anthropic", "azure_openai", "mistralai", "groq", "deepseek"})
"""Providers whose client tries again by itself unless told not to: trying again is the gate's work."""


def remote(options: ChatOptions) -> BaseChatModel:
    """The model that `provider:name` says, not yet asked anything.

    Raises:
        ConfigError: provider, package or key is missing; the message names the setting.
    """
    if importlib.util.find_spec("langchain") is None:
        raise ConfigError(f"KGQA_CHAT__MODEL {options.model!r} needs the extra `llm`: pip install 'kgqa[llm]'")
    from langchain.chat_models import init_chat_model

    provider, colon, name = (options.model or "").partition(":")
    if not (colon and provider and name):
        raise ConfigError(
            f"KGQA_CHAT__MODEL {options.model!r} is not provider:model, as in 'openai:gpt-4o-mini', "
            "'ollama:qwen3:8b', 'hf:Qwen/Qwen2.5-1.5B-Instruct'"
        )
    arguments = _arguments(provider, options)
    try:
        model: BaseChatModel = init_chat_model(name, model_provider=provider, **arguments)
    except ImportError as error:
        raise ConfigError(f"KGQA_CHAT__MODEL {options.model!r}: {str(error).partition(chr(10))[0]}") from error
    except Exception as error:  # noqa: BLE001 - vendors share no base type
        problem = _first_line(error, options)
    else:
        return _with_key(model, options)
    # Raised here and not above: the vendor's own error may show what it was given, the key too.
    raise ConfigError(problem)


def _with_key(model: BaseChatModel, options: ChatOptions) -> BaseChatModel:
    if _has_empty_key(model):
        raise no_key(options)
    return model


def release(model: BaseChatModel) -> None:
    """Close what the vendor's object leaves open: Ollama's alone, the others share their connections in the process."""
    if type(model).__module__.startswith("langchain_ollama"):
        cast(Any, model)._client.close()


def server(model: BaseChatModel) -> str:
    """The address that the vendor's client asks, whether set or found in the environment; empty where none is told."""
    client = getattr(model, "root_client", None) or getattr(model, "_client", None)
    while client is not None and not hasattr(client, "base_url"):
        client = getattr(client, "_client", None)
    return str(getattr(client, "base_url", ""))


def _has_empty_key(model: BaseChatModel) -> bool:
    """Some clients take an empty key for one and learn better from the server only."""
    keys = [getattr(model, name) for name in type(model).model_fields if name.endswith("api_key")]
    return any(isinstance(key, SecretStr) and not key.get_secret_value() for key in keys)


def _first_line(error: Exception, options: ChatOptions) -> str:
    told = explain(error, options).error
    return str(told) if isinstance(told, ConfigError) else f"KGQA_CHAT__MODEL {options.model!r} cannot be used: {told}"


def _arguments(provider: str, options: ChatOptions) -> dict[str, Any]:
    """Each provider's names for what is set."""
    given: dict[str, Any] = {"max_tokens": options.max_tokens}
    if options.temperature is not None:
        given["temperature"] = options.temperature
    if options.base_url:
        given["base_url"] = options.base_url
    if provider == "ollama":
        if options.api_key is not None:
            raise ConfigError(
                "KGQA_CHAT__API_KEY is not for 'ollama:' models; reach one that asks for a key as 'openai:…' at its /v1"
            )
        given["num_predict"] = given.pop("max_tokens")
        return {**given, "client_kwargs": {"timeout": most_seconds(options)}}
    if options.api_key is not None:
        given["api_key"] = options.api_key.get_secret_value()
    elif options.base_url:
        # Else the client would send the provider's key, found in the environment, to somebody else's server.
        given["api_key"] = "none"
    if provider in _TIMEOUT_NAMES:
        given[_TIMEOUT_NAMES[provider]] = options.timeout_seconds
    if provider in _OWN_RETRIES:
        given["max_retries"] = 0
    if provider == "openai":
        given["stream_usage"] = True
    return given
