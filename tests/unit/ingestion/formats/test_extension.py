"""Readers that installed packages add: which files they take, and what becomes of their failures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import ModuleType

import pytest
from kgqa import registry
from kgqa.errors import InputError
from kgqa.ingestion.formats import endings, package_reading, read_source
from kgqa.ingestion.formats.text_builder import Draft
from kgqa.ingestion.load import find_sources
from kgqa.model import Reading, Source
from kgqa.settings import IngestOptions

HERE = "kgqa_test_reader"


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterable[Reading]:
    draft = Draft(source.name)
    draft.add(data.decode("ascii"))
    return [draft.reading(data)]


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module = ModuleType(HERE)
    module.read = read  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, HERE, module)
    points = [EntryPoint(name, f"{HERE}:read", "kgqa.format") for name in ("abc", "PNG", "md")]
    points += [EntryPoint("gone", "no_such_module:read", "kgqa.format")]
    select: Callable[..., EntryPoints] = lambda **wanted: EntryPoints(points).select(**wanted)  # noqa: E731
    monkeypatch.setattr(registry, "entry_points", select)
    registry.extensions.cache_clear()
    yield
    registry.extensions.cache_clear()


def said(name: str, data: bytes) -> str:
    (reading,) = read_source(Source("", name, data), IngestOptions(), Path())
    return reading.text


def test_a_reader_takes_files_by_their_ending_whatever_the_bytes_are(tmp_path: Path) -> None:
    assert said("a.ABC", b"%PDF-1.7 words") == "%PDF-1.7 words"
    assert said("a.png", b"GIF8 words") == "GIF8 words"
    (tmp_path / "a.abc").write_text("words")
    assert [source.name for source in find_sources(tmp_path).sources] == ["a.abc"]


def test_a_built_in_ending_stays_built_in() -> None:
    assert endings()[".md"] == "markdown"
    assert package_reading("a.md") == package_reading("a.docx") == package_reading("a") == ""
    assert package_reading("a.abc") == f"{HERE}:read"


def test_a_reader_that_fails_fails_with_the_file_alone() -> None:
    with pytest.raises(InputError, match=r"^a.abc: format 'abc' of kgqa_test_reader:read failed: UnicodeDecodeError: "):
        said("a.abc", b"\xff")
    with pytest.raises(InputError, match=r"^a.abc: holds no text$"):
        said("a.abc", b" ")
    with pytest.raises(InputError, match=r"^a.gone: format 'gone' of no_such_module:read cannot be loaded: Module"):
        said("a.gone", b"words")
