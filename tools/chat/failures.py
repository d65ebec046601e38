"""What went wrong with a model, told as one of our errors: whose turn it is, which setting to change, no secrets."""

from __future__ import annotations

import email.utils
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import BackendError, ConfigError, KgqaError, TransientError
from ...settings import ChatOptions

_SECRET = re.compile(r"(?i)\b(?:sk|pk|key|bearer|token)[-_: ]+[\w.*-]{6,}")
_PASSING = frozenset({408, 409, 423, 425, 429})
_TIMED_OUT = re.compile(r"time.?d?.?out", re.IGNORECASE)
_UNREACHABLE = re.compile(r"connect|protocol|network|unreachable|disconnected", re.IGNORECASE)
_NO_KEY = re.compile(r"api_key|api key|authentication method|credentials", re.IGNORECASE)


class Refused(BackendError):
    """The server understood and will not: a parameter, a tool, a length."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The error to raise, and for one that may pass how long the server asks to wait, in seconds."""

    error: KgqaError
    wait: float | None = None


def explain(error: BaseException, options: ChatOptions) -> Failure:
    """Any vendor's error as ours; the vendors' libraries need not be there."""
    if isinstance(error, KgqaError):
        return Failure(error)
    status = _status(error)
    if status is not None:
        return _explain_status(status, error, options)
    kind = " ".join(base.__name__ for base in type(error).__mro__)
    name = f"model {options.model!r}"
    if _TIMED_OUT.search(kind):
        return Failure(
            TransientError(f"{name} gave no answer in {options.timeout_seconds:g} s (KGQA_CHAT__TIMEOUT_SECONDS)")
        )
    if _UNREACHABLE.search(kind):
        where = options.base_url or "its provider"
        return Failure(TransientError(f"{name} cannot be reached at {where} (KGQA_CHAT__BASE_URL)"))
    if _NO_KEY.search(str(error)):
        return Failure(no_key(options))
    if isinstance(error, json.JSONDecodeError) or "Validation" in kind:
        return Failure(BackendError(f"{name} sent what is not a reply: {line(error, options)}"))
    return Failure(BackendError(f"{name} failed: {type(error).__name__}: {line(error, options)}"))


def no_key(options: ChatOptions) -> ConfigError:
    """The error for a key that is not there."""
    provider = (options.model or "").partition(":")[0]
    own = "" if options.base_url else f", or the provider's own variable ({provider.upper()}_API_KEY)"
    return ConfigError(f"model {options.model!r} needs a key: set KGQA_CHAT__API_KEY{own}")


def line(error: BaseException, options: ChatOptions) -> str:
    """The first line of an error's text, without anything that looks like a key."""
    text = str(error).strip().partition("\n")[0][:300]
    if options.api_key is not None and options.api_key.get_secret_value():
        text = text.replace(options.api_key.get_secret_value(), "…")
    return _SECRET.sub("…", text)


def _explain_status(status: int, error: BaseException, options: ChatOptions) -> Failure:
    name = f"model {options.model!r}"
    if status in (401, 403):
        return Failure(ConfigError(f"{name} refused the key ({status}): change KGQA_CHAT__API_KEY"))
    if status == 404:
        where = f" at {options.base_url}" if options.base_url else ""
        return Failure(ConfigError(f"{name} is not known{where} (404): change KGQA_CHAT__MODEL or KGQA_CHAT__BASE_URL"))
    if "insufficient_quota" in str(error):
        return Failure(ConfigError(f"{name}: the account of KGQA_CHAT__API_KEY has no quota left ({status})"))
    if status in _PASSING or status >= 500:
        why = "asks to slow down" if status == 429 else "is in trouble"
        return Failure(TransientError(f"{name} {why} ({status})"), _retry_after(error))
    return Failure(Refused(f"{name} refused the request ({status}): {line(error, options)}"))


def _status(error: BaseException) -> int | None:
    """An HTTP status, where the error or its response carries one."""
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _retry_after(error: BaseException) -> float | None:
    """Seconds, from `Retry-After` as a number or as a date (RFC 9110 §10.2.3)."""
    headers: Mapping[str, str] = getattr(getattr(error, "response", None), "headers", None) or {}
    given = headers.get("retry-after", "")
    if re.fullmatch(r"\d+(\.\d+)?", given):
        return float(given)
    date = email.utils.parsedate_tz(given)
    return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None
