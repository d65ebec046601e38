"""A Neo4j 5 or AuraDB server as a Bolt store's server: constraints, read-only sessions, the EXPLAIN guard. No APOC."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import neo4j
from neo4j.exceptions import AuthError, ClientError, ConfigurationError, DriverError, Neo4jError
from pydantic import SecretStr

from ...errors import BackendError, ConfigError, InputError, KgqaError, TransientError
from ...settings import Neo4jStore
from .graph_layout import ENTITY, META, NAME, quoted
from .reader_queries import translated
from .server import Labels

_UNIQUE = (("Document", "id"), ("Page", "key"), ("Sentence", "id"), (ENTITY, "id"), (META, "id"))
_INDEXED = (
    ("Page", "document_id"),
    ("Sentence", "document_id"),
    (ENTITY, "name"),
    (ENTITY, "key"),
    (NAME, "key"),
    (NAME, "entity"),
)
_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_GRACE = 3.0
"""Seconds; by default the server looks for overtime every two."""
_REMEMBERED = 1000
"""Queries that the guard has let pass and need not ask the server about again."""
_PREFIX = re.compile(r"^\s*(?:CYPHER\s+\S+|EXPLAIN|PROFILE)\b", re.IGNORECASE)


class Neo4j:
    """A driver's pool of connections to one database."""

    relation = "r"

    def __init__(self, options: Neo4jStore) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._driver: neo4j.Driver | None = None
        self._readers: neo4j.Driver | None = None
        self._harmless: set[str] = set()
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()

    def connect(self) -> None:
        """Reach the server and make constraints and indexes."""
        with self._lock:
            if self._driver is None:
                with ExitStack() as opened:
                    driver = opened.enter_context(self._dial(self._options.username, self._options.password))
                    self._greet(driver)
                    self._readers = self._reading(opened)
                    opened.pop_all()
                self._driver = driver

    def recover(self) -> None:
        """Nothing: the driver makes new connections by itself."""

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            drivers = self._driver, self._readers
            self._driver = self._readers = None
            for driver in drivers:
                if driver is not None:
                    driver.close()

    def session(self, *, write: bool = False) -> neo4j.Session:
        """Routed to the leader for writing; what one session wrote the next one reads."""
        if write:
            return self._open(self._driver, neo4j.WRITE_ACCESS, bookmark_manager=self._bookmarks)
        return self._open(self._driver, neo4j.READ_ACCESS, bookmarks=self._written())

    def reader(self, rows: int) -> neo4j.Session:
        """The server refuses to write in it; as the reader account where one is set."""
        driver = self._readers or self._driver
        return self._open(driver, neo4j.READ_ACCESS, bookmarks=self._written(), fetch_size=rows)

    def guard(self, session: neo4j.Session, query: neo4j.Query, parameters: Mapping[str, object]) -> None:
        """Let pass what EXPLAIN calls a reading query that loads no file: READ access alone lets LOAD CSV through.

        Once is enough for a query: what it does hangs on its text, not on its parameters.
        """
        cypher = bare = query.text
        if cypher in self._harmless:
            return
        while _PREFIX.match(bare):
            bare = _PREFIX.sub("", bare, count=1)
        explain = neo4j.Query(f"EXPLAIN {bare}", timeout=query.timeout, metadata=query.metadata)  # planning takes time
        summary = session.run(explain, dict(parameters)).consume()
        if summary.query_type != "r":
            raise InputError(f"the query would not only read: Neo4j calls its type {summary.query_type!r}")
        if "LoadCSV" in _operators(summary.plan or {}):
            raise InputError("the query would load a file: LOAD CSV is not allowed")
        if len(self._harmless) >= _REMEMBERED:
            self._harmless.clear()
        self._harmless.add(cypher)

    def query_seconds(self, wanted: float) -> float | None:
        """Neo4j keeps a transaction's time-out."""
        return min(wanted, self._options.timeout_seconds)

    def overdue(self) -> float:
        """A while after the server should have ended it: what looks for overtime there may be off, or stand still."""
        return self._options.timeout_seconds + _GRACE

    def ender(self, mark: str) -> Callable[[], None]:
        """Have the server end it."""
        return partial(self._end, mark)

    def _end(self, mark: str) -> None:
        asked = (
            "SHOW TRANSACTIONS YIELD transactionId AS id, metaData AS m WHERE m.kgqa = $mark RETURN collect(id) AS ids"
        )
        try:
            with self.reader(1) as session:
                ids = session.run(asked, mark=mark).single(strict=True)["ids"]
                session.run("TERMINATE TRANSACTIONS $ids", ids=ids).consume()
        except (DriverError, Neo4jError, BackendError):
            return  # The server is gone, or the store closed meanwhile, and the query with it.

    def entity_labels(self, label: str) -> Sequence[str]:
        """Both labels; Neo4j has no label that implies another."""
        return [label, ENTITY]

    def prepare(self, entity_types: Iterable[str], relation_types: Iterable[str]) -> Labels:
        """Nothing: labels and relationship types come with their first use."""
        return Labels()

    def lack(self) -> str:
        """Not known: it is somebody else's server."""
        return ""

    def grow(self) -> bool:
        """Its memory is its operator's."""
        return False

    def blame(self, error: Neo4jError) -> KgqaError | None:
        """Not known, either."""
        return None

    def edges(self, session: neo4j.Session) -> tuple[int, int]:
        """By counting; mentions stand in the server's own statistics."""
        relations = session.run(f"MATCH (:{quoted(ENTITY)})-[r]->(:{quoted(ENTITY)}) RETURN count(r) AS n")
        mentions = session.run("MATCH (:Sentence)-[r:MENTIONS]->() RETURN count(r) AS n")
        return int(relations.single(strict=True)["n"]), int(mentions.single(strict=True)["n"])

    def _reading(self, opened: ExitStack) -> neo4j.Driver | None:
        """The reader account's connections, once it could ask the database something."""
        chosen = self._options
        if not chosen.reader_username:
            return None
        driver = opened.enter_context(self._dial(chosen.reader_username, chosen.reader_password))
        try:
            driver.execute_query("RETURN 1", database_=chosen.database, routing_=neo4j.RoutingControl.READ)
        except ClientError as error:
            raise ConfigError(
                f"setting KGQA_STORE__READER_USERNAME or KGQA_STORE__READER_PASSWORD: the server refused "
                f"{chosen.reader_username!r}: {_line(error)}"
            ) from error
        except (DriverError, Neo4jError) as error:
            raise translated(error) from error
        return driver

    def _dial(self, username: str, password: SecretStr) -> neo4j.Driver:
        chosen = self._options
        if chosen.uri.partition("://")[0] not in _SCHEMES:  # the driver speaks HTTP, too: a preview of other ways
            raise self._wrong_address()
        try:
            return neo4j.GraphDatabase.driver(
                chosen.uri,
                auth=(username, password.get_secret_value()),
                user_agent="kgqa",
                connection_timeout=chosen.timeout_seconds,
                connection_acquisition_timeout=chosen.timeout_seconds * 2,
                notifications_min_severity="OFF",
            )
        except (ConfigurationError, ValueError) as error:
            raise self._wrong_address() from error

    def _wrong_address(self) -> ConfigError:
        return ConfigError(
            f"setting KGQA_STORE__URI or NEO4J_URI: {_shown(self._options.uri)!r} will not do, "
            "for example bolt://127.0.0.1:7687 or neo4j+s://….databases.neo4j.io"
        )

    def _greet(self, driver: neo4j.Driver) -> None:
        try:
            with driver.session(database=self._options.database) as session:
                made = {row["name"] for row in session.run("SHOW INDEXES YIELD name")}
                missing = [statement for name, statement in _statements().items() if name not in made]
                for statement in [*missing, "CALL db.awaitIndexes(60)"] if missing else ():
                    session.execute_write(_run, statement)
        except DriverError as error:
            raise TransientError(
                f"no Neo4j server answers at {_shown(self._options.uri)!r} (setting KGQA_STORE__URI or NEO4J_URI; "
                f"with TLS it begins with neo4j+s:// or bolt+s://): {_line(error)}"
            ) from error
        except AuthError as error:
            raise ConfigError(
                f"setting KGQA_STORE__PASSWORD or NEO4J_PASSWORD: the server at {_shown(self._options.uri)!r} refused "
                f"it for the user {self._options.username!r} (KGQA_STORE__USERNAME or NEO4J_USERNAME): {_line(error)}"
            ) from error
        except Neo4jError as error:
            if self._options.database == "system" or "DatabaseNotFound" in str(error.code):
                name = self._options.database
                raise ConfigError(
                    f"setting KGQA_STORE__DATABASE or NEO4J_DATABASE: {name!r} is no database to keep a graph in: "
                    f"{_line(error)}"
                ) from error
            raise translated(error) from error

    def _open(self, driver: neo4j.Driver | None, access: str, **more: Any) -> neo4j.Session:
        if driver is None:
            raise BackendError("the graph store is not open")
        return driver.session(database=self._options.database, default_access_mode=access, **more)

    def _written(self) -> neo4j.Bookmarks | None:
        """What this process wrote last. Not what it read last: to wait for that, too, costs each reading some time."""
        written = self._bookmarks.get_bookmarks()
        return neo4j.Bookmarks.from_raw_values(written) if written else None


def _statements() -> dict[str, str]:
    """Name → how to make that constraint or index; a constraint's index bears its name."""
    unique = {
        _name(label, field): f"CREATE CONSTRAINT {_name(label, field)} IF NOT EXISTS "
        f"FOR (n:{quoted(label)}) REQUIRE n.{quoted(field)} IS UNIQUE"
        for label, field in _UNIQUE
    }
    indexed = {
        _name(label, field): f"CREATE INDEX {_name(label, field)} IF NOT EXISTS "
        f"FOR (n:{quoted(label)}) ON (n.{quoted(field)})"
        for label, field in _INDEXED
    }
    return unique | indexed


def _name(label: str, field: str) -> str:
    return f"kgqa_{label.strip('_')}_{field}".lower()


def _run(tx: neo4j.ManagedTransaction, statement: str) -> None:
    tx.run(statement).consume()


def _operators(plan: Mapping[str, Any]) -> str:
    below = " ".join(_operators(child) for child in plan.get("children") or ())
    return f"{plan.get('operatorType', '')} {below}"


def _line(error: DriverError | Neo4jError) -> str:
    """What it says, on one line; the driver writes several."""
    return " ".join(str(getattr(error, "message", None) or error).split())[:300]


def _shown(uri: str) -> str:
    """The address without the user and password that some write into it."""
    return re.sub(r"//.*@", "//…@", uri)
