"""Turn a model's failure into one of our errors: whose turn it is, which setting to change, no secrets."""

from __future__ import annotations

import email.utils
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import BackendError, ConfigError, InputError, KgqaError, TransientError
from ...settings import ChatOptions
from .secrets import address, redacted
from .time_limits import reads_slowly

_PASSING = frozenset({408, 409, 423, 425, 429})
_TIMED_OUT = re.compile(r"time.?d?.?out", re.IGNORECASE)
_UNREACHABLE = re.compile(r"connect|protocol|network|unreachable|disconnected", re.IGNORECASE)
_NO_KEY = re.compile(r"api_key|api key|authentication method|credentials", re.IGNORECASE)
_IN_TROUBLE = re.compile(r"overloaded|server_error|rate_limit|too_many|unavailable|time.?out", re.IGNORECASE)
_LONGEST = 300
_KEYS = {
    "azure_openai": "AZURE_OPENAI_API_KEY",
    "bedrock": "AWS_ACCESS_KEY_ID",
    "bedrock_converse": "AWS_ACCESS_KEY_ID",
    "google_genai": "GOOGLE_API_KEY",
    "google_vertexai": "GOOGLE_APPLICATION_CREDENTIALS",
    "huggingface": "HUGGINGFACEHUB_API_TOKEN",
    "mistralai": "MISTRAL_API_KEY",
}
"""Provider → the variable its key is read from, where that is not the provider's name with `_API_KEY`."""


class Refused(BackendError):
    """The server understood and will not: a parameter, a tool, a length."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The error to raise, and for one that may pass how long the server asks to wait, in seconds."""

    error: KgqaError
    wait: float | None = None
    cause: Exception | None = None
    """The vendor's error in words: itself it may carry a request with its key."""
    unreachable: bool = False
    """Whether nobody answered at its address."""


def explain(error: BaseException, options: ChatOptions, secrets: frozenset[str] = frozenset()) -> Failure:
    """Any vendor's error as ours; the vendors' libraries need not be there. `secrets` are to stand in no text."""
    if isinstance(error, InputError):
        # Nothing that a model refuses is the fault of whoever asked the question.
        return Failure(BackendError(str(error)))
    if isinstance(error, KgqaError):
        return Failure(error)
    told, wait = _told(error, options, secrets)
    said = RuntimeError(f"{type(error).__name__}: {line(error, options, secrets)}")
    return Failure(told, wait, said, _is_unreachable(error))


def _told(error: BaseException, options: ChatOptions, secrets: frozenset[str]) -> tuple[KgqaError, float | None]:
    status = _status(error)
    if status is not None:
        return _explain_status(status, error, options, secrets)
    kind = " ".join(base.__name__ for base in type(error).__mro__)
    name = f"model {options.model!r}"
    if _TIMED_OUT.search(kind):
        beside = " beside reading the prompt" if reads_slowly(options) else ""
        told = f"{name} gave no answer in {options.timeout_seconds:g} s{beside} (KGQA_CHAT__TIMEOUT_SECONDS)"
        return TransientError(told), None
    if _is_unreachable(error):
        where = address(options) or "its provider"
        return TransientError(f"{name} cannot be reached at {where} (KGQA_CHAT__BASE_URL)"), None
    if _IN_TROUBLE.search(_code(error)):
        return TransientError(f"{name} is in trouble ({_code(error)})"), None
    if _NO_KEY.search(str(error)):
        return no_key(options), None
    if isinstance(error, UnicodeEncodeError) and error.encoding in ("ascii", "latin-1"):
        return ConfigError(f"{name}: its key holds {error.object[error.start]!r}, which no key can hold"), None
    if isinstance(error, json.JSONDecodeError) or "Validation" in kind:
        return BackendError(f"{name} sent what is not a reply: {line(error, options, secrets)}"), None
    return BackendError(f"{name} failed: {type(error).__name__}: {line(error, options, secrets)}"), None


def _is_unreachable(error: BaseException) -> bool:
    kinds = " ".join(base.__name__ for base in type(error).__mro__)
    return _status(error) is None and not _TIMED_OUT.search(kinds) and bool(_UNREACHABLE.search(kinds))


def no_key(options: ChatOptions) -> ConfigError:
    """The error for a key that is not there."""
    own = "" if options.base_url else f", or the provider's own variable ({key_variable(options)})"
    return ConfigError(f"model {options.model!r} needs a key: set KGQA_CHAT__API_KEY{own}")


def key_variable(options: ChatOptions) -> str:
    """The environment variable that the provider's own client reads its key from."""
    provider = (options.model or "").partition(":")[0]
    return _KEYS.get(provider, f"{provider.upper()}_API_KEY")


def line(error: BaseException, options: ChatOptions, secrets: frozenset[str] = frozenset()) -> str:
    """The first line of an error's text, without anything that looks like a key."""
    return redacted(str(error).strip().partition("\n")[0], options, secrets)[:_LONGEST]


def _explain_status(
    status: int, error: BaseException, options: ChatOptions, secrets: frozenset[str]
) -> tuple[KgqaError, float | None]:
    name = f"model {options.model!r}"
    if status in (401, 403):
        return ConfigError(f"{name} refused the key ({status}): change KGQA_CHAT__API_KEY"), None
    if status == 404:
        where = f" at {address(options)}" if options.base_url else ""
        return ConfigError(f"{name} is not known{where} (404): change KGQA_CHAT__MODEL or KGQA_CHAT__BASE_URL"), None
    if "insufficient_quota" in str(error):
        return ConfigError(f"{name}: the account of KGQA_CHAT__API_KEY has no quota left ({status})"), None
    if status in _PASSING or status >= 500:
        why = "asks to slow down" if status == 429 else "is in trouble"
        return TransientError(f"{name} {why} ({status})"), _retry_after(error)
    return Refused(f"{name} refused the request ({status}): {line(error, options, secrets)}"), None


def _status(error: BaseException) -> int | None:
    """An HTTP status, where the error or its response carries one, or its code is one: so in the middle of a stream."""
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    code = _code(error)
    return int(code) if re.fullmatch(r"[45]\d\d", code) else None


def _code(error: BaseException) -> str:
    """What the body of the error calls it: `503`, `server_error`, `overloaded_error`."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else {}
    told = inner if isinstance(inner, dict) else {}
    found = (getattr(error, "code", None), told.get("code"), told.get("type"))
    return next((str(code)[:40] for code in found if isinstance(code, int | str) and code), "")


def _retry_after(error: BaseException) -> float | None:
    """Seconds, from `Retry-After` as a number or as a date (RFC 9110 §10.2.3)."""
    headers: Mapping[str, str] = getattr(getattr(error, "response", None), "headers", None) or {}
    given = headers.get("retry-after", "")
    if re.fullmatch(r"\d+(\.\d+)?", given):
        return float(given)
    date = email.utils.parsedate_tz(given)
    return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None
