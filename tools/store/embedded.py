"""The embedded ArcadeDB server as its clients see it: found, started where there is none, and kept while in use."""

from __future__ import annotations

import fcntl
import importlib.util
import io
import json
import os
import platform
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ...errors import BackendError, ConfigError
from ...settings import EmbeddedStore
from .supervisor import open_private, write_private

SECONDS_TO_START = 60.0
LAYOUT = 1
"""Raised when graphs of before can no longer be read."""
_NEO4J = "set KGQA_STORE__KIND=neo4j, KGQA_STORE__URI and KGQA_STORE__PASSWORD to use a Neo4j server instead"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and the two accounts."""

    pid: int
    bolt: int
    http: int
    root: str
    reader: str


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


def package_folder() -> Path:
    """Where the wheel put the server and its Java runtime.

    Raises:
        ConfigError: there is no wheel for this platform, or it is not installed.
    """
    found = importlib.util.find_spec("arcadedb_embedded")
    if found is None or found.origin is None:
        here = f"{platform.system()} {platform.machine()}"
        raise ConfigError(f"the embedded store needs the package arcadedb-embedded, which {here} has not got; {_NEO4J}")
    return Path(found.origin).parent


def read_address(folder: Path) -> Address | None:
    """What the running server's files say; None where there is none or they are not whole."""
    try:
        place = json.loads((folder / "server.json").read_text())
        words = json.loads((folder / "passwords.json").read_text())
    except (OSError, ValueError):
        return None
    return Address(place["pid"], place["bolt"], place["http"], words["root"], words["reader"])


def prepare(folder: Path, options: EmbeddedStore) -> None:
    """Make the data folder ready to launch in: passwords, groups, stamp, launch file.

    Raises:
        ConfigError: no server for this platform, or a folder that a newer version made.
    """
    package = package_folder()
    try:
        (folder / "config").mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"cannot make the data folder {str(folder)!r}: {error.strerror}; set KGQA_HOME") from error
    _check_stamp(folder)
    words = _passwords(folder)
    write_private(folder / "config" / "server-groups.json", json.dumps(_groups()))
    write_private(folder / "launch.json", json.dumps(_launch(package, folder, options, words)))


def _check_stamp(folder: Path) -> None:
    stamp = folder / "version.json"
    now: dict[str, Any] = {"layout": LAYOUT, "server": version("arcadedb-embedded")}
    made: dict[str, Any] = json.loads(stamp.read_text()) if stamp.exists() else now
    if made["layout"] != LAYOUT or _order(made["server"]) > _order(now["server"]):
        raise ConfigError(
            f"the graph in {str(folder)!r} is of another version (layout {made['layout']}, server "
            f"{made['server']}; here {LAYOUT} and {now['server']}): take a newer kgqa, or set KGQA_HOME and ingest anew"
        )
    if made != now or not stamp.exists():
        write_private(stamp, json.dumps(now))


def _order(number: str) -> list[int]:
    return [int(part) for part in number.split(".") if part.isdigit()]


def _passwords(folder: Path) -> dict[str, str]:
    path = folder / "passwords.json"
    new = folder / f"passwords.{os.getpid()}.{threading.get_ident()}.new"
    write_private(new, json.dumps({"root": secrets.token_hex(24), "reader": secrets.token_hex(24)}))
    try:
        os.link(new, path)  # the first of several that start at once wins
    except FileExistsError:
        pass
    finally:
        new.unlink()
    return dict(json.loads(path.read_text()))


def _groups() -> dict[str, object]:
    def group(access: list[str], records: list[str]) -> dict[str, object]:
        return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": records}}}

    every = ["createRecord", "readRecord", "updateRecord", "deleteRecord"]
    groups = {
        "admin": group(["updateSecurity", "updateSchema", "updateDatabaseSettings"], every),
        "reader": group([], ["readRecord"]),
        "*": group([], []),
    }
    return {"databases": {"*": {"groups": groups}}, "version": 2}


def _launch(package: Path, folder: Path, options: EmbeddedStore, words: dict[str, str]) -> dict[str, object]:
    write_private(folder / "root.password", words["root"])
    flags = {
        "server.rootPath": folder,
        "server.rootPasswordPath": folder / "root.password",
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "server.defaultDatabases": f"neo4j[reader:{words['reader']}:reader]",
        "server.mode": "development",  # production hides why a query failed, which the repair loop needs to know
        "server.httpIncomingHost": "127.0.0.1",
        "server.saltIterations": 1000,  # passwords are 192 random bits: more rounds only make connecting slow
        "bolt.host": "127.0.0.1",
        "command.timeout": int(options.query_seconds * 1000),
        "typeDefaultBuckets": 1,  # files, disk and memory a type costs grow with it
        "txWalFlush": 1,
        "studio.enabled": "false",
        "polyglotEngineEnabled": "false",
        "serverMetrics": "false",
        "opencypher.loadCsv.allowFileUrls": "false",
        "opencypher.loadCsv.allowRemoteUrls": "false",
    }
    opens = ("java.util.concurrent.atomic", "java.nio.channels.spi", "java.lang")
    return {
        "java": str(package / "jre" / "bin" / "java"),
        "linger": options.linger_seconds,
        "arguments": [
            f"-Xmx{options.heap_mb}m",
            "-XX:+UseSerialGC",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            *(f"--add-opens=java.base/{one}=ALL-UNNAMED" for one in opens),
            *(f"-Darcadedb.{name}={value}" for name, value in flags.items()),
        ],
        "main": ["-cp", f"{package / 'jars'}/*", "com.arcadedb.server.ArcadeDBServer"],
    }


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
