"""`langgraph dev` as Studio starts it: schemas, both graphs through the SDK, no blocking call, a clean stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import kgqa
import pytest
from langgraph_sdk import get_sync_client

pytestmark = pytest.mark.e2e
ROOT = Path(kgqa.__file__).resolve().parent
SECONDS = 90


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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The server's URL and its log."""
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


def _assistants(url: str) -> dict[str, dict[str, Any]]:
    with get_sync_client(url=url) as client:
        return {a["graph_id"]: dict(a) for a in client.assistants.search()}


def test_both_graphs_are_served_and_described(server: tuple[str, Path]) -> None:
    found = _assistants(server[0])
    assert {"qa", "ingest"} <= set(found)
    assert all(found[name].get("description") for name in ("qa", "ingest"))


@pytest.mark.parametrize("name", ["qa", "ingest"])
def test_no_schema_is_null(server: tuple[str, Path], name: str) -> None:
    with get_sync_client(url=server[0]) as client:
        schemas = client.assistants.get_schemas(_assistants(server[0])[name]["assistant_id"])
    missing = [
        kind
        for kind in ("input_schema", "output_schema", "state_schema", "context_schema", "config_schema")
        if not schemas.get(kind)  # type: ignore[misc]
    ]
    assert not missing


def test_documents_go_in_and_a_cited_answer_comes_out(server: tuple[str, Path], tmp_path: Path) -> None:
    url, log = server
    (tmp_path / "pump.md").write_text("# Pumps\n\nThe PX-200 pump was designed by Mira Lindqvist in 1998.\n")
    with get_sync_client(url=url) as client:
        client.runs.wait(None, "ingest", input={"paths": [str(tmp_path / "pump.md")]})
        result = client.runs.wait(None, "qa", input={"question": "Who designed the PX-200 pump?"})
        stream = client.runs.stream(
            None, "qa", input={"question": "When was the PX-200 designed?"}, stream_mode=["updates", "custom"]
        )
        events = [part.event for part in stream]
    assert isinstance(result, dict)
    assert "Mira Lindqvist" in result["answer"]["text"]
    assert result["answer"]["citations"][0]["source"] == "pump.md"
    assert "updates" in events
    assert "error" not in events
    assert "Blocking call" not in log.read_text()


def test_a_remote_graph_answers_as_a_local_one_does(server: tuple[str, Path], tmp_path: Path) -> None:
    from langgraph.pregel.remote import RemoteGraph

    (tmp_path / "tower.md").write_text("# Towers\n\nThe Eastgate tower was built by Odalys Ferrand.\n")
    with get_sync_client(url=server[0]) as client:
        RemoteGraph("ingest", sync_client=client).invoke({"paths": [str(tmp_path / "tower.md")]})
        result = RemoteGraph("qa", sync_client=client).invoke({"question": "Who built the Eastgate tower?"})
    assert "Odalys Ferrand" in result["answer"]["text"]
