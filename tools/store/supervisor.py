"""The embedded server's supervisor: holds the JVM as its child while anyone uses the data folder.

Run by `embedded.py` as a module of its own process, with FOLDER as its argument. FOLDER holds `launch.json` (how to
start the JVM) and these, all for their user alone:

supervisor.lock  flock, held while a supervisor lives: there is one a folder
users.lock       flock, shared by every client; when nobody holds it for `linger` seconds, all ends
server.json      where the server listens, and which one before it ran out of memory; written as the JVM starts
restart          a client's wish to have the JVM with the pid written in it replaced: a query would not end
database.seal    what the database's files looked like when the JVM last ended well, or that they are damaged
notice.txt       what was set aside, for the first client to tell
failure.txt      why the JVM does not start, for the clients that wait
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from ..files import open_private, read_text, remove, write_private
from .database_files import DatabaseFiles

TICK = 0.1
SECONDS_TO_STOP = 20.0
EARLY = 20.0
"""A JVM that ends sooner than this after its start did not start well."""
TRIES = 3
OUT_OF_MEMORY = 3
"""What a JVM returns that ends for want of memory (`-XX:+ExitOnOutOfMemoryError`)."""


class Supervisor:
    """One folder's server, from the first client to the last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.launch = json.loads((folder / "launch.json").read_text())
        self.files = DatabaseFiles(folder)
        self.users = open_private(folder / "users.lock")
        self.child: subprocess.Popen[bytes] | None = None
        self.born = 0.0
        self.early = 0
        self.short = 0
        self.address = ""
        self.told = False

    def run(self) -> int:
        """Keep the server until nobody needs it; 1 when it cannot be started."""
        signal.signal(signal.SIGTERM, self._hear)
        signal.signal(signal.SIGINT, self._hear)
        end_orphan(self.folder)
        remove(self.folder / "server.json")
        idle_since = time.time()
        try:
            while not self.told:
                if not self._ensure_running():
                    return 1
                self._restart_where_asked()
                self._keep_address()
                time.sleep(TICK)
                if self._in_use():
                    idle_since = time.time()
                elif time.time() - max(idle_since, self._last_use()) >= self.launch["linger"] and self._claim():
                    return 0
            return 0
        finally:
            self._stop()

    def _hear(self, signum: int, frame: FrameType | None) -> None:
        self.told = True

    def _ensure_running(self) -> bool:
        if self.child is not None and self.child.poll() is None:
            return True
        if self.child is not None:
            self.short = self.child.pid if self.child.returncode == OUT_OF_MEMORY else 0
            self.early = self.early + 1 if time.monotonic() - self.born < EARLY else 0
            words = last_words(self.folder / "server.log")
            if self.early >= TRIES:
                write_private(self.folder / "failure.txt", words)
                return False
            if self.early and self.files.blamed_by(words):
                self.files.condemn("the server cannot open it")
        self._start()
        return True

    def _start(self) -> None:
        # A client may have given it more memory since.
        with contextlib.suppress(OSError, ValueError):
            self.launch = json.loads((self.folder / "launch.json").read_text())
        self.files.make_ready()
        bolt, http = free_ports()
        arguments = [
            *self.launch["arguments"],
            f"-Darcadedb.bolt.port={bolt}",
            f"-Darcadedb.server.httpIncomingPort={http}",
            *self.launch["main"],
        ]
        # In a file, for a command line can be read by every user of the machine and these name a password.
        write_private(self.folder / "java.args", "".join(f"{java_quoted(one)}\n" for one in arguments))
        with open_private(self.folder / "server.log", truncate=True) as log:
            self.child = subprocess.Popen(  # noqa: S603  # our own launch file names the program
                [self.launch["java"], f"@{self.folder / 'java.args'}"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # glibc's: with a heap for each of the JVM's dozens of threads, it keeps much of what they freed.
                env={**os.environ, "MALLOC_ARENA_MAX": "2"},
                preexec_fn=die_with_parent,
            )
        self.born = time.monotonic()
        self.address = json.dumps(
            {"supervisor": os.getpid(), "pid": self.child.pid, "bolt": bolt, "http": http, "short": self.short}
        )
        write_private(self.folder / "server.json", self.address)

    def _keep_address(self) -> None:
        # Whoever damaged it or took it away would have every client wait for a server that runs.
        if read_text(self.folder / "server.json") != self.address:
            write_private(self.folder / "server.json", self.address)

    def _restart_where_asked(self) -> None:
        wish = self.folder / "restart"
        asked = read_text(wish)
        if asked is None or self.child is None:
            return
        remove(wish)
        if asked == str(self.child.pid):
            self.child.kill()
            self.child.wait()
            self.born = 0.0

    def _in_use(self) -> bool:
        if not self._claim():
            return True
        fcntl.flock(self.users, fcntl.LOCK_UN)
        return False

    def _claim(self) -> bool:
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _last_use(self) -> float:
        # A client stamps the file as it leaves: one that came and went between two looks counts, too.
        return os.fstat(self.users.fileno()).st_mtime

    def _stop(self) -> None:
        remove(self.folder / "server.json")
        if self.child is None or self.child.poll() is not None:
            return
        self.child.terminate()
        try:
            self.child.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        else:
            self.files.keep()


def end_orphan(folder: Path) -> None:
    """End the JVM that a killed supervisor left behind, told from a stranger with its pid by its command line."""
    try:
        pid = int(json.loads((folder / "server.json").read_text())["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    mark = f"@{folder / 'java.args'}"
    patience = time.monotonic() + SECONDS_TO_STOP
    while mark in command_line(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM if time.monotonic() < patience else signal.SIGKILL)
        time.sleep(TICK)


def command_line(pid: int) -> str:
    """What the process was started with; empty when there is none."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    asked = subprocess.run(["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603
    return asked.stdout.decode(errors="replace")


def die_with_parent() -> None:
    """Linux only: SIGTERM when the supervisor is killed; elsewhere the next supervisor ends the orphan."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def free_ports() -> tuple[int, int]:
    """Two ports of loopback that nobody listens on now."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def java_quoted(argument: str) -> str:
    """An argument as Java's @argfile syntax takes it."""
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def last_words(log: Path) -> str:
    """The two lines of a log that say most about its end: the first that speaks of an error, and the next."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = (n for n, line in enumerate(lines) if "rror" in line or "xception" in line or "nvalid" in line)
    start = next(telling, max(0, len(lines) - 2))
    return " · ".join(lines[start : start + 2])[:600]


def main() -> int:
    """Become the folder's supervisor, unless it has one."""
    os.umask(0o077)  # the JVM's, too: what it writes are people's documents
    folder = Path(sys.argv[1])
    lock = open_private(folder / "supervisor.lock")
    for _ in range(10):  # a client that asks whether there is a supervisor holds the lock for a moment
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return Supervisor(folder).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
