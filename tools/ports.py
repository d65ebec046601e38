"""The ports: what the graphs need of the world, in our own nouns. A docstring here is the contract its suite checks.

Every method is async and safe to call from any event loop and from several threads: adapters do blocking work in a
worker thread. Constructors do no I/O; `open` does, and `close` may be called twice. Failures are `BackendError`s, those
worth another try `TransientError`s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pydantic import BaseModel

    from ..model import (
        Document,
        Entity,
        Extraction,
        Facts,
        Holding,
        Layout,
        Limits,
        Match,
        Mention,
        Page,
        Pair,
        Parsed,
        Passage,
        Query,
        Reply,
        Rows,
        Said,
        Schema,
        Sentence,
        Tally,
        Task,
        Triple,
    )
    from .cypher.functions import Dialect

Unit = Literal["sentence", "passage"]


class Resource(Protocol):
    """What is opened before use and closed after."""

    async def open(self) -> None:
        """Connect, start or create. Raises: ConfigError, BackendError."""

    async def close(self) -> None:
        """Release everything; a second call does nothing."""


class GraphStore(Resource, Protocol):
    """The knowledge graph with the documents it came from."""

    cypher: bool
    """Whether `query` works here; the in-memory store has no Cypher."""
    dialect: Dialect
    """Of the Cypher that `query` takes: what the firewall has to know of the server."""

    # ── writing: idempotent, each call in transactions, safe to repeat after a crash
    async def write_document(self, document: Document, pages: Sequence[Page], sentences: Sequence[Sentence]) -> None:
        """Add a document with its pages and sentences, or replace the one of that id, leaving its facts alone."""

    async def write_documents(self, documents: Sequence[Parsed]) -> None:
        """The same for many, in few round trips; their ids differ."""

    async def write_facts(self, facts: Sequence[Facts]) -> Sequence[str]:
        """Replace what these documents say by `facts`; entities and relations left without support go.

        An entity's `name`, `type` and `aliases` become those given. The documents must have been written.
        Returns the ids of the entities that went, sorted.
        """

    async def update_entities(self, entities: Sequence[Entity]) -> None:
        """Set name and aliases of entities that exist; unknown ids are ignored."""

    async def delete_documents(self, ids: Sequence[str]) -> Sequence[str]:
        """Remove documents, their pages and sentences, and the support they gave; unknown ids are ignored.

        Where a part of a document is missing, the rest of it goes.

        What has no support left goes: the graph afterwards equals that of the other documents alone.
        Returns the ids of the entities that went, sorted.
        """

    # ── reading
    async def documents(self, ids: Sequence[str] | None = None) -> Sequence[Document]:
        """All, or those of these ids, by title, then id."""

    async def pages(self, document_ids: Sequence[str]) -> Sequence[Page]:
        """The pages of these documents, by document in the order asked, then number."""

    async def sentences(self, ids: Sequence[str]) -> Sequence[Sentence]:
        """Those that exist, in the order asked, each once."""

    async def window(self, ids: Sequence[str], before: int, after: int) -> Sequence[Sentence]:
        """The sentences `ids` and their neighbours in the same document, by document id, then index, each once."""

    async def find(self, names: Sequence[str]) -> Mapping[str, Sequence[tuple[Entity, Literal["exact", "alias"]]]]:
        """Name → the entities whose name or alias has the same `name_key`, exact before alias, then by id.

        A name that matches nothing is absent.
        """

    async def entities(self, ids: Sequence[str]) -> Sequence[Entity]:
        """Those that exist, in the order asked, each once."""

    async def facts(self, entity_ids: Sequence[str], types: Sequence[str] = (), limit: int = 200) -> Sequence[Triple]:
        """Facts with one of these as subject or object, of these types where given, best first, then stable."""

    async def mentions_of(self, entity_ids: Sequence[str], per_entity: int = 100) -> Mapping[Entity, Sequence[str]]:
        """Those entities that exist, in the order asked, each with the ids of sentences that mention it.

        At most `per_entity` for each, by `Sentence.index`, then sentence id: the first sentence of a text says what it
        is about, so a cut keeps what tells most.
        """

    async def mentions_in(self, sentence_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Sentence → ids of the entities it mentions, sorted; in the order asked, without those that mention none."""

    async def schema(self) -> Schema:
        """Entity and relation types that the graph holds now, sorted; the store's own labels are left out."""

    async def query(self, cypher: str, parameters: Mapping[str, object], limits: Limits) -> Rows:
        """Run a query that the firewall has passed, as a reader, in a read transaction, within `limits`.

        Nodes and relationships come as dictionaries of their properties with `_labels` or `_type`.

        Raises:
            InputError: the query is wrong (syntax, semantics, whatever the server failed at and outlived), or this
                store has no Cypher; the text is the reason.
            ExhaustedError: it ran out of time, or the server of memory.
            TransientError: the server is busy, or went away.
            BackendError: the server failed, and answers nothing else either.
        """

    async def counts(self) -> Mapping[str, int]:
        """`documents`, `pages`, `sentences`, `entities`, `relations`, `mentions`."""

    async def tallies(self) -> Mapping[str, Tally]:
        """How much there is of each document, those of other data folders in a shared store included.

        What stands under a document that is itself gone counts all the same. The whole graph is looked through.
        """

    async def dump(self) -> Iterable[str]:
        """The whole graph as sorted canonical lines, the same on every store; `graph_hash` is their SHA-256."""


class VectorIndex(Resource, Protocol):
    """Nearest neighbours by cosine, in named collections (`entities`, `relations`, `sentences`)."""

    async def upsert(
        self, collection: str, ids: Sequence[str], vectors: NDArray[np.float32], texts: Sequence[str]
    ) -> None:
        """Add or replace; `vectors` has shape (len(ids), dimensions), rows of unit length or all zero.

        They are the embedder's for these texts: an index that must make them again asks it.
        """

    async def delete(self, collection: str, ids: Sequence[str]) -> None:
        """Remove; unknown ids are ignored."""

    async def nearest(
        self, collection: str, vectors: NDArray[np.float32], k: int
    ) -> Sequence[Sequence[tuple[str, str, float]]]:
        """For each query row at most `k` of (id, text, cosine), best first, ties by id; none when empty or all zero."""

    async def count(self, collection: str) -> int:
        """How many vectors the collection holds."""

    async def ids(self, collection: str) -> Collection[str]:
        """Of all its vectors, in no order."""


class TextIndex(Resource, Protocol):
    """BM25 over words (`tools.text.words.terms`) of sentences and of passages, any language."""

    async def add(self, unit: Unit, rows: Sequence[tuple[str, str, str, str]]) -> None:
        """Add or replace (id, document id, title, text); title words count as the text's own.

        A sentence's row has the sentence's id, a passage's row its chunk's `Chunk.row`.
        """

    async def delete_documents(self, ids: Sequence[str]) -> None:
        """Remove every row of these documents."""

    async def search(self, unit: Unit, text: str, k: int) -> Sequence[tuple[str, float]]:
        """At most `k` of (id, BM25 score > 0), best first, ties by id. No word in common gives none."""

    async def documents(self, unit: Unit) -> Mapping[str, int]:
        """Document → how many rows of this unit it has, without those that have none."""

    async def frequencies(self, unit: Unit, words: Sequence[str]) -> tuple[int, Mapping[str, int]]:
        """How many rows this unit has, and in how many of them each of these `terms` stands; 0 where in none."""


class Embedder(Protocol):
    """Texts to vectors."""

    name: str
    """Identifies model and version; a vector index made with another name must be rebuilt."""

    @property
    def dimensions(self) -> int:
        """Of every vector; a model may have to be loaded to know."""

    semantic: bool
    """Whether nearness means meaning, not spelling; sentences are indexed only then."""

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions), rows of unit length; a text without content gives a row of zeros."""


class Count(NamedTuple):
    """How often the library uses one spelling of a name, as one type; `target` is the name key it stands for."""

    key: str
    target: str
    surface: str
    type: str
    times: int


class Scopes(NamedTuple):
    """How far expansions of short names reach."""

    everywhere: Mapping[str, str]
    """Short key → full key, in every document."""
    local: Mapping[tuple[int, str], str]
    """(document's number, short key) → the key it stands for in that document."""


class Settled(NamedTuple):
    """Which entity each name is."""

    keys: Mapping[str, str]
    """Name key → entity id."""
    entities: Mapping[str, Entity]


class Resolver(Protocol):
    """The rules by which names are settled: pure functions, so that a ledger can run them within a transaction."""

    def scopes(self, pairs: Iterable[tuple[int, Pair]]) -> Scopes:
        """How far each expansion reaches, from every (document, pair) that the library has for these names."""

    def settle(self, counts: Iterable[Count], everywhere: Mapping[str, str]) -> Settled:
        """The entities behind these names."""

    def rows(self, entity: Entity) -> Mapping[str, str]:
        """Id → text of the entity's rows in the vector index."""

    def relation_text(self, kind: str) -> str:
        """A relation type's words, as it stands in the vector index."""


class Staging(Resource, Protocol):
    """What ingestion has done so far, so that a killed run resumes: contents read, the library, work not yet done.

    The library is what the graph should hold; `tasks` are what is still to be done to the stores until it does.
    """

    # ── contents, kept under hashes of what they were made from
    async def readings(self, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """File key (name + bytes + reader + options) → ids of the documents it gave.

        Absent where it was not read yet, or one of them is no longer kept as it was read then.
        """

    async def put_parsed(self, parsed: Sequence[Parsed]) -> None:
        """Keep documents."""

    async def unjoined(self) -> Sequence[str]:
        """Documents that are kept and have not joined the library: they are still being read, or their run ended."""

    async def forget(self, ids: Sequence[str]) -> None:
        """Keep nothing of those of these documents that have not joined the library."""

    async def put_reading(self, key: str, ids: Sequence[str]) -> None:
        """Keep that the file gave these documents, as they are kept now."""

    async def parsed(self, ids: Sequence[str]) -> Sequence[Parsed]:
        """Documents that were kept, in the order asked, each once."""

    async def documents(self, ids: Sequence[str]) -> Sequence[Document]:
        """Those that are kept, in the order asked, each once."""

    async def layouts(self, ids: Sequence[str]) -> Mapping[str, Layout]:
        """Document id → its pages, of those that are kept; one that an older version kept is absent."""

    async def digests(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Document id → a hash of all that was kept of it."""

    async def sizes(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Document id → how many sentences it has, of those that are kept."""

    async def extractions(self, keys: Sequence[str]) -> Mapping[str, Extraction]:
        """Key (passage, extractor, schema version) → what was kept; unknown keys are absent."""

    async def put_extractions(self, items: Mapping[str, Extraction]) -> None:
        """Keep extractions."""

    # ── the library
    async def members(self, ids: Sequence[str] | None = None) -> Mapping[str, str]:
        """Documents of the library, all or of these ids → the signature they joined under."""

    async def hold(self, held: Sequence[Holding]) -> None:
        """Keep what these files hold now, in place of what they held before; a path without documents is forgotten.

        The time of one whose bytes have not changed stays as it was.
        """

    async def holdings(self, below: str = "") -> Sequence[Holding]:
        """The files that hold documents, all or those below this folder, by path."""

    async def told_apart(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Document → as much of its file's path as tells it from other files of that name (`north/notes.md`).

        Absent where there is no other; of several files that hold a document, the first by path is meant.
        """

    async def join(
        self, said: Sequence[Said], signatures: Sequence[str], extracted: Sequence[Sequence[str]], resolver: Resolver
    ) -> None:
        """Make documents part of the library, or replace what they said, and settle anew every name this touches.

        Each comes with its signature and its extractions' keys. Raises: ContractError where one is not kept.
        """

    async def leave(self, ids: Sequence[str], resolver: Resolver) -> Sequence[str]:
        """Take these documents out of the library, and those that no path holds any more; returns whom it took out."""

    async def resolved(self, ids: Sequence[str]) -> Sequence[tuple[Said, Mapping[str, Entity]]]:
        """What these documents say, each with the entities its name keys stand for, as of one moment."""

    # ── work not yet done
    async def tasks(self, subject: str, limit: int) -> Sequence[Task]:
        """At most `limit` of what is to be done, all where it is -1: deletions after all else, oldest first."""

    async def done(self, tasks: Sequence[Task]) -> None:
        """Strike these off, unless they have changed meanwhile; of a deleted document nothing is kept."""

    async def backlog(self) -> Mapping[str, int]:
        """Subject → tasks not yet done."""

    # ── one writer at a time
    async def take(self) -> bool:
        """Become the one process and run that writes to the stores; False while another is. A dead one counts not."""

    async def release(self) -> None:
        """Let others write."""

    # ── what the stores should hold
    async def written(self, tallies: Mapping[str, tuple[Tally, int]]) -> None:
        """Note what was just written of each document: its tally, and its passages."""

    async def tallies(self) -> Mapping[str, tuple[Tally, int]]:
        """What was noted of the library's documents; one that was not written yet is absent."""

    async def rows(self, collection: str, resolver: Resolver) -> Collection[str]:
        """Ids of the rows that a vector collection should hold: `entities` or `relations`."""

    async def note(self, counts: Mapping[str, int]) -> None:
        """Note how much the stores held when all work was done."""

    async def noted(self) -> Mapping[str, int]:
        """What `note` was last given; empty where it never was."""

    async def redo(self, subject: str, ids: Collection[str], resolver: Resolver) -> None:
        """Put work down anew that a store has lost: of a `document`, or rows of `entities` or `relations`."""


T = TypeVar("T", bound="BaseModel")


class Chat(Resource, Protocol):
    """A chat model. Messages are (role, text), the roles `system`, `human` and `ai`; `tag` says who asks."""

    name: str
    """`provider:model`, as set."""

    async def complete(self, messages: Sequence[tuple[str, str]], *, tag: str, show: bool = False) -> Reply:
        """A text, without the model's thinking aloud; with `show` its tokens go to whoever streams the graph.

        Raises: ConfigError (key, model or address), ExhaustedError (after all tries), TransientError, BackendError.
        """

    async def structured(self, messages: Sequence[tuple[str, str]], schema: type[T], *, tag: str) -> T:
        """An object of this shape; one that does not fit goes back to the model once. Raises: as `complete`."""

    def stream(self, messages: Sequence[tuple[str, str]], *, tag: str) -> AsyncIterator[str | None]:
        """A text in pieces as it is made, for the caller alone. Raises: as `complete`.

        None says that all so far was the model thinking aloud, and that the text begins anew.
        """


class Words(NamedTuple):
    """What a question says, in its own words."""

    mentions: Sequence[Mention]
    relation_words: Sequence[str]
    """The relations it asks about, each as a verb (and preposition) in its base form."""
    language: str
    """`en`, `ko` or `und`."""


class QuestionReader(Protocol):
    """A question to what it names and asks about."""

    async def read(self, question: str) -> Words:
        """Each mention is a slice of the question."""


class Extractor(Protocol):
    """Text to entities and relations."""

    name: str
    """Part of the cache key: engine, model, prompt and rule version."""

    async def extract(self, passages: Sequence[Passage], schema: Schema | None, strict: bool) -> Sequence[Extraction]:
        """One extraction a passage, in order. Offsets are the document's; a mention's text is the slice it names.

        With `strict`, only what `schema` allows. No pronoun is ever a mention.
        """


class CypherWriter(Protocol):
    """A question's words to Cypher."""

    async def write(
        self,
        question: str,
        matches: Sequence[Match],
        schema: Schema,
        problems: Sequence[str],
        mentions: Sequence[Mention] = (),
    ) -> Sequence[Query]:
        """Patterns to try in order, over placeholders that stand for mentions. None will do.

        `problems` names the last ones and says why they failed; `matches` are known only then.
        """


class AnswerWriter(Protocol):
    """Evidence to statements."""

    async def write(
        self, question: str, evidence: Sequence[Sentence], language: str
    ) -> Sequence[tuple[str, tuple[str, ...]]]:
        """(statement, ids of the sentences it rests on), best first; empty when the evidence does not answer."""


class Judge(Protocol):
    """Does the evidence bear the statement out?"""

    async def support(self, statement: str, evidence: Sequence[Sentence]) -> float:
        """0 (not at all) to 1 (word for word)."""
