"""The embedded server's client where the server is gone."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from kgqa.errors import TransientError
from kgqa.settings import EmbeddedStore
from kgqa.tools.store.arcadedb import ArcadeDB
from kgqa.tools.store.embedded_server import Address


def test_a_server_that_is_gone_may_be_asked_again(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        store = ArcadeDB(EmbeddedStore(), tmp_path)
        store._address = Address(pid=1, bolt=1, http=free.getsockname()[1], root="secret-word", reader="r")
        with pytest.raises(TransientError, match="does not answer") as caught:
            store.prepare(["Person"], [])
    assert "secret-word" not in str(caught.value)
