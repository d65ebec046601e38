"""Settings: what beats what, and what a wrong value says."""

from __future__ import annotations

from pathlib import Path

import pytest
from kgqa.errors import ConfigError
from kgqa.settings import EmbeddedStore, MemoryStore, load_settings


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no variables of the machine's owner."""
    import os

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("KGQA_")]:
        monkeypatch.delenv(name)


def test_the_defaults_need_no_model_no_key_and_no_server() -> None:
    settings = load_settings()
    assert settings.engine == "builtin"
    assert settings.chat.model is None
    assert isinstance(settings.store, EmbeddedStore)
    assert settings.home == Path(".kgqa")


def test_a_variable_beats_the_default_and_an_argument_beats_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_STORE__KIND", "memory")
    monkeypatch.setenv("KGQA_QA__WINDOW", "3")
    assert load_settings().store == MemoryStore()
    assert load_settings().qa.window == 3
    assert load_settings(store=EmbeddedStore()).store == EmbeddedStore()


def test_a_dot_env_file_is_read_and_a_variable_beats_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("KGQA_QA__WINDOW=4\n")
    assert load_settings().qa.window == 4
    monkeypatch.setenv("KGQA_QA__WINDOW", "5")
    assert load_settings().qa.window == 5


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("KGQA_STORE__KIND", "mysql", r"setting KGQA_STORE.*'mysql'.*'embedded', 'memory', 'neo4j'"),
        ("KGQA_QA__WINDOW", "-1", r"setting KGQA_QA__WINDOW: .*greater than or equal to 0 \(got '-1'\)"),
        ("KGQA_QA__WINDOWS", "1", r"setting KGQA_QA__WINDOWS: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_value_is_the_operators_to_mend(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=says):
        load_settings()


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_STORE", '{"kind": "neo4j", "uri": "bolt://x", "password": "s3cret"}')
    assert "s3cret" not in repr(load_settings())


def test_settings_are_frozen() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.home = Path("elsewhere")
