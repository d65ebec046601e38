"""Paths, folders, patterns and standard input to sources; what cannot be taken is told one by one."""

from __future__ import annotations

import glob
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..model import Failure, Source
from .formats import endings, name_of_bytes

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Found:
    """The sources behind what the caller named, each once, and what none could be made of."""

    sources: tuple[Source, ...]
    failures: tuple[Failure, ...]


Named = str | os.PathLike[str]
"""A file, a folder, a pattern, or `-`."""


def find_sources(paths: Named | Iterable[Named], stdin: bytes | None = None, ours: Path | None = None) -> Found:
    """Every file that `paths`, one or several, name, in the order given, those of a folder or pattern sorted.

    A folder is walked to its leaves; hidden files, files of a kind that no reader takes and links that lead out of it
    are left out, and so is `ours`, the data folder, unless a file there is named as such. A pattern (`*`, `?`, `[…]`,
    `**`) is expanded where no file has that very name. `-` is `stdin`.
    Nothing is read yet, and nothing is raised: a path that gives no source gives a `Failure`.
    """
    found: dict[str, Source] = {}
    failures: list[Failure] = []
    held = os.path.realpath(ours) if ours else None
    for path in _each(paths):
        if not isinstance(path, str):
            failures.append(Failure(shown(repr(path)), "is no path"))
            continue
        for item in _one(path, stdin):
            if isinstance(item, Failure):
                failures.append(item)
            elif not held or item.path in ("", os.path.abspath(path)) or not _within(item.path, held):
                found.setdefault(os.path.realpath(item.path) if item.path else "-", item)
    return Found(tuple(found.values()), tuple(failures))


def _each(paths: object) -> Iterator[object]:
    """Each path as a string; what is no path as it is. A string alone is one path, not its letters."""
    several: Iterable[object] = (
        paths if isinstance(paths, Iterable) and not isinstance(paths, str | bytes | os.PathLike) else [paths]
    )
    for path in several:
        yield os.fspath(path) if isinstance(path, os.PathLike) else path


def _one(path: str, stdin: bytes | None) -> Iterator[Source | Failure]:
    if path == "-":
        yield _standard_input(stdin)
    elif "\0" in path or not path:
        yield Failure(shown(path), "is no path")
    elif os.path.isdir(path):
        yield from _folder(path)
    elif os.path.lexists(path):
        yield _file(path)
    elif glob.has_magic(path):
        yield from _pattern(path)
    else:
        yield Failure(shown(path), "does not exist")


def _standard_input(stdin: bytes | None) -> Source | Failure:
    if not stdin:
        return Failure("-", "standard input is empty")
    return Source(path="", name=name_of_bytes(stdin), data=stdin)


def _file(path: str) -> Source | Failure:
    if not os.path.exists(path):
        return Failure(shown(path), "is a link to nothing")
    if not os.path.isfile(path):
        return Failure(shown(path), "is not a regular file")
    if shown(path) != path:
        # Such a name could neither be kept in a run's state nor be printed on one line.
        return Failure(shown(path), "has a name with characters that cannot be printed; rename it")
    return Source(path=os.path.abspath(path), name=unicodedata.normalize("NFC", os.path.basename(path)))


def _folder(folder: str) -> Iterator[Source | Failure]:
    problems: list[OSError] = []
    known = endings()
    home = os.path.realpath(folder)
    empty = True
    for base, folders, files in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(base, name)
            if name.startswith(".") or Path(name).suffix.lower() not in known or not _within(path, home):
                continue
            empty = False
            yield _file(path)
    for problem in problems:
        yield Failure(shown(problem.filename or folder), f"cannot be listed: {problem.strerror}")
    if empty and not problems:
        yield Failure(shown(folder), f"holds no file that can be read ({', '.join(sorted(known))})")


def _pattern(pattern: str) -> Iterator[Source | Failure]:
    base = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    home = os.path.realpath(os.path.dirname(base) or ".")
    matches = [path for path in sorted(glob.glob(pattern, recursive=True)) if _within(path, home)]
    # `**` names folders as well as what they hold; a folder counts only where the pattern gives nothing else.
    files = [path for path in matches if not os.path.isdir(path)]
    if not matches:
        yield Failure(shown(pattern), "matches no file")
    for path in files:
        yield _file(path)
    for path in () if files else matches:
        yield from _folder(path)


def _within(path: str, folder: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(folder)


def shown(name: str) -> str:
    """The name as it can be printed on one line, whatever bytes it was made of."""
    return _UNPRINTABLE.sub("\ufffd", name)
