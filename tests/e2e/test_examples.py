"""The scripts of examples/ that embed the graphs run as they stand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import kgqa
import pytest

pytestmark = pytest.mark.e2e
EXAMPLES = Path(kgqa.__file__).resolve().parent / "examples"
SAYS = {
    "embed_chat.py": "641,300",
    "embed_stream.py": "서도윤",
    "embed_subgraph.py": "Priya Nand",
    "embed_sync.py": "Sofia Brandt",
}


def test_every_script_is_run_here() -> None:
    assert {path.name for path in EXAMPLES.glob("embed_*.py")} == set(SAYS)


@pytest.mark.parametrize("name", SAYS)
def test_a_script_answers_its_question(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name)],
        cwd=tmp_path,
        env={**os.environ, "KGQA_HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert SAYS[name] in done.stdout
