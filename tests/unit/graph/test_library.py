"""Which documents a name given from Python means."""

from __future__ import annotations

from kgqa.graph.library import _named
from kgqa.model import Document


def document(id: str, source: str, title: str) -> Document:
    return Document(id=id, title=title, source=source, sha256="", language="en")


def test_a_file_is_told_from_one_whose_name_only_begins_like_it() -> None:
    held = [document("a", "notes.md", "A"), document("b", "notes.md#draft.md", "B"), document("c", "c.jsonl#1", "C")]
    assert _named("notes.md", held) == [held[0]]
    assert _named("c.jsonl", held) == [held[2]]
    assert _named("B", held) == [held[1]]
    assert _named("nothing", held) == []
