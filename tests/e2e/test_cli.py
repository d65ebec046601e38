"""The command line as a user has it: one process a command, on the embedded default."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import kgqa
import pytest

pytestmark = pytest.mark.e2e
ROOT = Path(kgqa.__file__).resolve().parent
HOSTILE = "Pumps \x1b]0;owned\x07\x1b[2J\u202etxt [bold]x[/bold]"


class Shell:
    """Runs kgqa in a folder with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KGQA_")}
        self.environment = {**kept, "KGQA_HOME": str(folder / ".home"), "PYTHONIOENCODING": "utf-8"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "kgqa.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, err
        return out, err


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


HOST = """
import os, sys
os.umask(0)
from kgqa import build_ingestion_graph, build_qa_graph
build_ingestion_graph().invoke({"paths": sys.argv[1:]})
build_qa_graph().invoke({"question": "Who is the harbour master?"})
"""


@pytest.mark.parametrize("command", [["-m", "kgqa.cli", "demo"], ["-c", HOST, str(ROOT / "examples" / "documents")]])
def test_all_that_is_made_is_for_its_user_alone(tmp_path: Path, command: list[str]) -> None:
    home = tmp_path / "deep" / "home"
    before = os.umask(0)
    try:
        environment = {**os.environ, "KGQA_HOME": str(home), "KGQA_STORE__LINGER_SECONDS": "1"}
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    finally:
        os.umask(before)
    time.sleep(3)  # until the server has gone, which takes files of its own away
    made = {path: path.lstat().st_mode & 0o777 for path in [home.parent, home, *home.rglob("*")]}
    assert len(made) > 50
    assert set(made.values()) == {0o700, 0o600}, made


def test_documents_go_in_are_asked_about_and_go_out_again(shell: Shell) -> None:
    (shell.folder / "pumps.md").write_text("# Pumps\n\nMira Lindqvist designed the PX-200 pump in 1998.\n")
    (shell.folder / "towers.md").write_text("# Towers\n\nOdalys Ferrand built the Eastgate tower in 2004.\n")
    shell("ingest", "pumps.md")
    alone, _ = shell("graph", "--hash")
    report = json.loads(shell("ingest", ".", "--json")[0])
    assert (report["added"], report["unchanged"]) == (1, 1)
    assert shell("graph", "--hash")[0] != alone

    out, err = shell("ask", "Who built the Eastgate tower?")
    assert "Odalys Ferrand" in out
    assert "[1] Towers (towers.md)" in out
    assert err == ""
    assert json.loads(shell("ask", "Who designed the PX-200?", "--json")[0])["citations"][0]["source"] == "pumps.md"

    assert [d["source"] for d in json.loads(shell("docs", "list", "--json")[0])] == ["pumps.md", "towers.md"]
    assert shell("docs", "delete", "Towers")[0] == "deleted towers.md: Towers\n"
    assert shell("graph", "--hash")[0] == alone
    assert "towers.md" in shell("docs", "delete", "towers.md", code=2)[1]
    assert shell("doctor")[0].count("\nok ") >= 5


def test_a_library_that_was_emptied_says_so(shell: Shell) -> None:
    (shell.folder / "pumps.md").write_text("Mira Lindqvist designed the PX-200 pump.\n")
    shell("ingest", "pumps.md")
    shell("docs", "delete", "pumps.md")
    assert shell("ask", "Who designed the PX-200?", code=7)[1].startswith("kgqa: no documents in ")
    assert shell("docs", "list")[0].startswith("no documents in ")


def test_a_hostile_title_steers_no_terminal(shell: Shell) -> None:
    (shell.folder / "p.md").write_text(f"# {HOSTILE}\n\nMira Lindqvist designed the PX-200 pump.\n", encoding="utf-8")
    shell("ingest", "p.md")
    shown = shell("docs", "list")[0] + shell("ask", "Who designed the PX-200?")[0]
    assert "Mira Lindqvist" in shown
    assert not any(c in shown for c in "\x1b\x07\u202e")


def test_two_documents_of_one_title_are_told_apart_by_id(shell: Shell) -> None:
    for name in ("a.md", "b.md"):
        (shell.folder / name).write_text(f"# Same\n\nMira Lindqvist wrote {name}.\n")
    shell("ingest", ".")
    _, err = shell("docs", "delete", "Same", code=2)
    ids = [d["id"] for d in json.loads(shell("docs", "list", "--json")[0])]
    assert all(id[:12] in err for id in ids)
    shell("docs", "delete", ids[0][:8])
    assert [d["id"] for d in json.loads(shell("docs", "list", "--json")[0])] == ids[1:]


def test_an_interrupt_ends_quietly_and_the_next_run_goes_on(shell: Shell) -> None:
    lines = [
        json.dumps({"id": str(i), "title": f"T{i}", "text": f"Person{i} founded Company{i}."}) for i in range(3000)
    ]
    (shell.folder / "many.jsonl").write_text("\n".join(lines))
    process = shell.start("ingest", "many.jsonl")
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert json.loads(shell("ingest", "many.jsonl", "--json")[0])["library"]["documents"] == 3000


def test_an_answer_is_met_in_every_way(shell: Shell) -> None:
    shell("ingest", str(ROOT / "examples" / "documents" / "handbook.pdf"))
    out, _ = shell("ask", "Who", "is", "the", "Designated", "Person", "Ashore?", "--boxes", "pages/")
    lines = out.splitlines()
    assert lines[0] == "Priya Nand"
    drawn = [shell.folder / line.strip() for line in lines if line.endswith(".png")]
    assert drawn
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)
    out, err = shell("cypher", "MATCH (p:PERSON {name: 'Priya Nand'}) RETURN p.name AS name")
    assert (out.splitlines(), err) == (["name", "Priya Nand"], "1 row\n")
    _, err = shell("cypher", "MATCH (n) DETACH DELETE n", code=2)
    assert err == "kgqa: query refused: DETACH may write; kgqa only reads\n"
    process = shell.start("chat")
    process.stdin.write("Who is the Designated Person Ashore?\n/sources\n")  # type: ignore[union-attr]
    out, _ = process.communicate(timeout=120)
    assert out.startswith("Priya Nand\n\n")
    assert process.returncode == 0
    assert "“Priya Nand is the Designated Person Ashore (DPA).”" in out
