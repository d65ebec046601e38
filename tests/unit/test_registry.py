"""The registry: names to factories."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from kgqa import registry as module
from kgqa.errors import ConfigError
from kgqa.registry import Registry
from kgqa.settings import QAOptions, load_settings


def _make() -> str:
    return "made"


def test_a_known_name_gives_its_factory() -> None:
    assert Registry("thing", {"a": _make}).get("a")() == "made"


def test_an_unknown_name_lists_the_choices() -> None:
    with pytest.raises(ConfigError, match=r"no thing is called 'c'; choose one of a, b$"):
        Registry("thing", {"b": _make, "a": _make}).get("c")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package that adds a thing and a strategy, both called `own`."""
    points = [EntryPoint(name="own", value="builtins:dict", group=f"kgqa.{kind}") for kind in ("thing", "strategy")]

    def installed(**wanted: str) -> EntryPoints:
        return EntryPoints(points).select(**wanted)

    monkeypatch.setattr(module, "entry_points", installed)
    module.extensions.cache_clear()
    yield
    module.extensions.cache_clear()


@pytest.mark.usefixtures("own")
def test_an_extension_joins_by_its_entry_point() -> None:
    assert Registry("thing", {"a": _make}).names() == ["a", "own"]
    assert Registry("thing", {"a": _make}).get("own") is dict


@pytest.mark.usefixtures("own")
def test_a_built_in_name_wins_over_an_extension_s() -> None:
    assert Registry("thing", {"own": _make}).get("own") is _make


@pytest.mark.usefixtures("own")
def test_the_settings_take_an_extension_s_strategy_and_name_it_among_the_choices() -> None:
    assert load_settings(qa={"strategy": "own"}).qa.strategy == "own"
    with pytest.raises(ConfigError, match=r"KGQA_QA__STRATEGY: .*choose one of .*hybrid, .*own, .*\(got 'guess'\)"):
        load_settings(qa={"strategy": "guess"})
    assert "own" in QAOptions.model_json_schema()["properties"]["strategy"]["enum"]
