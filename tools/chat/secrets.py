"""Take keys, and user and password of addresses, out of messages, logs and pictures."""

from __future__ import annotations

import re
from urllib.parse import unquote

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from ...settings import ChatOptions

_KEY = re.compile(r"(?i)\b(?:sk|pk|key|bearer|token)[-_: ]+[\w.*-]{6,}")
_USER = re.compile(r"//[^/\s]*@|//\S*:\S*@")
_SHORTEST = 6
"""Shorter ones are placeholders (`none`, `EMPTY`), and would be taken out of the middle of words."""


def secrets_of(options: ChatOptions, model: BaseChatModel | None = None) -> frozenset[str]:
    """Those of the settings, and those that the vendor's client has from elsewhere, as from the environment."""
    names = () if model is None else type(model).model_fields
    held = [options.api_key, *(getattr(model, name, None) for name in names)]
    found = {secret.get_secret_value() for secret in held if isinstance(secret, SecretStr)}
    user = re.match(r"\w+://(\S*)@", options.base_url or "")
    if user:
        found |= {user[1], *user[1].split(":", 1)}
    found |= {unquote(secret) for secret in found}
    return frozenset(secret for secret in found if len(secret) >= _SHORTEST)


def redacted(text: str, options: ChatOptions, secrets: frozenset[str] = frozenset()) -> str:
    """The text without any of these, the longest first, and without what else looks like a key."""
    for secret in sorted(secrets | secrets_of(options), key=len, reverse=True):
        text = text.replace(secret, "…")
    return _KEY.sub("…", _USER.sub("//…@", text))


def address(options: ChatOptions) -> str:
    """The base URL as it can be shown."""
    return _USER.sub("//…@", options.base_url or "")
