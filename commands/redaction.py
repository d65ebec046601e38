"""Keep passwords, keys and the credentials in addresses out of everything that is printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, unquote

from pydantic import BaseModel, SecretStr

_USER = re.compile(r"//[^\s'\"]*@")
_NAMED = re.compile(r"(?i)\b((?:\w*password|passwd|pwd|secret|\w*token|api_?key)=)(?!\*)[^\s&;'\"]+")
_KEY = re.compile(r"\b(?:sk|pk)-[\w-]{6,}|(?i:\bbearer\s+)[\w.~+/-]{6,}")
_SHORTEST = 6
"""Shorter ones would be taken out of the middle of words; by their place alone they are still masked."""


def secrets_of(settings: BaseModel) -> frozenset[str]:
    """Every secret of the settings, in each of the spellings in which an error may show it."""
    found = {spelt for secret in _secrets(settings) for spelt in _spellings(secret)}
    return frozenset(secret for secret in found if len(secret) >= _SHORTEST)


def _secrets(branch: object) -> Iterator[str]:
    if isinstance(branch, BaseModel):
        for name in type(branch).model_fields:
            yield from _secrets(getattr(branch, name))
    elif isinstance(branch, SecretStr):
        yield branch.get_secret_value()
    elif isinstance(branch, str):
        yield from _in_address(branch)


def _in_address(text: str) -> Iterator[str]:
    """The password, or a lone user, before the host of an address, with or without a scheme, and its secret options."""
    before, at, _ = text.rpartition("@")
    if at:
        user = before.partition("//")[2] or before
        yield from (user, user.partition(":")[2])
    yield from (value for name, value in parse_qsl(text.partition("?")[2]) if _NAMED.match(f"{name}=x"))


def _spellings(secret: str) -> Iterator[str]:
    for one in (secret, unquote(secret), quote(secret), quote(secret, safe="")):
        yield from (one, repr(one)[1:-1], json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1])


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """A message without these secrets, the longest first, nor what looks like one: a user in an address, the value of
    a password's option, a key."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "…")
    return _KEY.sub("…", _NAMED.sub(r"\1…", _USER.sub("//…@", text)))
