"""The command line: help, exit codes, data on standard output, one-line errors. One process, so on the memory store."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import kgqa
import pytest
from kgqa.cli import app
from kgqa.errors import EmptyLibrary
from typer.testing import CliRunner

ROOT = Path(kgqa.__file__).resolve().parent
COMMANDS = ["ingest", "ask", "chat", "docs", "docs list", "docs delete", "graph", "cypher", "doctor", "demo"]


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KGQA_STORE__KIND", "memory")
    monkeypatch.setenv("KGQA_INDEX__KIND", "memory")
    monkeypatch.setenv("KGQA_HOME", str(tmp_path / "home"))
    return CliRunner()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(runner: CliRunner, name: str) -> None:
    result = runner.invoke(app, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output
    if name != "docs":
        assert "$ kgqa " in result.output
        assert "--json" in result.output


def test_the_version_is_the_packages(runner: CliRunner) -> None:
    assert runner.invoke(app, ["--version"]).stdout == f"kgqa {kgqa.__version__}\n"


def test_a_store_without_cypher_says_so(runner: CliRunner) -> None:
    result = runner.invoke(app, ["cypher", "RETURN 1"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("kgqa: the store 'memory' has no Cypher; ")


def test_a_question_needs_no_quotes(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ask", "What", "is", "--json", "MV", "Dunlin?"])
    assert json.loads(result.stdout)["question"] == "What is MV Dunlin?"


def test_an_unknown_command_is_the_callers_fault(runner: CliRunner) -> None:
    assert runner.invoke(app, ["fly"]).exit_code == 2


def test_an_empty_graph_is_counted(runner: CliRunner) -> None:
    result = runner.invoke(app, ["graph", "--json"])
    assert json.loads(result.stdout)["counts"]["documents"] == 0
    assert result.stderr == ""


def test_a_picture_that_cannot_be_written_is_one_line(runner: CliRunner) -> None:
    result = runner.invoke(app, ["graph", "--png", "no/such/folder.png"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "kgqa: cannot write 'no/such/folder.png': No such file or directory\n"


def test_pictures_are_written_where_asked(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(app, ["graph", "--png", "g.png", "--html", "g.html", "--json"])
    assert json.loads(result.stdout)["pictures"] == ["g.html", "g.png"]
    assert (tmp_path / "g.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "g.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_setting_that_does_not_fit_is_named(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_QA__WINDOW", "77")
    result = runner.invoke(app, ["graph"])
    assert result.exit_code == 3
    assert result.stderr.startswith("kgqa: setting KGQA_QA__WINDOW: ")
    assert result.stderr.count("\n") == 1


# ── ingest
def test_a_bad_file_is_named_and_the_others_go_in(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# Pumps\n\nMira Lindqvist designed the PX-200 pump in 1998.\n", encoding="utf-8")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\nnot really")
    result = runner.invoke(app, ["ingest", "good.md", "bad.pdf", "missing.txt", "--json"])
    report = json.loads(result.stdout)
    assert result.exit_code == 6
    assert report["documents"] == report["added"] == 1
    assert {Path(failure["source"]).name for failure in report["failures"]} == {"bad.pdf", "missing.txt"}
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("kgqa: ") for line in lines)


def test_a_document_is_read_from_standard_input(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ingest", "-", "--json"], input="# Pumps\n\nMira Lindqvist designed the pump.\n")
    assert (result.exit_code, json.loads(result.stdout)["documents"]) == (0, 1)


def test_ingest_says_what_it_did(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# Pumps\n\nMira Lindqvist designed the PX-200 pump.\n", encoding="utf-8")
    result = runner.invoke(app, ["ingest", "."])
    assert result.stdout.startswith(
        "1 documents from 1 sources: 1 new or changed, 0 unchanged\nthe graph holds 1 documents"
    )
    assert result.stderr == ""


def test_ingest_says_what_it_left_out(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# Pumps\n\nMira Lindqvist designed the PX-200 pump.\n", encoding="utf-8")
    for name in ("a.png", "b.PNG", "c.zip", ".hidden.md"):
        (tmp_path / name).touch()
    lines = runner.invoke(app, ["ingest", "."]).stdout.splitlines()
    assert lines[2:] == [
        "skipped 2 .png, 1 .zip: no reader takes it",
        "skipped 1 hidden files: the name begins with a dot",
    ]


# ── ask
def test_an_empty_graph_gives_an_honest_answer(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ask", "Who designed the pump?", "--json"])
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["abstained"]
    assert answer["citations"] == []


@pytest.mark.parametrize("question", [" ", "x" * 5000])
def test_a_question_that_cannot_be_taken_is_the_callers_fault(runner: CliRunner, question: str) -> None:
    result = runner.invoke(app, ["ask", question])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1


def test_what_the_model_took_is_told(runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps(["no JSON at all"] * 9))
    monkeypatch.setenv("KGQA_ENGINE", "llm")
    monkeypatch.setenv("KGQA_CHAT__MODEL", f"scripted:{script}")
    monkeypatch.setenv("KGQA_CHAT__CACHE", "false")
    question = ["ask", "Who designed the pump?"]
    usage = json.loads(runner.invoke(app, [*question, "--json"]).stdout)["usage"]
    calls = sum(one["calls"] for one in usage.values())
    assert "extract" in usage
    assert f"model: {calls} calls, 0 of them from the cache; about " in runner.invoke(app, question).stderr


def test_a_strategy_that_is_none_is_refused_with_the_choices(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ask", "Who designed the pump?", "--strategy", "guess"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "choose one of adaptive, hops, hybrid" in result.stderr


def test_the_question_may_come_from_standard_input(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ask", "-", "--json"], input="누가 펌프를 설계하였는가?\n")
    assert json.loads(result.stdout)["question"] == "누가 펌프를 설계하였는가?"


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00q", "가".encode() * 20_000])
def test_standard_input_that_is_no_question_is_refused(runner: CliRunner, raw: bytes) -> None:
    result = runner.invoke(app, ["ask", "-"], input=raw)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_an_argument_that_is_no_text_is_refused(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ask", "who \udcff?"])
    assert (result.exit_code, result.stderr) == (2, "kgqa: the question is not UTF-8 text (byte 4)\n")


def test_a_question_survives_an_ascii_locale(runner: CliRunner) -> None:
    disguised = "누구?".encode().decode("ascii", "surrogateescape")
    assert json.loads(runner.invoke(app, ["ask", disguised, "--json"]).stdout)["question"] == "누구?"


# ── docs
def test_no_documents_are_no_error(runner: CliRunner) -> None:
    result = runner.invoke(app, ["docs", "list"])
    assert result.exit_code == 0
    assert result.stdout.startswith("no documents in ")
    assert json.loads(runner.invoke(app, ["docs", "list", "--json"]).stdout) == []


def test_deleting_what_is_not_there_is_the_callers_fault(runner: CliRunner) -> None:
    result = runner.invoke(app, ["docs", "delete", "ghost.pdf"])
    assert result.exit_code == 2
    assert "ghost.pdf" in result.stderr


# ── a data folder that holds nothing
@pytest.fixture
def lasting(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The default store, which no command below gets as far as starting."""
    monkeypatch.delenv("KGQA_STORE__KIND")
    monkeypatch.delenv("KGQA_INDEX__KIND")
    return runner


@pytest.mark.parametrize("command", [["ask", "Who?"], ["graph"], ["graph", "--hash"], ["docs", "delete", "a.md"]])
def test_where_nothing_was_ingested_one_line_says_so_and_nothing_is_made(
    lasting: CliRunner, tmp_path: Path, command: list[str]
) -> None:
    result = lasting.invoke(app, command)
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr.startswith(f"kgqa: no documents in '{tmp_path / 'home'}': kgqa ingest FOLDER")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists()


def test_a_list_of_no_documents_makes_no_folder(lasting: CliRunner, tmp_path: Path) -> None:
    assert json.loads(lasting.invoke(app, ["docs", "list", "--json"]).stdout) == []
    assert not (tmp_path / "home").exists()


def test_a_data_folder_that_is_a_file_is_a_setting_to_change(lasting: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    result = lasting.invoke(app, ["ask", "Who?"])
    assert (result.exit_code, result.stderr.count("\n")) == (3, 1)
    assert "is a file, no folder" in result.stderr


# ── errors as data
@pytest.mark.parametrize(
    ("command", "kind", "code"),
    [
        (["ask", " "], "InputError", 2),
        (["ask"], "UsageError", 2),
        (["fly"], "UsageError", 2),
        (["ask", "Who?", "--wings"], "UsageError", 2),
        (["graph", "--most", "many"], "UsageError", 2),
        (["graph", "--png", "no/such/folder.png"], "InputError", 2),
        (["docs", "delete", "ghost.pdf"], "InputError", 2),
        (["demo"], "InputError", 2),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_with_json_an_error_is_one_object(
    runner: CliRunner, command: list[str], kind: str, code: int, first: bool
) -> None:
    result = runner.invoke(app, ["--json", *command] if first else [*command, "--json"])
    error = json.loads(result.stdout)
    assert (result.exit_code, error["exit_code"], error["kind"]) == (code, code, kind)
    assert result.stderr == f"kgqa: {error['message']}\n"


@pytest.mark.parametrize("command", [["ingest", "a.md"], ["ask", "Who?"], ["docs", "list"], ["docs", "delete", "a"]])
def test_with_json_a_wrong_setting_is_one_object(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("KGQA_ENGIN", "llm")
    error = json.loads(runner.invoke(app, [*command, "--json"]).stdout)
    assert (error["kind"], error["exit_code"]) == ("ConfigError", 3)
    assert error["message"].endswith("perhaps KGQA_ENGINE")


def test_with_json_a_folder_that_holds_nothing_is_one_object(lasting: CliRunner) -> None:
    error = json.loads(lasting.invoke(app, ["ask", "Who?", "--json"]).stdout)
    assert (error["kind"], error["exit_code"]) == ("EmptyLibrary", 7)


def test_help_and_version_are_no_errors(runner: CliRunner) -> None:
    assert runner.invoke(app, ["--json", "--version"]).exit_code == 0
    assert runner.invoke(app, ["ask", "--json", "--help"]).exit_code == 0


def test_what_comes_after_two_dashes_is_no_option(runner: CliRunner) -> None:
    result = runner.invoke(app, ["docs", "delete", "--", "--json"])
    assert (result.exit_code, result.stdout) == (2, "")


# ── doctor
def test_doctor_reports_every_part(runner: CliRunner) -> None:
    result = runner.invoke(app, ["doctor", "--json"])
    report = json.loads(result.stdout)
    assert (result.exit_code, report["ok"]) == (0, True)
    names = [check["name"] for check in report["checks"]]
    parts = ["embedder", "staging", "texts", "vectors", "store", "whole"]
    assert names == ["python", "packages", "settings", "disk", *parts]
    assert {check["state"] for check in report["checks"]} <= {"ok", "warn"}


def test_a_probe_tells_what_each_answered_and_how_long_it_took(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps(["ready \x1b[2J"]))
    monkeypatch.setenv("KGQA_CHAT__MODEL", f"scripted:{script}")
    result = runner.invoke(app, ["doctor", "--probe", "--json"])
    said = {check["name"]: check["said"] for check in json.loads(result.stdout)["checks"]}
    assert re.search(r"asked 'Reply with one word: ready', replied 'ready .*' in \d+ ms$", said["reply"])
    assert re.search(r"is 256 numbers \(.*\), in \d+ ms$", said["embedding"])
    assert re.search(r"^memory: counted 0 documents in \d+ ms", said["query"])


def test_a_model_that_does_not_answer_a_probe_fails_the_check(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KGQA_CHAT__MODEL", f"scripted:{tmp_path / 'none.json'}")
    result = runner.invoke(app, ["doctor", "--probe"])
    assert result.exit_code == 1
    assert "fail  reply" in result.stdout


def test_without_a_probe_no_model_is_asked(runner: CliRunner) -> None:
    names = [check["name"] for check in json.loads(runner.invoke(app, ["doctor", "--json"]).stdout)["checks"]]
    assert not {"reply", "embedding", "query"} & {*names}


def test_doctor_shows_no_secret(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_STORE__KIND", "neo4j")
    monkeypatch.setenv("KGQA_STORE__URI", "bolt://user:hush@127.0.0.1:1")
    monkeypatch.setenv("KGQA_STORE__PASSWORD", "geheim")
    result = runner.invoke(app, ["doctor"])
    assert "KGQA_STORE__PASSWORD=***" in result.stdout
    assert "geheim" not in result.output
    assert "hush" not in result.output


def test_doctor_says_what_to_do_about_a_wrong_setting(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_EMBEDDER__KIND", "telepathy")
    result = runner.invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "fail  settings" in result.stdout
    assert "→ change or unset that variable" in result.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"MODEL": "hf:/no/such/folder"}, "KGQA_CHAT__MODEL 'hf:/no/such/folder'"),
        ({"MODEL": "scripted:script.json"}, "ok    chat"),
        ({"MODEL": "scripted:script.json", "PRICES": "none.json"}, "KGQA_CHAT__PRICES 'none.json'"),
    ],
)
def test_doctor_looks_at_the_chat_model_without_asking_it(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.json").write_text("[]")
    monkeypatch.setenv("KGQA_ENGINE", "llm")
    for name, value in given.items():
        monkeypatch.setenv(f"KGQA_CHAT__{name}", value)
    result = runner.invoke(app, ["doctor"])
    assert said in result.stdout
    assert ("fail  chat" in result.stdout) != said.startswith("ok")


# ── demo
def test_demo_without_its_documents_says_where_they_are(runner: CliRunner) -> None:
    result = runner.invoke(app, ["demo"])
    assert result.exit_code == 2
    assert "--examples" in result.stderr


@pytest.mark.slow
def test_the_demo_answers_its_questions_with_boxed_pages(runner: CliRunner) -> None:
    result = runner.invoke(app, ["demo", "--json", "--examples", str(ROOT / "examples" / "documents")])
    asked = json.loads(result.stdout)["asked"]
    assert result.exit_code == 0
    texts = [entry["answer"]["text"] + " ".join(c["text"] for c in entry["answer"]["citations"]) for entry in asked]
    for text, gold in zip(texts, ("R2", "2023년 9월 14일", "30"), strict=True):
        assert gold in text
    assert all(entry["answer"]["citations"] for entry in asked)
    pages = [page for entry in asked for page in entry["pages"]]
    assert pages
    assert all(Path(page["path"]).read_bytes().startswith(b"\x89PNG") for page in pages)


# ── the process itself
def test_a_reader_that_leaves_early_is_no_error() -> None:
    script = f'"{sys.executable}" -m kgqa.cli --help | head -c 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_help_starts_fast_because_nothing_heavy_is_imported() -> None:
    script = (
        "import sys, kgqa.cli; print(*[m for m in ('langgraph', 'chromadb', 'neo4j', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_standard_input_without_end_is_refused(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_INGEST__MAX_FILE_MB", "0.01")
    result = runner.invoke(app, ["ingest", "-"], input=b"endless " * 100_000)
    assert result.exit_code == 6
    assert "is too large (0.0 MB; at most 0.01 MB)" in result.stderr


def test_an_empty_folder_that_holds_the_demo_names_it(tmp_path: Path) -> None:
    assert "demo" not in str(EmptyLibrary(tmp_path / "home"))
    (tmp_path / "home" / "demo").mkdir(parents=True)
    assert str(EmptyLibrary(tmp_path / "home")).endswith(f"as --home '{tmp_path}/home/demo' does the demo's")
