"""The nouns: frozen values that every part of kgqa speaks in.

Ids are hexadecimal content hashes (`content_id`), so that the same input gives the same graph on every run and machine.
Offsets are code points, half-open `[start, end)`. Boxes are pixels of the page image at `PAGE_DPI`, y growing downward.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE_DPI = 144
"""Dots per inch of page images and of every `Box`: two pixels a PDF point."""

Origin = Literal["extracted", "curated", "predicted"]
Kind = Literal["text", "heading", "list", "table", "caption", "code"]
How = Literal["exact", "alias", "vector"]
RELATED = "RELATED_TO"
"""The relation type of a fact whose wording has no type of its own; `Triple.phrase` keeps the wording."""


def content_id(*parts: str) -> str:
    """32 hexadecimal digits of BLAKE2b over the parts, each length-prefixed so that no two lists collide."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


PLACE_DIGITS = 6
"""How many of a sentence id's last characters tell its place; those before are its document's id."""


def sentence_id(document_id: str, index: int) -> str:
    """A sentence's id: its document's and its place, so that neighbours and passages are found by the id alone."""
    return f"{document_id}{index:0{PLACE_DIGITS}x}"


def sentence_place(sentence: str) -> tuple[str, int]:
    """(document id, index) of what `sentence_id` made."""
    return sentence[:-PLACE_DIGITS], int(sentence[-PLACE_DIGITS:], 16)


# ── what is handed in
@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, or what came over standard input; holds no open handle, so that a run's state can keep it."""

    path: str
    """Where the file stands on this machine; empty for standard input."""
    name: str
    """What the document is called when cited: the file's own name, without folders."""
    data: bytes | None = None
    """The bytes, where they are no file."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that was not taken, and why, in one line."""

    source: str
    """The path, pattern or name, as the caller knows it."""
    reason: str


# ── documents
@dataclass(frozen=True, slots=True)
class Document:
    """One document as cited. `id` hashes its source name and bytes."""

    id: str
    title: str
    source: str
    """The file's name, `corpus.jsonl#passage-id` for a passage; never a path of the machine."""
    sha256: str
    language: str
    """`en`, `ko` or `und`."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page image, pixels at `PAGE_DPI`, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page; formats without pages (Markdown, HTML, DOCX, passages) have none."""

    document_id: str
    number: int
    """1-based, in file order."""
    image: str
    """Path relative to the data folder; empty where no image was made."""
    width: int
    height: int
    rotation: int = 0
    """Degrees clockwise that the source page states."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a document's text with one role, as a format reader found it, in reading order."""

    kind: Kind
    start: int
    end: int
    page: int | None = None
    level: int = 0
    """Heading depth, 1 for the top; 0 for what is no heading."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of evidence: `text == document_text[start:end]`."""

    id: str
    """`sentence_id(document_id, index)`."""
    document_id: str
    index: int
    """0-based place in its document; neighbours are `index ± 1`."""
    start: int
    end: int
    text: str
    kind: Kind = "text"
    page: int | None = None
    section: str = ""
    """Headings above it, outermost first, joined by ` › `."""
    boxes: tuple[Box, ...] = ()
    """One a line of print; empty where the format has no layout."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice `[start, end)` of a document that whole sentences fill; the unit of extraction and of passages."""

    id: str
    document_id: str
    start: int
    end: int
    sentences: tuple[str, ...]
    headings: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """`<first sentence's id>+<sentences after it>`: the id of its row in the text index.

        A hit leads back to its sentences by `GraphStore.window` alone, with no table of chunks.
        """
        return f"{self.sentences[0]}+{len(self.sentences) - 1}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format reader gives for one document: its text and where everything stands in it."""

    document: Document
    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    glyphs: NDArray[np.float32] | None = None
    """For a laid-out format, shape (len(text), 4): each character's box, NaN for what has none (spaces, breaks)."""
    above: tuple[tuple[int, str], ...] = ()
    """For a part of a larger text: (level, title) of the headings that it begins under, outermost first."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document ready for extraction."""

    document: Document
    pages: tuple[Page, ...]
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]


# ── what a text says, in its own words
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


# ── the graph
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


# ── what a library keeps of its documents, so that names are settled over all of them
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


# ── questions and answers
@dataclass(frozen=True, slots=True)
class Match:
    """A question's word bound to something of the graph."""

    mention: str
    target: str
    """An entity id, or a relation type."""
    name: str
    score: float
    """1.0 for exact and alias. For vector 0 to 1: how surely the spellings are one name (`nodes.fuzzy.closeness`), or,
    where nearness alone decided, the cosine similarity."""
    how: How
    kind: Literal["entity", "relation"] = "entity"


@dataclass(frozen=True, slots=True)
class Query:
    """A Cypher pattern over placeholders: `$e0` … stand for the mentions, never their text."""

    cypher: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """Placeholder → the mention it stands for."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a read-only query may take."""

    rows: int = 200
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Rows:
    """A query's result: `truncated` when the row limit cut it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of one query, kept for the repair loop and for the user."""

    query: Query
    rows: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, why it is here and how good it is (0 to 1 after ranking)."""

    sentence: Sentence
    why: str
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement's support stands, down to the pixel."""

    sentence: str
    document_id: str
    title: str
    source: str
    page: int | None
    section: str
    start: int
    end: int
    text: str
    boxes: tuple[Box, ...] = ()
    image: str = ""
    """The page image, relative to the data folder; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the ids of the sentences that support it."""

    text: str
    sentences: tuple[str, ...]
    support: float = 1.0
    """0 to 1, from the judge."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user gets. An abstention has no statements and says what was looked for."""

    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    pages: tuple[str, ...] = ()
    """Page images to show, relative to the data folder, best first."""
    short: str = ""
    """The answer span where the question's type allows one: a name, a number, a date."""
    confidence: float = 0.0
    abstained: bool = False


# ── language models
@dataclass(frozen=True, slots=True)
class Usage:
    """What one model call took."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    """US dollars by the price table; None where it has no price for the model."""
    estimated: bool = False
    """Whether the tokens were guessed from the text, because the model did not say."""
    cached: bool = False
    """Whether the reply was kept from before: its tokens were paid then, its cost now is 0."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that a model asks to be called."""

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a chat model said, without its thinking aloud."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
