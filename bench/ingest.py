"""How fast documents go in and what memory it takes, at growing sizes: `python bench/ingest.py [1000 5000 10000]`.

Each size runs in a process, set up as `kgqa ingest` is, and a data folder of its own, over the default store and index,
from one JSONL corpus of as many passages. The text is that of ../shared/data/musique100 where that folder is, with
other names in each copy, so that entities grow with documents; else it is made up.
"""

from __future__ import annotations

import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SIZES = [1000, 5000, 10000]
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "musique100" / "corpus.json"
STAGES = ("read", "split", "extract", "resolve", "write", "index")
_NAME = re.compile(r"(?<=[a-z,] )([A-Z][a-z]{3,})")


def passages(size: int) -> Iterator[tuple[str, str]]:
    """(title, text) of each passage."""
    corpus = [(p["title"], p["text"]) for p in json.loads(SHARED.read_text())] if SHARED.is_file() else _made_up()
    for n in range(size):
        title, text = corpus[n % len(corpus)]
        copy = n // len(corpus)
        ending = ("", "an", "ov", "ini", "sen", "ez", "ari", "eu", "ito", "ung")[copy % 10] + "x" * (copy // 10)
        yield f"{title}{ending}", _NAME.sub(lambda match, ending=ending: match[1] + ending, text)


def _made_up() -> list[tuple[str, str]]:
    rng = random.Random(7)
    syllables = "ka lo mi ren sta vor ell and uth bri".split()

    def name() -> str:
        return " ".join("".join(rng.choices(syllables, k=rng.randint(2, 3))).capitalize() for _ in range(2))

    frames = [
        "{} was founded by {} in 19{}.",
        "{} works at {} since 20{}.",
        "In the city, {} bought {} for {} million.",
    ]
    texts = (
        " ".join(rng.choice(frames).format(name(), name(), rng.randint(10, 99)) for _ in range(5)) for _ in range(2000)
    )
    return [(name(), text) for text in texts]


def one(size: int, home: Path) -> dict[str, float]:
    """Ingest `size` passages into an empty data folder, then again."""
    import asyncio
    import gc

    from kgqa import Settings, build_ingestion_graph, open_ports
    from kgqa.commands import process_memory

    gc.set_threshold(*process_memory.RARELY)

    corpus = home / "corpus.jsonl"
    rows = ({"id": str(n), "title": title, "text": text} for n, (title, text) in enumerate(passages(size)))
    corpus.write_text("\n".join(map(json.dumps, rows)))

    async def run() -> dict[str, float]:
        async with open_ports(Settings(home=home / "data")) as ports:
            graph = build_ingestion_graph(ports)
            spent = dict.fromkeys(STAGES, 0.0)
            began = last = time.perf_counter()
            async for mode, item in graph.astream({"paths": [str(corpus)]}, stream_mode=["custom", "values"]):
                now = time.perf_counter()
                if mode == "custom":
                    spent[item["stage"]] += now - last
                last, final = now, item
            seconds = time.perf_counter() - began
            began = time.perf_counter()
            await graph.ainvoke({"paths": [str(corpus)]})
            again = time.perf_counter() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            held = final["report"]["library"]
            return {"seconds": seconds, "again": again, "mb": peak, "server_mb": _server_mb(home), **held, **spent}

    return asyncio.run(run())


def _server_mb(home: Path) -> float:
    """Peak memory of the database server of this folder, where the platform tells."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_text()
            if str(home) in command and "java" in command:
                return int(re.search(r"VmHWM:\s+(\d+)", (entry / "status").read_text())[1]) / 1024
        except OSError:
            continue
    return 0.0


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        print(json.dumps(one(int(sys.argv[2]), Path(sys.argv[3]))))
        return
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    print(f"{'passages':>9} {'sentences':>9} {'entities':>9} {'relations':>9} {'seconds':>8} {'sent./s':>8} "
          f"{'again s':>8} {'MB':>6} {'server MB':>9}   seconds in " + ", ".join(STAGES))  # fmt: skip
    first: dict[str, float] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [sys.executable, __file__, "--one", str(size), home], stdout=subprocess.PIPE, text=True, check=True
            )
        got = json.loads(done.stdout.splitlines()[-1])
        rate = got["sentences"] / got["seconds"]
        print(f"{size:9,} {got['sentences']:9,} {got['entities']:9,} {got['relations']:9,} {got['seconds']:8.1f} "
              f"{rate:8.0f} {got['again']:8.1f} {got['mb']:6.0f} {got['server_mb']:9.0f}   "
              + ", ".join(f"{got[stage]:.1f}" for stage in STAGES), flush=True)  # fmt: skip
        if first is not None:
            growth = (got["seconds"] / first["seconds"]) / (got["sentences"] / first["sentences"])
            print(f"{'':9} time per sentence against the first row: {growth:.2f}")
        first = first or got


if __name__ == "__main__":
    main()
