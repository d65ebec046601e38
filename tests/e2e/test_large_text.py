"""One large text goes in with a bound on memory, is asked about, and goes out again."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import kgqa
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def large() -> ModuleType:
    """The bench, which measures the same on larger ones."""
    path = Path(kgqa.__file__).resolve().parent / "bench" / "large.py"
    spec = importlib.util.spec_from_file_location("large", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_two_megabytes_of_short_sentences_go_in_with_a_bound_on_memory(tmp_path: Path, large: ModuleType) -> None:
    path, home = tmp_path / "log.txt", tmp_path / "home"
    path.write_text(large.text_of(2))
    process = large.kgqa(home, "ingest", str(path))
    watch = large.Watch(process.pid, home)
    out, _ = process.communicate()
    watch.end()
    assert process.returncode == 0
    assert watch.server, "the server's memory was not seen"
    taken = f"ours {watch.own >> 20} MB, the server's {watch.server >> 20} MB"
    assert watch.own < 450 * 2**20, taken
    assert watch.server < 450 * 2**20, taken  # its heap of 160 MB, and what a JVM takes beside it
    assert json.loads(out)["library"]["sentences"] > 40_000
    answered, _ = large.kgqa(home, "ask", "What did Zelda Quackenbush commission in 1987?").communicate()
    assert "Xylophone" in json.loads(answered)["text"]
    gone, _ = large.kgqa(home, "docs", "delete", "log.txt").communicate()
    assert len(json.loads(gone)["deleted"]) > 5
    left, _ = large.kgqa(home, "docs", "list").communicate()
    assert json.loads(left) == []
