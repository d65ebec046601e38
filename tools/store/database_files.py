"""Check the embedded database's files while no server runs, and set damaged ones aside.

ArcadeDB opens what it can and leaves out the rest without an error: of a lost file it says that its type is empty, for
a lost schema it takes an older one. So its files are under a seal while no server has them. Whatever was in them can be
made again from staging.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..file_seal import Seal
from ..files import begun_anew, set_aside, write_private

DATABASE = "neo4j"
_BLAME = ("Database", "database", "Schema", "schema", "Dictionary", "dictionary")
"""What a server's last words hold that could not open its database …"""
_EXCUSE = ("lock", "emory", "heap", "No space")
"""… and what they hold where the database is not to blame: another server has it, or something ran out."""
_UNSETTLED = ("*.wal", "database.lck")
"""What the server leaves beside a database that it could not close."""


class DatabaseFiles:
    """Of one server's folder; used by the supervisor alone, while it has no JVM."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = folder / "databases" / DATABASE
        self._notice = folder / "notice.txt"
        self._seal = seal_of(folder)

    def make_ready(self) -> None:
        """Set the database aside where it is damaged; from now on a server may change it."""
        if why := self._seal.broken() or self._torn():
            self._seal.forget()
            # Out of the folder that the server opens whole.
            aside = set_aside(self._database, into=self._folder) if self._database.exists() else None
            write_private(self._notice, begun_anew("graph", why, aside))
        self._seal.lift()

    def keep(self) -> None:
        """The server has ended well: whatever looks otherwise the next time is damaged."""
        if any(found for pattern in _UNSETTLED for found in self._database.glob(pattern)):
            return
        if why := self._torn() or self._short():
            self._seal.condemn(why)
        elif self._database.is_dir():
            with suppress(OSError):  # on a full disk there is none
                self._seal.put()

    def condemn(self, why: str) -> None:
        """The next start sets it aside."""
        self._seal.condemn(why)

    def blamed_by(self, words: str) -> bool:
        """Whether a server that did not start says that the database is why, and not that another one has it."""
        told = any(word in words for word in _BLAME) and not any(word in words for word in _EXCUSE)
        return told and self._database.exists()

    def _torn(self) -> str:
        """What is missing for the schema to be what it says; '' where nothing is, or where there is no database."""
        if not self._database.is_dir():
            return f"{DATABASE} is no folder" if self._database.exists() else ""
        files = [file.name for file in self._database.iterdir()]
        if not any(name.endswith(".bucket") for name in files):
            return ""
        try:
            schema = json.loads((self._database / "schema.json").read_bytes())
            buckets = [name for kind in schema["types"].values() for name in kind["buckets"]]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return "schema.json cannot be read"
        there = {name.rsplit(".", 4)[0] for name in files if name.endswith(".bucket")}
        lost = sorted(set(buckets) - there)
        return f"the file of {lost[0]} is gone" if lost else ""

    def _short(self) -> str:
        """Which file holds less than the server counted as it ended; '' where none does, or nothing was counted."""
        try:
            counted = json.loads((self._database / "statistics.json").read_bytes())
            needed = {name: 1 + max(page["id"] for page in of["pages"]) for name, of in counted.items() if of["pages"]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return ""
        for file in self._database.glob("*.bucket"):
            name, _, page, _, _ = file.name.rsplit(".", 4)
            if file.stat().st_size < needed.get(name, 0) * int(page):
                return f"{file.name} is too short"
        return ""


def seal_of(folder: Path) -> Seal:
    """The seal over the database in a server's folder."""

    def find() -> Iterator[Path]:
        database = folder / "databases" / DATABASE
        yield from database.iterdir() if database.is_dir() else ()

    return Seal(folder / "database.seal", find)
