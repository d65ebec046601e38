"""A process that ingests, deletes and asks at random: `python hammer.py HOME FOLDER SEED SECONDS OPERATIONS`.

Prints a JSON line as each operation begins and ends; `error` names what went wrong, if anything did.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from kgqa import Ports, Settings, build_ingestion_graph, build_qa_graph, open_ports
from kgqa.graph.library import delete
from kgqa.settings import EmbeddedStore


def documents(folder: Path) -> list[Path]:
    """The files that may be ingested, by name."""
    return sorted(folder.glob("*.md"))


def say(**told: Any) -> None:
    """One line for whoever watches."""
    print(json.dumps({"at": time.time(), **told}), flush=True)


def memory() -> tuple[int, int]:
    """(resident KiB, open descriptors) of this process."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]), len(os.listdir("/proc/self/fd"))


async def main(home: Path, folder: Path, seed: int, seconds: float, operations: int) -> None:
    """Work until the time or the operations are over."""
    rng = random.Random(seed)
    settings = Settings(home=home, store=EmbeddedStore(heap_mb=256, linger_seconds=20))
    until = time.monotonic() + seconds
    done = 0
    while done < operations and time.monotonic() < until:
        # Some keep what they opened for long, as a server does; some open anew, as a command does.
        async with open_ports(settings) as ports:
            for _ in range(rng.choice([1, 1, 5])):
                if done < operations and time.monotonic() < until:
                    done += 1
                    await one(ports, folder, rng, (seed, done))
        resident, descriptors = memory()
        say(resident=resident, descriptors=descriptors)


async def one(ports: Ports, folder: Path, rng: random.Random, number: tuple[int, int]) -> None:
    """One operation, told before and after."""
    kind = rng.choice(["ingest", "ingest", "delete", "ask"])
    some = rng.sample(documents(folder), rng.randint(1, 3))
    names = [path.name for path in some]
    say(begins=number, kind=kind, names=names)
    problem = ""
    try:
        await act(ports, kind, some)
    except Exception as error:  # noqa: BLE001  # told to the test, which fails of it
        problem = f"{type(error).__name__}: {error}"
        if kind == "delete" and "no document is called" in problem:
            problem, kind = "", "nothing"  # another one has deleted it: as if this had not been asked
    say(ends=number, kind=kind, names=names, error=problem)


async def act(ports: Ports, kind: str, some: list[Path]) -> None:
    """Do it; a question must get an answer or an abstention, a file must go in."""
    if kind == "ingest":
        result = await build_ingestion_graph(ports).ainvoke({"paths": [str(path) for path in some]})
        if result["report"]["failures"]:
            raise AssertionError(f"failures: {result['report']['failures']}")
    elif kind == "delete":
        await delete(ports, [path.name for path in some])
    else:
        answer = (await build_qa_graph(ports).ainvoke({"question": "Who designed the PX-200 pump?"}))["answer"]
        if not answer.text:
            raise AssertionError("no answer")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])))
