"""Language models: what one says, and what it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Usage:
    """What one model call took."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    """US dollars by the price table; None where it has no price for the model."""
    estimated: bool = False
    """Whether the tokens were guessed from the text, because the model did not say."""
    cached: bool = False
    """Whether the reply was kept from before: its tokens were paid then, its cost now is 0."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that a model asks to be called."""

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a chat model said, without its thinking aloud."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
