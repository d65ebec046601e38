"""Settings: what beats what, and what a wrong value says."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from kgqa.errors import ConfigError
from kgqa.settings import (
    ChatOptions,
    EmbeddedStore,
    HashingEmbedder,
    MemoryStore,
    Neo4jStore,
    SentenceTransformersEmbedder,
    Settings,
    load_settings,
    setting_names,
)


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no variables of the machine's owner."""
    import os

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("KGQA_", "NEO4J_"))]:
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


@pytest.mark.parametrize("where", ["variable", ".env", "argument"])
def test_the_users_own_folder_is_meant_by_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("HOME", "/home/mira")
    if where == "variable":
        monkeypatch.setenv("KGQA_HOME", "~/library")
    if where == ".env":
        (tmp_path / ".env").write_text("KGQA_HOME=~/library\n")
    given = {"home": "~/library"} if where == "argument" else {}
    assert load_settings(**given).home == Path("/home/mira/library")


def test_a_user_that_is_not_there_has_no_folder() -> None:
    with pytest.raises(ConfigError, match=r"setting KGQA_HOME: no user's home folder is known"):
        load_settings(home="~nobody-of-that-name/x")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "KGQA_STORE__KIND",
            "mysql",
            r"setting KGQA_STORE__KIND: no store .* 'mysql'; choose one of embedded, memory, neo4j$",
        ),
        ("KGQA_QA__WINDOW", "-1", r"setting KGQA_QA__WINDOW: .*greater than or equal to 0 \(got '-1'\)"),
        ("KGQA_CHAT__MAX_TOKENS", "0", r"setting KGQA_CHAT__MAX_TOKENS: .*\(got '0'\)"),
        ("KGQA_INDEX", "{}", r"setting KGQA_INDEX__KIND: has no kind; choose one of chroma, memory$"),
        ("KGQA_STORE__HEAP", "1", r"setting KGQA_STORE__HEAP: there is no such setting; perhaps KGQA_STORE__HEAP_MB$"),
        ("KGQA_QA__WINDOWS", "1", r"setting KGQA_QA__WINDOWS: there is no such setting; perhaps KGQA_QA__WINDOW$"),
        (
            "KGQA_QA__COLOUR",
            "1",
            r"setting KGQA_QA__COLOUR: there is no such setting; there are KGQA_QA__ABSTAIN",
        ),
        ("KGQA_ENGIN", "llm", r"setting KGQA_ENGIN: there is no such setting; perhaps KGQA_ENGINE$"),
        ("kgqa_engin", "llm", r"setting KGQA_ENGIN: there is no such setting; perhaps KGQA_ENGINE$"),
        ("KGQA_CHAT_MODEL", "x", r"setting KGQA_CHAT_MODEL: there is no such setting; perhaps KGQA_CHAT__MODEL$"),
        ("KGQA_STORE_KIND", "x", r"setting KGQA_STORE_KIND: there is no such setting; perhaps KGQA_STORE__KIND$"),
        ("KGQA_HOME__X", "x", r"setting KGQA_HOME__X: there is no such setting; perhaps KGQA_HOME$"),
        ("KGQA_", "x", r"setting KGQA_: there is no such setting; there are KGQA_CHAT, KGQA_EMBEDDER, .*, KGQA_STORE$"),
    ],
)
def test_a_wrong_value_is_the_operators_to_mend(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=says):
        load_settings()


def test_a_line_of_dot_env_that_sets_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=x\nKGQA_ENGIN=llm\nKGQA_CHAT_MODEL=x\n")
    with pytest.raises(ConfigError, match=r"KGQA_CHAT_MODEL in .env: .*__MODEL; KGQA_ENGIN in .env: .*ENGINE$"):
        load_settings()


def test_an_argument_that_sets_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"setting KGQA_STROE: there is no such setting; perhaps KGQA_STORE$"):
        Settings(stroe=MemoryStore())


def test_the_names_of_all_settings_are_known() -> None:
    names = {"KGQA_HOME", "KGQA_ENGINE", "KGQA_CHAT__API_KEY", "KGQA_STORE__URI", "KGQA_INDEX__KIND"}
    assert names <= set(setting_names())


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_STORE", '{"kind": "neo4j", "uri": "bolt://x", "password": "s3cret"}')
    assert "s3cret" not in repr(load_settings())


@pytest.mark.parametrize(
    "variables",
    [
        {"KGQA_STORE__KIND": "neo4j", "KGQA_STORE__PASSWORD": "topsecretpw"},
        {"KGQA_STORE__KIND": "nonsense", "KGQA_STORE__PASSWORD": "topsecretpw"},
        {"KGQA_STORE": '["topsecretpw"]'},
        {"KGQA_CHAT": '["topsecretpw"]'},
        {"KGQA_CHAT": '"topsecretpw"'},
        {"KGQA_CHAT": '{"model": "openai:x", "api_key": "topsecretpw"'},
        {"KGQA_CHAT": '{"api_key": ["topsecretpw"]}'},
        {"KGQA_CHAT__TOKEN": "topsecretpw"},
        {"KGQA_CHAT__APIKY": "topsecretpw"},
        {"KGQA_CHAT__API_KEY": "topsecretpw-é"},
        {"KGQA_CHAT__API_KEY": "topsecretpw\nmore"},
        {"KGQA_QA__WINDOW": "http://bob:topsecretpw@host"},
    ],
)
def test_no_error_shows_what_may_be_secret(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=r"setting KGQA_") as caught:
        load_settings()
    assert "topsecretpw" not in "".join(traceback.format_exception(caught.value))


def test_a_branch_that_is_not_json_is_named_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_CHAT", '{"model": nonsense}')
    with pytest.raises(ConfigError, match=r"setting KGQA_CHAT: is not JSON at character 11"):
        load_settings()


@pytest.mark.parametrize(
    ("given", "model"),
    [("OpenAI:GPT-x", "openai:GPT-x"), ("azure-openai:a:B", "azure_openai:a:B"), ("HF:Org/M", "hf:Org/M"), ("x", "x")],
)
def test_a_provider_is_the_same_in_any_case(given: str, model: str) -> None:
    assert ChatOptions(model=given).model == model


def test_settings_are_frozen() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.home = Path("elsewhere")


AURA = "NEO4J_URI=neo4j+s://0a1b2c3d.databases.neo4j.io\nNEO4J_USERNAME=0a1b2c3d\nNEO4J_PASSWORD=secret\nNEO4J_DATABASE=0a1b2c3d\n"


def test_the_credentials_file_of_auradb_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(AURA + "AURA_INSTANCEID=0a1b2c3d\n")
    store = load_settings().store
    assert isinstance(store, Neo4jStore)
    assert (store.uri, store.username, store.database) == (
        "neo4j+s://0a1b2c3d.databases.neo4j.io",
        "0a1b2c3d",
        "0a1b2c3d",
    )
    assert store.password.get_secret_value() == "secret"
    monkeypatch.setenv("NEO4J_URI", "bolt://localhost:7687")
    assert getattr(load_settings().store, "uri", "") == "bolt://localhost:7687"


def test_a_store_that_is_named_beats_the_variables_of_neo4j(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(AURA)
    monkeypatch.setenv("KGQA_STORE__KIND", "memory")
    assert load_settings().store == MemoryStore()
    monkeypatch.setenv("KGQA_STORE__KIND", "neo4j")
    monkeypatch.setenv("KGQA_STORE__DATABASE", "other")
    store = load_settings().store
    assert isinstance(store, Neo4jStore)
    assert (store.database, store.username) == ("other", "0a1b2c3d")


def test_an_option_of_neo4j_s_store_needs_no_kind_beside_the_variables_of_neo4j(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(AURA)
    monkeypatch.setenv("KGQA_STORE__TIMEOUT_SECONDS", "30")
    store = load_settings().store
    assert isinstance(store, Neo4jStore)
    assert (store.timeout_seconds, store.username) == (30, "0a1b2c3d")
    monkeypatch.setenv("KGQA_STORE__KIND", "embedded")
    monkeypatch.delenv("KGQA_STORE__TIMEOUT_SECONDS")
    assert load_settings().store == EmbeddedStore()


def test_an_address_without_a_password_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://localhost:7687")
    with pytest.raises(ConfigError, match=r"setting KGQA_STORE__PASSWORD: has no value: set it, or NEO4J_PASSWORD,"):
        load_settings()


def test_an_option_of_the_embedded_store_needs_no_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_STORE__HEAP_MB", "1024")
    assert load_settings().store == EmbeddedStore(heap_mb=1024)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("KGQA_EMBEDDER__DIMENSIONS", "512", HashingEmbedder(dimensions=512)),
        ("KGQA_EMBEDDER__MODEL", "some/model", SentenceTransformersEmbedder(model="some/model")),
    ],
)
def test_an_option_of_an_embedder_says_which_one(
    variable: str, value: str, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert load_settings().embedder == expected
