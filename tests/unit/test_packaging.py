"""The package's shape: folders on disk, the lazy face, errors that need nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import kgqa
import pytest

ROOT = Path(kgqa.__file__).resolve().parent
NOT_OURS = {"tests", "examples", "bench"}


def _folders() -> set[str]:
    """Every folder with Python in it, as a package name."""
    found = {"kgqa"}
    for path in ROOT.rglob("*.py"):
        parts = path.parent.relative_to(ROOT).parts
        if parts and parts[0] not in NOT_OURS and not any(part.startswith((".", "__")) for part in parts):
            found.add(".".join(("kgqa", *parts)))
    return found


def test_every_folder_with_python_in_it_is_a_listed_package() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert _folders() == set(listed)
    assert listed == sorted(listed)


def test_no_root_module_bears_a_standard_library_name() -> None:
    names = {path.stem for path in ROOT.glob("*.py")} | {path.name for path in ROOT.iterdir() if path.is_dir()}
    assert not names & sys.stdlib_module_names


def test_importing_the_errors_loads_no_langgraph() -> None:
    code = "import kgqa.errors, sys; sys.exit('langgraph' in sys.modules or 'chromadb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", kgqa.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(kgqa, name) is not None


def test_type_checkers_are_told_of_every_public_name() -> None:
    (told,) = (node for node in ast.parse((ROOT / "__init__.py").read_text()).body if isinstance(node, ast.If))
    imports = [node for node in told.body if isinstance(node, ast.ImportFrom)]
    assert {(node.module, alias.asname) for node in imports for alias in node.names} == {
        (module, name) for name, module in kgqa._FACE.items()
    }


def test_imports_inside_the_package_are_relative() -> None:
    sources = [path for path in ROOT.rglob("*.py") if _is_ours(path.relative_to(ROOT).parts)]
    names = {
        (path, name) for path in sources for node in ast.walk(ast.parse(path.read_text())) for name in _named(node)
    }
    assert not [(path, name) for path, name in names if name.partition(".")[0] == "kgqa"]


def _is_ours(parts: tuple[str, ...]) -> bool:
    return parts[0] not in NOT_OURS and not parts[0].startswith(".")


def _named(node: ast.AST) -> list[str]:
    """The modules that an absolute import names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


@pytest.mark.slow
def test_a_type_checker_finds_our_types_in_somebody_else_s_folder(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("from kgqa import Answer\n\nAnswer(text=1)\n")
    command = [sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", "app.py"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert 'Argument "text" to "Answer" has incompatible type "int"; expected "str"' in told


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kgqa.nothing


def test_the_base_install_names_no_torch() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not [need for need in project["dependencies"] if need.startswith(("torch", "transformers", "sentence"))]
