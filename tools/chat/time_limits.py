"""How long one try of a model may take: a server on a machine of one's own reads a prompt for as long as it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from langchain_core.messages import BaseMessage

from ...settings import ChatOptions

READ = 200
"""Characters of a prompt that such a server is taken to read in a second: some 50 tokens, as a small one without a
graphics card does."""
LONGEST = 60_000
"""Characters of the longest prompt that is waited for; what evidence a model is shown is bounded below it."""


def seconds(options: ChatOptions, messages: Sequence[BaseMessage]) -> float:
    """Of one try, from the first character read to the last one written."""
    length = sum(len(message.text) for message in messages)
    return options.timeout_seconds + (min(length, LONGEST) / READ if reads_slowly(options) else 0.0)


def in_time(options: ChatOptions, messages: Sequence[BaseMessage]) -> dict[str, Any]:
    """What the vendor's client is given with a call, so that a server whose answer nobody waits for stops: OpenAI's
    alone takes a time-out of each call."""
    told = (options.model or "").startswith("openai:") and reads_slowly(options)
    return {"timeout": seconds(options, messages)} if told else {}


def most_seconds(options: ChatOptions) -> float:
    """What a client that takes no time-out of a call, Ollama's, is to wait at most."""
    return options.timeout_seconds + (LONGEST / READ if reads_slowly(options) else 0.0)


def reads_slowly(options: ChatOptions) -> bool:
    """Whether the model is served on a machine of one's own, as far as its address tells."""
    host = urlsplit(options.base_url or "").hostname or ""
    if not host:
        return (options.model or "").startswith("ollama:")
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".internal", ".home.arpa"))
