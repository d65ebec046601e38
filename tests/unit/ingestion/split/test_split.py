"""Sentences and chunks of a reading: exact slices, in order, whole, and cut where sections are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.ingestion.formats import read_source
from kgqa.ingestion.split import split
from kgqa.ingestion.split.boxes import line_boxes
from kgqa.model import Box, Parsed, Source, sentence_id
from kgqa.settings import IngestOptions


def parse(text: str, size: int = 1200, name: str = "m.md") -> Parsed:
    options = IngestOptions(chunk_size=size)
    (reading,) = read_source(Source("", name, text.encode()), options, Path("unused"))
    return split(reading, options)


MANUAL = """# The Manual

Kept by Ada. It is short.

## Pumps

The PX-200 moves water. It weighs 12 kg.

### Valves

Each pump has a valve.

## Towers

A tower holds water.
"""


def test_sentences_know_their_section_kind_and_neighbours() -> None:
    parsed = parse(MANUAL)
    rows = [(sentence.index, sentence.kind, sentence.section, sentence.text) for sentence in parsed.sentences]
    assert rows == [
        (0, "heading", "", "The Manual"),
        (1, "text", "The Manual", "Kept by Ada."),
        (2, "text", "The Manual", "It is short."),
        (3, "heading", "The Manual", "Pumps"),
        (4, "text", "The Manual › Pumps", "The PX-200 moves water."),
        (5, "text", "The Manual › Pumps", "It weighs 12 kg."),
        (6, "heading", "The Manual › Pumps", "Valves"),
        (7, "text", "The Manual › Pumps › Valves", "Each pump has a valve."),
        (8, "heading", "The Manual", "Towers"),
        (9, "text", "The Manual › Towers", "A tower holds water."),
    ]
    assert [s.id for s in parsed.sentences] == [sentence_id(parsed.document.id, n) for n in range(10)]


def test_chunks_end_where_the_top_level_of_headings_changes() -> None:
    parsed = parse(MANUAL)
    index = {sentence.id: sentence.index for sentence in parsed.sentences}
    assert [[index[key] for key in chunk.sentences] for chunk in parsed.chunks] == [[0, 1, 2], [3, 4, 5, 6, 7], [8, 9]]
    assert [chunk.headings for chunk in parsed.chunks] == [
        ("The Manual",),
        ("The Manual", "Pumps"),
        ("The Manual", "Towers"),
    ]


def test_no_chunk_ends_with_the_heading_of_the_next() -> None:
    text = "# A\n\n" + "Word word word word. " * 8 + "\n\n## B\n\n" + "More more more more. " * 9
    first, second = parse(text, size=200).chunks[0], parse(text, size=200).chunks[1]
    assert first.headings == ("A",)
    assert second.headings == ("A", "B")


def test_rows_and_headings_are_one_sentence_and_prose_is_cut() -> None:
    parsed = parse("## Dr. No. A tale\n\n| Who | What |\n|---|---|\n| Mr. A. He | came. She left. |\n\nOne. Two.\n")
    assert [sentence.text for sentence in parsed.sentences] == [
        "Dr. No. A tale",
        "Who: Mr. A. He; What: came. She left.",
        "One.",
        "Two.",
    ]


def test_a_caption_keeps_its_label() -> None:
    (sentence,) = parse("<figure><figcaption>Figure 3. A pump.</figcaption></figure>", name="f.html").sentences
    assert (sentence.kind, sentence.text) == ("caption", "Figure 3. A pump.")


def test_a_long_listing_is_cut_between_lines() -> None:
    listing = "\n".join(f"line_{n} = {n} * 2" for n in range(100))
    parsed = parse(f"```\n{listing}\n```")
    assert all(len(sentence.text) <= 500 for sentence in parsed.sentences)
    assert "\n".join(sentence.text for sentence in parsed.sentences) == listing


WORDS = st.sampled_from("pump. valve water Ada! 12 kg (see p. 3) x y.z e.g. ...".split(" "))
LINES = st.tuples(
    st.sampled_from(["", "# ", "## ", "### ", "- ", "```\n", "| "]), st.lists(WORDS, max_size=60).map(" ".join)
)


@settings(max_examples=60)
@given(st.lists(LINES, min_size=1, max_size=25), st.integers(200, 600))
def test_chunks_tile_the_sentences_which_hold_the_whole_text(lines: list[tuple[str, str]], size: int) -> None:
    text = "\n\n".join(mark + words for mark, words in lines) + "\n\nend"
    options = IngestOptions(chunk_size=size)
    (reading,) = read_source(Source("", "m.md", text.encode()), options, Path("unused"))
    parsed = split(reading, options)
    place = 0
    for index, sentence in enumerate(parsed.sentences):
        assert sentence.index == index
        assert sentence.text == reading.text[sentence.start : sentence.end] == sentence.text.strip()
        assert not reading.text[place : sentence.start].strip()
        place = sentence.end
    assert not reading.text[place:].strip()
    by_id = {sentence.id: sentence for sentence in parsed.sentences}
    assert [key for chunk in parsed.chunks for key in chunk.sentences] == list(by_id)
    for chunk in parsed.chunks:
        assert chunk.start == by_id[chunk.sentences[0]].start
        assert chunk.end == by_id[chunk.sentences[-1]].end
        assert chunk.end - chunk.start <= size or len(chunk.sentences) == 1
    assert len({chunk.id for chunk in parsed.chunks}) == len(parsed.chunks)


def glyphs(*lines: tuple[float, float, int]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Characters 10 wide and 20 high, lines at (x, y) of so many, a space after each."""
    rows = []
    for x, y, count in lines:
        rows += [(x + 10 * n, y, x + 10 * n + 10, y + 20) for n in range(count)] + [(np.nan,) * 4]
    return np.array(rows, np.float32)


def test_there_is_one_box_a_printed_line() -> None:
    assert line_boxes(glyphs((100, 50, 5), (20, 75, 12)), 0, 19) == (Box(100, 50, 150, 70), Box(20, 75, 140, 95))
    assert line_boxes(glyphs((100, 50, 5), (400, 50, 3)), 0, 10) == (Box(100, 50, 430, 70),)
    assert line_boxes(glyphs((100, 50, 5)), 5, 6) == ()
    assert line_boxes(None, 0, 5) == ()


def test_a_line_that_runs_up_the_page_has_one_box() -> None:
    up = np.array([(40, 500 - 10 * n, 60, 510 - 10 * n) for n in range(8)], np.float32)
    assert line_boxes(up, 0, 8) == (Box(40, 430, 60, 510),)


@pytest.mark.parametrize("size", [200, 1200])
def test_splitting_twice_gives_the_same(size: int) -> None:
    assert parse(MANUAL, size) == parse(MANUAL, size)
