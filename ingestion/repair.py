"""Find what the stores have lost or hold too much of, compared with staging, and schedule it as work.

Counts tell first, and cost next to nothing: those noted when all work was done against those of now. Where they
differ, or cannot be told (work is left undone, another data folder writes to the same Neo4j), each document's figures
are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, get_args

from ..model import Tally, sentence_place
from ..tools.ports import Embedder, GraphStore, Staging, TextIndex, Unit, VectorIndex
from . import resolve
from .shield import to_the_end

COLLECTIONS = ("entities", "relations")


class Stores(Protocol):
    """What is written to. Raises of every port: BackendError, TransientError."""

    @property
    def graph_store(self) -> GraphStore:
        """Documents and facts."""

    @property
    def vectors(self) -> VectorIndex:
        """Names, relation types and, where the embedder is semantic, sentences."""

    @property
    def texts(self) -> TextIndex:
        """Sentences and passages by word."""

    @property
    def embedder(self) -> Embedder:
        """For the vectors."""

    @property
    def staging(self) -> Staging:
        """What is to be written."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What has to be done before the stores hold what they should."""

    graph: frozenset[str] = frozenset()
    """Documents that the graph has lost in part or whole."""
    texts: frozenset[str] = frozenset()
    """Documents that an index of sentences has lost in part or whole."""
    strange: frozenset[str] = frozenset()
    """Documents that the text index holds and the library does not."""
    lost: Mapping[str, frozenset[str]] | None = None
    """Vector collection → rows that are gone."""
    left: Mapping[str, frozenset[str]] | None = None
    """Vector collection → rows that should have gone."""

    @property
    def rows(self) -> int:
        """Rows of the vector index that are gone, or should have."""
        return sum(len(ids) for rows in (self.lost or {}, self.left or {}) for ids in rows.values())

    def __len__(self) -> int:
        """Documents and rows that differ."""
        return len(self.graph | self.texts | self.strange) + self.rows

    def __str__(self) -> str:
        said = {
            "the graph differs in {:,} documents": len(self.graph),
            "the text index differs in {:,} documents": len(self.texts | self.strange),
            "the vector index differs in {:,} rows": self.rows,
        }
        return "; ".join(words.format(n) for words, n in said.items() if n) or "nothing is missing"


async def counted(stores: Stores) -> dict[str, int]:
    """How much the stores hold now."""
    counts = dict(await stores.graph_store.counts())
    for unit in get_args(Unit):
        counts[f"text of {unit}"], _ = await stores.texts.frequencies(unit, [])
    for collection in (*COLLECTIONS, "sentences"):
        counts[f"vectors of {collection}"] = await stores.vectors.count(collection)
    return counts


async def seems_whole(stores: Stores) -> bool:
    """Whether counts alone tell that nothing is missing."""
    if sum((await stores.staging.backlog()).values()):
        return False
    noted = await stores.staging.noted()
    if not noted:
        return not await stores.staging.members()
    return noted == await counted(stores)


async def difference(stores: Stores) -> Difference:
    """Compare document by document and row by row; work that is put down already does not count."""
    staging = stores.staging
    waiting = {task.id for task in await staging.tasks("document", -1) if task.work != "facts"}
    members = set(await staging.members()) - waiting
    wanted = await staging.tallies()
    held = await stores.graph_store.tallies()
    graph = {id for id in members if id not in wanted or held.get(id, Tally()) != wanted[id][0]}
    sentences, passages = await stores.texts.documents("sentence"), await stores.texts.documents("passage")
    texts = {
        id
        for id, (tally, chunks) in wanted.items()
        if (sentences.get(id, 0), passages.get(id, 0)) != (tally.sentences, chunks)
    }
    if stores.embedder.semantic:
        texts |= await _unembedded(stores, wanted)
    lost, left = {}, {}
    for collection in COLLECTIONS:
        awaited = {task.id for task in await staging.tasks(collection, -1)}
        should, does = set(await staging.rows(collection, resolve)), set(await stores.vectors.ids(collection))
        lost[collection] = frozenset(should - does - awaited)
        left[collection] = frozenset(does - should - awaited)
    strange = (sentences.keys() | passages.keys()) - members - waiting
    return Difference(frozenset(graph), frozenset(texts & members), frozenset(strange), lost, left)


async def _unembedded(stores: Stores, wanted: Mapping[str, tuple[Tally, int]]) -> set[str]:
    """Documents that do not have a vector for each of their sentences."""
    held = Counter(sentence_place(row)[0] for row in await stores.vectors.ids("sentences"))
    return {id for id, (tally, _) in wanted.items() if held[id] != tally.sentences}


async def mend(stores: Stores, thorough: bool = False) -> Difference:
    """Put down as work what is missing; the writer's lock is held. With `thorough`, counts are not believed."""
    if not thorough and await seems_whole(stores):
        return Difference()
    found = await difference(stores)
    # What is left of a document goes before it is put down: what bears the digest of before would be taken for whole.
    await to_the_end(stores.graph_store.delete_documents(sorted(found.graph)))
    await to_the_end(stores.texts.delete_documents(sorted(found.strange)))
    for collection, rows in (found.left or {}).items():
        await to_the_end(stores.vectors.delete(collection, sorted(rows)))
    await stores.staging.redo("document", found.graph | found.texts, resolve)
    for collection, rows in (found.lost or {}).items():
        await stores.staging.redo(collection, rows, resolve)
    return found
