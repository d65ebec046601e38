"""Files of the data folder that several threads and processes write."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kgqa.errors import BackendError
from kgqa.tools.files import (
    make_file,
    make_own,
    make_private,
    open_private,
    plain_errors,
    remove,
    set_aside,
    write_private,
)


def test_threads_may_write_one_private_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "launch.json"

    def write(number: int) -> None:
        for _ in range(100):
            write_private(path, json.dumps([number] * 50))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert len(set(json.loads(path.read_text()))) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["launch.json"]


def test_a_folder_in_the_place_of_a_file_makes_way(tmp_path: Path) -> None:
    for path in (tmp_path / "written", tmp_path / "opened", tmp_path / "removed"):
        (path / "deep").mkdir(parents=True)
    write_private(tmp_path / "written", "text")
    open_private(tmp_path / "opened").close()
    remove(tmp_path / "removed")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"written", "opened", "written.damaged", "opened.damaged", "removed.damaged"}


def test_only_what_was_set_aside_last_is_kept(tmp_path: Path) -> None:
    for text in ("first", "second"):
        (tmp_path / "one").write_text(text)
        set_aside(tmp_path / "one")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["second"]


def test_the_systems_errors_are_one_line_that_names_the_file(tmp_path: Path) -> None:
    said = r"nowhere/file' cannot be used: No such file or directory"
    with pytest.raises(BackendError, match=said), plain_errors(tmp_path):
        (tmp_path / "nowhere" / "file").write_text("")


@pytest.fixture
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("_open_umask")
def test_every_folder_made_on_the_way_is_private_and_one_that_is_there_is_left(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir(mode=0o755)
    make_private(tmp_path / "there" / "b" / "c")
    assert [mode(tmp_path / name) for name in ("there", "there/b", "there/b/c")] == [0o755, 0o700, 0o700]


@pytest.mark.usefixtures("_open_umask")
def test_a_file_is_made_private_and_never_emptied(tmp_path: Path) -> None:
    make_file(tmp_path / "f")
    assert mode(tmp_path / "f") == 0o600
    (tmp_path / "f").write_text("kept")
    make_file(tmp_path / "f")
    assert (tmp_path / "f").read_text() == "kept"


def test_somebodys_file_is_set_aside_in_the_data_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("theirs")
    with pytest.raises(OSError, match="a"):
        make_private(tmp_path / "a")
    assert (tmp_path / "a").read_text() == "theirs"
    make_own(tmp_path / "a")
    assert (tmp_path / "a").is_dir()
