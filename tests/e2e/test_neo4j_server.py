"""A real Neo4j as users have it: credentials files, routing, TLS, wrong settings, time-outs, restarts, clean ends."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest
from kgqa.errors import ConfigError, InputError, KgqaError, TransientError
from kgqa.model import Document, Entity, Facts, Limits, Link, Sentence
from kgqa.settings import Neo4jStore
from kgqa.tools.store import stores
from kgqa.tools.store.bolt import BoltGraph
from kgqa.tools.store.neo4j5 import Neo4j

from ..conftest import StartNeo4j, stop_neo4j

pytestmark = pytest.mark.e2e
ENDLESS = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b = -1 RETURN count(*)"


def store_of(options: Neo4jStore, **other: Any) -> BoltGraph:
    made = stores.get("neo4j")(Neo4jStore(**{**options.model_dump(), **other}), Path())
    assert isinstance(made, BoltGraph)
    return made


def port_of(options: Neo4jStore) -> int:
    return int(options.uri.rsplit(":", 1)[1])


async def opened(store: BoltGraph) -> KgqaError | None:
    """What opening it raised; it is closed again."""
    try:
        await store.open()
    except KgqaError as error:
        return error
    finally:
        await store.close()
    return None


def ask_server(options: Neo4jStore, cypher: str) -> list[dict[str, Any]]:
    auth = (options.username, options.password.get_secret_value())
    with neo4j.GraphDatabase.driver(options.uri, auth=auth) as driver:
        return [dict(row) for row in driver.execute_query(cypher).records]


# ── settings
def credentials(options: Neo4jStore, scheme: str, password: str) -> str:
    """A file as AuraDB gives it for download."""
    return (
        "# Wait 60 seconds before connecting using these details, or login to https://console.neo4j.io\n"
        f"NEO4J_URI={scheme}://127.0.0.1:{port_of(options)}\n"
        f"NEO4J_USERNAME={options.username}\nNEO4J_PASSWORD={password}\nNEO4J_DATABASE={options.database}\n"
        "AURA_INSTANCEID=0a1b2c3d\nAURA_INSTANCENAME=Instance01\n"
    )


def kgqa(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KGQA_", "NEO4J_"))}
    command = [sys.executable, "-m", "kgqa.cli", *words]
    return subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


def test_a_credentials_file_in_the_folder_is_enough(neo4j_server: Neo4jStore, tmp_path: Path) -> None:
    password = neo4j_server.password.get_secret_value()
    (tmp_path / ".env").write_text(credentials(neo4j_server, "neo4j", password))
    done = kgqa(tmp_path, "doctor", "--json")
    assert done.returncode == 0, done.stderr
    store = {check["name"]: check for check in json.loads(done.stdout)["checks"]}["store"]
    assert store["said"].startswith("neo4j: ")
    assert password not in done.stdout + done.stderr


def test_a_wrong_password_is_one_line_and_an_exit_code(neo4j_server: Neo4jStore, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(credentials(neo4j_server, "neo4j", "not-this-one"))
    done = kgqa(tmp_path, "docs", "list")
    assert (done.returncode, done.stdout) == (3, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("kgqa: setting KGQA_STORE__PASSWORD or NEO4J_PASSWORD")
    assert "not-this-one" not in line


def test_a_server_that_is_down_is_one_line_and_an_exit_code(neo4j_server: Neo4jStore, tmp_path: Path) -> None:
    away = neo4j_server.model_copy(update={"uri": f"bolt://127.0.0.1:{_closed_port()}"})
    (tmp_path / ".env").write_text(credentials(away, "neo4j", "any"))
    done = kgqa(tmp_path, "docs", "list")
    assert (done.returncode, done.stdout) == (5, "")
    (line,) = done.stderr.splitlines()
    assert "NEO4J_URI" in line


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
async def test_both_schemes_reach_it_directly_and_by_routing(neo4j_server: Neo4jStore, scheme: str) -> None:
    store = store_of(neo4j_server, uri=f"{scheme}://127.0.0.1:{port_of(neo4j_server)}")
    await store.open()
    await store.delete_documents([document.id for document in await store.documents()])
    await _write_one(store)
    assert [entity.name for entity in await store.entities(["e"])] == ["Ann"]
    assert (await store.query("MATCH (p:Person) RETURN p.name", {}, Limits())).rows == (("Ann",),)
    await store.delete_documents(["d"])
    await store.close()


async def _write_one(store: BoltGraph) -> None:
    await store.write_document(Document("d", "T", "t.md", "0", "en"), (), [Sentence("s", "d", 0, 0, 3, "Ann.")])
    await store.write_facts([Facts("d", (Entity("e", "Ann", "Person"),), (Link("s", "e"),), ())])


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize(
    ("other", "names"),
    [
        ({"password": "not-this-one"}, "NEO4J_PASSWORD"),
        ({"username": "nobody"}, "NEO4J_USERNAME"),
        ({"database": "nowhere"}, "NEO4J_DATABASE: 'nowhere'"),
        ({"database": "system"}, "NEO4J_DATABASE: 'system'"),
        ({"database": "no name!"}, "NEO4J_DATABASE: 'no name!'"),
    ],
)
async def test_a_wrong_setting_is_named(
    neo4j_server: Neo4jStore, scheme: str, other: dict[str, str], names: str
) -> None:
    error = await opened(store_of(neo4j_server, uri=f"{scheme}://127.0.0.1:{port_of(neo4j_server)}", **other))
    assert isinstance(error, ConfigError)
    assert names in str(error)
    assert "\n" not in str(error)
    assert "not-this-one" not in str(error)


@pytest.mark.parametrize("uri", ["127.0.0.1:@", "http://127.0.0.1:@", "bolt://me:hush@127.0.0.1:@", "neo4j", ""])
async def test_an_address_that_is_none_is_named(neo4j_server: Neo4jStore, uri: str) -> None:
    error = await opened(store_of(neo4j_server, uri=uri.replace("@", str(port_of(neo4j_server)), uri.endswith("@"))))
    assert isinstance(error, ConfigError)
    assert "NEO4J_URI" in str(error)
    assert "hush" not in str(error)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "neo4j+s", "bolt+ssc"])
async def test_a_server_that_is_not_there_or_speaks_no_tls_may_come_later(
    neo4j_server: Neo4jStore, scheme: str
) -> None:
    port = port_of(neo4j_server) if "+" in scheme else _closed_port()
    error = await opened(store_of(neo4j_server, uri=f"{scheme}://127.0.0.1:{port}"))
    assert isinstance(error, TransientError)
    assert "NEO4J_URI" in str(error)
    assert "\n" not in str(error)


async def test_a_server_that_says_nothing_is_given_up_in_time(neo4j_server: Neo4jStore) -> None:
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        uri = f"bolt://127.0.0.1:{listener.getsockname()[1]}"
        error = await opened(store_of(neo4j_server, uri=uri, timeout_seconds=1))
    assert isinstance(error, TransientError)
    assert time.monotonic() - began < 5


# ── what opening makes, and what it needs
async def test_constraints_and_indexes_are_made_and_no_procedure_of_apoc_is_there(neo4j_server: Neo4jStore) -> None:
    await opened(store_of(neo4j_server))
    made = ask_server(neo4j_server, "SHOW CONSTRAINTS YIELD labelsOrTypes AS l, properties AS p, type AS t RETURN *")
    unique = {(row["l"][0], row["p"][0]) for row in made if row["t"] == "UNIQUENESS"}
    assert unique >= {("Document", "id"), ("Page", "key"), ("Sentence", "id"), ("__Entity__", "id"), ("__Kgqa__", "id")}
    shown = "SHOW INDEXES YIELD labelsOrTypes AS l, properties AS p, state AS s WHERE l IS NOT NULL AND p IS NOT NULL "
    indexes = {(row["l"][0], row["p"][0]): row["s"] for row in ask_server(neo4j_server, shown + "RETURN *")}
    for wanted in [("Sentence", "document_id"), ("__Entity__", "name"), ("__Entity__", "key"), ("__Name__", "key")]:
        assert indexes[wanted] == "ONLINE"
    apoc = "SHOW PROCEDURES YIELD name WHERE name STARTS WITH 'apoc.' RETURN count(*) AS n"
    assert ask_server(neo4j_server, apoc) == [{"n": 0}]


# ── an account of its own for queries that others wrote
@pytest.fixture
def reader(neo4j_server: Neo4jStore) -> Iterator[dict[str, str]]:
    """A second account; the Community edition cannot take rights away from it, but tells who asks."""
    ask_server(neo4j_server, "CREATE USER reader SET PASSWORD 'only-reads' CHANGE NOT REQUIRED")
    yield {"reader_username": "reader", "reader_password": "only-reads"}
    ask_server(neo4j_server, "DROP USER reader")


async def test_queries_of_others_run_as_the_reader_account(neo4j_server: Neo4jStore, reader: dict[str, str]) -> None:
    store = store_of(neo4j_server, **reader)
    await store.open()
    await store.delete_documents([document.id for document in await store.documents()])
    await _write_one(store)
    assert (await store.query("MATCH (p:Person) RETURN p.name", {}, Limits())).rows == (("Ann",),)
    late = asyncio.ensure_future(store.query(ENDLESS, {}, Limits(seconds=4)))
    await asyncio.sleep(2)
    asking = "SHOW TRANSACTIONS YIELD username AS u, currentQuery AS q WHERE q STARTS WITH 'UNWIND' RETURN u"
    assert ask_server(neo4j_server, asking) == [{"u": "reader"}]
    with pytest.raises(TransientError):
        await late
    await store.delete_documents(["d"])
    await store.close()
    assert await asyncio.to_thread(_after_a_while, neo4j_server, OURS) == []


async def test_a_reader_account_that_is_refused_is_named(neo4j_server: Neo4jStore) -> None:
    error = await opened(store_of(neo4j_server, reader_username="nobody", reader_password="not-this-one"))
    assert isinstance(error, ConfigError)
    assert "KGQA_STORE__READER_USERNAME" in str(error)
    assert "not-this-one" not in str(error)


async def test_the_guard_asks_once_about_what_only_reads_and_each_time_about_what_does_not(
    neo4j_server: Neo4jStore,
) -> None:
    server = Neo4j(neo4j_server)
    server.connect()
    explained = "MATCH (n) WHERE n.id = $id RETURN n", "LOAD CSV FROM 'file:///x.csv' AS row RETURN row", "CREATE (n)"
    asked = []

    class Listening(neo4j.Session):
        """The session, heard."""

        def run(self, query: Any, *args: Any, **kwargs: Any) -> neo4j.Result:
            asked.append(query.text if isinstance(query, neo4j.Query) else query)
            return super().run(query, *args, **kwargs)

    for value in ("a", "b"):
        with server.reader(1) as session:
            session.__class__ = Listening
            server.guard(session, neo4j.Query(explained[0]), {"id": value})
            for harmful in explained[1:]:
                with pytest.raises(InputError):
                    server.guard(session, neo4j.Query(harmful), {})
    server.close()
    assert [sum(query in one for one in asked) for query in explained] == [1, 2, 2]


# ── time and ends
async def test_the_store_s_own_time_limit_ends_a_query_on_the_server(neo4j_server: Neo4jStore) -> None:
    store = store_of(neo4j_server, timeout_seconds=1)
    await store.open()
    with pytest.raises(TransientError, match="time"):
        await store.query(LIMITED, {}, Limits(seconds=60))
    assert await asyncio.to_thread(_after_a_while, neo4j_server, LIMITED_ONES) == []
    await store.close()


async def test_a_server_that_does_not_look_for_overtime_is_told_to_end_the_query(start_neo4j: StartNeo4j) -> None:
    server, options = start_neo4j("--conf", "db.transaction.monitor.check.interval=0s")
    store = store_of(options, timeout_seconds=1)
    await store.open()
    with pytest.raises(TransientError, match="time"):
        await store.query(LIMITED, {}, Limits(seconds=60))
    assert await asyncio.to_thread(_after_a_while, options, LIMITED_ONES) == []
    await store.close()
    stop_neo4j(server)


LIMITED = ENDLESS.replace("-1", "-2")
"""Known from the other tests' own: the server is one for all."""
LIMITED_ONES = (
    "SHOW TRANSACTIONS YIELD currentQuery AS q, transactionId AS id, status, elapsedTime "
    "WHERE q CONTAINS '= -2 RETURN' AND NOT q STARTS WITH 'SHOW' RETURN id, status, elapsedTime.milliseconds AS ms"
)
OURS = "CALL dbms.listConnections() YIELD userAgent AS a, connectionId AS id WITH a, id WHERE a = 'kgqa' RETURN id"


async def test_closing_leaves_no_connection_and_no_query(neo4j_server: Neo4jStore) -> None:
    store = store_of(neo4j_server)
    await store.open()
    await asyncio.gather(*(store.counts() for _ in range(8)))
    assert ask_server(neo4j_server, OURS)
    late = asyncio.ensure_future(store.query(ENDLESS, {}, Limits(seconds=30)))
    await asyncio.sleep(0.5)
    began = time.monotonic()
    await store.close()
    with pytest.raises(KgqaError):
        await late
    assert time.monotonic() - began < 15
    assert await asyncio.to_thread(_after_a_while, neo4j_server, OURS) == []


def _after_a_while(options: Neo4jStore, asking: str) -> list[dict[str, Any]]:
    """What the server still lists: it tells a client of an end a little before its own lists do."""
    for _ in range(100):
        left = ask_server(options, asking)
        if not left:
            break
        time.sleep(0.1)
    return left


# ── a server of one's own, with TLS, that restarts
@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a self-signed certificate for loopback and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    where = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "private.key", "-out", "public.crt"]
    subprocess.run([*made, *where], cwd=folder, check=True, capture_output=True)
    return folder


class Own:
    """A server that can be ended and started anew on the same port over the same data."""

    def __init__(self, start: StartNeo4j, home: Path, certificate: Path) -> None:
        self._start = start
        policy = "dbms.ssl.policy.bolt"
        settings = {
            "server.bolt.tls_level": "OPTIONAL",
            f"{policy}.enabled": "true",
            f"{policy}.base_directory": str(certificate),
            f"{policy}.private_key": "private.key",
            f"{policy}.public_certificate": "public.crt",
            f"{policy}.client_auth": "NONE",
        }
        self._arguments = ["--home", str(home), "--bolt-port", str(_closed_port()), "--password", "for-tests-only"]
        for name, value in settings.items():
            self._arguments += ["--conf", f"{name}={value}"]
        self.begin()

    def begin(self) -> None:
        self._server, self.options = self._start(*self._arguments)

    def end(self) -> None:
        stop_neo4j(self._server)


@pytest.fixture(scope="module")
def own(start_neo4j: StartNeo4j, tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> Iterator[Own]:
    server = Own(start_neo4j, tmp_path_factory.mktemp("own"), certificate)
    yield server
    server.end()


@pytest.mark.parametrize("scheme", ["bolt+ssc", "neo4j+ssc"])
async def test_tls_with_a_certificate_of_one_s_own(own: Own, scheme: str) -> None:
    store = store_of(own.options, uri=f"{scheme}://127.0.0.1:{port_of(own.options)}")
    await store.open()
    await _write_one(store)
    assert (await store.counts())["entities"] == 1
    await store.delete_documents(["d"])
    await store.close()


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+s"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(own: Own, scheme: str) -> None:
    error = await opened(store_of(own.options, uri=f"{scheme}://127.0.0.1:{port_of(own.options)}"))
    assert isinstance(error, TransientError)
    assert "NEO4J_URI" in str(error)


async def test_an_open_store_outlives_a_restart_of_the_server(own: Own) -> None:
    store = store_of(own.options)
    await store.open()
    await _write_one(store)
    before = list(await store.dump())
    await asyncio.to_thread(own.end)
    with pytest.raises(TransientError):
        await store.counts()
    with pytest.raises(TransientError):
        await store.query("RETURN 1", {}, Limits())
    await asyncio.to_thread(own.begin)
    assert list(await store.dump()) == before
    assert (await store.query("RETURN 1", {}, Limits())).rows == ((1,),)
    await store.delete_documents(["d"])
    assert list(await store.dump()) == []
    await store.close()
