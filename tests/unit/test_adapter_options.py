"""Options of adapters: the model of an extension is the type of its factory's first parameter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Literal

import pytest
from kgqa import registry
from kgqa.errors import ConfigError
from kgqa.graph.ports import make_ports
from kgqa.settings import EmbedderOptions, IndexOptions, MemoryStore, StoreOptions, load_settings
from kgqa.tools.embed.hashing import Hashing
from kgqa.tools.index.memory import MemoryVectors
from kgqa.tools.store.memory import MemoryGraph
from pydantic import SecretStr

HERE = "kgqa_test_extension"


class OwnStore(StoreOptions):
    kind: Literal["own"] = "own"
    lasting: ClassVar[bool] = False
    depth: int = 3
    token: SecretStr = SecretStr("")


class OwnIndex(IndexOptions):
    kind: Literal["own"] = "own"


class OwnEmbedder(EmbedderOptions):
    kind: Literal["own"] = "own"
    size: int


def store(options: OwnStore, home: NotThere) -> MemoryGraph:  # type: ignore[name-defined]  # noqa: F821
    """Like a factory whose other types are imported for type checkers only."""
    return MemoryGraph()


def index(options: OwnIndex, home: Path, embedder: object) -> MemoryVectors:
    return MemoryVectors()


def embedder(options: OwnEmbedder) -> Hashing:
    return Hashing(options.size)


def untyped(options, home):  # type: ignore[no-untyped-def]
    return MemoryGraph()


def unfit(options: MemoryIndexLike, home: Path) -> MemoryGraph:  # type: ignore[name-defined]  # noqa: F821
    return MemoryGraph()


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with a store, an index and an embedder called `own`, and two stores that cannot be set."""
    module = ModuleType(HERE)
    for factory in (store, index, embedder, untyped, unfit):
        setattr(module, factory.__name__, factory)
    monkeypatch.setitem(sys.modules, HERE, module)
    points = [EntryPoint("own", f"{HERE}:{kind}", f"kgqa.{kind}") for kind in ("store", "index", "embedder")]
    points += [EntryPoint(name, f"{HERE}:{name}", "kgqa.store") for name in ("untyped", "unfit")]
    select: Callable[..., Any] = lambda **wanted: EntryPoints(points).select(**wanted)  # noqa: E731
    monkeypatch.setattr(registry, "entry_points", select)
    registry.extensions.cache_clear()
    yield
    registry.extensions.cache_clear()


def test_an_extension_gets_options_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_STORE__KIND", "own")
    monkeypatch.setenv("KGQA_STORE__DEPTH", "5")
    settings = load_settings()
    assert settings.store == OwnStore(depth=5)
    assert settings.model_dump(mode="json")["store"]["depth"] == 5
    assert settings == load_settings(store=OwnStore(depth=5))
    assert hash(settings) == hash(load_settings(store={"kind": "own", "depth": 5}))


@pytest.mark.parametrize(
    ("store", "says"),
    [
        ({"kind": "own", "depth": "deep"}, r"setting KGQA_STORE__DEPTH: .*integer.* \(got 'deep'\)$"),
        ({"kind": "own", "width": 1}, r"setting KGQA_STORE__WIDTH: there is no such setting$"),
        ({"kind": "other"}, r"no store is called 'other'; choose one of embedded, memory, neo4j, own, unfit, untyped$"),
        ({"kind": "untyped"}, r"^store 'untyped' of kgqa_test_extension:untyped must take as its first parameter"),
        ({"kind": "unfit"}, r"of a subclass of StoreOptions$"),
    ],
)
def test_what_does_not_fit_is_told_by_name(store: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load_settings(store=store)


def test_what_an_extension_needs_and_has_not_is_no_variable_of_neo4j() -> None:
    with pytest.raises(ConfigError, match=r"setting KGQA_EMBEDDER__SIZE: has no value: set it in the environment"):
        load_settings(embedder={"kind": "own"})


def test_a_secret_of_an_extension_is_never_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(store={"kind": "own", "token": ["topsecretpw"]})
    assert "topsecretpw" not in str(caught.value)


def test_ports_are_made_of_extensions(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, store=MemoryStore(), embedder={"kind": "own", "size": 128})
    assert make_ports(settings).embedder.dimensions == 128
    lasting = make_ports(load_settings(home=tmp_path, index={"kind": "own"}))
    assert isinstance(lasting.vectors, MemoryVectors)
    gone = make_ports(load_settings(home=tmp_path, store={"kind": "own"}))
    assert isinstance(gone.graph_store, MemoryGraph)
    assert isinstance(gone.vectors, MemoryVectors)  # for the graph's options say that it is gone with the process
