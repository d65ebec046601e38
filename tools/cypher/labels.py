"""Under which label or relationship type a store keeps a type: what a query has to say for it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import quote_plus

from ...model import content_id

NODES = ("Document", "Page", "Sentence")
EDGES = ("PAGE_OF", "ON_PAGE", "NEXT", "MENTIONS")
"""Names that are the store's own."""
_LONGEST_LABEL = 100
"""Bytes of a label as a file name: ArcadeDB names files after types, percent-encoded, and adds some 60 of its own."""
_PLAIN = re.compile(r"\w(?:[\w .&'/+-]*\w)?")


def label_of(kind: str) -> str:
    """The label of entities of this type: the type itself where every server can hold it, else an encoded name."""
    return kind if _plain(kind) else encoded(kind, "E")


def relationship_of(kind: str) -> str:
    """The relationship type of relations of this type, likewise."""
    return kind if _plain(kind) else encoded(kind, "R")


@lru_cache(maxsize=4096)
def _plain(kind: str) -> bool:
    taken = kind in NODES or kind in EDGES or kind.startswith("__")
    return bool(_PLAIN.fullmatch(kind)) and len(quote_plus(kind)) <= _LONGEST_LABEL and not taken


def encoded(kind: str, use: Literal["E", "R"]) -> str:
    """A name for an entity or relation type that no other has; the type itself then stands in the property `type`."""
    slug = re.sub(r"[^A-Za-z0-9]+", "_", kind)[:24].strip("_")
    return f"{slug or use}_{content_id(use, kind)[:12]}"
