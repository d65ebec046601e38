"""Names to factories: one typed, lazy table per kind of adapter; other packages add to it by entry points."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar, cast

from .errors import ConfigError

F = TypeVar("F", bound=Callable[..., object])


@cache
def extensions(kind: str) -> Mapping[str, EntryPoint]:
    """What installed packages add to a kind, by name; looked up once, for it reads many files."""
    return {entry.name: entry for entry in entry_points(group=f"kgqa.{kind}")}


def known(kind: str, built_in: Iterable[str]) -> list[str]:
    """The built-in names of a kind and those of extensions, sorted."""
    return sorted({*built_in, *extensions(kind)})


def package_of(kind: str, name: str) -> str:
    """The package that brings this extension, with its version; empty for a name that no extension has."""
    entry = extensions(kind).get(name)
    if entry is None:
        return ""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def extension(kind: str, name: str) -> Any:
    """What the entry point `name` of the group `kgqa.<kind>` stands for.

    Raises:
        ConfigError: it cannot be imported; the message names the package that brings it.
    """
    try:
        return extensions(kind)[name].load()
    except Exception as error:  # an extension's module may fail in any way
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise broken(kind, name, f"cannot be loaded: {said}") from error


def broken(kind: str, name: str, why: str) -> ConfigError:
    """The error to raise for an extension that cannot be used."""
    return ConfigError(f"{kind} {name!r} of {package_of(kind, name)} {why}")


class Registry(Generic[F]):
    """The adapters of one kind. A factory imports its vendor inside, so that naming it costs nothing.

    Other packages add one with an entry point in the group `kgqa.<kind>`; a built-in name wins over an extension's.
    """

    def __init__(self, kind: str, factories: Mapping[str, F]) -> None:
        self.kind = kind
        self._factories = dict(factories)

    def names(self) -> list[str]:
        """Every name that `get` takes, sorted."""
        return known(self.kind, self._factories)

    def package(self, name: str) -> str:
        """The package that brings this adapter, with its version; empty for a built-in one."""
        return "" if name in self._factories else package_of(self.kind, name)

    def get(self, name: str) -> F:
        """The factory called `name`.

        Raises:
            ConfigError: no adapter of this kind has that name (the message lists those there are), or an extension
                cannot be loaded or takes other parameters than the built-in factories.
        """
        if name in self._factories:
            return self._factories[name]
        if name not in extensions(self.kind):
            raise ConfigError(f"no {self.kind} is called {name!r}; choose one of {', '.join(self.names())}")
        found = extension(self.kind, name)
        parameters = _parameters(next(iter(self._factories.values())))
        if not _takes(found, parameters):
            raise broken(self.kind, name, f"must be a callable that takes ({', '.join(parameters)})")
        return cast(F, found)


def _parameters(factory: Callable[..., object]) -> list[str]:
    return list(inspect.signature(factory).parameters)


def _takes(found: object, parameters: list[str]) -> bool:
    """Whether it can be called with so many positional arguments."""
    if not callable(found):
        return False
    try:
        inspect.signature(found).bind(*parameters)
    except TypeError:
        return False
    except ValueError:  # some callables written in C do not tell
        return True
    return True
