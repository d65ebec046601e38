"""The embedded ArcadeDB server as its clients see it: found, started where there is none, and kept while in use."""

from __future__ import annotations

import fcntl
import io
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ...errors import BackendError, ConfigError
from ...settings import EmbeddedStore
from ..files import is_full, open_private, plain_errors, read_text, remove, says_full, told_full, write_private
from .accounts import read_passwords
from .database_files import seal_of
from .launch import grow, heap_of, prepare

SECONDS_TO_START = 60.0
KILLS_BORNE = 1
"""A supervisor that is killed before its server answers is started once more."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and the two accounts."""

    pid: int
    bolt: int
    http: int
    root: str
    reader: str
    short: int = 0
    """The pid of the server before it, where that one ran out of memory."""


class EmbeddedServer:
    """A client's hold on the data folder's server. All calls block; safe from several threads."""

    def __init__(self, options: EmbeddedStore, home: Path) -> None:
        self._options = options
        self._folder = (home / "graph").absolute()
        self._hold: io.FileIO | None = None
        self._lock = threading.Lock()

    def acquire(self, answers: Callable[[Address], bool]) -> Address:
        """The address of a server that `answers`, started where there is none; it stays until `release`.

        Raises:
            ConfigError: the server cannot run here, or a setting keeps it from starting.
            BackendError: it does not start; the message holds the end of its log.
        """
        with self._lock:
            try:
                with plain_errors(self._folder):
                    prepare(self._folder, self._options)
                    self._hold = self._hold or _share(self._folder / "users.lock")
                    return self._await(answers)
            except BaseException:
                self._let_go()
                raise

    def restart(self, address: Address) -> None:
        """Have the server replaced, if it still is the one at `address`: a query of it would not end."""
        with suppress(OSError):  # on a full disk no wish can be written, and the query goes on
            write_private(self._folder / "restart", str(address.pid))

    @property
    def heap_mb(self) -> int:
        """The server's heap as it starts now."""
        return heap_of(self._folder, self._options)

    def grow(self, address: Address) -> bool:
        """Have the server at `address` replaced by one with twice the heap; False where it has the most it may have."""
        now = read_address(self._folder)
        if now is not None and now.pid == address.pid:
            if not grow(self._folder, self._options):
                return False
            self.restart(address)
        return True

    def condemn(self, address: Address, why: str) -> None:
        """Have the database set aside, and begun anew by another server, if it still is the one at `address`."""
        now = read_address(self._folder)
        if now is not None and now.pid == address.pid:
            with plain_errors(self._folder):
                seal_of(self._folder).condemn(why)
            self.restart(address)

    @property
    def folder(self) -> Path:
        """Where the server keeps what is its."""
        return self._folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process is in such a block of the same folder."""
        with open_private(self._folder / "types.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def release(self) -> None:
        """Let go; the server ends `linger_seconds` after its last client."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._hold is not None:
            os.utime(self._hold.fileno())
            self._hold.close()
            self._hold = None

    def _await(self, answers: Callable[[Address], bool]) -> Address:
        deadline = time.monotonic() + SECONDS_TO_START
        supervisor: subprocess.Popen[bytes] | None = None
        killed = 0
        while time.monotonic() < deadline:
            # Without a supervisor the files are stale: a stranger may listen on that port and must not get a password.
            supervised = _supervised(self._folder)
            address = read_address(self._folder) if supervised else None
            if address is not None and answers(address):
                self._tell()
                return address
            if not supervised and (supervisor is None or supervisor.poll() is not None):
                # 0 says that another one was quicker, less that somebody killed it.
                ended = supervisor.returncode if supervisor is not None else 0
                killed += ended < 0
                if ended > 0 or killed > KILLS_BORNE:
                    raise self._failure()
                supervisor = self._spawn()
            time.sleep(0.05)
        raise BackendError(
            f"the embedded graph server in {str(self._folder)!r} did not answer in {SECONDS_TO_START:g} s"
        )

    def _tell(self) -> None:
        notice = self._folder / "notice.txt"
        if words := read_text(notice):
            remove(notice)
            _log.warning("%s", words)

    def _spawn(self) -> subprocess.Popen[bytes]:
        # Of several started at once, one gets the lock and the others end at once with 0.
        remove(self._folder / "failure.txt")
        with open_private(self._folder / "supervisor.log", truncate=True) as log:
            supervisor = subprocess.Popen(  # noqa: S603  # our own module
                [sys.executable, "-EP", "-m", f"{__package__}.supervisor", str(self._folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        threading.Thread(target=supervisor.wait, daemon=True).start()  # else it would end as a zombie
        return supervisor

    def _failure(self) -> BackendError | ConfigError:
        words = read_text(self._folder / "failure.txt") or _tail(self._folder / "supervisor.log")
        if says_full(words) or is_full(self._folder):
            return told_full(self._folder)
        text = f"the embedded graph server does not start: {words}"
        if "heap" in words or "memory" in words:
            return ConfigError(f"{text}; KGQA_STORE__HEAP_MB is {self.heap_mb}")
        return BackendError(f"{text}; its log is {str(self._folder / 'server.log')!r}")


def read_address(folder: Path) -> Address | None:
    """What the running server's files say; None where there is none or they are not whole."""
    words = read_passwords(folder)
    try:
        place = json.loads(read_text(folder / "server.json") or "")
        pid, bolt, http, short = (int(place[name]) for name in ("pid", "bolt", "http", "short"))
    except (ValueError, TypeError, KeyError):
        return None
    return Address(pid, bolt, http, words.root, words.reader, short) if words else None


def _supervised(folder: Path) -> bool:
    with open_private(folder / "supervisor.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _share(path: Path) -> io.FileIO:
    file = open_private(path)
    fcntl.flock(file, fcntl.LOCK_SH)  # waits while a supervisor is stopping its server
    os.utime(file.fileno())
    return file


def _tail(log: Path) -> str:
    lines = (read_text(log) or "").strip().splitlines()
    return " · ".join(lines[-2:]) or "it was killed, and said no word why"
