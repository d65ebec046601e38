"""A full disk and a forbidden folder are told by name, whichever layer stumbled over them."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from kgqa.commands.disk_errors import disk_error
from kgqa.commands.shared import Door
from kgqa.errors import BackendError, InputError
from typer.testing import CliRunner

from .test_shared import app_of, fails

HOME = Path("/srv/kgqa")


def of_sqlite(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left", "/data/x/y.jpg"), "the disk that holds '/data/x' is full"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk that holds '/srv/kgqa' is full"),
        (OSError(errno.EDQUOT, "Quota exceeded"), "the disk that holds '/srv/kgqa' is full"),
        (OSError(errno.EROFS, "Read-only", b"/data/a"), "'/data' is on a disk that is read-only"),
        (PermissionError(errno.EACCES, "denied", "/data/a"), "'/data' may not be read or written"),
        (of_sqlite("SQLITE_FULL"), "the disk that holds '/srv/kgqa' is full"),
        (of_sqlite("SQLITE_READONLY_DIRECTORY"), "'/srv/kgqa' may not be written"),
        (RuntimeError("Database or disk is full (code: 13)"), "the disk that holds '/srv/kgqa' is full"),
    ],
)  # fmt: skip
def test_the_folder_is_named_however_deep_the_cause(error: Exception, told: str) -> None:
    wrapped = BackendError("text index: it failed")
    wrapped.__cause__ = BackendError("again")
    wrapped.__cause__.__context__ = error
    for one in (error, wrapped):
        named = disk_error(one, HOME)
        assert str(named).startswith(told)
        assert "\n" not in str(named)


@pytest.mark.parametrize("error", [OSError(errno.ECONNREFUSED, "refused"), ValueError("x"), of_sqlite("SQLITE_BUSY")])
def test_another_error_is_left_as_it_is(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disk_error(error, HOME) is None
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    named = InputError("x.html: cannot be written: Permission denied")
    named.__cause__ = PermissionError(errno.EACCES, "denied", "/data/x.html")
    assert disk_error(named, HOME) is None
    assert "is full" in str(disk_error(BackendError("the server broke off"), HOME))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "kgqa: the disk that holds "),
        (PermissionError(errno.EACCES, "denied", "/data/a"), "kgqa: '/data' may not be read or written; "),
    ],
)
def test_a_door_tells_it_in_one_line_and_as_the_operators_turn(error: Exception, told: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app_of(fails(error)), ["--home", str(tmp_path), "try"])
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(told)
    assert result.stderr.count("\n") == 1
    assert Door().fail(InputError("x")).exit_code == 2
