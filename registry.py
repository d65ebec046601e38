"""Names to factories: one typed, lazy table per kind of adapter; strangers join by entry points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from .errors import ConfigError

F = TypeVar("F", bound=Callable[..., object])


class Registry(Generic[F]):
    """The adapters of one kind. A factory imports its vendor inside, so that naming it costs nothing.

    Third parties add one with an entry point in the group `kgqa.<kind>`; a built-in name wins over a stranger's.
    """

    def __init__(self, kind: str, factories: Mapping[str, F]) -> None:
        self.kind = kind
        self._factories = dict(factories)

    def names(self) -> list[str]:
        """Every name that `get` takes, sorted."""
        return sorted({*self._factories, *(e.name for e in entry_points(group=f"kgqa.{self.kind}"))})

    def get(self, name: str) -> F:
        """The factory called `name`.

        Raises:
            ConfigError: no adapter of this kind has that name; the message lists those there are.
        """
        if name in self._factories:
            return self._factories[name]
        for entry in entry_points(group=f"kgqa.{self.kind}", name=name):
            return cast(F, entry.load())
        raise ConfigError(f"no {self.kind} is called {name!r}; choose one of {', '.join(self.names())}")
