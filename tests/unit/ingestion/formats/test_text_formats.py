"""Markdown, text, HTML and JSON Lines: blocks, titles, and what hostile files come to."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.errors import InputError
from kgqa.ingestion.formats import read_source
from kgqa.ingestion.formats.decode import canonical
from kgqa.model import Reading, Source
from kgqa.settings import IngestOptions

HOME = Path("unused")


def read(name: str, data: str | bytes, **options: object) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    reading, *_ = list(read_source(Source("", name, raw), IngestOptions.model_validate(options), HOME))
    return reading


def blocks(reading: Reading) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, reading.text[block.start : block.end]) for block in reading.blocks]


def test_markdown_is_read_without_its_marks() -> None:
    text = (
        "---\ntitle: 'The Manual'\n---\n# Pumps\n\nThe *PX-200* is [new](http://x.org).\nIt **works**.\n\n"
        "- one\n- two\n\n"
        "| Model | Pressure |\n|---|---|\n| PX-200 | 16 bar |\n\n```py\na = 1\n```\n\n"
        "<div>raw <b>html</b></div>\n\n## Sub\n"
    )
    reading = read("m.md", text)
    assert reading.document.title == "The Manual"
    assert blocks(reading) == [
        ("heading", 1, "Pumps"),
        ("text", 0, "The PX-200 is new. It works."),
        ("list", 0, "one"),
        ("list", 0, "two"),
        ("table", 0, "Model: PX-200; Pressure: 16 bar"),
        ("code", 0, "a = 1"),
        ("text", 0, "raw html"),
        ("heading", 2, "Sub"),
    ]


def test_html_gives_what_a_reader_sees() -> None:
    page = (
        "<html><head><title>Fares &amp; times</title><style>x</style></head><body><nav>menu</nav><script>bad()</script>"
        "<h2>Fares</h2><p>One<br>two <b>b</b>old.</p><p style='display: none'>hidden</p><ul><li>a<li>b</ul>"
        "<table><caption>Prices</caption><tr><th>Route<th>Adult</tr><tr><td rowspan=2>1<td>64</tr><tr><td>32</table>"
        "<dl><dt>Term</dt><dd>Meaning.</dd></dl><pre>a\n  b</pre></body></html>"
    )
    reading = read("p.html", page)
    assert reading.document.title == "Fares & times"
    assert blocks(reading) == [
        ("heading", 2, "Fares"),
        ("text", 0, "One two bold."),
        ("list", 0, "a"),
        ("list", 0, "b"),
        ("caption", 0, "Prices"),
        ("table", 0, "Route: 1; Adult: 64"),
        ("table", 0, "Route: 1; Adult: 32"),
        ("list", 0, "Term: Meaning."),
        ("code", 0, "a\n  b"),
    ]


def test_plain_text_joins_wrapped_lines_and_knows_headings_and_lists() -> None:
    long = "This line is long enough to have been wrapped somewhere"
    reading = read("t.txt", f"Title\n=====\n\n{long}\r\nand it goes on.\n\nChapter 2 Pumps\n\n- one\n- two\n")
    assert blocks(reading) == [
        ("heading", 1, "Title"),
        ("text", 0, f"{long} and it goes on."),
        ("heading", 1, "Chapter 2 Pumps"),
        ("list", 0, "- one"),
        ("list", 0, "- two"),
    ]


def test_jsonl_gives_a_document_a_line() -> None:
    lines = [
        {"id": "a", "title": "T", "text": "One.\n\nTwo."},
        {"id": 7, "text": "한글이다."},
        {"id": "a", "title": "T", "text": "One.\n\nTwo."},
    ]
    data = "\n".join(json.dumps(line) for line in lines) + "\n\n"
    first, second = read_source(Source("", "c.jsonl", data.encode()), IngestOptions(), HOME)
    assert (first.document.source, first.document.title, first.text) == ("c.jsonl#a", "T", "One.\n\nTwo.")
    assert (second.document.source, second.document.title, second.document.language) == ("c.jsonl#7", "7", "ko")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "c.jsonl: line 2: is no JSON"),
        ("[" * 100_000, "c.jsonl: line 2: is JSON nested too deeply"),
        ("[1]", "c.jsonl: line 2: is no JSON object"),
        ('{"id": "x"}', "c.jsonl: line 2: has no 'text'"),
        ('{"text": "x", "title": 3}', "c.jsonl: line 2: 'title' is no string"),
        ('{"text": "x", "id": [1]}', "c.jsonl: line 2: 'id' is neither"),
        ('{"text": "other", "id": "a"}', "c.jsonl: line 2 repeats the id 'a' of line 1"),
    ],
)
def test_a_broken_line_is_named_by_its_number(line: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason.replace("(", r"\(")):
        read("c.jsonl", '{"id": "a", "text": "x"}\n' + line)


def test_the_same_bytes_have_the_same_id_and_another_name_another() -> None:
    one, again, other = read("a.md", "x"), read("a.md", "x"), read("b.md", "x")
    assert one.document == again.document
    assert one.document.id != other.document.id


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp949"])
def test_korean_is_decoded_whatever_wrote_it(encoding: str) -> None:
    text = "삼성전자는 수원에 있다.\r\n\r\n둘째 문단이다."
    data = text.encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    reading = read("k.txt", data)
    assert reading.text == "삼성전자는 수원에 있다.\n\n둘째 문단이다."
    assert reading.document.language == "ko"


def test_western_text_of_old_windows_is_not_taken_for_korean() -> None:
    assert read("w.txt", "He said “Ana’s café” was closed. ".encode("cp1252") * 5).text.startswith(
        "He said “Ana’s café”"
    )


def test_html_may_say_its_own_encoding() -> None:
    page = '<html><meta charset="euc-kr"><p>한글 문서이다.</p>'.encode("euc-kr")
    assert read("k.html", page).text == "한글 문서이다."


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "a.txt: is empty"),
        ("a.md", b" \n\t\n", "a.md: holds no text"),
        ("a.html", b"<html><script>x</script></html>", "a.html: holds no text"),
        ("a.txt", b"abc\0def" * 50, "a.txt: is binary data, not text"),
        ("a.txt", b"\xff\xfe\xfa", "a.txt: has the mark of utf-16 but is none"),
        ("a.txt", b"\x81\xfe\x90\x80\xff" * 9, "a.txt: cannot be decoded as UTF-8, UTF-16 or CP949"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n....", "a.pdf: is a PNG image, not a PDF"),
        ("a.md", b"\xff\xd8\xff\xe0....", "a.md: is a JPEG image, not Markdown text"),
        ("a.pdf", b"hello there", "a.pdf: is not a PDF, whatever its name says"),
        ("a.docx", b"hello there", "a.docx: is not a DOCX file, whatever its name says"),
        ("photo", b"GIF89a", "photo: is a GIF image"),
        ("a.jsonl", b"\n\n", "a.jsonl: holds no passage"),
    ],
)
def test_what_cannot_be_read_says_the_file_and_why(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read(name, data)
    assert str(caught.value).startswith(reason)
    assert "\n" not in str(caught.value)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(b"a" * 2_000_000)
    with pytest.raises(InputError, match=r"big.txt: is too large \(1.9 MB; at most 1 MB\)"):
        read_source(Source(str(path), "big.txt"), IngestOptions(max_file_mb=1), tmp_path)


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone.md: cannot be opened: No such file"):
        read_source(Source(str(tmp_path / "gone.md"), "gone.md"), IngestOptions(), tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.md", ">" * 20_000 + " deep"),
        ("m.md", "- " * 10_000 + "deep"),
        ("m.md", "[" * 500_000 + "deep"),
        ("m.md", "*a **b " * 10_000),
        ("m.md", "![" * 200_000 + "x"),
        ("m.md", "`" * 5_000 + " x " + "``` " * 5_000),
        ("m.md", "<" * 50_000 + "x"),
        ("m.md", "|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n|x|\n"),
        ("h.html", "<div>" * 50_000 + "deep"),
        ("h.html", "<table><tr>" + "<td rowspan=9999 colspan=9999>x" * 300),
        ("h.html", "<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><p>x &b;</p>"),
        ("h.html", "<ul><li>" * 5_000 + "deep"),
        ("h.html", "<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">x"),
        ("h.html", "<p " + " ".join(f"a{n}='>'" for n in range(300_000)) + ">x"),
        ("h.html", "<b>" * 200_000 + "x" + "</i>" * 200_000),
        ("h.html", "<b>" * 2_900 + "x" + "</i>" * 200_000),
        ("h.html", "<dl>" + "<dt>x" * 200_000),
        ("h.html", "<table><tr>" + "<th>x" * 20_000 + "<tr><td>y" * 20_000),
        ("m.md", ("![" * 30 + "x" + "](b)" * 30 + "\n\n") * 2_000),
        ("m.md", ("[" * 1_400 + "\n\n") * 400),
        ("t.txt", "\n".join(["a"] * 100_000)),
        ("t.txt", "(" * 200_000),
    ],
)
def test_hostile_nesting_is_read_or_refused_in_bounded_time(name: str, text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(InputError):
        assert len(read(name, text).text) <= 20 * len(text)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("opener", ["<div>", "<b>", "<font size=2>", "<ul><li>", "<div><span>"])
def test_no_text_is_lost_in_what_nobody_closed(opener: str) -> None:
    words = [f"word{n}" for n in range(1_000)]
    assert read("h.html", "".join(f"{opener}{word} " for word in words)).text.split() == words


def test_more_elements_within_each_other_than_can_be_read_are_told() -> None:
    with pytest.raises(InputError, match=r"^h.html: holds more than 10,000 elements within each other$"):
        read("h.html", "<div>" * 20_000 + "x")


def test_a_term_goes_with_its_definition_in_paragraphs_and_blocks_too() -> None:
    text = "<dl><dt>SHARE<dd><p>Locks rows.<p>More.<dt>FULL<dd><div><p>Locks all.</div></dl>"
    assert [text for _, _, text in blocks(read("h.html", text))] == ["SHARE: Locks rows.", "More.", "FULL: Locks all."]


def test_a_table_of_contents_is_navigation() -> None:
    text = '<div class="main toc"><dl><dt><a href=#1>1. Bow</a></dl></div><h1>1. Bow</h1><p class=tocsin>It leads.'
    assert [text for _, _, text in blocks(read("h.html", text))] == ["1. Bow", "It leads."]
    assert read("h.html", "<body class=toc><p>It leads.").text == "It leads."


def test_a_term_that_nothing_defines_is_kept() -> None:
    text = "<dl><dt>Bow<dt>Stem<dd>The front.<dt>Keel</dl><p>End."
    assert blocks(read("h.html", text)) == [
        ("list", 0, "Bow, Stem: The front."),
        ("list", 0, "Keel"),
        ("text", 0, "End."),
    ]


@settings(max_examples=100)
@given(st.sampled_from(["f.md", "f.txt", "f.html", "f.jsonl", "f"]), st.text(min_size=1) | st.binary(min_size=1))
def test_any_bytes_are_read_into_blocks_that_tile_or_refused(name: str, data: str | bytes) -> None:
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    readings: list[Reading] = []
    with contextlib.suppress(InputError):
        readings = list(read_source(Source("", name, raw), IngestOptions(), HOME))
    for reading in readings:
        place = 0
        for block in reading.blocks:
            assert place <= block.start < block.end <= len(reading.text)
            assert not reading.text[place : block.start].strip()
            place = block.end
        assert place == len(reading.text)
        assert reading.text == canonical(reading.text)


def test_a_drawings_title_is_not_the_pages() -> None:
    page = "<html><body><svg><title>Close icon</title></svg><h1>Manual</h1><p>Close the valve.</p></body></html>"
    assert read("a.html", page).document.title == "Manual"
    assert read("a.html", f"<title>Whole</title>{page}").document.title == "Whole"


@pytest.mark.parametrize(
    ("written", "kept"), [(r"\ud800x", "\ufffdx"), (r"a\u0000\u202eb", "ab"), (r"\ud83d\ude00 1", "😀 1")]
)
def test_a_passages_id_is_text_that_can_be_kept_and_shown(written: str, kept: str) -> None:
    reading = read("c.jsonl", f'{{"id": "{written}", "text": "Mira built it."}}')
    assert reading.document.source == f"c.jsonl#{kept}"
    assert reading.document.title == kept
