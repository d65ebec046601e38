"""Prepare what the embedded server finds when it is launched: accounts, stamp, command line."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ...errors import ConfigError
from ...settings import EmbeddedStore
from ..files import make_own, open_private, read_text, says_full, write_private
from .accounts import ROUNDS, make_accounts
from .database_files import DATABASE

LAYOUT = 1
"""Raised when graphs of before can no longer be read."""
_NEO4J = "set KGQA_STORE__KIND=neo4j, KGQA_STORE__URI and KGQA_STORE__PASSWORD to use a Neo4j server instead"


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


def prepare(folder: Path, options: EmbeddedStore) -> None:
    """Make the data folder ready to launch in: accounts, stamp, launch file. What is damaged is made anew.

    Raises:
        ConfigError: no server for this platform, or a folder that a newer version made.
    """
    package = package_folder()
    try:
        make_own(folder)
        make_own(folder / "config")
    except OSError as error:
        if says_full(str(error)):
            raise
        raise ConfigError(f"cannot make the data folder {str(folder)!r}: {error.strerror}; set KGQA_HOME") from error
    with open_private(folder / "launch.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _check_stamp(folder)
        make_accounts(folder)
        write_private(folder / "launch.json", json.dumps(_launch(package, folder, options)))


def heap_of(folder: Path, options: EmbeddedStore) -> int:
    """The heap that the server starts with: what was set, or what it has grown to since."""
    try:
        kept = json.loads(read_text(folder / "heap.json") or "")
        grown = int(kept["grown"]) if kept["set"] == options.heap_mb else 0
    except (ValueError, TypeError, KeyError):
        grown = 0
    return max(options.heap_mb, min(grown, options.most_heap_mb))


def grow(folder: Path, options: EmbeddedStore) -> bool:
    """Have the next server of the folder start with twice the heap; False where this one has the most."""
    with open_private(folder / "launch.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = heap_of(folder, options)
        if now >= options.most_heap_mb:
            return False
        write_private(folder / "heap.json", json.dumps({"set": options.heap_mb, "grown": 2 * now}))
        write_private(folder / "launch.json", json.dumps(_launch(package_folder(), folder, options)))
    return True


def _check_stamp(folder: Path) -> None:
    stamp = folder / "version.json"
    now: dict[str, Any] = {"layout": LAYOUT, "server": version("arcadedb-embedded")}
    made = _stamp(read_text(stamp) or "") or now  # of one that is damaged nothing is known
    if made["layout"] != LAYOUT or _order(made["server"]) > _order(now["server"]):
        raise ConfigError(
            f"the graph in {str(folder)!r} is of another version (layout {made['layout']}, server "
            f"{made['server']}; here {LAYOUT} and {now['server']}): take a newer kgqa, or set KGQA_HOME and ingest anew"
        )
    if made != now or not stamp.is_file():
        write_private(stamp, json.dumps(now))


def _stamp(text: str) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
        return {"layout": int(said["layout"]), "server": str(said["server"])}
    except (ValueError, TypeError, KeyError):
        return None


def _order(number: str) -> list[int]:
    return [int(part) for part in number.split(".") if part.isdigit()]


def _launch(package: Path, folder: Path, options: EmbeddedStore) -> dict[str, object]:
    flags = {
        "server.rootPath": folder,
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "server.defaultDatabases": f"{DATABASE}[]",
        "server.mode": "development",  # production hides why a query failed, which the repair loop needs to know
        "server.httpIncomingHost": "127.0.0.1",
        "server.saltIterations": ROUNDS,
        "bolt.host": "127.0.0.1",
        "command.timeout": int(options.query_seconds * 1000),
        "bucketDefaultPageSize": 32_768,  # a transaction copies every page that it changes
        "indexDefaultPageSize": 65_536,
        "indexCompactionRAM": 16,
        "pageFlushQueue": 4,  # commits whose pages wait in memory for the disk
        "typeDefaultBuckets": 1,  # files, disk and memory a type costs grow with it
        "txWalFlush": 1,
        "studio.enabled": "false",
        "polyglotEngineEnabled": "false",
        "serverMetrics": "false",
        "opencypher.loadCsv.allowFileUrls": "false",
        "opencypher.loadCsv.allowRemoteUrls": "false",
    }
    heap = heap_of(folder, options)
    opens = ("java.util.concurrent.atomic", "java.nio.channels.spi", "java.lang")
    return {
        "java": str(package / "jre" / "bin" / "java"),
        "linger": options.linger_seconds,
        "arguments": [
            f"-Xmx{heap}m",
            "-XX:+UseSerialGC",
            f"-XX:MaxNewSize={heap // 6}m",
            "-XX:+ExitOnOutOfMemoryError",  # else it lives on without the threads that ran out, and answers nobody
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            *(f"--add-opens=java.base/{one}=ALL-UNNAMED" for one in opens),
            *(f"-Darcadedb.{name}={value}" for name, value in flags.items()),
        ],
        "main": ["-cp", f"{package / 'jars'}/*", "com.arcadedb.server.ArcadeDBServer"],
    }
