"""The embedded server's accounts: root, and a reader for queries that others wrote."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from ..files import read_text, write_private
from .database_files import DATABASE

ROOT = "root"
READER = "bolt:reader"
"""HTTP's Basic authentication cannot say a name with a colon. Over Bolt the reader reads; over HTTP it might have the
server repair its database (`CHECK DATABASE FIX`) and keep values in it (Redis), which no right of a user forbids."""
ROUNDS = 1000
"""Passwords are 192 random bits: more rounds only make connecting slow."""
_SALT = "kgqa"
"""One for all: it keeps equal passwords from looking equal, and no two of these are."""


@dataclass(frozen=True, slots=True)
class Passwords:
    """Of the two accounts."""

    root: str
    reader: str


def read_passwords(folder: Path) -> Passwords | None:
    """Those kept in the server's folder; None where there are none, or they are damaged."""
    try:
        kept = json.loads(read_text(folder / "passwords.json") or "")
        words = Passwords(kept["root"], kept["reader"])
    except (ValueError, TypeError, KeyError):
        return None
    return words if all(isinstance(word, str) and word for word in (words.root, words.reader)) else None


def make_accounts(folder: Path) -> None:
    """Write what the server reads of its users and their rights, with new passwords where there are none.

    For one client at a time. A server that runs keeps the accounts it started with: who finds that it does not know
    the password replaces it.
    """
    words = read_passwords(folder)
    if words is None:
        words = Passwords(secrets.token_hex(24), secrets.token_hex(24))
        write_private(folder / "passwords.json", json.dumps({"root": words.root, "reader": words.reader}))
    users = [_user(ROOT, words.root, {"*": ["admin"]}), _user(READER, words.reader, {DATABASE: ["reader"]})]
    write_private(folder / "config" / "server-users.jsonl", "".join(f"{json.dumps(user)}\n" for user in users))
    write_private(folder / "config" / "server-groups.json", json.dumps(_groups()))


def _user(name: str, password: str, databases: dict[str, list[str]]) -> dict[str, object]:
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), _SALT.encode(), ROUNDS)
    encoded = f"PBKDF2WithHmacSHA256${ROUNDS}${_SALT}${base64.b64encode(digest).decode()}"
    return {"name": name, "password": encoded, "databases": databases}


def _groups() -> dict[str, object]:
    def group(access: list[str], records: list[str]) -> dict[str, object]:
        return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": records}}}

    every = ["createRecord", "readRecord", "updateRecord", "deleteRecord"]
    groups = {
        "admin": group(["updateSecurity", "updateSchema", "updateDatabaseSettings"], every),
        "reader": group([], ["readRecord"]),
        "*": group([], []),
    }
    return {"databases": {"*": {"groups": groups}}, "version": 2}
