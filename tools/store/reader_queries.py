"""Run queries that others wrote: as a reader, within limits, watched, with plain results."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import neo4j
import neo4j.graph
from neo4j.exceptions import AuthError, BrokenRecordError, ClientError, DriverError, GqlError, Neo4jError

from ...errors import BackendError, ConfigError, ExhaustedError, InputError, KgqaError, OverdueQuery, TransientError
from ...model import Limits, Rows
from .. import daemon_threads as daemons
from .graph_layout import ENTITY

if TYPE_CHECKING:
    from .server import Server

_CHARACTERS = 8_000_000
"""Of all rows together; what goes beyond is cut like rows beyond the limit."""
_SCALAR = 8


def run(server: Server, cypher: str, parameters: Mapping[str, object], limits: Limits) -> Rows:
    """The rows of a query; one more than the limit is asked for, so that a cut is known.

    Raises:
        InputError: the query is wrong, or what it returns cannot be read.
        OverdueQuery: it ran out of time.
        ExhaustedError: the server ran out of memory, perhaps for this query.
        TransientError: the server went away.
        BackendError: the server failed, and answers nothing else either.
    """
    _check(cypher, parameters)
    try:
        return _run(server, cypher, parameters, limits)
    except BrokenRecordError as error:
        raise InputError("it returns a time that cannot be read here; return it as text, by toString()") from error
    except RecursionError as error:
        raise InputError("it returns lists or maps that are nested too deep to be read") from error
    except DriverError as error:
        server.recover()
        lack = server.lack()
        failure = translated(error, lack=lack)
        # What may have taken all memory is not to do so again; else it was another's query that ended the server.
        raise (ExhaustedError(str(failure)) if lack else failure) from error
    except Neo4jError as error:
        if (blamed := server.blame(error)) is not None:  # a full disk, a damaged database
            raise blamed from error
        failure = translated(error, query=True)
        if type(failure) is BackendError and _answers(server):
            # Whatever the server calls it, and however it words it: it failed at this query, and at nothing else.
            failure = InputError(_line(error))
        raise failure from error


def _answers(server: Server) -> bool:
    """Whether the server answers another query, once it was reached again if need be."""
    server.recover()
    try:
        with server.reader(1) as session:
            session.run("RETURN 1").consume()
    except GqlError:
        return False
    return True


def _run(server: Server, cypher: str, parameters: Mapping[str, object], limits: Limits) -> Rows:
    mark = uuid.uuid4().hex
    query = neo4j.Query(cypher, timeout=server.query_seconds(limits.seconds), metadata={"kgqa": mark})
    with server.reader(limits.rows + 1) as session, _watched(server.overdue(), server.ender(mark)):
        server.guard(session, query, parameters)
        result = session.run(query, dict(parameters))
        columns = tuple(result.keys())
        rows, cut = _read(result, limits.rows)
    return Rows(columns, rows, truncated=cut)


@contextmanager
def _watched(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` whenever so many seconds passed in here: the first time the query may only wait for a connection."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(seconds):
            end()

    daemons.start(watch)
    try:
        yield
    finally:
        done.set()


def _read(result: Iterable[neo4j.Record], limit: int) -> tuple[tuple[tuple[object, ...], ...], bool]:
    """The first rows, as many as the limit and the memory allow; and whether there were more."""
    rows: list[tuple[object, ...]] = []
    held = 0
    for record in result:
        row = tuple(plain(value) for value in record.values())
        held += sum(map(_characters, row))
        if len(rows) == limit or held > _CHARACTERS:
            return tuple(rows), True
        rows.append(row)
    return tuple(rows), False


def _characters(value: object) -> int:
    """What a plain value takes, roughly."""
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, Mapping):
        return sum(len(name) + _characters(one) for name, one in value.items())
    return sum(map(_characters, value)) if isinstance(value, list) else _SCALAR


def _check(cypher: str, parameters: Mapping[str, object]) -> None:
    try:
        f"{cypher}{dict(parameters)}".encode()
    except UnicodeEncodeError as error:
        raise InputError(f"the query is not valid Unicode: {error.reason}") from error


def plain(value: object) -> object:
    """A value of the driver as plain data; times and durations as ISO 8601 text."""
    if isinstance(value, neo4j.graph.Node):
        return {**_items(value), "_labels": sorted(label for label in value.labels if label != ENTITY)}
    if isinstance(value, neo4j.graph.Relationship):
        return {**_items(value), "_type": value.type}
    if isinstance(value, neo4j.graph.Path):
        return {"_nodes": [plain(n) for n in value.nodes], "_relationships": [plain(r) for r in value.relationships]}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(one) for one in value]
    iso = getattr(value, "iso_format", None)
    return value if iso is None else iso()


def _items(value: neo4j.graph.Entity) -> dict[str, object]:
    return {name: plain(one) for name, one in value.items()}


def translated(error: GqlError, query: bool = False, lack: str = "") -> KgqaError:
    """The driver's or the server's error as one of ours; with `query`, a client error is the query's fault.

    `lack` is why the server went away, as far as it is known.
    """
    text = _line(error)
    code = str(getattr(error, "code", None) or "")
    if isinstance(error, AuthError):
        return ConfigError(f"the graph server refused user name or password: {text}")
    if "TimedOut" in code or "Terminated" in code:
        return OverdueQuery(f"the query ran out of time: {text}")
    if isinstance(error, DriverError):
        return TransientError(f"the graph server does not answer: {lack or text}")
    if isinstance(error, Neo4jError) and error.is_retryable():
        return TransientError(f"the graph server is busy: {text}")
    if query and isinstance(error, ClientError):
        return InputError(text)
    return BackendError(f"the graph server failed ({code}): {text}")


def _line(error: GqlError) -> str:
    """What it says, on one line."""
    return " ".join(str(getattr(error, "message", None) or error).split())[:500]
