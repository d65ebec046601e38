"""Talk to the embedded server: Bolt for Cypher, and HTTP for SQL, which it takes nowhere else."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
from pathlib import Path
from typing import Any, Literal

import neo4j
import neo4j.exceptions

from ...errors import BackendError, TransientError
from ..files import says_full, told_full
from .accounts import READER, ROOT
from .database_files import DATABASE
from .embedded_server import Address


def driver_of(address: Address, account: Literal["root", "reader"]) -> neo4j.Driver:
    """Connections as one of the accounts, made when they are first used."""
    return neo4j.GraphDatabase.driver(
        f"bolt://127.0.0.1:{address.bolt}",
        auth=(ROOT, address.root) if account == "root" else (READER, address.reader),
        connection_timeout=5,
        connection_acquisition_timeout=30,
        max_connection_pool_size=64,
    )


def greet(driver: neo4j.Driver) -> None:
    """Ask something small: an open port is not yet a server that answers, nor one that has its database.

    Raises: DriverError, Neo4jError.
    """
    with driver.session(database=DATABASE) as session:
        session.run("RETURN 1").consume()


def answers(driver: neo4j.Driver) -> bool:
    """Whether the server answers these connections."""
    try:
        greet(driver)
    except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError):
        return False
    return True


def hears_sql(address: Address) -> bool:
    """Whether the other door is open, too: they open one after the other."""
    try:
        _post(address, json.dumps({"language": "sql", "command": "SELECT 1"}))
    except (OSError, http.client.HTTPException):
        return False
    return True


def sql(address: Address, folder: Path, script: str, language: str) -> list[dict[str, Any]]:
    """The rows of a statement, or of the last of a script, as root; `folder` is named where its disk is full.

    Raises: TransientError, BackendError.
    """
    try:
        status, body = _post(address, json.dumps({"language": language, "command": script}))
    except (OSError, http.client.HTTPException) as error:
        raise TransientError(f"the embedded graph server does not answer: {error}") from error
    if status == http.HTTPStatus.OK:
        return list(json.loads(body)["result"])
    if says_full(body.decode(errors="replace")):
        raise told_full(folder)
    raise BackendError(f"the embedded graph server refused {script[:80]!r}: {body[:300]!r}")


def _post(address: Address, command: str) -> tuple[int, bytes]:
    account = base64.b64encode(f"{ROOT}:{address.root}".encode()).decode()
    headers = {"Authorization": f"Basic {account}", "Content-Type": "application/json"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", address.http, timeout=60)) as wire:
        wire.request("POST", f"/api/v1/command/{DATABASE}", command, headers)
        reply = wire.getresponse()
        return reply.status, reply.read()
