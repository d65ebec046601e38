"""Files that were ingested from a folder and do not stand there any more, and what they are called now."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..model import Holding, Source


@dataclass(frozen=True, slots=True)
class Gone:
    """One such file."""

    path: str
    now: str
    """The file of this ingest that holds the same bytes: it was renamed or moved; empty where it was removed."""
    deleted: bool
    """Whether what it held was taken out of the library, unless another file holds it too."""


def find_gone(
    held: Sequence[Holding], folders: Sequence[str], sources: Sequence[Source], given: Mapping[str, str], sync: bool
) -> list[Gone]:
    """Those of the files `held` that are gone from these folders.

    `given` is path → SHA-256 of what this ingest has read. With `sync` they are to be deleted, but not those of a
    folder in which nothing is left to read: it may be a disk that is not there today.
    """
    at = {sha256: path for path, sha256 in sorted(given.items(), reverse=True) if path}
    there = {source.path for source in sources}
    found: list[Gone] = []
    for folder in folders:
        kept = any(_below(path, folder) for path in there)
        for one in held:
            if _below(one.path, folder) and one.path not in there and not _stands(one.path):
                found.append(Gone(one.path, at.get(one.sha256, ""), sync and kept))
    return list({one.path: one for one in found}.values())


def _below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _stands(path: str) -> bool:
    """Also where it cannot be told, as in a folder that may not be looked into."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
