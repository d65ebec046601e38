"""What the embedded server finds in its data folder when it is launched: passwords, groups, stamp, command line."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import secrets
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ...errors import ConfigError
from ...settings import EmbeddedStore
from .supervisor import write_private

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
            "-XX:+ExitOnOutOfMemoryError",  # else it lives on without the threads that ran out, and answers nobody
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            *(f"--add-opens=java.base/{one}=ALL-UNNAMED" for one in opens),
            *(f"-Darcadedb.{name}={value}" for name, value in flags.items()),
        ],
        "main": ["-cp", f"{package / 'jars'}/*", "com.arcadedb.server.ArcadeDBServer"],
    }
