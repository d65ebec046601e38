"""Which documents a name means."""

from __future__ import annotations

import pytest
from kgqa.errors import InputError
from kgqa.graph.library import _chosen
from kgqa.model import Document


def document(id: str, source: str, title: str) -> Document:
    return Document(id=id, title=title, source=source, sha256="", language="en")


def test_a_corpus_is_named_whole_and_a_file_alone() -> None:
    found = [document("a1", "c.jsonl#1", "One"), document("a2", "c.jsonl#2", "c.jsonl"), document("b1", "d.md", "D")]
    assert _chosen("c.jsonl", found) == found[:2]
    assert _chosen("d.md", found) == [found[2]]
    assert _chosen("One", found) == [found[0]]


def test_a_file_whose_name_begins_like_another_is_not_deleted_for_it() -> None:
    found = [document("aaaa", "notes.md", "A"), document("bbbb", "notes.md#draft.md", "B")]
    with pytest.raises(InputError, match=r"2 documents are called 'notes\.md'"):
        _chosen("notes.md", found)
    assert _chosen("aaaa", found) == [found[0]]
    assert _chosen("notes.md#draft.md", found) == [found[1]]


def test_a_title_that_is_also_the_first_digits_of_an_id_is_ambiguous() -> None:
    found = [document("7f" * 16, "report.md", "2021"), document("2021" * 8, "other.md", "Other")]
    with pytest.raises(InputError, match="2 documents are called '2021'"):
        _chosen("2021", found)
    assert _chosen("20212", found) == [found[1]]
    assert _chosen("7F7F", found) == [found[0]]


def test_what_no_document_is_called_is_the_callers_fault() -> None:
    with pytest.raises(InputError, match="no document is called 'nothing'"):
        _chosen("nothing", [document("a1", "notes.md", "A")])
