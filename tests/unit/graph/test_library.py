"""Which documents a name means."""

from __future__ import annotations

import pytest
from kgqa.errors import InputError
from kgqa.graph.library import Listed, _chosen
from kgqa.model import Document


def chosen(name: str, found: list[Document], *paths: str) -> list[Document]:
    """`_chosen` among these, each in the file of the same place in `paths`, where there are any."""
    listed = [Listed(one, paths[n : n + 1], "", "", None, None, None) for n, one in enumerate(found)]
    return _chosen(name, listed)


def document(id: str, source: str, title: str) -> Document:
    return Document(id=id, title=title, source=source, sha256="", language="en")


def test_a_corpus_is_named_whole_and_a_file_alone() -> None:
    found = [document("a1", "c.jsonl#1", "One"), document("a2", "c.jsonl#2", "c.jsonl"), document("b1", "d.md", "D")]
    assert chosen("c.jsonl", found) == found[:2]
    assert chosen("d.md", found) == [found[2]]
    assert chosen("One", found) == [found[0]]


def test_a_file_whose_name_begins_like_another_is_not_deleted_for_it() -> None:
    found = [document("aaaa", "notes.md", "A"), document("bbbb", "notes.md#draft.md", "B")]
    with pytest.raises(InputError, match=r"2 documents are called 'notes\.md'"):
        chosen("notes.md", found)
    assert chosen("aaaa", found) == [found[0]]
    assert chosen("notes.md#draft.md", found) == [found[1]]


def test_a_title_that_is_also_the_first_digits_of_an_id_is_ambiguous() -> None:
    found = [document("7f" * 16, "report.md", "2021"), document("2021" * 8, "other.md", "Other")]
    with pytest.raises(InputError, match="2 documents are called '2021'"):
        chosen("2021", found)
    assert chosen("20212", found) == [found[1]]
    assert chosen("7F7F", found) == [found[0]]


def test_what_no_document_is_called_is_the_callers_fault() -> None:
    with pytest.raises(InputError, match="no document is called 'nothing'"):
        chosen("nothing", [document("a1", "notes.md", "A")])


def test_two_files_of_one_name_are_told_apart_by_their_paths() -> None:
    found = [document("aaaa", "notes.md", "notes"), document("bbbb", "notes.md", "notes")]
    paths = ("/w/north/notes.md", "/w/south/notes.md")
    assert chosen("north/notes.md", found, *paths) == chosen("/w/north/notes.md", found, *paths) == [found[0]]
    assert chosen("./south/notes.md", found, *paths) == [found[1]]
    with pytest.raises(InputError, match=r"by its path or id: aaaa \(/w/north/notes.md\), bbbb \(/w/south"):
        chosen("notes.md", found, *paths)
    with pytest.raises(InputError, match=r"no document is called 'th/notes\.md'"):
        chosen("th/notes.md", found, *paths)


def test_a_path_takes_all_that_its_file_holds() -> None:
    found = [document("a1", "c.jsonl#1", "One"), document("a2", "c.jsonl#2", "Two"), document("b1", "c.jsonl#1", "One")]
    assert chosen("x/c.jsonl", found, "/w/x/c.jsonl", "/w/x/c.jsonl", "/w/y/c.jsonl") == found[:2]
