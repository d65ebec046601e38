"""What an ingest and a question need of the machine: Python, packages, extensions, disk, settings."""

from __future__ import annotations

import os
import platform
import re
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from ..settings import Settings
from .extensions import found_extensions

State = Literal["ok", "warn", "fail"]
_LOW, _TOO_LOW = 2_000_000_000, 200_000_000


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    state: State
    said: str
    todo: str = ""
    """What to do about it; empty when all is well."""


def python() -> Check:
    """Which Python on which machine, and which kgqa."""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return Check("python", "ok", f"{platform.python_version()} on {system}; kgqa {version('kgqa')}")


def packages() -> Check:
    """Whether all packages are there, and those of which extras."""
    needed = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requires("kgqa") or () if "extra ==" not in line]
    missing = [name for name in needed if not _installed(name)]
    if missing:
        return Check(
            "packages", "fail", f"missing: {', '.join(missing)}", "pip install kgqa again, in this environment"
        )
    extras = [name for name in ("langchain", "sentence-transformers", "langgraph-cli") if _installed(name)]
    return Check("packages", "ok", f"all {len(needed)} there; of the extras: {', '.join(extras) or 'none'}")


def extensions() -> list[Check]:
    """What other packages add, and what of it cannot be used; nothing where none adds anything."""
    found = list(found_extensions())
    sound = ", ".join(said for said, problem in found if not problem)
    bad = [Check("extensions", "warn", problem, "mend or uninstall that package") for _, problem in found if problem]
    return [*([Check("extensions", "ok", sound)] if sound else []), *bad]


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def disk(home: Path) -> Check:
    """Whether the data folder, or the folder that it is to be made in, can be written, and how much is free."""
    there = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.exists())
    if not os.access(there, os.W_OK) or not there.is_dir():
        return Check("disk", "fail", f"{there} cannot be written", "name another folder with --home or KGQA_HOME")
    free = shutil.disk_usage(there).free
    said = f"{home.absolute()}, {free / 1e9:,.1f} GB free"
    if free < _LOW:
        return Check("disk", "fail" if free < _TOO_LOW else "warn", said, "make room, or move KGQA_HOME")
    return Check("disk", "ok", said)


def settings_in_force(settings: Settings) -> Check:
    """What differs from the defaults; secrets are masked by their type, and in addresses by the door."""
    now, usual = _flat(settings.model_dump(mode="json")), _flat(Settings.model_construct().model_dump(mode="json"))
    changed = [f"{name}={value}" for name, value in now.items() if usual.get(name) != value]
    engine = "the builtin engine answers" if settings.engine == "builtin" else f"chat model {settings.chat.model}"
    return Check("settings", "ok", "; ".join([engine, *changed]))


def _flat(tree: object, path: str = "KGQA") -> dict[str, object]:
    if not isinstance(tree, dict):
        return {path: tree}
    joint = "_" if path == "KGQA" else "__"
    return {
        name: value
        for key, branch in tree.items()
        for name, value in _flat(branch, f"{path}{joint}{key.upper()}").items()
    }
