"""Knowledge: what texts say, as claims between names, then as triples between entities, and the schema of it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from .documents import Chunk, Sentence

Origin = Literal["extracted", "curated", "predicted"]
RELATED = "RELATED_TO"
"""The relation type of a fact whose wording has no type of its own; `Triple.phrase` keeps the wording."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of text that names something; offsets in its sentence's document, or in the question."""

    text: str
    type: str
    start: int
    end: int
    sentence: str = ""
    """The sentence's id; empty in a question."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A text says that two names are one: `Full Name (ABC)`."""

    short: str
    full: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence says, before names are resolved: `subject` and `object` are mention texts."""

    subject: str
    type: str
    object: str
    phrase: str
    """The relation's wording as lemmas, e.g. `work at`, `인수하다`."""
    sentence: str
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one chunk says."""

    chunk: str
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What an extractor is given: a chunk with its sentences and where it stands."""

    chunk: Chunk
    sentences: tuple[Sentence, ...]
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A node of the knowledge graph; `aliases` are the other names it goes by, sorted."""

    id: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Triple:
    """A fact: subject and object are entity ids; `sentences` support it, `scores` holds one confidence for each."""

    subject: str
    type: str
    object: str
    phrase: str
    sentences: tuple[str, ...]
    scores: tuple[float, ...]
    origin: Origin = "extracted"

    @property
    def confidence(self) -> float:
        """The best of its supports' confidences, 0 to 1."""
        return max(self.scores, default=0.0)


@dataclass(frozen=True, slots=True)
class Link:
    """Sentence → entity: the sentence mentions it."""

    sentence: str
    entity: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What one document adds to the graph, names resolved."""

    document_id: str
    entities: tuple[Entity, ...]
    links: tuple[Link, ...]
    triples: tuple[Triple, ...]
    """Each supported by sentences of this document only."""


class Tally(NamedTuple):
    """How much a store holds of one document, to be compared with what was written of it."""

    documents: int = 0
    """1; 0 where parts of it stand alone."""
    sentences: int = 0
    characters: int = 0
    """Of all its sentences together."""
    pages: int = 0
    mentions: int = 0
    supports: int = 0
    """(Relation, sentence of the document that says it) pairs."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation type of the schema and the entity types it was seen between."""

    type: str
    source_types: tuple[str, ...]
    target_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """What the graph may hold; `version` hashes the rest."""

    version: str
    entity_types: tuple[str, ...]
    relation_types: tuple[Relation, ...]


class Use(NamedTuple):
    """How often one document uses one spelling of a name, as one type."""

    key: str
    """The spelling's `name_key`."""
    surface: str
    type: str
    times: int


class Pair(NamedTuple):
    """A document says that two names are one; both ends are name keys that it uses."""

    short: str
    full: str
    wide: bool
    """Whether the short form tells so much that other documents may be taken to mean the same by it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one document says under name keys, before it is known which entities they are."""

    document_id: str
    uses: tuple[Use, ...]
    pairs: tuple[Pair, ...]
    links: tuple[Link, ...]
    """`entity` is a name key."""
    triples: tuple[Triple, ...]
    """`subject` and `object` are name keys."""


class Task(NamedTuple):
    """Work on the stores that is not yet known to be done."""

    subject: Literal["document", "entity", "entities", "relations"]
    """A document, an entity's names, or a row of that vector collection."""
    id: str
    work: Literal["write", "facts", "delete"]
    """`facts`: of a document that stands in the store, what it says only."""
    value: str
    """A document's number of sentences, an entity's `[name, type, aliases]` as JSON, a vector row's text."""
    version: int
    """Rises when the work changes, so that a task taken before is not struck off for the one that replaced it."""
