"""The embedded ArcadeDB as a Bolt store's server: accounts, types and indexes, the watchdog."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import neo4j
import neo4j.exceptions

from ...errors import BackendError, KgqaError, TransientError
from ...settings import EmbeddedStore
from ..files import is_full, says_full, told_full
from .arcadedb_wire import answers, driver_of, greet, hears_sql, sql
from .database_files import DATABASE
from .embedded_server import Address, EmbeddedServer
from .graph_layout import EDGES, ENTITY, META, NAME, RELATION, encoded, label_of, quoted, relationship_of
from .server import Labels

GRACE = 5.0
"""Seconds after the server's own time limit; a query that still runs will not end by itself."""
_KIND = {"vertex": "node", "edge": "edge"}
_INDEXES = {
    "Document": ("id!",),
    "Page": ("key!", "document_id"),
    "Sentence": ("id!", "document_id"),
    ENTITY: ("id!", "name", "key"),
    NAME: ("key", "entity"),
    META: ("id!",),
}
"""Node type → its indexed properties, `!` where they are unique."""


class ArcadeDB:
    """A client of the data folder's server."""

    relation = f"r:{quoted(RELATION)}"

    def __init__(self, options: EmbeddedStore, home: Path) -> None:
        self._options = options
        self._process = EmbeddedServer(options, home)
        self._lock = threading.RLock()
        self._address: Address | None = None
        self._root: neo4j.Driver | None = None
        self._reader: neo4j.Driver | None = None
        self._kinds: dict[str, str] = {}
        self._ours: set[str] = set()
        self._wanted = False
        self._asked = threading.local()

    def connect(self) -> None:
        """Start or find the server and make what every graph needs."""
        with self._lock:
            self._wanted = True
            if self._root is None:
                self._address = self._process.acquire(self._answers)
                try:
                    self._make_types()
                except KgqaError:
                    self._hang_up()  # so that the next one makes them
                    raise

    def _make_types(self) -> None:
        self._learn()
        if META not in self._kinds:
            # ArcadeDB's IF NOT EXISTS fails where two ask at once.
            with self._process.alone():
                self._learn()
                if META not in self._kinds:
                    self._sql(";".join(_base()))
                    self._learn()

    def recover(self) -> None:
        """Find the server again, or start it; not for a late query of a store that was closed."""
        with self._lock:
            if self._wanted and (self._root is None or not answers(self._root)):
                self._hang_up()
                self.connect()

    def close(self) -> None:
        """Hang up and let the server go."""
        with self._lock:
            self._wanted = False
            self._hang_up()
            self._process.release()

    def session(self, *, write: bool = False) -> neo4j.Session:
        """As root."""
        with self._lock:  # while another thread recovers there is no driver: wait for it
            return self._driver("root").session(database=DATABASE)

    def reader(self, rows: int) -> neo4j.Session:
        """As the reader account: the server does not enforce Bolt's access mode."""
        with self._lock:
            return self._driver("reader").session(
                database=DATABASE, default_access_mode=neo4j.READ_ACCESS, fetch_size=rows
            )

    def guard(self, session: neo4j.Session, query: neo4j.Query, parameters: Mapping[str, object]) -> None:
        """The reader account is the guard; ArcadeDB's EXPLAIN calls every query a writing one."""

    def query_seconds(self, wanted: float) -> float | None:
        """None: only the server's own setting limits a query."""
        return None

    def overdue(self) -> float:
        """A single exponential expression is not bounded by the server's limit."""
        return self._options.query_seconds + GRACE

    def ender(self, mark: str) -> Callable[[], None]:
        """Have the supervisor replace the server that the query runs on, not one that came after it."""
        address = self._address
        return lambda: self._process.restart(address) if address is not None else None

    def lack(self) -> str:
        """Memory, where the server that this thread asked last ended for want of it."""
        short = self._address is not None and self._address.short == getattr(self._asked, "pid", None)
        return f"it ran out of memory, its heap was {self._process.heap_mb} MB (KGQA_STORE__HEAP_MB)" if short else ""

    def grow(self) -> bool:
        """Have the supervisor replace the server by one with a larger heap, if the folder's may grow."""
        with self._lock:
            return self._address is not None and self._process.grow(self._address) and self._replaced(self._address)

    def blame(self, error: neo4j.exceptions.Neo4jError) -> KgqaError | None:
        """A full disk, or a damaged database; that is begun anew, for what was in it can be written again."""
        folder, text, asked = self._process.folder, str(error), self._address
        if says_full(text) or is_full(folder):
            return told_full(folder)
        if not _hints_at_damage(error) or not self._damaged():
            return None
        self._begin_anew(asked)
        return BackendError(
            f"the graph in {str(folder)!r} is damaged, and is begun anew: `kgqa doctor --repair` writes it again"
        )

    def _begin_anew(self, old: Address | None) -> None:
        with self._lock:
            if self._root is None or old is None or self._address is not old:
                return  # closed meanwhile, or another thread was quicker
            self._process.condemn(old, "it did not stand the server's own check")
            self._replaced(old)
            self._make_types()

    def _replaced(self, old: Address) -> bool:
        """Hang up, and reach the server that comes after the `old` one."""
        self._hang_up()
        self._address = self._process.acquire(lambda there: there.pid != old.pid and self._answers(there))
        return True

    def _damaged(self) -> bool:
        """Whether the server's own check finds something, or cannot go through; it takes a while."""
        try:
            found = self._sql("CHECK DATABASE", "sql")
        except TransientError:
            return False
        except BackendError:
            return True
        return any(row.get(wrong) for row in found for wrong in ("totalErrors", "totalWarnings"))

    def entity_labels(self, label: str) -> Sequence[str]:
        """The one label: its type extends `__Entity__`."""
        return [label]

    def prepare(self, entity_types: Iterable[str], relation_types: Iterable[str]) -> Labels:
        """Create the types that are missing; a name is of nodes or of edges, never both, so some are encoded."""
        with self._lock:
            self._asked.pid = self._address.pid if self._address else 0
            nodes = {kind: self._free(label_of(kind), "node") or encoded(kind, "E") for kind in sorted(entity_types)}
            taken = set(nodes.values())
            edges = {
                kind: self._free(relationship_of(kind), "edge", taken) or encoded(kind, "R")
                for kind in sorted(relation_types)
            }
            wanted = {
                **dict.fromkeys(nodes.values(), ("VERTEX", ENTITY)),
                **dict.fromkeys(edges.values(), ("EDGE", RELATION)),
            }
            missing = [
                _adopt(label, parent) if label in self._kinds else _create(what, label, parent)
                for label, (what, parent) in wanted.items()
                if label not in self._ours
            ]
            if missing:
                self._sql(";".join(missing))
                self._learn()
        return Labels(nodes, edges)

    def edges(self, session: neo4j.Session) -> tuple[int, int]:
        """From the server's own counters: counting by Cypher visits every edge."""
        return self._counted(RELATION), self._counted("MENTIONS")

    # ── the connection
    def _answers(self, address: Address) -> bool:
        root = driver_of(address, "root")
        if not (self._knows_us(root, address) and hears_sql(address)):
            root.close()
            return False
        self._root, self._reader = root, driver_of(address, "reader")
        return True

    def _knows_us(self, root: neo4j.Driver, address: Address) -> bool:
        try:
            greet(root)
        except neo4j.exceptions.AuthError:
            self._process.restart(address)  # it started with passwords that were lost since
            return False
        except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError):
            return False
        return True

    def _hang_up(self) -> None:
        for driver in (self._root, self._reader):
            if driver is not None:
                driver.close()
        self._root = self._reader = None

    def _driver(self, account: Literal["root", "reader"]) -> neo4j.Driver:
        if self._wanted and self._root is None:
            self.connect()  # nobody else will, where it failed while the server was replaced
        driver = self._root if account == "root" else self._reader
        if driver is None or self._address is None:
            raise BackendError("the graph store is not open")
        self._asked.pid = self._address.pid
        return driver

    # ── types
    def _free(self, label: str, use: str, taken: Container[str] = ()) -> str | None:
        return label if label not in taken and self._kinds.get(label, use) == use else None

    def _learn(self) -> None:
        types = self._sql("SELECT name, type, parentTypes FROM schema:types", "sql")
        self._kinds = {row["name"]: _KIND[row["type"]] for row in types if row["type"] in _KIND}
        self._ours = {row["name"] for row in types if {ENTITY, RELATION} & set(row["parentTypes"])}

    def _counted(self, kind: str) -> int:
        return int(self._sql(f"SELECT count(*) AS n FROM {quoted(kind)}", "sql")[0]["n"])  # noqa: S608  # our names

    def _sql(self, script: str, language: str = "sqlscript") -> list[dict[str, Any]]:
        # ArcadeDB makes types and indexes by SQL alone.
        if self._address is None:
            raise BackendError("the graph store is not open")
        return sql(self._address, self._process.folder, script, language)


def _hints_at_damage(error: neo4j.exceptions.Neo4jError) -> bool:
    """Whether a query of ours, which asks nothing wrong, failed for what it met."""
    return not error.is_retryable() and not isinstance(error, neo4j.exceptions.ConstraintError)


def _base() -> list[str]:
    lines = [f"CREATE EDGE TYPE {quoted(kind)} IF NOT EXISTS" for kind in (RELATION, *EDGES)]
    for kind, indexed in _INDEXES.items():
        lines.append(f"CREATE VERTEX TYPE {quoted(kind)} IF NOT EXISTS")
        for name in indexed:
            field, unique = name.rstrip("!"), "UNIQUE" if name.endswith("!") else "NOTUNIQUE"
            lines.append(f"CREATE PROPERTY {quoted(kind)}.{quoted(field)} IF NOT EXISTS STRING")
            lines.append(f"CREATE INDEX IF NOT EXISTS ON {quoted(kind)} ({quoted(field)}) {unique}")
    return lines


def _adopt(label: str, parent: str) -> str:
    """A type that somebody else's Cypher made: without our parent, what is written under it would not be found."""
    return f"ALTER TYPE {quoted(label)} SUPERTYPE +{quoted(parent)}"


def _create(what: str, label: str, parent: str) -> str:
    return f"CREATE {what} TYPE {quoted(label)} IF NOT EXISTS EXTENDS {quoted(parent)}"
