"""Notices that a writer died while Chroma's neighbour files (HNSW) were being written, and what was damaged since.

Chroma writes them in place, and loads half-written ones into a crash of the whole process (chroma-core/chroma issues
6949 and 7238, open at 1.5.9), so nobody may try. A change leaves here what the files looked like before it, and takes
that away at its end: who finds it there, and the files no longer like that, knows them torn. Between changes all files
are under a seal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..file_seal import Seal
from ..files import close_to_others, read_text, remove, set_aside, write_private
from ..sqlite_file import fault_of

DATABASE = "chroma.sqlite3"
"""Where Chroma keeps all but the neighbours."""


class Journal:
    """Of one folder; used under that folder's lock only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder.with_name(f"{folder.name}.journal")
        self._seal = Seal(folder.with_name(f"{folder.name}.seal"), lambda: filter(Path.is_file, folder.rglob("*")))

    def begin(self) -> bool:
        """From now on a death is noticed. Returns whether the files were under a seal, thus are as they were left."""
        sealed = self._seal.stands
        self._write(self._looks())
        self._seal.lift()
        return sealed

    def end(self) -> None:
        """The change is whole; from now on damage is noticed."""
        remove(self._file)
        close_to_others(self._folder)
        self._seal.put()

    def damaged(self) -> str:
        """What was done to the files since the last change; '' where nothing was, or that change ended half-way."""
        database = self._folder / DATABASE
        if self._seal.stands or not database.is_file():
            return self._seal.broken()
        return fault_of(database)

    def set_aside(self) -> Path | None:
        """Move all files out of the way, as nothing is known of those that come; None where there are none."""
        self._seal.forget()
        remove(self._file)
        return set_aside(self._folder) if self._folder.exists() else None

    def torn(self) -> bool:
        """Whether the last change ended half-way through these files."""
        text = read_text(self._file)
        if text is None:
            return False
        try:
            before = json.loads(text)
        except ValueError:
            return True  # nobody knows what they looked like
        return bool(before != self._looks())

    def give_up(self) -> None:
        """Torn until `end`, whatever the files look like."""
        self._write(None)

    def neighbours(self) -> Iterator[Path]:
        """The folders of these files; what else Chroma has is in SQLite and survives a death."""
        if self._folder.is_dir():
            yield from (found for found in self._folder.iterdir() if found.is_dir())

    def _looks(self) -> dict[str, list[int]]:
        files = (file for part in self.neighbours() for file in part.iterdir())
        return {
            f"{file.parent.name}/{file.name}": [(state := file.stat()).st_size, state.st_mtime_ns] for file in files
        }

    def _write(self, before: dict[str, list[int]] | None) -> None:
        write_private(self._file, json.dumps(before))
