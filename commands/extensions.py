"""What may be chosen of each kind, with the packages that bring it: for `--help`, and for `kgqa doctor`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..errors import ConfigError
from ..registry import Registry, extensions, known, package_of
from ..settings import EMBEDDERS, INDEXES, STORES, STRATEGIES

_CHOSEN_BY_SETTINGS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "store": ("Stores", STORES),
    "index": ("Indexes", INDEXES),
    "embedder": ("Embedders", EMBEDDERS),
}


def strategy_choices() -> list[str]:
    """What `kgqa ask --help` says of the strategies."""
    return [f"Strategies: {_named('strategy', known('strategy', STRATEGIES), STRATEGIES)}."]


def format_choices() -> list[str]:
    """What `kgqa ingest --help` says of the formats."""
    from ..ingestion.formats import endings, formats

    taken: dict[str, list[str]] = {}
    for ending, name in sorted(endings().items()):
        taken.setdefault(name, []).append(ending)
    said = (f"{name} ({', '.join([*taken[name], *filter(None, [formats.package(name)])])})" for name in sorted(taken))
    return [f"Formats: {', '.join(said)}."]


def setting_choices() -> list[str]:
    """What `kgqa doctor --help` says of the adapters that a setting chooses."""
    return [
        f"{title} (`KGQA_{kind.upper()}__KIND`): {_named(kind, known(kind, built_in), built_in)}."
        for kind, (title, built_in) in _CHOSEN_BY_SETTINGS.items()
    ]


def _named(kind: str, names: list[str], built_in: Collection[str]) -> str:
    return ", ".join(name if name in built_in else f"{name} ({package_of(kind, name)})" for name in names)


def found_extensions() -> Iterator[tuple[str, str]]:
    """(extension with its package, what is wrong with it or nothing) of every one that is installed; each is loaded."""
    for registry in _registries():
        for name in extensions(registry.kind):
            yield f"{registry.kind} {name} ({package_of(registry.kind, name)})", _problem(registry, name)


def _registries() -> list[Registry[Any]]:
    from ..ingestion.formats import formats
    from ..nodes.strategies import strategies
    from ..tools.chat import chats
    from ..tools.embed import embedders
    from ..tools.index import vector_indexes
    from ..tools.store import stores

    return [formats, strategies, stores, vector_indexes, embedders, chats]


def _problem(registry: Registry[Any], name: str) -> str:
    if not registry.package(name):
        return f"{registry.kind} {name!r} of {package_of(registry.kind, name)} is hidden by the built-in one"
    try:
        registry.get(name)
    except ConfigError as error:
        return str(error)
    return ""
