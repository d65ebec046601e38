"""A seal on files: what they looked like when kgqa last changed them, so that damage done since is noticed.

Neither the embedded server, nor Chroma, nor SQLite keeps checksums: a flipped bit reads as another word, a lost file as
an empty type, and the answer is wrong without a word. Whoever changes the files lifts the seal first and puts it again
when all is written. Where there is none, the last one was killed, and the files' own recovery is what there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from .file_checksum import checksum
from .files import read_text, remove, write_private


class Look(NamedTuple):
    """What a file looks like."""

    size: int
    changed: int
    checksum: int


class Seal:
    """Over the files that `find` lists; its owner sees to it that nobody changes them meanwhile."""

    def __init__(self, path: Path, find: Callable[[], Iterable[Path]]) -> None:
        self._path = path
        self._find = find
        self._last: dict[str, Look] = {}

    @property
    def stands(self) -> bool:
        """Whether there is one to judge by."""
        return self._read() is not None

    def put(self) -> None:
        """Keep what the files look like now; condemned ones stay so."""
        if self._condemned():
            return
        self._last = {self._name(file): self._look(file) for file in sorted(self._find())}
        write_private(self._path, json.dumps({"files": self._last, "damaged": ""}))

    def lift(self) -> None:
        """The files are about to change; a condemned one stays so."""
        if self._path.exists() and not self._condemned():
            remove(self._path)

    def condemn(self, why: str) -> None:
        """Whoever opens the files next finds them broken."""
        write_private(self._path, json.dumps({"files": {}, "damaged": why}))

    def forget(self) -> None:
        """The files were set aside: nothing is known of those that come."""
        self._last = {}
        remove(self._path)

    def broken(self) -> str:
        """What is wrong: '' where the files are as they were left, or where nothing is known of them.

        A file that was not there before harms nothing: file managers leave theirs.
        """
        if why := self._condemned():
            return why
        kept = self._read()
        if kept is None:
            return ""
        found = {self._name(file): file for file in self._find()}
        for name, look in kept.items():
            if name not in found:
                return f"{name} is gone"
            if not _same(found[name], look):
                return f"{name} is not as it was left"
        self._last = kept
        return ""

    def _name(self, file: Path) -> str:
        return file.relative_to(self._path.parent).as_posix()

    def _look(self, file: Path) -> Look:
        state = file.stat()
        last = self._last.get(self._name(file))
        if last is not None and last[:2] == (state.st_size, state.st_mtime_ns):
            return last
        return Look(state.st_size, state.st_mtime_ns, checksum(file))

    def _said(self) -> dict[str, object] | None:
        text = read_text(self._path)
        try:
            said = json.loads(text) if text else None
        except ValueError:
            return None
        return said if isinstance(said, dict) else None

    def _condemned(self) -> str:
        return str((self._said() or {}).get("damaged") or "")

    def _read(self) -> dict[str, Look] | None:
        """None where there is no seal, or one that is damaged itself."""
        try:
            files = (self._said() or {})["files"]
            return {str(name): Look(*look) for name, look in files.items()}  # type: ignore[attr-defined]  # else caught
        except (KeyError, TypeError, AttributeError):
            return None


def _same(file: Path, look: Look) -> bool:
    if not file.is_file():
        return False
    state = file.stat()
    if state.st_size != look.size:
        return False
    # A copy of the folder has other times and the same bytes.
    return state.st_mtime_ns == look.changed or checksum(file) == look.checksum
