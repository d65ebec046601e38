"""Count what model calls took, tokens and cost, for whoever asks."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path

from langchain_core.messages import AIMessage, BaseMessage
from pydantic import TypeAdapter, ValidationError

from ...errors import ConfigError
from ...model import Usage

Prices = Mapping[str, tuple[float, float]]
"""Name of a model, or of a provider with its colon → US dollars a million tokens, in and out."""

CACHED = "kgqa_cached"
"""Set in the `response_metadata` of a reply that was kept from before."""
KEPT_AS = "kgqa_kept_as"
"""The key of a reply that is kept, in the same place."""
_EDITION = re.compile(r"[-@](?:\d{4}-\d\d-\d\d|\d{4}|\d{6}|\d{8}|latest|preview)")
"""What names an edition of a model, and no other model."""


@cache
def _table() -> TypeAdapter[dict[str, tuple[float, float]]]:
    """Made when prices are read: a question that asks no model needs none."""
    return TypeAdapter(dict[str, tuple[float, float]])


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over some calls."""

    calls: int = 0
    cached: int = 0
    """Of the calls, those answered from what was kept."""
    input_tokens: int = 0
    output_tokens: int = 0
    """Tokens of cached replies are not counted again."""
    cost: float = 0.0
    unpriced: int = 0
    """Calls that the price table has no price for; where there are some, `cost` is too low."""
    estimated: int = 0
    """Calls whose tokens were guessed."""

    def __add__(self, other: Total) -> Total:
        """Both together."""
        return Total(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def plus(self, usage: Usage) -> Total:
        """This and one call more."""
        fresh = not usage.cached
        return Total(
            calls=self.calls + 1,
            cached=self.cached + usage.cached,
            input_tokens=self.input_tokens + usage.input_tokens * fresh,
            output_tokens=self.output_tokens + usage.output_tokens * fresh,
            cost=self.cost + (usage.cost or 0.0),
            unpriced=self.unpriced + (usage.cost is None),
            estimated=self.estimated + (usage.estimated and fresh),
        )


class Ledger:
    """Totals by tag (who asked), safe to write from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals: dict[str, Total] = {}

    def add(self, tag: str, usage: Usage) -> None:
        """Count one call."""
        with self._lock:
            self._totals[tag] = self._totals.get(tag, Total()).plus(usage)

    def totals(self) -> Mapping[str, Total]:
        """Tag → sum, by tag."""
        with self._lock:
            return dict(sorted(self._totals.items()))


_counting: ContextVar[tuple[Ledger, ...]] = ContextVar("kgqa_counting", default=())


@contextmanager
def counting() -> Iterator[Ledger]:
    """Count every model call made within the block, also by tasks begun there; blocks may nest."""
    ledger = Ledger()
    token = _counting.set((*_counting.get(), ledger))
    try:
        yield ledger
    finally:
        _counting.reset(token)


def count(tag: str, usage: Usage) -> None:
    """Enter one call with everyone who is counting."""
    for ledger in _counting.get():
        ledger.add(tag, usage)


def load_prices(more: Path | None) -> Prices:
    """The shipped table, with the user's file over it.

    Raises:
        ConfigError: the user's file cannot be read as such a table.
    """
    shipped = json.loads(files(__package__).joinpath("prices.json").read_text("utf-8"))
    prices: dict[str, tuple[float, float]] = _table().validate_python({k: v for k, v in shipped.items() if k != "_"})
    return prices if more is None else {**prices, **_users_prices(more)}


def _users_prices(path: Path) -> Prices:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"KGQA_CHAT__PRICES {str(path)!r} cannot be read: {error}") from error
    try:
        return _table().validate_json(text)
    except ValidationError as error:
        raise ConfigError(f"KGQA_CHAT__PRICES {str(path)!r} is not a table of model → [in, out]") from error


def measure(model: str, messages: Sequence[BaseMessage], reply: AIMessage, prices: Prices) -> Usage:
    """What a call took: as the model says, else guessed from the text and marked so."""
    cached = bool(reply.response_metadata.get(CACHED))
    said = reply.usage_metadata
    inward = said["input_tokens"] if said else sum(_guess(str(m.text)) + 4 for m in messages)
    outward = said["output_tokens"] if said else _guess(str(reply.text) + json.dumps(reply.tool_calls))
    price = _price(model, prices)
    cost = None if price is None else (inward * price[0] + outward * price[1]) / 1_000_000
    return Usage(inward, outward, 0.0 if cached else cost, estimated=not said, cached=cached)


def _price(model: str, prices: Prices) -> tuple[float, float] | None:
    """Of the model, of that whose edition it is, else of its provider: `gpt-5-pro` costs what `gpt-5` does not."""
    fitting = [name for name in prices if model.startswith(name) and _same(name, model[len(name) :])]
    return prices[max(fitting, key=len)] if fitting else None


def _same(name: str, rest: str) -> bool:
    return not rest or name.endswith(":") or _EDITION.fullmatch(rest) is not None


def _guess(text: str) -> int:
    """A token for four ASCII characters or for one other: near enough for a warning, no more."""
    narrow = len(text.encode("ascii", "ignore"))
    return narrow // 4 + len(text) - narrow + 1
