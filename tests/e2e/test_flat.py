"""A process that answers question after question takes no more for it than after the first ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import kgqa
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
EXAMPLES = Path(kgqa.__file__).resolve().parent / "examples" / "documents"
QUESTIONS = [
    "Who is the Designated Person Ashore?",
    "Who founded Brannock Sound Ferries?",
    "Who is the harbour master?",
]
SCRIPT = """
import asyncio, json, os, sys
from pathlib import Path
from kgqa.graph import chat, ingest, qa

def taken():
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    threads, files = int(status["Threads"]), len(os.listdir("/proc/self/fd"))
    return {"kib": int(status["VmRSS"].split()[0]), "threads": threads, "files": files}

async def main(examples, questions):
    await (await ingest.studio()).ainvoke({"paths": [examples]})
    # Pools of threads and connections fill up to what they may hold only when much is asked at once.
    graph = await qa.studio()
    await asyncio.gather(*(graph.ainvoke({"question": questions[n % len(questions)]}) for n in range(64)))
    for n in range(1201):
        # As a host does it: the graph is asked for at each request.
        question = questions[n % len(questions)]
        if n % 4:
            await (await qa.studio()).ainvoke({"question": question})
        else:
            await (await chat.studio()).ainvoke({"messages": [("user", question)]})
        if n % 300 == 0:
            print(json.dumps(taken()), flush=True)

asyncio.run(main(sys.argv[1], sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_thousand_questions_leave_descriptors_threads_and_memory_flat(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(EXAMPLES), *QUESTIONS]
    environment = {**os.environ, "KGQA_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, timeout=600, check=True)
    _, early, *_, late = [json.loads(line) for line in done.stdout.splitlines()]
    assert late["files"] <= early["files"] + 2
    assert late["threads"] <= early["threads"] + 2
    assert late["kib"] <= 1.05 * early["kib"], (early, late)


def _pid_of(url: str) -> int:
    port = url.rpartition(":")[2]
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--port" in words and port.encode() in words and b"dev" in words:
            return int(path.parent.name)
    raise AssertionError(f"no process listens on {port}")


def _taken(pid: int) -> tuple[int, int]:
    return len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task"))


@pytest.fixture
def client(dev_server: tuple[str, Path]) -> Iterator[httpx.Client]:
    """A client of `langgraph dev`, whose library holds the examples."""
    with httpx.Client(base_url=dev_server[0], timeout=120) as made:
        reply = made.post("/runs/wait", json={"assistant_id": "ingest", "input": {"paths": [str(EXAMPLES)]}})
        assert reply.status_code == 200
        yield made


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_requests_to_langgraph_dev_leave_no_ports_open(client: httpx.Client) -> None:
    pid = _pid_of(str(client.base_url).rstrip("/"))
    failed: list[Any] = []

    def ask(start: int) -> None:
        for n in range(start, start + 25):
            given = {"assistant_id": "qa", "input": {"question": QUESTIONS[n % 3]}}
            reply = client.post("/runs/wait", json=given)
            if reply.status_code != 200 or "__error__" in reply.json():
                failed.append(reply.text)

    def at_once() -> tuple[int, int]:
        threads = [threading.Thread(target=ask, args=(25 * n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return _taken(pid)

    before, after = at_once(), at_once()
    assert failed == []
    assert after[0] <= before[0] + 5
    assert after[1] <= before[1] + 5
