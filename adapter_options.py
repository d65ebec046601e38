"""Options of adapters: `kind` names the adapter, and the adapter's own model says what else may be set.

The models of built-in adapters are in `shipped_options.py`. An extension's model is the type of its factory's first
parameter: `def store(options: JournalStore, home: Path) -> GraphStore`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from .registry import broken, extension, extensions, known


class Options(BaseModel):
    """A frozen branch of the settings; a name it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AdapterOptions(Options):
    """The options of one adapter. A subclass says which: `kind: Literal["mine"] = "mine"`."""

    kind: str


M = TypeVar("M", bound=AdapterOptions)


def by_kind(what: str, base: type[M], built_in: Mapping[str, type[M]]) -> Callable[[object], M]:
    """A validator of the options of a `what` (`store`, `index` …): their `kind` chooses the model that checks them.

    The models of extensions must be subclasses of `base`.
    """

    def check(value: object) -> M:
        kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
        if isinstance(kind, str) and kind in built_in:
            return built_in[kind].model_validate(value)
        if isinstance(kind, str) and kind in extensions(what):
            return _model_of(what, kind, base).model_validate(value)
        said = f"no {what} is called {kind!r}" if isinstance(kind, str) else "has no kind"
        raise PydanticCustomError(
            "kind", "{said}; choose one of {choices}", {"said": said, "choices": ", ".join(known(what, built_in))}
        )

    return check


def _model_of(what: str, kind: str, base: type[M]) -> type[M]:
    """The model of an extension's options. Raises: ConfigError, where its factory names none."""
    model = _first_type(extension(what, kind))
    if isinstance(model, type) and issubclass(model, base):
        return model
    raise broken(what, kind, f"must take as its first parameter its options, of a subclass of {base.__name__}")


def _first_type(factory: object) -> object:
    """The type of the first parameter; None where there is none, or its name leads nowhere."""
    if not callable(factory):
        return None
    try:
        first = next(iter(inspect.signature(factory).parameters.values()), None)
        # This one alone: the other types may be imported for type checkers only.
        hints = SimpleNamespace(__annotations__={"first": first.annotation if first else None})
        return get_type_hints(hints, vars(sys.modules[factory.__module__])).get("first")
    except (NameError, TypeError, ValueError):
        return None
