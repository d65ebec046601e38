"""The embedded server's life: shared by processes, warm for a while, back after any kill, gone in the end."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fcntl
import http.client
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import neo4j
import pytest
from kgqa.errors import BackendError, ConfigError, ExhaustedError, TransientError
from kgqa.model import Document, Entity, Facts, Limits, Link, Sentence, sentence_id
from kgqa.settings import EmbeddedStore
from kgqa.tools.ports import GraphStore
from kgqa.tools.store import launch, stores
from kgqa.tools.store.supervisor import command_line

OPTIONS = EmbeddedStore(heap_mb=256, linger_seconds=1, query_seconds=2)
CLIENT = """
import asyncio, sys
from pathlib import Path
from kgqa.model import Document
from kgqa.settings import EmbeddedStore
from kgqa.tools.store import stores

async def main():
    store = stores.get("embedded")(EmbeddedStore(heap_mb=256, linger_seconds=1, query_seconds=2), Path(sys.argv[1]))
    await store.open()
    await store.write_document(Document(sys.argv[2], sys.argv[2], "x.md", "0", "en"), (), ())
    print("ready", flush=True)
    if sys.argv[3] == "stay":
        sys.stdin.readline()
    print([d.id for d in await store.documents()], flush=True)
    await store.close()

asyncio.run(main())
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose server has gone when the test ends."""
    yield tmp_path
    await_end(tmp_path)


def make(home: Path, options: EmbeddedStore = OPTIONS) -> GraphStore:
    return stores.get("embedded")(options, home)


def address(home: Path) -> dict[str, int]:
    return dict(json.loads((home / "graph" / "server.json").read_text()))


def supervised(home: Path) -> bool:
    path = home / "graph" / "supervisor.lock"
    if not path.exists():
        return False
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def servers(home: Path) -> list[int]:
    """Pids of all JVMs of this folder."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if str(home / "graph" / "java.args") in command_line(pid)]


def command_lines() -> str:
    return " ".join(command_line(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def listening() -> list[tuple[str, str]]:
    """(host, port) in hexadecimal of every socket that listens."""
    rows = [row for table in ("tcp", "tcp6") for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    places = [row.split()[1].split(":") for row in rows if row.split()[3] == "0A"]
    return [(host, port) for host, port in places]


def bystander() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
    def watch() -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    await asyncio.to_thread(watch)


def await_end(home: Path, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while supervised(home) or servers(home):
        assert time.monotonic() < deadline, f"still running: {servers(home)}"
        time.sleep(0.05)


def client(home: Path, name: str, mode: str, stderr: int | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(home), name, mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def put(store: GraphStore, *names: str) -> None:
    for name in names:
        await store.write_document(Document(name, name, "x.md", "0", "en"), (), ())


async def names(store: GraphStore) -> list[str]:
    return [document.id for document in await store.documents()]


@pytest.mark.slow
async def test_data_outlive_the_server_and_a_clean_end_leaves_no_process(home: Path) -> None:
    store = make(home)
    await store.open()
    await put(store, "a")
    first = address(home)["pid"]
    await store.close()
    await asyncio.to_thread(await_end, home)
    assert not (home / "graph" / "server.json").exists()
    await store.open()
    assert address(home)["pid"] != first
    assert await names(store) == ["a"]
    await store.close()


@pytest.mark.slow
async def test_the_next_command_finds_the_server_warm(home: Path) -> None:
    store, other = make(home), make(home)
    await store.open()
    first = address(home)["pid"]
    await store.close()
    started = time.monotonic()
    await other.open()
    assert time.monotonic() - started < 1
    assert address(home)["pid"] == first
    await other.close()


@pytest.mark.slow
async def test_no_secret_is_readable_by_others_or_on_a_command_line(home: Path) -> None:
    store = make(home)
    await store.open()
    folder = home / "graph"
    words = json.loads((folder / "passwords.json").read_text())
    assert min(map(len, words.values())) >= 32
    for path in folder.iterdir():
        if path.is_file() and any(word in path.read_bytes().decode(errors="replace") for word in words.values()):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert not any(word in command_lines() for word in words.values())
    for name in ("server.json", "passwords.json", "java.args", "config/server-users.jsonl", "users.lock"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    await store.close()


@pytest.mark.slow
async def test_the_server_listens_on_loopback_alone(home: Path) -> None:
    store = make(home)
    await store.open()
    ports = {f"{address(home)[name]:04X}" for name in ("bolt", "http")}
    ours = {host for host, port in listening() if port in ports}
    assert ours <= {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
    assert ours
    await store.close()


@pytest.mark.slow
def test_two_processes_that_start_at_once_share_one_server(home: Path) -> None:
    both = [client(home, name, "stay") for name in ("a", "b")]
    assert [line(one) for one in both] == ["ready", "ready"]
    assert len(servers(home)) == 1
    for one in both:
        one.communicate("\n")
    last = client(home, "c", "go")
    assert line(last) == "ready"
    assert line(last) == "['a', 'b', 'c']"
    last.communicate()


@pytest.mark.slow
async def test_a_killed_server_comes_back_with_all_that_was_acknowledged(home: Path) -> None:
    store = make(home)
    await store.open()
    for n in range(3):
        await put(store, f"d{n}")
        os.kill(address(home)["pid"], signal.SIGKILL)
    assert await names(store) == ["d0", "d1", "d2"]
    assert (await store.query("RETURN 1", {}, Limits())).rows == ((1,),)
    await store.close()


@pytest.mark.slow
async def test_facts_of_new_types_outlive_a_server_that_is_killed_before_they_are_written(home: Path) -> None:
    store = make(home)
    await store.open()
    sentence = Sentence(sentence_id("d" * 32, 0), "d" * 32, 0, 0, 5, "A, B.")
    await store.write_document(Document("d" * 32, "d", "d.md", "0", "en"), (), [sentence])
    for kind in ("PERSON", "TOWN"):
        entity = Entity(f"e{kind}", kind, kind)
        os.kill(address(home)["pid"], signal.SIGKILL)
        await store.write_facts([Facts("d" * 32, (entity,), (Link(sentence.id, entity.id),), ())])
        assert [one.type for one in await store.entities([entity.id])] == [kind]
    await store.close()


@pytest.mark.slow
async def test_a_killed_supervisor_is_replaced_and_its_server_ended(home: Path) -> None:
    store = make(home)
    await store.open()
    await put(store, "a")
    old = address(home)
    os.kill(old["supervisor"], signal.SIGKILL)
    await until(lambda: old["pid"] not in servers(home))
    assert await names(store) == ["a"]
    assert address(home)["supervisor"] != old["supervisor"]
    assert len(servers(home)) == 1
    await store.close()


@pytest.mark.slow
def test_a_killed_client_leaves_nothing_running_for_long(home: Path) -> None:
    one = client(home, "a", "stay")
    assert line(one) == "ready"
    one.kill()
    one.communicate()
    await_end(home, 20)


@pytest.mark.slow
async def test_files_left_by_a_kill_of_everything_mislead_nobody(home: Path) -> None:
    store = make(home)
    await store.open()
    await put(store, "a")
    old = address(home)
    stale = (home / "graph" / "server.json").read_bytes()
    for pid in (old["supervisor"], old["pid"]):
        os.kill(pid, signal.SIGKILL)
    await store.close()
    await until(lambda: not servers(home))
    # The pid now is a stranger's, whom nobody must end.
    stranger = bystander()
    told = {**json.loads(stale), "pid": stranger.pid, "supervisor": stranger.pid}
    (home / "graph" / "server.json").write_text(json.dumps(told))
    other = make(home)
    await other.open()
    assert await names(other) == ["a"]
    assert stranger.poll() is None
    await other.close()
    stranger.communicate(b"\n")


@pytest.mark.slow
async def test_a_query_that_never_ends_is_ended_with_the_server_and_others_reconnect(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgqa.tools.store.arcadedb.GRACE", 1.0)
    store, other = make(home), make(home)
    await store.open()
    await other.open()
    await put(store, "a")
    first = address(home)["pid"]
    with pytest.raises(TransientError):
        await store.query(EXPONENTIAL, {}, Limits(seconds=60))
    await until(lambda: first not in servers(home))
    assert await names(other) == ["a"]
    assert await names(store) == ["a"]
    assert address(home)["pid"] != first
    await store.close()
    await other.close()


@pytest.mark.slow
async def test_a_query_that_takes_all_memory_ends_the_server_and_others_reconnect(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgqa.tools.store.arcadedb.GRACE", 100.0)  # not the watchdog: the server itself
    store, other = make(home), make(home)
    await store.open()
    await other.open()
    await put(store, "a")
    first = address(home)["pid"]
    with pytest.raises(ExhaustedError, match="does not answer: it ran out of memory, its heap was 256 MB"):
        await store.query(DOUBLED, {}, Limits(seconds=60))
    assert first not in servers(home)
    assert await names(other) == ["a"]
    assert await names(store) == ["a"]
    await store.close()
    await other.close()


@pytest.mark.slow
async def test_what_takes_all_memory_is_tried_with_more_of_it_up_to_the_most(home: Path) -> None:
    store = make(home, EmbeddedStore(heap_mb=128, most_heap_mb=256, linger_seconds=1, query_seconds=2))
    await store.open()
    tried = []

    def read(session: neo4j.Session) -> None:
        tried.append(session)
        session.run(DOUBLED).consume()

    with pytest.raises(TransientError, match="does not answer: it ran out of memory, its heap was 256 MB"):
        await store._read(read)  # type: ignore[attr-defined]  # no read of our own takes so much
    assert len(tried) == 4
    assert await names(store) == []
    assert "-Xmx256m" in command(address(home)["pid"], home)
    await store.close()
    await_end(home)
    # What it once needed it is given from the start, until another heap is set.
    for heap, found in ((128, "-Xmx256m"), (144, "-Xmx144m")):
        again = make(home, EmbeddedStore(heap_mb=heap, most_heap_mb=256, linger_seconds=0))
        await again.open()
        assert found in command(address(home)["pid"], home)
        await again.close()
        await_end(home)


def command(pid: int, home: Path) -> str:
    """What the server was started with: its arguments stand in a file."""
    assert str(home) in command_line(pid)
    return (home / "graph" / "java.args").read_text()


DOUBLED = "RETURN size(reduce(s = [1], x IN range(1, 60) | s + s)) AS n"
EXPONENTIAL = "RETURN reduce(s = 0, a IN range(1, 500000) | s + reduce(t = 0, b IN range(1, 500000) | t + b)) AS n"


@pytest.mark.slow
async def test_a_heap_that_java_refuses_is_the_operators_to_change(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)heap.*KGQA_STORE__HEAP_MB is 99999999"):
        await make(home, EmbeddedStore(heap_mb=99_999_999)).open()


@pytest.mark.slow
async def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    (home / "graph").mkdir()
    (home / "graph" / "databases").write_text("in the way")
    with pytest.raises(BackendError, match="does not start"):
        await make(home).open()


async def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "version.json").write_text(json.dumps({"layout": 1, "server": "99.1.1"}))
    with pytest.raises(ConfigError, match=r"99\.1\.1"):
        await make(tmp_path).open()
    (tmp_path / "graph" / "version.json").write_text(json.dumps({"layout": 0, "server": version("arcadedb-embedded")}))
    with pytest.raises(ConfigError, match="layout 0"):
        await make(tmp_path).open()


async def test_a_home_that_is_a_file_is_the_operators_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="KGQA_HOME"):
        await make(tmp_path / "file").open()


async def test_a_platform_without_the_wheel_is_told_of_neo4j(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="KGQA_STORE__KIND=neo4j"):
        await make_without_locks_check(tmp_path).open()


def make_without_locks_check(home: Path) -> GraphStore:
    from kgqa.tools.store.arcadedb import ArcadeDB
    from kgqa.tools.store.bolt import BoltGraph

    return BoltGraph(ArcadeDB(OPTIONS, home))


async def test_a_store_that_is_not_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="not open"):
        await make(tmp_path).documents()


# ── what is damaged
def quiet(home: Path) -> None:
    """Wait for the server's end, when its database is under its seal."""
    await_end(home)
    assert (home / "graph" / "database.seal").exists()


async def filled(home: Path) -> GraphStore:
    """A store with one document in it, closed, its server gone."""
    store = make(home)
    await store.open()
    await put(store, "a")
    await store.close()
    await asyncio.to_thread(quiet, home)
    return store


DATABASE = "graph/databases/neo4j"


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    held = bytearray(path.read_bytes())
    held[len(held) // 3] ^= 4
    path.write_bytes(held)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("schema.json", lambda path: path.write_bytes(b"")),
        ("schema.json", halve),
        ("schema.json", Path.unlink),
        ("Document_0.*.bucket", Path.unlink),
        ("Document_0.*.bucket", halve),
        ("Document_0.*.bucket", flip),
        ("dictionary.*", flip),
    ],
)
async def test_a_damaged_database_is_set_aside_and_begun_anew(
    home: Path, name: str, damage: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    store = await filled(home)
    [path] = (home / DATABASE).glob(name)
    damage(path)
    await store.open()
    assert await names(store) == []
    await put(store, "b")
    assert await names(store) == ["b"]
    [warned] = [one.message for one in caplog.records if one.name.startswith("kgqa")]
    assert path.name in warned
    assert "neo4j.damaged" in warned
    await store.close()


@pytest.mark.slow
async def test_a_copy_of_the_folder_is_not_damaged(home: Path) -> None:
    await filled(home)
    for path in (home / DATABASE).iterdir():
        os.utime(path)
    store = make(home)
    await store.open()
    assert await names(store) == ["a"]
    await store.close()


@pytest.mark.slow
async def test_damage_done_while_the_server_runs_is_found_when_it_starts_again(home: Path) -> None:
    store = make(home)
    await store.open()
    await put(store, "a")
    next((home / DATABASE).glob("Document_0.*.bucket")).unlink()
    assert await names(store) == ["a"]
    await store.close()
    await asyncio.to_thread(await_end, home)
    await store.open()
    assert await names(store) == []
    await put(store, "b")
    await store.close()


@pytest.mark.slow
async def test_a_database_that_fails_in_reading_is_begun_anew_after_one_clear_line(home: Path) -> None:
    store = await filled(home)
    (home / "graph" / "database.seal").unlink()
    [path] = (home / DATABASE).glob("Document_0.*.bucket")
    held = bytearray(path.read_bytes())
    record = 8 + 2 + 4 * 2048  # after the page's head and its table of records
    held[record + 1 : record + 4] = b"???"  # what kind it is of
    path.write_bytes(held)
    await store.open()
    with pytest.raises(BackendError, match=r"graph' is damaged, and is begun anew: `kgqa doctor --repair`"):
        await store.dump()
    assert await names(store) == []
    await store.close()
    await store.open()
    assert await names(store) == []
    await store.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "passwords.json",
        "version.json",
        "launch.json",
        "server.json",
        "config/server-groups.json",
        "config/server-users.jsonl",
        "config/mcp-config.json",
        "databases/.instance.id",
        "java.args",
        "users.lock",
    ],
)
@pytest.mark.parametrize("damage", ["junk", "list", "folder"])
async def test_the_servers_own_files_are_made_anew(home: Path, name: str, damage: str) -> None:
    store = await filled(home)
    path = home / "graph" / name
    path.unlink(missing_ok=True)
    if damage == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"[1, 2]" if damage == "list" else bytes(range(128, 256)))
    started = time.monotonic()
    await store.open()
    assert await names(store) == ["a"]
    assert time.monotonic() - started < 30
    await store.close()


@pytest.mark.slow
async def test_passwords_lost_while_the_server_runs_are_noticed_at_once(home: Path) -> None:
    store, other = make(home), make(home)
    await store.open()
    await put(store, "a")
    first = address(home)["pid"]
    (home / "graph" / "passwords.json").unlink()
    started = time.monotonic()
    await other.open()
    assert await names(other) == ["a"]
    assert time.monotonic() - started < 30
    assert address(home)["pid"] != first
    assert await names(store) == ["a"]
    await store.close()
    await other.close()


@pytest.mark.slow
async def test_an_address_that_is_damaged_while_the_server_runs_is_written_again(home: Path) -> None:
    store, other = make(home), make(home)
    await store.open()
    first = address(home)["pid"]
    (home / "graph" / "server.json").write_text("[]")
    await other.open()
    assert address(home)["pid"] == first
    await store.close()
    await other.close()


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["supervisor", "pid"])
async def test_who_is_killed_while_starting_is_started_once_more(home: Path, victim: str) -> None:
    store = make(home)
    opening = asyncio.create_task(store.open())
    await until((home / "graph" / "server.json").exists)
    os.kill(address(home)[victim], signal.SIGKILL)
    await opening
    assert await names(store) == []
    await store.close()


@pytest.mark.slow
async def test_memory_is_blamed_for_the_error_that_came_of_it_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgqa.tools.store.arcadedb.GRACE", 100.0)
    store = make(home)
    await store.open()
    with pytest.raises(ExhaustedError, match="out of memory"):
        await store.query(DOUBLED, {}, Limits(seconds=60))
    running = asyncio.create_task(store.query(EXPONENTIAL, {}, Limits(seconds=60)))
    await asyncio.sleep(2)
    os.kill(address(home)["pid"], signal.SIGKILL)
    with pytest.raises(TransientError) as caught:
        await running
    assert "memory" not in str(caught.value)
    await store.close()


@pytest.mark.slow
def test_nothing_is_printed_about_a_server_that_went_away_and_came_back(home: Path) -> None:
    one = client(home, "a", "stay", stderr=subprocess.PIPE)
    assert line(one) == "ready"
    os.kill(address(home)["pid"], signal.SIGKILL)
    out, err = one.communicate("\n")
    assert (out.strip(), err) == ("['a']", "")


# ── who may what
def ask_by_http(home: Path, user: str, password: str, path: str, asked: dict[str, str], **headers: str) -> int:
    account = base64.b64encode(f"{user}:{password}".encode()).decode()
    given = {"Authorization": f"Basic {account}", "Content-Type": "application/json", **headers}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", address(home)["http"], timeout=20)) as wire:
        wire.request("POST" if asked else "GET", path, json.dumps(asked) if asked else None, given)
        return wire.getresponse().status


@pytest.mark.slow
async def test_the_reader_is_refused_over_http_in_every_language(home: Path) -> None:
    store = make(home)
    await store.open()
    words = json.loads((home / "graph" / "passwords.json").read_text())
    asked = [
        *(("sql", text) for text in ("SELECT 1", "CHECK DATABASE FIX", "CREATE VERTEX TYPE X")),
        ("sqlscript", "SELECT 1; SELECT 2"),
        ("redis", "SET a 1"),
        ("cypher", "RETURN 1"),
        ("opencypher", "RETURN 1"),
        ("gremlin", "g.V()"),
        ("mongo", "{}"),
        ("graphql", "{ a }"),
        ("java", "x"),
    ]
    for user in ("bolt:reader", "reader", "bolt", "bolt%3Areader"):
        for what in ("query", "command"):
            for language, text in asked:
                body = {"language": language, "command": text}
                assert ask_by_http(home, user, words["reader"], f"/api/v1/{what}/neo4j", body) in (401, 403)
        for path in ("/api/v1/login", "/api/v1/begin/neo4j", "/api/v1/server", "/api/v1/mcp"):
            assert ask_by_http(home, user, words["reader"], path, {"command": "list databases"}) in (401, 403)
    forged = {"X-ArcadeDB-Cluster-Token": "", "X-ArcadeDB-Forwarded-User": "bolt:reader"}
    assert ask_by_http(
        home, "x", "y", "/api/v1/command/neo4j", {"language": "sql", "command": "SELECT 1"}, **forged
    ) in (401, 403)
    assert ask_by_http(home, "root", words["root"], "/api/v1/databases", {}) == 200
    await store.close()


@pytest.mark.slow
async def test_whatever_the_server_writes_is_its_users_alone(home: Path) -> None:
    before = os.umask(0o022)
    try:
        store = make(home)
        await store.open()
        await put(store, "a")
        await store.close()
    finally:
        os.umask(before)
    await asyncio.to_thread(quiet, home)
    open_to_others = [path for path in (home / "graph").rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []
    assert (home / "graph").stat().st_mode & 0o777 == 0o700
