"""Names to factories: one typed, lazy table per kind of adapter; strangers join by entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar, cast

from .errors import ConfigError

F = TypeVar("F", bound=Callable[..., object])


@cache
def strangers(kind: str) -> Mapping[str, EntryPoint]:
    """What installed packages add to a kind, by name; looked up once, for it reads many files."""
    return {entry.name: entry for entry in entry_points(group=f"kgqa.{kind}")}


def known(kind: str, built_in: Iterable[str]) -> list[str]:
    """The built-in names of a kind and the strangers', sorted."""
    return sorted({*built_in, *strangers(kind)})


class Registry(Generic[F]):
    """The adapters of one kind. A factory imports its vendor inside, so that naming it costs nothing.

    Third parties add one with an entry point in the group `kgqa.<kind>`; a built-in name wins over a stranger's.
    """

    def __init__(self, kind: str, factories: Mapping[str, F]) -> None:
        self.kind = kind
        self._factories = dict(factories)

    def names(self) -> list[str]:
        """Every name that `get` takes, sorted."""
        return known(self.kind, self._factories)

    def get(self, name: str) -> F:
        """The factory called `name`.

        Raises:
            ConfigError: no adapter of this kind has that name; the message lists those there are.
        """
        if name in self._factories:
            return self._factories[name]
        if name in strangers(self.kind):
            return cast(F, strangers(self.kind)[name].load())
        raise ConfigError(f"no {self.kind} is called {name!r}; choose one of {', '.join(self.names())}")
