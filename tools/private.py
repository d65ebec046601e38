"""Folders and files that only their user may look into, whatever the process's umask: they hold people's documents."""

from __future__ import annotations

import os
from pathlib import Path


def make_folder(path: Path) -> None:
    """Make the folder and its missing parents, mode 0700; what stands there already is left as it is.

    Raises:
        OSError: it cannot be made.
    """
    for folder in [path, *path.parents][::-1]:
        if not folder.is_dir():
            folder.mkdir(exist_ok=True, mode=0o700)


def make_file(path: Path) -> None:
    """Make the file, empty and mode 0600, where there is none; SQLite and others go on with it as it is.

    Raises:
        OSError: it cannot be made.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def write_file(path: Path, text: str) -> None:
    """Put a whole new file in place at once, mode 0600. Raises: OSError."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
