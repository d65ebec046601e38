"""Paths, folders, patterns and standard input to sources; what cannot be taken is told one by one."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..model import Failure, Skipped, Source, file_name
from .formats import endings, name_of_bytes

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Found:
    """The sources behind what the caller named, each once, and what none could be made of."""

    sources: tuple[Source, ...]
    failures: tuple[Failure, ...]
    skipped: tuple[Skipped, ...] = ()
    """What stands in the folders and is not to be read, by kind."""
    folders: tuple[str, ...] = ()
    """The folders that were walked, as absolute paths."""


class _Walked(str):
    """A folder that was walked."""


Named = str | os.PathLike[str]
"""A file, a folder, a pattern, or `-`."""
_Item = Source | Failure | Skipped | _Walked


def find_sources(paths: Named | Iterable[Named], stdin: bytes | None = None, ours: Path | None = None) -> Found:
    """Every file that `paths`, one or several, name, in the order given, those of a folder or pattern sorted.

    A folder is walked to its leaves; hidden files, files of a kind that no reader takes and links that lead out of it
    are left out and counted, and so is `ours`, the data folder, unless a file there is named as such. A pattern (`*`,
    `?`, `[…]`, `**`) is expanded where no file has that very name. `-` is `stdin`.
    Nothing is read yet, and nothing is raised: a path that gives no source gives a `Failure`.
    """
    found: dict[str, Source] = {}
    failures: list[Failure] = []
    skipped: Counter[tuple[str, str]] = Counter()
    folders: dict[str, None] = {}
    held = os.path.realpath(ours) if ours else None
    for path in _each(paths):
        if not isinstance(path, str):
            failures.append(Failure(shown(repr(path)), "is no path"))
            continue
        for item in _one(path, stdin, held):
            if isinstance(item, Failure):
                failures.append(item)
            elif isinstance(item, Skipped):
                skipped[item.kind, item.reason] += item.files
            elif isinstance(item, _Walked):
                folders[str(item)] = None
            elif not held or item.path in ("", os.path.abspath(path)) or not _within(item.path, held):
                taken = found.setdefault(os.path.realpath(item.path) if item.path else "-", item)
                if taken.path != item.path:
                    skipped["second names", "of files that are read anyway"] += 1
    counted = tuple(Skipped(*what, files) for what, files in sorted(skipped.items()))
    return Found(tuple(found.values()), tuple(failures), counted, tuple(folders))


def _each(paths: object) -> Iterator[object]:
    """Each path as a string; what is no path as it is. A string alone is one path, not its letters."""
    several: Iterable[object] = (
        paths if isinstance(paths, Iterable) and not isinstance(paths, str | bytes | os.PathLike) else [paths]
    )
    for path in several:
        yield os.fspath(path) if isinstance(path, os.PathLike) else path


def _one(path: str, stdin: bytes | None, held: str | None) -> Iterator[_Item]:
    if path == "-":
        yield _standard_input(stdin)
    elif "\0" in path or not path:
        yield Failure(shown(path), "is no path")
    elif os.path.isdir(path):
        yield from _folder(path, held)
    elif os.path.lexists(path):
        yield _file(path)
    elif glob.has_magic(path):
        yield from _pattern(path, held)
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
    return Source(path=os.path.abspath(path), name=file_name(path))


def _folder(folder: str, held: str | None) -> Iterator[_Item]:
    problems: list[OSError] = []
    home = os.path.realpath(folder)
    empty = True
    yield _Walked(os.path.abspath(folder))
    for base, folders, files in os.walk(folder, onerror=problems.append):
        left_out = {name: _why_not_walked(os.path.join(base, name), held) for name in folders}
        folders[:] = sorted(name for name in folders if not left_out[name])
        yield from (Skipped(*why, 1) for why in left_out.values() if why and why != _OURS)
        for path in (os.path.join(base, name) for name in sorted(files)):
            why = _why_not_taken(path, home)
            yield Skipped(*why, 1) if why else _file(path)
            empty = empty and why is not None
    for problem in problems:
        yield Failure(shown(problem.filename or folder), f"cannot be listed: {problem.strerror}")
    if empty and not problems:
        yield Failure(shown(folder), f"holds no file that can be read ({', '.join(sorted(endings()))})")


_Why = tuple[str, str]
"""A kind of files and why it is left out."""
_OURS: _Why = ("data folder", "kgqa's own")
_HIDDEN, _OUTSIDE = "the name begins with a dot", "leads out of the folder"


def _why_not_walked(folder: str, held: str | None) -> _Why | None:
    if held and os.path.realpath(folder) == held:
        return _OURS
    if os.path.basename(folder).startswith("."):
        return "hidden folders", _HIDDEN
    return ("linked folders", "links to folders are not followed") if os.path.islink(folder) else None


def _why_not_taken(path: str, home: str) -> _Why | None:
    suffix = Path(path).suffix.lower()
    if os.path.basename(path).startswith("."):
        return "hidden files", _HIDDEN
    if suffix not in endings():
        return shown(suffix) or "without an ending", "no reader takes it"
    return None if _within(path, home) else ("links", _OUTSIDE)


def _pattern(pattern: str, held: str | None) -> Iterator[_Item]:
    base = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    home = os.path.realpath(os.path.dirname(base) or ".")
    found = sorted(glob.glob(pattern, recursive=True))
    matches = [path for path in found if _within(path, home)]
    if len(matches) < len(found):
        yield Skipped("links", _OUTSIDE, len(found) - len(matches))
    # `**` names folders as well as what they hold; a folder counts only where the pattern gives nothing else.
    files = [path for path in matches if not os.path.isdir(path)]
    if not matches:
        yield Failure(shown(pattern), "matches no file")
    for path in files:
        yield _file(path)
    for path in () if files else matches:
        yield from _folder(path, held)


def _within(path: str, folder: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(folder)


def shown(name: str) -> str:
    """The name as it can be printed on one line, whatever bytes it was made of."""
    return _UNPRINTABLE.sub("\ufffd", name)
