"""What no door shows of secrets, wherever a message comes from."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.commands.redaction import masked, secrets_of
from kgqa.commands.shared import Door
from kgqa.errors import BackendError
from kgqa.settings import ChatOptions, Neo4jStore, Settings

PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=20).filter(
    lambda secret: secret not in "bolt://user:@db.example:7687 refused"
)


@pytest.mark.parametrize("secret", ["neo:plain", "neo:with@at", "neo:with/slash", "neo:p@ss/w@rd"])
def test_no_part_of_a_password_in_an_address_is_shown(secret: str) -> None:
    assert masked(f"bolt://{secret}@db.example:7687 refused") == "bolt://…@db.example:7687 refused"


@pytest.mark.parametrize("said", ["x?password=hunter22&y=1", "Authorization: Bearer hunter22hunter", "sk-hunter22"])
def test_what_looks_like_a_secret_is_not_shown(said: str) -> None:
    assert "hunter22" not in masked(said)


@pytest.mark.parametrize("plain", ["kgqa: setting KGQA_STORE__PASSWORD: has no value", "a key: value", "ann@b.org"])
def test_what_holds_no_secret_is_left_as_it_is(plain: str) -> None:
    assert masked(plain) == plain


@given(PLAIN)
def test_a_password_is_known_by_its_setting_in_any_spelling(secret: str) -> None:
    store = Neo4jStore(uri="bolt://db.example:7687", password=secret)  # type: ignore[arg-type]  # pydantic takes it
    secrets = secrets_of(Settings(store=store, _env_file=None))
    for spelt in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe="")):
        assert masked(f"refused {spelt}", secrets) in ("refused …", "refused ….", "refused …\\")


@pytest.mark.parametrize(
    "uri",
    ["bolt://user:hunter22@h:1", "user:hunter22@h", "bolt://h:1?password=hunter22", "bolt://user:hun@ter/hunter22@h"],
)
@pytest.mark.parametrize("where", ["store", "chat"])
def test_a_password_in_an_address_is_known_however_the_address_is_broken(uri: str, where: str) -> None:
    given: dict[str, object] = {
        "store": {"store": Neo4jStore(uri=uri, password="x" * 8)},  # type: ignore[arg-type]  # pydantic takes it
        "chat": {"chat": ChatOptions(base_url=uri)},
    }[where]
    secrets = secrets_of(Settings(_env_file=None, **given))  # type: ignore[arg-type]  # one of its branches
    assert "hunter22" not in masked(f"cannot resolve {uri!r}", secrets)


URI, LINES = "bolt://user:hunter22@127.0.0.1:1", "hunter33\nof two lines"


def test_neither_an_error_nor_its_causes_tell_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    cause = ValueError(f"Given URI: {URI!r} and {LINES}")
    error = BackendError(f"no server at {URI}")
    error.__cause__ = cause
    Door(verbose=True, secrets={LINES}).fail(error)
    said = capsys.readouterr().err
    assert "ValueError: Given URI: 'bolt://…@127.0.0.1:1' and …" in said
    assert not any(part in said for part in ("hunter22", "hunter33", "two lines"))
