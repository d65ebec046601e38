"""Settle names anew after a change: which ones it touches, what they are now, and the work it makes.

Everything a name's entity depends on lies within the names that expansions tie to it, so a change costs what it
touches; the outcome depends on the library alone, not on the order in which it came about.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping

from ...model import Entity, Pair
from ..ports import Count, Resolver
from .database import batches

TABLES = """
CREATE TABLE IF NOT EXISTS uses (doc INTEGER, key TEXT, surface TEXT, type TEXT, times INTEGER NOT NULL,
  PRIMARY KEY (doc, key, surface, type)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_key ON uses (key);
CREATE TABLE IF NOT EXISTS pairs (doc INTEGER, short TEXT, full TEXT, wide INTEGER NOT NULL,
  PRIMARY KEY (doc, short, full)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pairs_short ON pairs (short);
CREATE INDEX IF NOT EXISTS pairs_full ON pairs (full);
CREATE TABLE IF NOT EXISTS meant (doc INTEGER, key TEXT, target TEXT NOT NULL, PRIMARY KEY (doc, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS meant_key ON meant (key);
CREATE TABLE IF NOT EXISTS names (key TEXT PRIMARY KEY, entity TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entities (id TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS said_types (doc INTEGER, type TEXT, PRIMARY KEY (doc, type)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS said_types_type ON said_types (type);
CREATE TABLE IF NOT EXISTS types (type TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tasks (row INTEGER PRIMARY KEY, subject TEXT NOT NULL, id TEXT NOT NULL, work TEXT NOT NULL,
  value TEXT NOT NULL, version INTEGER NOT NULL, late INTEGER GENERATED ALWAYS AS (work = 'delete') VIRTUAL,
  UNIQUE (subject, id));
CREATE INDEX IF NOT EXISTS tasks_next ON tasks (subject, late);
CREATE TABLE IF NOT EXISTS versions (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL);
INSERT OR IGNORE INTO versions VALUES (1, 0);
"""
# What one change touches lives as long as its transaction.
_SCRATCH = """
CREATE TEMP TABLE IF NOT EXISTS changed (doc INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS touched (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS moved (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS touched_types (type TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def entity_value(entity: Entity) -> str:
    """The entity without its id, as the ledger keeps it."""
    return json.dumps([entity.name, entity.type, entity.aliases], ensure_ascii=False)


def entity_of(id: str, value: str) -> Entity:
    """The inverse of `entity_value`."""
    name, kind, aliases = json.loads(value)
    return Entity(id, name, kind, tuple(aliases))


class Settling:
    """One change to the library, within one transaction: `begin`, change the rows, `settle`."""

    def __init__(self, sql: sqlite3.Connection, resolver: Resolver) -> None:
        self._sql = sql
        self._resolver = resolver
        sql.execute("UPDATE versions SET version = version + 1")
        self._version = int(sql.execute("SELECT version FROM versions").fetchone()[0])

    def begin(self, docs: Iterable[int]) -> None:
        """Note what these documents touch as they stand, then take their rows away."""
        for statement in filter(str.strip, _SCRATCH.split(";")):
            self._sql.execute(statement)
        for table in ("changed", "touched", "moved", "touched_types"):
            self._sql.execute(f"DELETE FROM temp.{table}")  # noqa: S608
        self._sql.executemany("INSERT OR IGNORE INTO temp.changed VALUES (?)", ((doc,) for doc in docs))
        self._touch()
        for table in ("uses", "pairs", "said_types"):
            self._sql.execute(f"DELETE FROM {table} WHERE doc IN (SELECT doc FROM temp.changed)")  # noqa: S608

    def _touch(self) -> None:
        """Add the changed documents' names and whatever expansions tie to a touched name."""
        self._sql.execute("INSERT OR IGNORE INTO temp.touched SELECT key FROM uses JOIN temp.changed USING (doc)")
        self._sql.execute(
            "INSERT OR IGNORE INTO temp.touched WITH RECURSIVE tied (key) AS ("
            "SELECT key FROM temp.touched WHERE key IN (SELECT short FROM pairs UNION ALL SELECT full FROM pairs)"
            " UNION SELECT CASE tied.key WHEN short THEN full ELSE short END"
            " FROM tied CROSS JOIN pairs ON short = tied.key OR full = tied.key) SELECT key FROM tied"
        )
        self._sql.execute(
            "INSERT OR IGNORE INTO temp.touched_types SELECT type FROM said_types JOIN temp.changed USING (doc)"
        )

    def settle(self) -> None:
        """Settle every touched name anew and write down the work that follows."""
        self._touch()
        everywhere, dirty = self._scopes()
        settled = self._resolver.settle(self._counts(), everywhere)
        before = dict(self._sql.execute("SELECT key, entity FROM names JOIN temp.touched USING (key)"))
        self._move(before, settled.keys)
        self._put_entities(set(before.values()), settled.entities)
        self._again(dirty)
        self._put_types()

    def _scopes(self) -> tuple[Mapping[str, str], set[int]]:
        """The expansions that hold everywhere, and the documents whose own ones are not what they were."""
        select = "SELECT doc, short, full, wide FROM pairs JOIN temp.touched ON short = key ORDER BY doc, short, full"
        said = [(doc, Pair(short, full, bool(wide))) for doc, short, full, wide in self._sql.execute(select)]
        scopes = self._resolver.scopes(said)
        rows = self._sql.execute("SELECT doc, key, target FROM meant JOIN temp.touched USING (key)")
        before = {(doc, key): target for doc, key, target in rows}
        new = [(*at, target) for at, target in scopes.local.items() if before.get(at) != target]
        gone = [at for at in before if at not in scopes.local]
        self._sql.executemany("DELETE FROM meant WHERE doc = ? AND key = ?", gone)
        self._sql.executemany("INSERT OR REPLACE INTO meant VALUES (?, ?, ?)", new)
        return scopes.everywhere, {row[0] for row in [*new, *gone]}

    def _counts(self) -> Iterable[Count]:
        rows = self._sql.execute(
            "SELECT key, coalesce(target, key), surface, type, sum(times) FROM temp.touched JOIN uses USING (key)"
            " LEFT JOIN meant USING (doc, key) GROUP BY 1, 2, 3, 4"
        )
        return (Count(*row) for row in rows)

    def _move(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Note the names that became another entity."""
        gone = [(key,) for key in before if key not in after]
        new = [(key, entity) for key, entity in after.items() if before.get(key) != entity]
        self._sql.executemany("DELETE FROM names WHERE key = ?", gone)
        self._sql.executemany("INSERT OR REPLACE INTO names VALUES (?, ?)", new)
        # A name that nothing was before stands in changed documents only, which are written anyway.
        moved = [*gone, *((key,) for key, _ in new if key in before)]
        self._sql.executemany("INSERT OR IGNORE INTO temp.moved VALUES (?)", moved)

    def _put_entities(self, ids: set[str], after: Mapping[str, Entity]) -> None:
        known: dict[str, Entity] = {}
        for marks, some in batches(sorted(ids)):
            rows = self._sql.execute(f"SELECT id, value FROM entities WHERE id IN ({marks})", some)  # noqa: S608
            known.update((id, entity_of(id, value)) for id, value in rows)
        changed = [entity for entity in after.values() if known.get(entity.id) != entity]
        gone = sorted(known.keys() - after.keys())
        self._sql.executemany("DELETE FROM entities WHERE id = ?", ((id,) for id in gone))
        self._sql.executemany(
            "INSERT OR REPLACE INTO entities VALUES (?, ?)", ((e.id, entity_value(e)) for e in changed)
        )
        # A new entity comes with the documents that name it; a known one may stand in others as well.
        self._task("entity", "write", ((e.id, entity_value(e)) for e in changed if e.id in known))
        self._sql.executemany("DELETE FROM tasks WHERE subject = 'entity' AND id = ?", ((id,) for id in gone))
        old = {id: text for entity in known.values() for id, text in self._resolver.rows(entity).items()}
        new = {id: text for entity in after.values() for id, text in self._resolver.rows(entity).items()}
        self._task("entities", "write", ((id, text) for id, text in new.items() if old.get(id) != text))
        self._task("entities", "delete", ((id, "") for id in old if id not in new))

    def _again(self, dirty: set[int]) -> None:
        """Documents that say something else now, though they themselves did not change."""
        self._sql.executemany("INSERT OR IGNORE INTO temp.changed VALUES (?)", ((doc,) for doc in sorted(dirty)))
        # The planner would walk every use; there are few moved names as a rule.
        self._sql.execute(
            "INSERT OR IGNORE INTO temp.changed SELECT doc FROM temp.moved CROSS JOIN uses ON uses.key = moved.key"
        )
        rows = self._sql.execute("SELECT id, sentences FROM documents JOIN temp.changed USING (doc) WHERE member")
        self._task("document", "facts", ((id, str(sentences)) for id, sentences in rows.fetchall()))

    def _put_types(self) -> None:
        before = {row[0] for row in self._sql.execute("SELECT type FROM types JOIN temp.touched_types USING (type)")}
        select = "SELECT DISTINCT type FROM temp.touched_types JOIN said_types USING (type)"
        after = {row[0] for row in self._sql.execute(select)}
        self._sql.executemany("DELETE FROM types WHERE type = ?", ((kind,) for kind in sorted(before - after)))
        self._sql.executemany("INSERT INTO types VALUES (?)", ((kind,) for kind in sorted(after - before)))
        self._task("relations", "delete", ((kind, "") for kind in sorted(before - after)))
        self._task("relations", "write", ((k, self._resolver.relation_text(k)) for k in sorted(after - before)))

    def write(self, documents: Iterable[tuple[str, str]]) -> None:
        """(id, number of sentences) of documents that are to be written whole."""
        self._task("document", "write", documents)

    def delete(self, documents: Iterable[tuple[str, str]]) -> None:
        """(id, number of sentences) of documents that are to leave the stores."""
        self._task("document", "delete", documents)

    def index_anew(self, collection: str, ids: Collection[str]) -> None:
        """These rows of a vector collection are to be written."""
        rows: Iterable[tuple[str, str]]
        if collection == "relations":
            kinds = [row[0] for row in self._sql.execute("SELECT type FROM types ORDER BY type")]
            rows = ((kind, self._resolver.relation_text(kind)) for kind in kinds)
        else:
            known = [entity_of(*row) for row in self._sql.execute("SELECT id, value FROM entities ORDER BY id")]
            rows = (row for entity in known for row in self._resolver.rows(entity).items())
        self._task(collection, "write", ((id, text) for id, text in rows if id in ids))

    def _task(self, subject: str, work: str, items: Iterable[tuple[str, str]]) -> None:
        self._sql.executemany(
            "INSERT INTO tasks (subject, id, work, value, version) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (subject, id) DO UPDATE SET version = excluded.version,"
            # Writing a document whole includes what it says, and takes out all of what was there before.
            " value = CASE WHEN work = 'write' AND excluded.work = 'facts' THEN value ELSE excluded.value END,"
            " work = CASE WHEN work = 'write' AND excluded.work = 'facts' THEN 'write' ELSE excluded.work END",
            ((subject, id, work, value, self._version) for id, value in items),
        )
