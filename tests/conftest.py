"""What every suite shares."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from kgqa.settings import Neo4jStore

# How long an example takes is for the benches: on a busy machine any may take a fifth of a second.
settings.register_profile("kgqa", deadline=None)
settings.load_profile("kgqa")

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 90
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data sets beside the checkout; tests that need it skip without."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside the checkout")
    return SHARED


# ── a real Neo4j
StartNeo4j = Callable[..., tuple[subprocess.Popen[str], Neo4jStore]]


@pytest.fixture(scope="session")
def start_neo4j(shared: Path) -> Iterator[StartNeo4j]:
    """Starts a Neo4j with these further arguments, where it and Java are at hand; at the end, all are stopped."""
    script = shared / "neo4j" / "serve.py"
    if not script.exists():
        pytest.skip("no ../shared/neo4j beside the checkout")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("no Java to run Neo4j with")
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> tuple[subprocess.Popen[str], Neo4jStore]:
        command = [sys.executable, str(script), "--until-eof", *arguments]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(server)
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        return server, Neo4jStore(uri=told["uri"], username=told["user"], password=told["password"])

    yield start
    for server in started:
        stop_neo4j(server)


def stop_neo4j(server: subprocess.Popen[str]) -> None:
    """End a server and wait for it; a second call does nothing."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.close()
    server.stdout.close()
    server.wait(60)


@pytest.fixture(scope="session")
def neo4j_server(start_neo4j: StartNeo4j) -> Neo4jStore:
    """The options of a real Neo4j, started once for the session; whoever uses it empties it first."""
    return start_neo4j()[1]


# ── the server that Studio talks to
def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{url}/ok", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"no answer after {SECONDS} s:\n{log.read_text()}")


@pytest.fixture(scope="session")
def dev_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """`langgraph dev` over a data folder of its own: its URL and its log."""
    folder = tmp_path_factory.mktemp("dev")
    log, port = folder / "dev.log", _free_port()
    environment = {
        **os.environ,
        "KGQA_HOME": str(folder / "home"),
        "LANGSMITH_TRACING": "false",
        "LANGGRAPH_CLI_NO_ANALYTICS": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = ["langgraph", "dev", "--no-browser", "--no-reload", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}", log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
