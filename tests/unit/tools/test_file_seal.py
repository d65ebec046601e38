"""A seal on files: what it notices, and what it lets pass."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kgqa.tools.file_seal import Seal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What is under the seal."""
    path = tmp_path / "held"
    path.write_text("as it was left")
    return path


@pytest.fixture
def seal(tmp_path: Path, file: Path) -> Seal:
    """Put on the one file."""
    made = over(tmp_path)
    made.put()
    return made


def over(folder: Path) -> Seal:
    return Seal(folder / "seal", lambda: folder.glob("held*"))


def test_what_nobody_touched_is_whole(seal: Seal) -> None:
    assert seal.broken() == ""


def test_a_copy_with_other_times_is_whole(seal: Seal, file: Path) -> None:
    os.utime(file, (1, 1))
    assert seal.broken() == ""


def test_a_change_of_one_letter_is_noticed(seal: Seal, file: Path) -> None:
    file.write_text("As it was left")
    assert seal.broken() == "held is not as it was left"


def test_what_is_gone_is_noticed_and_what_is_new_is_not(seal: Seal, file: Path) -> None:
    (file.parent / "held too").touch()
    assert seal.broken() == ""
    file.unlink()
    assert seal.broken() == "held is gone"


def test_nothing_is_known_where_it_was_lifted(seal: Seal, file: Path) -> None:
    seal.lift()
    file.write_text("changed")
    assert not seal.stands
    assert seal.broken() == ""
    seal.put()
    assert seal.broken() == ""


def test_what_is_condemned_stays_so_until_it_is_forgotten(seal: Seal, tmp_path: Path) -> None:
    seal.condemn("it fails in reading")
    seal.lift()
    seal.put()
    assert over(tmp_path).broken() == "it fails in reading"
    seal.forget()
    assert over(tmp_path).broken() == ""


@pytest.mark.parametrize("said", ["", "junk", "[]", "{}", '{"files": [1]}', '{"files": {"held": 3}}'])
def test_a_damaged_seal_says_nothing(seal: Seal, tmp_path: Path, said: str) -> None:
    (tmp_path / "seal").write_text(said)
    assert not seal.stands
    assert seal.broken() == ""
