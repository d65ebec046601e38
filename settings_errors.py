"""Settings that do not fit or are none, told in one line: which one, what it takes, and nothing that may be secret."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from json import JSONDecodeError

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from .errors import ConfigError

_PREFIX = "kgqa_"
_LEAVES = ("home", "engine")
"""Settings that hold no others."""
_SECRET = re.compile(r"password|key|token\b|secret", re.IGNORECASE)


def refuse_unknown(variables: Iterable[str], fields: Collection[str], known: Collection[str], where: str = "") -> None:
    """Refuse each of `variables` that begins as a setting and is none; what stands below a branch, its model checks.

    Raises:
        ConfigError: there are such; the message names the nearest of `known` to each.
    """
    unknown = sorted(name for name in variables if name.lower().startswith(_PREFIX) and not _is_setting(name, fields))
    if unknown:
        said = (f"{name.upper()}{where}: there is no such setting{_perhaps(name, known)}" for name in unknown)
        raise ConfigError(f"setting {'; '.join(said)}")


def _is_setting(name: str, fields: Collection[str]) -> bool:
    field, below, _ = name.lower().removeprefix(_PREFIX).partition("__")
    return field in fields and not (below and field in _LEAVES)


def settings_error(error: ValidationError, known: Collection[str]) -> str:
    """A value that is none of those its setting takes, a setting that is not there, one that is needed and has none."""
    first = error.errors(include_url=False)[0]
    if isinstance(ours := first.get("ctx", {}).get("error"), ConfigError):
        return str(ours)  # of an extension that cannot be used
    path = [str(part) for part in first["loc"]]
    name = "KGQA_" + "__".join(part.upper() for part in path)
    if first["type"] == "kind":
        return f"setting {name}__KIND: {first['msg']}"
    if first["type"] == "extra_forbidden":
        return f"setting {name}: there is no such setting{_perhaps(name, known)}"
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


def _perhaps(name: str, known: Collection[str]) -> str:
    """The known setting that is spelt most alike; where none is, those of the same branch, or all branches."""
    branch, below, option = name.upper().partition("__")
    beside = {one.partition("__")[2].lower(): one for one in known if one.startswith(f"{branch}__")}
    if below and beside:
        near = get_close_matches(option.lower(), beside.keys() - {option.lower()}, 1)
        # Where a kind chooses the adapter, which may be an extension's, the others are no choices.
        others = [] if "kind" in beside else [*beside.values()]
        return _said([beside[one] for one in near], others)
    # One underscore where two belong is the commonest slip.
    branches = sorted({one.partition("__")[0] for one in known})
    flat = {_flat(one): one for one in (*branches, *known)}
    near = get_close_matches(_flat(name), flat, 1)
    return _said([flat[one] for one in near], branches)


def _said(near: Collection[str], others: Collection[str]) -> str:
    if near:
        return f"; perhaps {', '.join(near)}"
    return f"; there are {', '.join(others)}" if others else ""


def _flat(name: str) -> str:
    return name.lower().removeprefix(_PREFIX).replace("__", "_")


def json_error(error: SettingsError) -> str:
    """A branch that is not JSON: which, and where it ends to be; nothing of what stands there."""
    field = re.search(r'field "(\w+)"', str(error))
    name = "KGQA_" + field[1].upper() if field else "KGQA_…"
    where = f" at character {error.__cause__.pos + 1}" if isinstance(error.__cause__, JSONDecodeError) else ""
    return f"setting {name}: is not JSON{where}; or set {name}__…, one variable a value"
