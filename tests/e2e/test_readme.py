"""README's Python blocks run as they stand, and its command lines name commands that exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import kgqa
import pytest

ROOT = Path(kgqa.__file__).resolve().parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMANDS = sorted(set(re.findall(r"^\.venv/bin/kgqa ([a-z]+)", README, re.MULTILINE)))


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS, ids=[f"block {n}" for n in range(1, len(BLOCKS) + 1)])
def test_a_python_block_of_the_readme_runs(block: str, tmp_path: Path) -> None:
    environment = {**os.environ, "KGQA_HOME": str(tmp_path), "PYTHONWARNINGS": "error::DeprecationWarning:kgqa"}
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr  # at the interpreter's exit one changes no exit code


def test_the_readme_has_python_blocks_and_commands() -> None:
    assert BLOCKS
    assert {"ask", "ingest"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_has_help(command: str) -> None:
    from kgqa.cli import app
    from typer.testing import CliRunner

    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output
