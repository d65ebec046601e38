"""A host that forks its workers after it has used a graph, as gunicorn does with `preload`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

SCRIPT = """
import asyncio, os, sys
from kgqa.graph.binding import Live, hosted
from kgqa.graph.qa import build_qa_graph

async def counts(live):
    return await (await live.ports()).graph_store.counts()

live = Live()
graph = asyncio.run(hosted(build_qa_graph))
mine = asyncio.run(live.ports())
before = asyncio.run(counts(live))
workers = []
for _ in range(3):
    worker = os.fork()
    if not worker:
        fine = asyncio.run(live.ports()) is not mine
        fine = fine and all(asyncio.run(counts(live)) == before for _ in range(20))
        fine = fine and asyncio.run(hosted(build_qa_graph)) is not graph
        os._exit(0 if fine else 1)
    workers.append(worker)
assert all(asyncio.run(counts(live)) == before for _ in range(20))
print([os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers])
assert asyncio.run(counts(live)) == before
"""


def test_each_worker_has_connections_of_its_own(tmp_path: Path) -> None:
    environment = {**os.environ, "KGQA_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout, done.stderr) == ("[0, 0, 0]\n", "")
