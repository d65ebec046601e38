"""The registry: names to factories."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest
from kgqa import registry as module
from kgqa.errors import ConfigError
from kgqa.registry import Registry


def _make() -> str:
    return "made"


def test_a_known_name_gives_its_factory() -> None:
    assert Registry("thing", {"a": _make}).get("a")() == "made"


def test_an_unknown_name_lists_the_choices() -> None:
    with pytest.raises(ConfigError, match=r"no thing is called 'c'; choose one of a, b$"):
        Registry("thing", {"b": _make, "a": _make}).get("c")


def test_a_stranger_joins_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(name="own", value="builtins:len", group="kgqa.thing")

    def points(**wanted: str) -> EntryPoints:
        return EntryPoints([point]).select(**wanted)

    monkeypatch.setattr(module, "entry_points", points)
    assert Registry("thing", {"a": _make}).names() == ["a", "own"]
    assert Registry("thing", {"a": _make}).get("own") is len
