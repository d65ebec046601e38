"""Settings that do not fit, told in one line: which one, what it takes, and nothing that may be secret."""

from __future__ import annotations

import re
from difflib import get_close_matches
from json import JSONDecodeError

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

_LEAVES = ("home", "engine")
"""Settings that hold no others."""
_SECRET = re.compile(r"password|key|token\b|secret", re.IGNORECASE)


def settings_error(error: ValidationError, settings: type[BaseModel]) -> str:
    """A value that is none of those its setting takes, a setting that is not there, one that is needed and has none."""
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    name = "KGQA_" + "__".join(part.upper() for part in path)
    if first["type"] == "kind":
        return f"setting {name}__KIND: {first['msg']}"
    if first["type"] == "extra_forbidden":
        return f"setting {name}: there is no such setting{_perhaps(path, settings)}"
    if first["type"] == "missing":
        given = first["input"] if isinstance(first["input"], dict) else {}
        also = f", or NEO4J_{path[-1].upper()}," if given.get("kind") == "neo4j" else ""
        return f"setting {name}: has no value: set it{also} in the environment or in .env"
    return f"setting {name}: {first['msg']}{_shown(path, first)}"


def _shown(path: list[str], problem: ErrorDetails) -> str:
    """What was given, where that can be no secret: one value of a known setting that holds none."""
    given = problem.get("input")
    branch = len(path) == 1 and path[0] not in _LEAVES
    if branch or not isinstance(given, str | int | float | None):
        return ""
    secret = any(_SECRET.search(part) for part in path) or "@" in str(given)
    return f" (got {'…' if secret else repr(given)})"


def _perhaps(path: list[str], settings: type[BaseModel]) -> str:
    """The settings beside it, the nearest alone where one is near."""
    branch = settings.model_fields[path[0]].annotation if len(path) == 2 else None  # branch and leaf
    fields = branch.model_fields if isinstance(branch, type) and issubclass(branch, BaseModel) else {}
    known = [name for name in fields if name != "kind"]  # of an adapter's options, the rest is its own
    near = get_close_matches(path[-1], known, 1) or known
    said = ", ".join(f"KGQA_{path[0].upper()}__{one.upper()}" for one in near)
    return f"; perhaps {said}" if said else ""


def json_error(error: SettingsError) -> str:
    """A branch that is not JSON: which, and where it ends to be; nothing of what stands there."""
    field = re.search(r'field "(\w+)"', str(error))
    name = "KGQA_" + field[1].upper() if field else "KGQA_…"
    where = f" at character {error.__cause__.pos + 1}" if isinstance(error.__cause__, JSONDecodeError) else ""
    return f"setting {name}: is not JSON{where}; or set {name}__…, one variable a value"
