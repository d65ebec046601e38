"""The embedded ArcadeDB server as its clients see it: found, started where there is none, and kept while in use."""

from __future__ import annotations

import fcntl
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...errors import BackendError, ConfigError
from ...settings import EmbeddedStore
from .launch import prepare
from .supervisor import open_private, write_private

SECONDS_TO_START = 60.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and the two accounts."""

    pid: int
    bolt: int
    http: int
    root: str
    reader: str
    short: bool = False
    """Whether the server before it ran out of memory."""


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
            if self._hold is None:
                prepare(self._folder, self._options)
                self._hold = _share(self._folder / "users.lock")
            try:
                return self._await(answers)
            except BaseException:
                self._let_go()
                raise

    def restart(self, address: Address) -> None:
        """Have the server replaced, if it still is the one at `address`: a query of it would not end."""
        write_private(self._folder / "restart", str(address.pid))

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
        while time.monotonic() < deadline:
            # Without a supervisor the files are stale: a stranger may listen on that port and must not get a password.
            supervised = _supervised(self._folder)
            address = read_address(self._folder) if supervised else None
            if address is not None and answers(address):
                return address
            if not supervised and (supervisor is None or supervisor.poll() is not None):
                self._raise_failure(supervisor)
                supervisor = self._spawn()
            time.sleep(0.05)
        raise BackendError(
            f"the embedded graph server in {str(self._folder)!r} did not answer in {SECONDS_TO_START:g} s"
        )

    def _spawn(self) -> subprocess.Popen[bytes]:
        # Of several started at once, one gets the lock and the others end at once with 0.
        (self._folder / "failure.txt").unlink(missing_ok=True)
        with open_private(self._folder / "supervisor.log", truncate=True) as log:
            supervisor = subprocess.Popen(  # noqa: S603  # our own script
                [sys.executable, "-I", str(Path(__file__).with_name("supervisor.py")), str(self._folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        threading.Thread(target=supervisor.wait, daemon=True).start()  # else it would end as a zombie
        return supervisor

    def _raise_failure(self, supervisor: subprocess.Popen[bytes] | None) -> None:
        failure = self._folder / "failure.txt"
        if supervisor is None or not supervisor.returncode:
            return
        words = failure.read_text() if failure.exists() else _tail(self._folder / "supervisor.log")
        text = f"the embedded graph server does not start: {words}"
        if "heap" in words or "memory" in words:
            raise ConfigError(f"{text}; KGQA_STORE__HEAP_MB is {self._options.heap_mb}")
        raise BackendError(f"{text}; its log is {str(self._folder / 'server.log')!r}")


def read_address(folder: Path) -> Address | None:
    """What the running server's files say; None where there is none or they are not whole."""
    try:
        place = json.loads((folder / "server.json").read_text())
        words = json.loads((folder / "passwords.json").read_text())
    except (OSError, ValueError):
        return None
    doors = place["pid"], place["bolt"], place["http"]
    return Address(*doors, words["root"], words["reader"], place.get("short", False))


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
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return " · ".join(lines[-2:]) or "no word why"
