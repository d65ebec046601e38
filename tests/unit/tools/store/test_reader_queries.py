"""Watched queries, without a server: who is ended, when, and how much is read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from kgqa.errors import BackendError, ExhaustedError, InputError, KgqaError, OverdueQuery, TransientError
from kgqa.model import Limits
from kgqa.settings import EmbeddedStore
from kgqa.tools.store import reader_queries
from kgqa.tools.store.arcadedb import ArcadeDB
from kgqa.tools.store.embedded_server import Address
from neo4j.exceptions import BrokenRecordError, ClientError, DatabaseError, ServiceUnavailable


class Session:
    """Answers a query with records, after a while."""

    def __init__(self, wait: Callable[[], None], records: list[list[object]]) -> None:
        self._wait = wait
        self._records = records
        self.fails: list[Callable[[], None]] = []
        """What each of the first queries fails by."""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *args: object) -> None:
        return None

    def run(self, query: object, parameters: Mapping[str, object] | None = None) -> Result:
        if self.fails:
            self.fails.pop(0)()
        self._wait()
        return Result(self._records)


class Result:
    """Records, read one by one."""

    def __init__(self, records: list[list[object]]) -> None:
        self._records = records
        self.read = 0

    def consume(self) -> None:
        return None

    def keys(self) -> list[str]:
        return ["x"]

    def __iter__(self) -> Iterator[Any]:
        return (dict(enumerate(record)) for record in self._records)


class Served:
    """A server under a name, which a recovery changes."""

    def __init__(self, wait: Callable[[], None] = lambda: None, records: list[list[object]] | None = None) -> None:
        self.name = "first"
        self.ended: list[str] = []
        self.before = 0.0
        self.lacks = ""
        self.blames: KgqaError | None = None
        self.session = Session(wait, records or [])

    def reader(self, rows: int) -> Session:
        time.sleep(self.before)
        return self.session

    def guard(self, session: object, query: object, parameters: object) -> None:
        return None

    def query_seconds(self, wanted: float) -> float | None:
        return None

    def overdue(self) -> float:
        return 0.05

    def lack(self) -> str:
        return self.lacks

    def blame(self, error: object) -> KgqaError | None:
        return self.blames

    def ender(self, mark: str) -> Callable[[], None]:
        name = self.name
        return lambda: self.ended.append(name)

    def recover(self) -> None:
        self.name = "second"
        time.sleep(0.12)


def ask(server: Any, rows: int = 200) -> Any:
    return reader_queries.run(server, "RETURN 1", {}, Limits(rows=rows))


def test_a_server_that_was_found_again_is_not_ended_for_a_query_of_the_last_one() -> None:
    def gone() -> None:
        raise ServiceUnavailable("gone")

    server = Served(gone)
    with pytest.raises(TransientError, match="does not answer: gone") as caught:
        ask(server)
    assert not isinstance(caught.value, ExhaustedError)  # so the graph tries again
    time.sleep(0.12)
    assert server.ended == []
    server.lacks = "it ran out of memory"
    with pytest.raises(ExhaustedError, match="does not answer: it ran out of memory"):
        ask(server)


def test_waiting_for_a_session_is_not_the_query_s_time() -> None:
    server = Served()
    server.before = 0.12
    ask(server)
    time.sleep(0.12)
    assert server.ended == []


def test_a_query_that_does_not_end_is_ended_again_until_it_does() -> None:
    often = threading.Event()
    server = Served(lambda: often.wait(2) and None)
    server.ender = lambda mark: lambda: server.ended.append("x") or (len(server.ended) > 2 and often.set())  # type: ignore[assignment,func-returns-value]
    ask(server)
    assert len(server.ended) >= 3


def test_rows_beyond_what_memory_should_hold_are_cut() -> None:
    wide = [[["x" * 1_000_000]]] * 20
    found = ask(Served(records=wide))
    assert (len(found.rows), found.truncated) == (8, True)


def test_rows_beyond_the_limit_are_cut_and_said() -> None:
    assert ask(Served(records=[[1], [2], [3]]), rows=2).truncated
    assert not ask(Served(records=[[1], [2]]), rows=2).truncated


def test_a_query_that_the_server_ended_is_overdue() -> None:
    error = ClientError._basic_hydrate(  # type: ignore[attr-defined]
        neo4j_code="Neo.ClientError.Transaction.TransactionTimedOut", message="too long"
    )
    assert isinstance(reader_queries.translated(error), OverdueQuery)


def unknown() -> None:
    raise DatabaseError._basic_hydrate(  # type: ignore[attr-defined]
        neo4j_code="Neo.DatabaseError.General.UnknownError", message="BigInteger would\n overflow"
    )


def test_what_a_server_fails_at_and_outlives_is_the_query_s_fault() -> None:
    server = Served()
    server.session.fails = [unknown]
    with pytest.raises(InputError, match=r"^BigInteger would overflow$"):
        ask(server)


def test_a_damaged_database_is_told_as_such_whatever_query_met_it() -> None:
    server = Served()
    server.blames = BackendError("the graph is damaged")
    server.session.fails = [unknown]
    with pytest.raises(BackendError, match="is damaged"):
        ask(server)


def test_what_a_server_fails_at_and_answers_nothing_else_is_the_servers_fault() -> None:
    server = Served()
    server.session.fails = [unknown, unknown]
    with pytest.raises(BackendError, match="UnknownError") as caught:
        ask(server)
    assert type(caught.value) is BackendError


@pytest.mark.parametrize(
    ("error", "reason"),
    [(BrokenRecordError("year 99999"), "cannot be read"), (RecursionError("maximum"), "nested too deep")],
)
def test_a_result_that_cannot_be_read_is_the_query_s_fault(error: Exception, reason: str) -> None:
    def broken() -> None:
        raise error

    server = Served()
    server.session.fails = [broken]
    with pytest.raises(InputError, match=reason):
        ask(server)
    assert server.name == "first"  # nobody looked for another server


def test_the_embedded_server_that_is_ended_is_the_one_that_ran_the_query(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    store = ArcadeDB(EmbeddedStore(), tmp_path)
    store._address = Address(pid=11, bolt=1, http=1, root="a", reader="b")
    end = store.ender("mark")
    store._address = Address(pid=22, bolt=1, http=1, root="a", reader="b")
    end()
    assert [path.read_text() for path in tmp_path.rglob("restart")] == ["11"]
