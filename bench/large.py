"""One large text: seconds, memory with the server's, and what it says afterwards, by size.

    python bench/large.py [MEGABYTES …]

Prints, for each size, a row: sentences, seconds, sentences a second, peak memory of the ingest and its server, and
whether a question is answered, from a sentence in the middle of it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

FIRST = "Ann Bo Cid Dora Eli Fay Gus Hana Ivo Jin Kai Lea Mira Noa Odalys Pia Quin Rhea Sol Tess".split()
LAST = "Bell Choi Ferrand Gray Hall Ito Jung Kim Lindqvist Moore Novak Olsen Park Quist Rossi Stone".split()
VERBS = "checked replaced cleaned inspected repaired closed opened sealed tested measured".split()
PARTS = "pump valve gasket rotor filter bearing sensor winch hatch anchor".split()


def text_of(megabytes: float) -> str:
    """Short sentences about some hundred people and thousands of parts; one in the middle stands out."""
    rng = random.Random(4)
    lines: list[str] = []
    size, half = 0, False
    while size < megabytes * 2**20:
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        part = f"{rng.choice(PARTS)} P-{rng.randint(1, 3000)}"
        line = f"{name} {rng.choice(VERBS)} the {part} on deck {rng.randint(1, 9)}."
        if not half and size > megabytes * 2**19:
            half, line = True, "Zelda Quackenbush commissioned the Xylophone reactor in 1987."
        lines.append(line + ("\n" if rng.random() < 0.1 else ""))
        size += len(line) + 1
    return "\n".join(lines)


def resident(pid: int) -> int:
    """Bytes of a process in memory; 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


class Watch:
    """Takes the peak of a process and the embedded server of a data folder, ten times a second."""

    def __init__(self, pid: int, home: Path) -> None:
        self.peak, self.own, self.server = 0, 0, 0
        self._pid, self._home = pid, home
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            own, server = resident(self._pid), sum(map(resident, self._servers()))
            self.peak, self.own, self.server = (
                max(self.peak, own + server),
                max(self.own, own),
                max(self.server, server),
            )

    def _servers(self) -> list[int]:
        try:
            place = json.loads((self._home / "graph" / "server.json").read_text())
            return [place["pid"], place["supervisor"]]
        except (OSError, ValueError, KeyError):
            return []

    def end(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()


def kgqa(home: Path, *words: str) -> subprocess.Popen[str]:
    """A command of ours over this data folder."""
    command = [str(Path(sys.executable).with_name("kgqa")), "--home", str(home), "--json", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "KGQA_HOME": str(home)})


def measured(folder: Path, megabytes: float) -> str:
    """One row."""
    path, home = folder / "log.txt", folder / "home"
    path.write_text(text_of(megabytes))
    began = time.perf_counter()
    process = kgqa(home, "ingest", str(path))
    watch = Watch(process.pid, home)
    out, _ = process.communicate()
    spent = time.perf_counter() - began
    watch.end()
    if process.returncode:
        why = json.loads(out).get("message") or json.loads(out)["failures"]
        return f"{megabytes:6g} MB  failed after {spent:.0f} s; peak {watch.peak >> 20} MB: {why}"
    sentences = json.loads(out)["library"]["sentences"]
    asked, _ = kgqa(home, "ask", "What did Zelda Quackenbush commission in 1987?").communicate()
    found = "Xylophone" in asked
    return (
        f"{megabytes:6g} MB  {sentences:,} sentences  {spent:.0f} s  {sentences / spent:.0f}/s  "
        f"peak {watch.peak >> 20} MB (ours {watch.own >> 20}, server {watch.server >> 20})  answered: {found}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", nargs="*", type=float, default=[1, 10])
    for megabytes in parser.parse_args().megabytes:
        with tempfile.TemporaryDirectory() as folder:
            print(measured(Path(folder), megabytes), flush=True)


if __name__ == "__main__":
    main()
