"""Every setting, as one frozen tree: arguments beat `KGQA_…` variables, which beat `.env`, which beats these defaults.

Nested names join with two underscores: `KGQA_STORE__KIND=memory`, `KGQA_QA__WINDOW=2`. Read once, at a door.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    SecretStr,
    SerializeAsAny,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from .adapter_options import Options, by_kind
from .errors import ConfigError
from .registry import known
from .settings_errors import json_error, refuse_unknown, settings_error
from .shipped_options import (
    EMBEDDERS as EMBEDDERS,
)
from .shipped_options import (
    INDEXES as INDEXES,
)
from .shipped_options import (
    STORES as STORES,
)
from .shipped_options import (
    ChromaIndex as ChromaIndex,
)
from .shipped_options import (
    EmbeddedStore as EmbeddedStore,
)
from .shipped_options import (
    EmbedderOptions as EmbedderOptions,
)
from .shipped_options import (
    HashingEmbedder as HashingEmbedder,
)
from .shipped_options import (
    IndexOptions as IndexOptions,
)
from .shipped_options import (
    MemoryIndex as MemoryIndex,
)
from .shipped_options import (
    MemoryStore as MemoryStore,
)
from .shipped_options import (
    Neo4jStore as Neo4jStore,
)
from .shipped_options import (
    SentenceTransformersEmbedder as SentenceTransformersEmbedder,
)
from .shipped_options import (
    StoreOptions as StoreOptions,
)
from .shipped_options import (
    UserPath,
)

Engine = Literal["builtin", "llm"]
STRATEGIES = ("adaptive", "hops", "hybrid", "kag", "kg-rag", "section", "walk", "window")
"""Those that ship."""


def _strategy(name: str) -> str:
    """A strategy that ships, or that an installed package adds as an entry point of the group `kgqa.strategy`."""
    if name not in STRATEGIES and name not in (choices := known("strategy", STRATEGIES)):
        raise PydanticCustomError(
            "strategy", "no such strategy; choose one of {choices}", {"choices": ", ".join(choices)}
        )
    return name


def _strategies(schema: dict[str, object]) -> None:
    """The choices, for those who draw a form from the schema, as Studio does."""
    schema["enum"] = known("strategy", STRATEGIES)


Strategy = Annotated[str, AfterValidator(_strategy), Field(json_schema_extra=_strategies)]


def _none(value: object) -> object:
    """An environment variable has no None of its own."""
    return None if isinstance(value, str) and value.casefold() in ("", "none", "null") else value


def _model(name: str | None) -> str | None:
    """The provider as it is looked up, whichever way it is written: `OpenAI`, `azure-openai`."""
    provider, colon, rest = (name or "").strip().partition(":")
    return f"{provider.lower().replace('-', '_')}:{rest}" if colon else name


def _key(key: SecretStr | None) -> SecretStr | None:
    """An HTTP header holds it: a letter outside ASCII, or the end of a line, is a slip in copying it."""
    if key is not None and not (key.get_secret_value().isascii() and key.get_secret_value().isprintable()):
        raise PydanticCustomError("key", "holds a character that no key can hold")
    return key


class ChatOptions(Options):
    """The chat model, none by default."""

    model: Annotated[str | None, AfterValidator(_model)] = None
    """`provider:model` as LangChain's `init_chat_model` takes it, `hf:name or folder`, or `scripted:file.json`."""
    base_url: str | None = Field(default=None, repr=False)
    """Another server that speaks the provider's protocol; `openai:…` with vLLM, llama.cpp, LM Studio and the like."""
    api_key: Annotated[SecretStr | None, AfterValidator(_key)] = None
    """Else the provider's own variable (`OPENAI_API_KEY` …), which is never sent to a `base_url` of one's own."""
    temperature: Annotated[float | None, BeforeValidator(_none)] = Field(default=0.0, ge=0, le=2)
    """`none` leaves it to the model; some take no other."""
    max_tokens: int = Field(default=1024, ge=1)
    """Of one reply."""
    timeout_seconds: float = Field(default=60.0, gt=0)
    """Of one try, to the end of the reply; of a local model without reading it in, of a server on a machine of one's
    own and a second more for each 200 characters that it reads."""
    concurrency: int = Field(default=4, ge=1, le=256)
    """Calls of one model under way at once in this process, whichever graphs make them."""
    retries: int = Field(default=3, ge=0, le=20)
    """Further tries of a call that failed in a way that may pass. After the last the builtin engine does the node's
    work; the graph tries again only where a reply broke off after its beginning had been seen, twice at most."""
    max_wait_seconds: float = Field(default=60.0, ge=0)
    """The longest wait between tries; a server that asks for a longer one gets none."""
    structured: Literal["auto", "tools", "text"] = "auto"
    """How structured replies are asked for: by tool call where the model has it, or always as JSON in the text."""
    cache: bool = True
    """Keep replies in the data folder and give them again to the same messages."""
    prices: UserPath | None = None
    """A JSON file that adds to the shipped table: model → [USD a million tokens in, out]."""
    adapter: UserPath | None = None
    """A PEFT adapter's folder, for `hf:` models."""
    quantize: Literal["none", "nf4"] = "none"
    """4-bit weights by bitsandbytes, for `hf:` models."""
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    device: str = "auto"
    """`auto`, `cpu`, `cuda`, `cuda:1`, `mps` …, for `hf:` models."""


class IngestOptions(Options):
    """How documents are read and cut."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    chunk_size: int = Field(default=1200, ge=200)
    """Characters a chunk holds at most, unless one sentence alone is longer."""
    page_images: bool = True
    """Keep a picture of each page, to show what is cited."""
    max_file_mb: float = Field(default=200.0, gt=0)
    """A larger file is refused."""
    max_pages: int = Field(default=5000, ge=1)
    """A file of more pages is refused."""
    batch: int = Field(default=64, ge=1)
    """Documents one task of the graph takes through reading and extraction."""


class QAOptions(Options):
    """How a question is answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    window: int = Field(default=1, ge=0, le=10)
    """Sentences of context on each side of a fact's sentence."""
    entity_threshold: float = Field(default=0.6, ge=0, le=1)
    """Cosine similarity from which a vector neighbour counts as the entity meant."""
    relation_threshold: float = Field(default=0.6, ge=0, le=1)
    """The same of a relation's words and a relation type."""
    evidence: int = Field(default=12, ge=1)
    """Sentences kept after ranking."""
    cited: int = Field(default=3, ge=1)
    """Sentences an answer cites at most."""
    repairs: int = Field(default=2, ge=0)
    """Rounds in which a failing query goes back to its writer."""
    strategy: Strategy = "hybrid"
    """How evidence is found: `window` takes the sentences of facts and entities with their neighbours, `section` the
    section around each hit, `adaptive` as many neighbours as stay alike; `walk` follows links from them through the
    graph, `hybrid` fuses the walk with full text. Three go step by step before that: `hops` by sub-questions, `kg-rag`
    from fact to fact, `kag` by logical forms."""
    hops: int = Field(default=6, ge=1, le=8)
    """Steps that `hops`, `kg-rag` and `kag` take at most."""
    beam: int = Field(default=3, ge=1, le=10)
    """Facts that `kg-rag` follows at once."""
    abstain_below: float = Field(default=0.34, ge=0, le=1)
    """Coverage of the question by its best evidence under which the answer is that the documents do not say."""
    max_question_chars: int = Field(default=2000, ge=50)
    """A longer question is refused."""
    judge: Engine = "llm"
    """Who judges statements against their evidence when the engine is `llm`: the model, or the builtin judge."""
    examples: UserPath | None = None
    """A JSONL file of questions with their Cypher (`question`, `cypher`, `mentions`), added to those that are shown to
    the model; the nearest to the question are chosen."""


class _Neo4jNames(BaseSettings):
    """The variables that Neo4j's own tools and AuraDB's credentials file use."""

    model_config = SettingsConfigDict(env_prefix="NEO4J_", env_file=".env", extra="ignore", frozen=True)

    uri: str = ""
    username: str = ""
    password: str = ""
    database: str = ""

    def given(self) -> dict[str, str]:
        """Those that are set."""
        return {name: value for name, value in self.model_dump().items() if value}


class Settings(BaseSettings):
    """All of it."""

    model_config = SettingsConfigDict(
        env_prefix="KGQA_", env_nested_delimiter="__", env_file=".env", extra="ignore", frozen=True
    )

    home: UserPath = Path(".kgqa")
    """The data folder; everything kgqa writes stays inside."""
    engine: Engine = "builtin"
    store: Annotated[SerializeAsAny[StoreOptions], PlainValidator(by_kind("store", StoreOptions, STORES))] = Field(
        default_factory=EmbeddedStore
    )
    index: Annotated[SerializeAsAny[IndexOptions], PlainValidator(by_kind("index", IndexOptions, INDEXES))] = Field(
        default_factory=ChromaIndex
    )
    embedder: Annotated[
        SerializeAsAny[EmbedderOptions], PlainValidator(by_kind("embedder", EmbedderOptions, EMBEDDERS))
    ] = Field(default_factory=HashingEmbedder)
    chat: ChatOptions = Field(default_factory=ChatOptions)
    ingest: IngestOptions = Field(default_factory=IngestOptions)
    qa: QAOptions = Field(default_factory=QAOptions)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *others: Any, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual ones, none of which may name a setting that is not there: pydantic would pass over it in silence.

        Raises:
            ConfigError: one does; the message names it and the nearest that is there.
        """
        sources = super().settings_customise_sources(settings_cls, init_settings, *others, **named)
        for source in sources:
            if isinstance(source, EnvSettingsSource):
                where = " in .env" if isinstance(source, DotEnvSettingsSource) else ""
                refuse_unknown(source.env_vars, cls.model_fields, setting_names(), where)
            elif isinstance(source, InitSettingsSource):
                refuse_unknown([f"kgqa_{name}" for name in source.init_kwargs], cls.model_fields, setting_names())
        return sources

    @model_validator(mode="before")
    @classmethod
    def _which_store(cls, data: dict[str, object]) -> dict[str, object]:
        """`NEO4J_…` name the store where `KGQA_STORE…` does not; a branch without a kind is the embedded one's."""
        store = data.get("store")
        neo4j = _Neo4jNames().given()
        if store is None and "uri" in neo4j:
            return {**data, "store": {"kind": "neo4j", **neo4j}}
        if isinstance(store, dict):
            meant = "uri" in store or ("uri" in neo4j and not store.keys() <= EmbeddedStore.model_fields.keys())
            kind = store.get("kind", "neo4j" if meant else "embedded")
            return {**data, "store": {**(neo4j if kind == "neo4j" else {}), **store, "kind": kind}}
        return data

    @model_validator(mode="before")
    @classmethod
    def _which_embedder(cls, data: dict[str, object]) -> dict[str, object]:
        """Without a kind it is the one that takes these options."""
        embedder = data.get("embedder")
        if isinstance(embedder, dict):
            kind = "sentence-transformers" if "model" in embedder else "hashing"
            return {**data, "embedder": {"kind": kind, **embedder}}
        return data


_KINDS: Mapping[str, Mapping[str, Any]] = {"store": STORES, "index": INDEXES, "embedder": EMBEDDERS}


def setting_names() -> list[str]:
    """Every variable that sets something, but for the options that extensions' adapters bring."""
    names: list[str] = []
    for name, field in Settings.model_fields.items():
        branch = field.annotation
        shapes = [*_KINDS.get(name, {}).values(), *([branch] if isinstance(branch, type) else [])]
        options = {option for shape in shapes if issubclass(shape, Options) for option in shape.model_fields}
        names += [f"KGQA_{name}__{option}".upper() for option in sorted(options)] or [f"KGQA_{name}".upper()]
    return names


def load_settings(**given: object) -> Settings:
    """The settings of this process; `given` beats the environment.

    Raises:
        ConfigError: a value does not fit; the message names the setting and what it takes.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        problem = settings_error(error, setting_names())
    except SettingsError as error:
        problem = json_error(error)
    # Raised here and not above: pydantic's own errors show what was given, secrets too.
    raise ConfigError(problem)
