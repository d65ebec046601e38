"""The composition root: which adapter stands where, and what opening and closing leave behind."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from kgqa.errors import BackendError, ConfigError
from kgqa.graph.ports import Ports, make_ports
from kgqa.settings import ChromaIndex, MemoryIndex, MemoryStore, load_settings
from kgqa.tools.staging import SqliteStaging


class _Stubborn(SqliteStaging):
    """Opens or closes with an error, and says what it was asked."""

    def __init__(self, opens: bool) -> None:
        super().__init__(None)
        self.opens = opens
        self.closed = 0

    async def open(self) -> None:
        if not self.opens:
            raise BackendError("will not open")

    async def close(self) -> None:
        self.closed += 1
        if self.opens:
            raise BackendError("will not close")


def _ports(home: Path) -> Ports:
    return make_ports(load_settings(home=home, store=MemoryStore(), index=MemoryIndex()))


def test_a_memory_store_leaves_no_index_on_disk_that_answers_for_it(tmp_path: Path) -> None:
    asked = load_settings(home=tmp_path, store=MemoryStore(), index=ChromaIndex())
    same = load_settings(home=tmp_path, store=MemoryStore(), index=MemoryIndex())
    assert type(make_ports(asked).vectors) is type(make_ports(same).vectors)
    assert type(make_ports(asked).texts) is type(make_ports(same).texts)


async def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    ports = _ports(tmp_path / "deep" / "home")
    await ports.open()
    await ports.close()
    assert stat.S_IMODE((tmp_path / "deep" / "home").stat().st_mode) == 0o700


async def test_a_data_folder_that_cannot_be_made_is_a_setting_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="KGQA_HOME"):
        await _ports(tmp_path / "file" / "home").open()


async def test_what_was_opened_is_closed_when_a_later_one_fails(tmp_path: Path) -> None:
    ports = _ports(tmp_path)
    first, second = SqliteStaging(None), _Stubborn(opens=False)
    both = replace(ports, staging=second)
    object.__setattr__(both, "_resources", lambda: [first, second])
    with pytest.raises(BackendError, match="will not open"):
        await both.open()
    assert second.closed == 0
    await first.close()


async def test_one_that_will_not_close_keeps_no_other_from_closing(tmp_path: Path) -> None:
    ports = _ports(tmp_path)
    first, last = _Stubborn(opens=True), _Stubborn(opens=True)
    object.__setattr__(ports, "_resources", lambda: [first, last])
    with pytest.raises(BackendError, match="will not close"):
        await ports.close()
    assert (first.closed, last.closed) == (1, 1)
