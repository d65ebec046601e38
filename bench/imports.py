"""What one command costs a process: `python bench/imports.py [--runs 7]`.

Ingests the shipped examples once, then runs each command in processes of its own and prints, for each, the median of
what it computes and how long it takes, in seconds, and how many modules it has loaded at the end. Below stand the
packages that a question's imports spend most of their time in, as `python -X importtime` tells it, in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import kgqa

EXAMPLES = Path(kgqa.__file__).resolve().parent / "examples" / "documents"
RUN = "import sys; from kgqa.cli import main; sys.argv[0] = 'kgqa'; main()"
COUNTED = f"import atexit, sys; atexit.register(lambda: print(len(sys.modules), file=sys.stderr)); {RUN}"
QUESTION = ["ask", "Who is the Designated Person Ashore?"]
COMMANDS = {
    "kgqa --help": ["--help"],
    "kgqa docs list": ["docs", "list"],
    "kgqa ask (English)": QUESTION,
    "kgqa ask (Korean)": ["ask", "펌프의 정비 주기는 얼마인가?"],
}


def run(home: Path, *words: str, flags: tuple[str, ...] = ()) -> str:
    """What a process that does this writes to standard error."""
    environment = {**os.environ, "KGQA_HOME": str(home)}
    command = [sys.executable, *flags, "-c", COUNTED, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr


def measured(home: Path, words: list[str], runs: int) -> tuple[float, float, int]:
    """(seconds computed, seconds taken, modules loaded), medians."""
    computed, taken, told = [], [], ""
    for _ in range(runs):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        told = run(home, *words)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(time.perf_counter() - began)
        computed.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(computed), statistics.median(taken), int(told.split()[-1])


def packages(home: Path) -> Counter[str]:
    """Microseconds that each package's own modules take to be imported for a question."""
    spent: Counter[str] = Counter()
    for line in run(home, *QUESTION, flags=("-X", "importtime")).splitlines():
        if found := re.match(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", line):
            spent[found[2].partition(".")[0]] += int(found[1])
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        run(home, "ingest", str(EXAMPLES))
        print(f"{'':20}  computed   taken  modules")
        for name, words in COMMANDS.items():
            run(home, *words)  # what is kept for the next process is kept, and the server runs
            computed, taken, modules = measured(home, words, runs)
            print(f"{name:20}  {computed:6.2f} s  {taken:5.2f} s  {modules:7,}", flush=True)
        spent = packages(home)
    print(f"imports of a question: {sum(spent.values()) / 1000:.0f} ms")
    for name, micros in spent.most_common(10):
        print(f"  {name:24} {micros / 1000:6.1f}")


if __name__ == "__main__":
    main()
