"""The packages of docs/EXTENDING.md, installed in a folder and used by `kgqa` in processes of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import kgqa
import pytest

ROOT = Path(kgqa.__file__).resolve().parent
TEXT = (ROOT / "docs" / "EXTENDING.md").read_text(encoding="utf-8")
PACKAGES = re.findall(r"^```python\n(.*?)^```\n+```toml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
SUBTITLES = """1
00:00:04,000 --> 00:00:07,500
The PX-200 pump was designed

2
00:00:07,600 --> 00:00:11,000
by Mira Lindqvist in 1998.

3
00:02:01,000 --> 00:02:04,000
It delivers 16 bar. Jae Park founded Hanbit Motors.
"""


def install(folder: Path, code: str, name: str, version: str, groups: dict[str, dict[str, str]]) -> None:
    """Put a module and its metadata into the folder, as an installer does."""
    ((module, *_),) = [[value.partition(":")[0] for value in points.values()] for points in groups.values()]
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = [
        line for group, points in groups.items() for line in (f"[{group}]", *(f"{n} = {v}" for n, v in points.items()))
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three packages, and one whose modules are all broken."""
    folder = tmp_path_factory.mktemp("site")
    for code, project in PACKAGES:
        told = tomllib.loads(project)["project"]
        install(folder, code, told["name"], told["version"], told["entry-points"])
    install(folder, "import no_such_module\n", "kgqa-broken", "0.1", {"kgqa.format": {"xyz": "broken:read"}})
    for kind in ("store", "strategy"):
        install(
            folder, "def make():\n    pass\n", f"kgqa-odd-{kind}", "0.2", {f"kgqa.{kind}": {"odd": f"odd_{kind}:other"}}
        )
    takes_other = "def make(options):\n    pass\n"
    install(folder, takes_other, "kgqa-short", "0.3", {"kgqa.store": {"short": "short:make"}})
    install(folder, takes_other, "kgqa-needy", "0.4", {"kgqa.strategy": {"needy": "needy:make"}})
    return folder


class Shell:
    """Runs `kgqa` in a process that finds the packages, over one data folder."""

    def __init__(self, installed: Path, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KGQA_", "NEO4J_"))}
        self.home = home
        self.environment = {
            **kept,
            "PYTHONPATH": str(installed),
            "KGQA_HOME": str(home),
            "KGQA_STORE__KIND": "journal",
            "COLUMNS": "200",
        }

    def __call__(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kgqa.cli", *arguments],
            cwd=self.home.parent,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def shell(installed: Path, tmp_path: Path) -> Shell:
    return Shell(installed, tmp_path / "home")


def test_the_document_has_a_format_a_strategy_and_a_store() -> None:
    groups = [group for _, project in PACKAGES for group in tomllib.loads(project)["project"]["entry-points"]]
    assert groups == ["kgqa.format", "kgqa.strategy", "kgqa.store"]


def test_the_packages_read_hold_and_answer(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "talk.srt").write_text(SUBTITLES)
    (tmp_path / "bad.xyz").write_text("text")
    done = shell("ingest", "talk.srt", "bad.xyz")
    assert done.returncode == 6, done.stderr
    assert done.stderr.splitlines() == [
        f"kgqa: {tmp_path / 'bad.xyz'}: format 'xyz' of kgqa-broken 0.1 cannot be loaded: "
        "ModuleNotFoundError: No module named 'no_such_module'"
    ]
    assert "write_facts" in (tmp_path / "home" / "journal.jsonl").read_text()
    assert "0 new or changed, 1 unchanged" in shell("ingest", "talk.srt").stdout
    asked = shell("ask", "--json", "--strategy", "openings", "Who designed the PX-200 pump?")
    answer = json.loads(asked.stdout)
    cited = answer["citations"][0]
    assert (cited["text"], cited["section"]) == ("The PX-200 pump was designed by Mira Lindqvist in 1998.", "00:00")
    doctor = shell("doctor")
    assert "journal: 1 documents" in doctor.stdout
    assert "graph and indexes hold what was ingested" in doctor.stdout
    for said in (
        "format srt (kgqa-subtitles 1.0)",
        "strategy openings (kgqa-openings 1.0)",
        "store 'odd' of kgqa-odd-store 0.2",
    ):
        assert said in doctor.stdout
    assert shell("docs", "delete", "talk.srt").returncode == 0
    assert json.loads(shell("graph", "--json").stdout)["counts"]["documents"] == 0


def test_what_was_skipped_is_read_once_a_reader_for_it_is_installed(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "talk.srt").write_text(SUBTITLES)
    (folder / "notes.md").write_text("Ann Bell founded Town Nine.")
    without = {"PYTHONPATH": "", "KGQA_STORE__KIND": "embedded"}
    before = json.loads(shell("ingest", "papers", "--json", **without).stdout)
    assert before["skipped"] == [{"kind": ".srt", "reason": "no reader takes it", "files": 1}]
    after = json.loads(shell("ingest", "papers", "--json", KGQA_STORE__KIND="embedded").stdout)
    assert (after["added"], after["unchanged"], after["skipped"]) == (1, 1, [])


@pytest.mark.slow
def test_the_store_passes_the_contract_suite_as_the_document_says(shell: Shell) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-k", "journal", "tests/contract/test_graph_store.py"]
    done = subprocess.run(command, cwd=ROOT, env=shell.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d\d passed", done.stdout)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("ingest", "srt (.srt, kgqa-subtitles 1.0)"),
        ("ask", "openings (kgqa-openings 1.0)"),
        ("doctor", "embedded, journal (kgqa-journal 1.0), memory, neo4j"),
    ],
)
def test_help_lists_what_packages_add(shell: Shell, command: str, shown: str) -> None:
    assert shown in shell(command, "--help").stdout


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"KGQA_STORE__FILES": "x"}, "setting KGQA_STORE__FILES: there is no such setting"),
        ({"KGQA_STORE__FILE": "sub/graph.jsonl"}, "cannot be written: No such file or directory"),
        (
            {"KGQA_STORE__KIND": "x"},
            "setting KGQA_STORE__KIND: no store is called 'x'; choose one of embedded, journal, memory,",
        ),
        ({"KGQA_STORE__KIND": "odd"}, "store 'odd' of kgqa-odd-store 0.2 cannot be loaded: AttributeError: module"),
        (
            {"KGQA_STORE__KIND": "short"},
            "of kgqa-short 0.3 must take as its first parameter its options, of a subclass of StoreOptions",
        ),
        (
            {"KGQA_QA__STRATEGY": "odd"},
            "strategy 'odd' of kgqa-odd-strategy 0.2 cannot be loaded: AttributeError: module",
        ),
        ({"KGQA_QA__STRATEGY": "needy"}, "strategy 'needy' of kgqa-needy 0.4 must be a callable that takes ()"),
        (
            {"KGQA_QA__STRATEGY": "x"},
            "choose one of adaptive, hops, hybrid, kag, kg-rag, needy, odd, openings, section",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(
    shell: Shell, tmp_path: Path, variables: dict[str, str], said: str
) -> None:
    (tmp_path / "talk.srt").write_text(SUBTITLES)
    command = ("ingest", "talk.srt")
    if "KGQA_QA__STRATEGY" in variables:
        shell(*command)
        command = ("ask", "Who?")
    done = shell(*command, **variables)
    assert done.returncode in (3, 4)
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
