"""Share open ports in a process: one set for each settings, counted, closed soon after its last user."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, ParamSpec, TypeVar

from ..ingestion.write import restore
from ..settings import Settings
from .ports import Ports, make_home, make_ports

_log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
_INHERITED: list[object] = []
"""Kept from the garbage collector, which would close them, and say goodbye to servers in the parent's name."""
LINGER_SECONDS = 10.0
"""How long ports stay open without a user: hosts build a graph for each request."""


class Key(NamedTuple):
    """What ports may be shared by."""

    settings: Settings
    home: str
    folder: tuple[int, int]
    """Device and inode: a data folder that was removed and made again is another one."""
    process: int
    """A forked child opens its own: over its parent's connections, both would speak at once."""


@dataclass
class _Shared:
    """One set of ports, and how many use it."""

    users: int = 0
    ports: Ports | None = None
    opening: threading.Lock = field(default_factory=threading.Lock)
    idle_since: float = 0.0


class Pool:
    """Ports by settings. `lease` blocks while it opens; `give_back` may be called from anywhere, a finalizer too."""

    def __init__(self, linger: float = LINGER_SECONDS, make: Callable[[Settings], Ports] = make_ports) -> None:
        self._linger = linger
        self._make = make
        self._lock = threading.Lock()
        self._closing = threading.Lock()
        self._shared: dict[Key, _Shared] = {}
        # A finalizer may interrupt any line of any thread, one that holds the lock too: it may only put something here.
        self._returned: queue.SimpleQueue[Key] = queue.SimpleQueue()
        self._janitor: threading.Thread | None = None

    def lease(self, settings: Settings) -> tuple[Key, Ports]:
        """Open ports, and the key to give them back with.

        Raises:
            ConfigError: a setting names no adapter, or one whose extra is not installed.
            BackendError: one of them does not open.
        """
        key = key_of(settings)
        with self._lock:
            # A graph in memory lasts as long as the process, though nobody asks it for a while.
            shared = self._shared.setdefault(key, _Shared(users=int(not settings.store.lasting)))
            shared.users += 1
            if self._janitor is None:
                self._janitor = threading.Thread(target=self._tidy, name="kgqa-pool", daemon=True)
                self._janitor.start()
        try:
            with shared.opening:
                if shared.ports is None:
                    ports = self._make(settings)
                    asyncio.run(_open(ports))
                    shared.ports = ports
                return key, shared.ports
        except BaseException:
            self.give_back(key)
            raise

    def give_back(self, key: Key) -> None:
        """One user fewer."""
        self._returned.put(key)

    def _tidy(self) -> None:
        """Count what is given back, and close what nobody has used for a while; ends when nothing is left."""
        while True:
            with suppress(queue.Empty):
                self._count(self._returned.get(timeout=self._linger / 4))
            with self._closing:
                for ports in self._take_idle():
                    _close(ports, ports.close())
            with self._lock:
                if not self._shared:
                    self._janitor = None
                    return

    def _count(self, key: Key) -> None:
        with self._lock:
            shared = self._shared.get(key)
            if shared is not None:  # else all were closed meanwhile
                shared.users -= 1
                shared.idle_since = time.monotonic()

    def _take_idle(self) -> list[Ports]:
        until = time.monotonic() - self._linger
        with self._lock:
            idle = [key for key, shared in self._shared.items() if not shared.users and shared.idle_since <= until]
            return [ports for key in idle if (ports := self._shared.pop(key).ports) is not None]

    def close(self) -> None:
        """Close everything, used or not: the interpreter ends."""
        with self._closing:  # what is just being closed is waited for
            with self._lock:
                left, self._shared = list(self._shared.values()), {}
            for shared in left:
                if shared.ports is not None:
                    _close(shared.ports, _last_closing(shared.ports))

    def forget(self) -> None:
        """In a forked child: what is open belongs to the parent."""
        _INHERITED.append(self._shared)
        self.__init__(self._linger, self._make)  # type: ignore[misc]  # locks that another thread held stay held in the child


def key_of(settings: Settings) -> Key:
    """Of ports that are opened here and now.

    Raises:
        ConfigError: there is no data folder, and none can be made.
    """
    home = settings.home.absolute()
    make_home(home)
    state = home.stat()
    return Key(settings, str(home), (state.st_dev, state.st_ino), os.getpid())


class _Inline(ThreadPoolExecutor):
    """Runs what it is given at once: at the interpreter's exit no thread can be started any more."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


async def _open(ports: Ports) -> None:
    await ports.open()
    try:
        await restore(ports, ports.settings.home)
    except BaseException:
        await ports.close()
        raise


def _close(ports: Ports, closing: Coroutine[Any, Any, None]) -> None:
    """Close one set; nobody waits for what it says, and others are still to be closed."""
    try:
        asyncio.run(closing)
    except Exception as error:  # noqa: BLE001  # a vendor's, too
        _log.warning("the ports of %s did not close well: %s", ports.settings.home, error)


async def _last_closing(ports: Ports) -> None:
    asyncio.get_running_loop().set_default_executor(_Inline())
    await ports.close()


POOL = Pool()
atexit.register(POOL.close)
os.register_at_fork(after_in_child=POOL.forget)
