"""The ports that a process shares: one set for each settings, counted, closed a while after the last user."""

from __future__ import annotations

import gc
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kgqa import build_qa_graph
from kgqa.errors import ConfigError
from kgqa.graph import binding as live
from kgqa.graph import qa
from kgqa.graph.ports import Ports, make_ports
from kgqa.graph.ports_pool import Pool
from kgqa.settings import MemoryStore, Settings, load_settings


@pytest.fixture
def pool() -> Iterator[Pool]:
    """One that does not wait long."""
    made = Pool(linger=0.1, make=_quick)
    yield made
    made.close()


def _quick(settings: Settings) -> Ports:
    return make_ports(settings.model_copy(update={"store": MemoryStore()}))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def until(true: object, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():  # type: ignore[operator]  # a function without arguments
            return True
        time.sleep(0.02)
    return False


def test_the_same_settings_share_one_set_and_others_do_not(pool: Pool, settings: Settings, tmp_path: Path) -> None:
    _, one = pool.lease(settings)
    _, same = pool.lease(Settings(home=tmp_path / "home"))
    _, other = pool.lease(Settings(home=tmp_path / "other"))
    assert one is same
    assert one is not other


def test_a_data_folder_that_was_removed_and_made_again_is_another_one(pool: Pool, settings: Settings) -> None:
    key, one = pool.lease(settings)
    settings.home.rename(settings.home.with_name("moved"))
    again, other = pool.lease(settings)
    assert key != again
    assert one is not other
    shutil.rmtree(settings.home.with_name("moved"))


def test_what_nobody_uses_is_closed_a_while_later_and_opened_again_when_asked_for(
    pool: Pool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, ports = pool.lease(settings)
    pool.lease(settings)
    pool.give_back(key)
    time.sleep(0.3)
    assert pool.lease(settings)[1] is ports, "closed while somebody used it"
    pool.give_back(key)
    pool.give_back(key)
    assert until(lambda: pool._janitor is None), "what nobody uses stayed open"
    assert pool.lease(settings)[1] is not ports


def test_threads_that_ask_at_once_get_the_same(pool: Pool, settings: Settings) -> None:
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(pool.lease(settings)[1])) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 16
    assert len({id(ports) for ports in got}) == 1


def test_ports_that_do_not_open_are_not_kept(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="KGQA_HOME"):
        pool.lease(Settings(home=tmp_path / "file" / "home", store=MemoryStore()))
    assert until(lambda: pool._janitor is None)


def test_a_graph_in_memory_lasts_though_nobody_asks_it_for_a_while(pool: Pool, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, store=MemoryStore())
    key, ports = pool.lease(settings)
    pool.give_back(key)
    time.sleep(0.3)
    assert pool.lease(settings)[1] is ports


def test_a_thousand_graphs_leave_nothing(settings: Settings, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POOL", pool)
    before, threads = descriptors(), threading.active_count()
    graph = build_qa_graph(settings=settings)
    for n in range(1000):
        graph = build_qa_graph(settings=settings)
        if n % 100 == 0:
            graph.invoke({"question": "Who is Ann?"})
    assert len(pool._shared) <= 1
    del graph
    gc.collect()
    assert until(lambda: pool._janitor is None), "graphs that are gone keep their ports"
    assert descriptors() <= before + 2
    assert threading.active_count() <= threads + 2


async def test_a_host_gets_the_same_graph_for_each_request(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(live, "_hosted", {})
    monkeypatch.setenv("KGQA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KGQA_STORE__KIND", "memory")
    assert load_settings().store.kind == "memory"
    one, two = await qa.studio(), await qa.studio()
    assert one is two
    monkeypatch.setenv("KGQA_QA__WINDOW", "3")
    assert await qa.studio() is not one


class Broken:
    """Ports that fail to close, in a way that is none of ours."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Fails."""
        raise RuntimeError("the driver broke off")


async def _nothing(*_: object) -> None:
    """In the place of what looks into the stores."""


def test_one_that_does_not_close_keeps_no_other_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("kgqa.graph.ports_pool.restore", _nothing)
    pool = Pool(linger=0.1, make=Broken)  # type: ignore[arg-type]  # as far as a pool looks at them, ports
    for name in ("a", "b"):
        key, _ = pool.lease(Settings(home=tmp_path / name))
        pool.give_back(key)
    assert until(lambda: pool._janitor is None)
    assert "did not close well" in caplog.text
    pool.lease(Settings(home=tmp_path / "a"))
    pool.close()
    assert pool._shared == {}


def test_what_is_idle_is_closed_beside_much_use_of_another(pool: Pool, tmp_path: Path) -> None:
    idle, _ = pool.lease(Settings(home=tmp_path / "idle"))
    pool.give_back(idle)
    end = time.monotonic() + 3
    while time.monotonic() < end and idle in pool._shared:
        key, _ = pool.lease(Settings(home=tmp_path / "busy"))
        pool.give_back(key)
        time.sleep(0.005)
    assert idle not in pool._shared
