"""Folders and files for their user alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from kgqa.tools.private import make_file, make_folder, write_file


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_made_on_the_way_is_private(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b" / "c")
    assert [mode(tmp_path / name) for name in ("a", "a/b", "a/b/c")] == [0o700] * 3


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    make_folder(tmp_path / "a" / "b")
    assert mode(tmp_path / "a") == 0o755
    assert mode(tmp_path / "a" / "b") == 0o700


def test_a_file_is_made_private_and_never_emptied(tmp_path: Path) -> None:
    make_file(tmp_path / "f")
    assert mode(tmp_path / "f") == 0o600
    (tmp_path / "f").write_text("kept")
    make_file(tmp_path / "f")
    assert (tmp_path / "f").read_text() == "kept"


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    write_file(tmp_path / "f", "one")
    write_file(tmp_path / "f", "two")
    assert (tmp_path / "f").read_text() == "two"
    assert mode(tmp_path / "f") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_where_a_file_stands_in_the_way_no_folder_is_made(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError, match="a"):
        make_folder(tmp_path / "a" / "b")
