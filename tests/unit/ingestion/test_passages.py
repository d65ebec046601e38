"""What a passage of a corpus is about, told by its title."""

from __future__ import annotations

import pytest
from kgqa.ingestion.passages import heading
from kgqa.model import Document, Parsed, Sentence


@pytest.mark.parametrize(
    ("source", "title", "named"),
    [
        ("corpus.jsonl#17", "Ada Lovelace", "Ada Lovelace"),
        ("corpus.jsonl#17", "Mercury (planet)", "Mercury"),
        ("corpus.jsonl#17", "17", None),
        ("corpus.jsonl#17", "…", None),
        ("notes.txt", "Notes", None),
        ("notes.txt#Notes, part 2", "Notes, part 2", None),
        ("notes.txt#Notes (2024), part 2", "Notes (2024), part 2", None),
        ("a#b.txt#Moby Dick, part 1", "Moby Dick, part 1", None),
    ],
)
def test_only_a_passage_that_is_headed_by_a_name_is_about_it(source: str, title: str, named: str | None) -> None:
    sentence = Sentence("d000000", "d", 0, 0, 5, "Text.")
    found = heading(Parsed(Document("d", title, source, "", "en"), (), (sentence,), ()))
    assert found == (None if named is None else (named, "d000000"))
