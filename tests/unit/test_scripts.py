"""What the scripts beside the package import from it is there; the type checker does not read them."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import kgqa
import pytest

ROOT = Path(kgqa.__file__).resolve().parent
SCRIPTS = [path for folder in ("bench", "examples") for path in sorted((ROOT / folder).glob("*.py"))]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_a_script_imports_of_kgqa_is_there(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kgqa":
            module = importlib.import_module(str(node.module))
            for alias in node.names:
                if not hasattr(module, alias.name):
                    importlib.import_module(f"{node.module}.{alias.name}")
