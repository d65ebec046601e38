"""A large text is kept in parts that hold all of it, under the headings that it stands under."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.ingestion.formats import read_source
from kgqa.ingestion.formats import text_builder as build
from kgqa.ingestion.formats.parts import in_parts
from kgqa.ingestion.formats.text_builder import pieces
from kgqa.ingestion.split import split
from kgqa.model import Block, Document, Page, Reading, Source
from kgqa.settings import IngestOptions

HOME = Path("unused")
LINES = st.lists(
    st.sampled_from(
        ["# One", "## Two", "Plain words here.", "- an item", "", "한국어 문장이다.", "A longer line " * 4]
    ),
    min_size=1,
    max_size=60,
).map("\n".join)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "PART", 200)


def read(name: str, text: str) -> list[Reading]:
    return list(read_source(Source("", name, text.encode()), IngestOptions(), HOME))


def words(*texts: str) -> list[str]:
    return " ".join(texts).split()


def test_a_text_of_usual_size_is_one_document() -> None:
    (reading,) = read("notes.txt", "Notes\n=====\n\nShort.\n")
    assert (reading.document.source, reading.document.title) == ("notes.txt", "Notes")


@pytest.mark.parametrize("name", ["notes.txt", "notes.md", "notes.html"])
def test_a_large_one_is_several_called_by_its_name_and_title(name: str) -> None:
    paragraph = "<p>{}</p>" if name.endswith("html") else "{}\n\n"
    head = "<h1>Log</h1>" if name.endswith("html") else "# Log\n\n" if name.endswith("md") else "Log\n===\n\n"
    said = [f"On day {n} the pump was checked by somebody who knew it." for n in range(40)]
    found = read(name, head + "".join(paragraph.format(line) for line in said))
    assert len(found) > 5
    assert [one.document.source for one in found[:2]] == [f"{name}#Log, part 1", f"{name}#Log, part 2"]
    assert found[1].document.title == "Log, part 2"
    assert len({one.document.id for one in found}) == len(found)
    assert all(len(one.text) < 500 for one in found)
    assert words(*(one.text for one in found)) == words("Log", *said)
    later = split(found[3], IngestOptions())
    assert later.sentences[0].section == "Log"
    assert [s.index for s in later.sentences] == list(range(len(later.sentences)))


@given(LINES)
def test_the_parts_hold_all_that_the_whole_does(text: str) -> None:
    if not text.strip():
        return
    for name in ("a.md", "a.txt"):
        found = read(name, text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(build, "PART", 10**6)
            (whole,) = read(name, text)
        assert words(*(one.text for one in found)) == words(whole.text)
        for one in found:
            assert all(one.text[block.start : block.end].strip() for block in one.blocks)


def test_a_text_that_grows_keeps_its_parts() -> None:
    lines = [f"On day {n} the pump was checked by somebody who knew it." for n in range(40)]
    before, after = read("log.txt", "\n\n".join(lines)), read("log.txt", "\n\n".join([*lines, "One line more."]))
    assert [one.document for one in before[:-1]] == [one.document for one in after[: len(before) - 1]]


def test_one_line_as_long_as_a_book_is_cut_where_sentences_end() -> None:
    text = " ".join(f"The pump {n} runs." for n in range(500))
    found = list(pieces(text))
    assert max(map(len, found)) <= 50
    assert all(piece.endswith("runs.") for piece in found)
    assert words(*found) == words(text)
    assert words(*pieces("x" * 1000)) == ["x" * 50] * 20
    assert words(*(one.text for one in read("book.txt", text))) == words(text)


def test_a_passage_of_a_corpus_is_cut_too() -> None:
    long = "\n\n".join(f"Sentence {n} of this passage says something." for n in range(40))
    found = read("c.jsonl", json.dumps({"id": "a", "title": "A", "text": long}) + '\n{"id": "b", "text": "Short."}')
    assert [one.document.source for one in found][-1] == "c.jsonl#b"
    assert found[0].document.source == "c.jsonl#a#A, part 1"


def test_pages_boxes_and_headings_go_with_their_part() -> None:
    texts = ["Title", *(f"Paragraph {n} on its page." for n in range(30))]
    text = "\n\n".join(texts)
    blocks, place = [], 0
    for n, one in enumerate(texts):
        kind, level = ("text", 0) if n else ("heading", 1)
        blocks.append(Block(kind, place, place + len(one), 1 + n // 10, level))  # type: ignore[arg-type]  # either fits
        place += len(one) + 2
    document = Document("whole", "Manual", "manual.pdf", "sha", "en")
    pages = tuple(Page("whole", n, f"pages/whole/{n}.jpg", 10, 10) for n in range(1, 5))
    glyphs = np.arange(4 * len(text), dtype=np.float32).reshape(-1, 4)
    found = list(in_parts(Reading(document, text, tuple(blocks), pages, glyphs)))
    assert "".join(words(*(one.text for one in found))) == "".join(words(text))
    assert {page.number for one in found for page in one.pages} == {1, 2, 3, 4}
    assert all(page.document_id == one.document.id for one in found for page in one.pages)
    for one in found:
        assert one.glyphs is not None
        assert len(one.glyphs) == len(one.text)
        start = int(one.glyphs[0][0]) // 4
        assert text[start : start + len(one.text)] == one.text
    assert found[1].above == ((1, "Title"),)


def test_a_paragraph_that_goes_on_over_a_page_is_not_cut() -> None:
    first, second = "a " * 150, "b " * 150
    blocks = (Block("text", 0, 300, 1), Block("text", 300, 600, 2), Block("text", 602, 606, 2))
    reading = Reading(Document("d", "T", "d.pdf", "s", "en"), first + second + "\n\nlast", blocks)
    assert [len(one.blocks) for one in in_parts(reading)] == [2, 1]
