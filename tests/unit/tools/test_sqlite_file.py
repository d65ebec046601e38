"""A SQLite file whose locks hold, whatever else the process does with the file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kgqa.tools.file_seal import Seal
from kgqa.tools.files import make_file
from kgqa.tools.sqlite_file import SqliteFile

IN_USE = 0x40000002
"""SQLite's byte that each connection holds a shared lock on (its "file format", 1.2); all 510 of them are asked for."""
ASK = f"""
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, {IN_USE})
    except OSError:
        print("in use")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.sqlite"


@pytest.fixture
def user(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that has read: until it closes, no other process may take itself for the last one."""
    file = SqliteFile(path, "rows")
    with closing(file.connect(1.0)) as connection:
        file.log_ahead(connection)
        connection.execute("CREATE TABLE rows (row INTEGER)")
        yield connection


def in_use(path: Path) -> bool:
    """Whether another process finds the file in use."""
    asked = subprocess.run([sys.executable, "-c", ASK, str(path)], capture_output=True, text=True, check=True)
    return asked.stdout == "in use\n"


def connect(path: Path) -> None:
    SqliteFile(path, "rows").connect(1.0).close()


def seal(path: Path) -> None:
    file = SqliteFile(path, "rows")
    with closing(file.connect(1.0)) as connection:
        file.keep(connection)
    assert path.with_name(f"{path.name}.seal").exists()


def check(path: Path) -> None:
    over = Seal(path.with_name(f"{path.name}.seal"), lambda: [path])
    over.put()
    os.utime(path, (1, 1))  # so that its bytes are looked at
    SqliteFile(path, "rows").check()


@pytest.mark.parametrize("does", [connect, seal, check, make_file])
def test_a_lock_outlives_what_the_process_does_beside_it(
    path: Path, user: sqlite3.Connection, does: Callable[[Path], None]
) -> None:
    assert in_use(path)
    does(path)
    assert in_use(path)
    user.close()
    assert not in_use(path)


def test_what_another_process_writes_is_not_lost_on_a_process_that_sealed_the_file(
    path: Path, user: sqlite3.Connection
) -> None:
    connect(path)
    write = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('INSERT INTO rows VALUES (1)'); c.commit()"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", write, str(path), "INSERT INTO rows VALUES (1)"], check=True)
        user.execute("INSERT INTO rows VALUES (2)")
    assert user.execute("SELECT count(*) FROM rows").fetchone()[0] == 4
    assert path.with_name(f"{path.name}-wal").exists()


def test_the_bytes_of_files_that_are_gone_hold_no_descriptors(tmp_path: Path) -> None:
    def sealed(number: int) -> None:
        path = tmp_path / f"{number}.sqlite"
        connect(path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE rows (row INTEGER)")
        Seal(tmp_path / "seal", lambda: [path]).put()
        path.unlink()

    sealed(0)
    before = len(os.listdir("/proc/self/fd"))
    for number in range(1, 20):
        sealed(number)
    assert len(os.listdir("/proc/self/fd")) <= before + 1


def test_a_file_that_may_not_be_written_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_file(path)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everything
    with pytest.raises(Exception, match=r"rows\.sqlite' cannot be used: Permission denied"):
        connect(path)
