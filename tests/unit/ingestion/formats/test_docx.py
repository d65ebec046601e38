"""DOCX: structure, tracked changes, merged cells, and archives that are broken or bombs."""

from __future__ import annotations

import io
import re
import struct
import tracemalloc
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.errors import InputError
from kgqa.ingestion.formats import read_source
from kgqa.model import Reading, Source
from kgqa.settings import IngestOptions


def read(data: bytes, **options: object) -> Reading:
    (reading,) = read_source(Source("", "d.docx", data), IngestOptions.model_validate(options), Path("unused"))
    return reading


def blocks(reading: Reading) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, reading.text[block.start : block.end]) for block in reading.blocks]


def saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]  # python-docx is not typed
    return target.getvalue()


def example() -> bytes:
    document = docx.Document()
    document.add_heading("The Report", 0)
    document.add_heading("Findings", 1)
    document.add_paragraph("The pump stopped at 16:42.")
    document.add_paragraph("first", style="List Bullet")
    document.add_paragraph("Table 1. Costs.", style="Caption")
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, [("Part", "Cost"), ("Pump", "12"), ("", "13")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    return saved(document)


EXAMPLE = example()


def parts(data: bytes, **changed: bytes) -> bytes:
    """The archive with parts replaced, by the last piece of their name."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(Path(name).stem, old.read(name)))
    return target.getvalue()


def test_headings_lists_captions_and_tables_come_in_order() -> None:
    reading = read(example())
    assert reading.document.title == "The Report"
    assert blocks(reading) == [
        ("heading", 1, "The Report"),
        ("heading", 1, "Findings"),
        ("text", 0, "The pump stopped at 16:42."),
        ("list", 0, "first"),
        ("caption", 0, "Table 1. Costs."),
        ("table", 0, "Part: Pump; Cost: 12"),
        ("table", 0, "Part: Pump; Cost: 13"),
    ]


def test_deleted_text_is_gone_and_inserted_text_and_content_controls_are_read() -> None:
    document = docx.Document()
    xml = (
        f"<w:p {nsdecls('w')}><w:r><w:t>The limit is </w:t></w:r><w:del><w:r><w:delText>18</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>13</w:t></w:r></w:ins><w:r><w:t> m/s.</w:t></w:r></w:p>"
    )
    document.element.body.insert(0, parse_xml(xml))
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Controlled.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(1, parse_xml(control))
    assert read(saved(document)).text == "The limit is 13 m/s.\n\nControlled."


def test_the_properties_title_comes_first() -> None:
    document = docx.Document(io.BytesIO(example()))
    document.core_properties.title = "IR-2021-07"
    assert read(saved(document)).document.title == "IR-2021-07"


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    b"<w:t>Before &b;&f; after.</w:t></w:r></w:p></w:body></w:document>"
)


def test_xml_entities_are_never_expanded() -> None:
    try:
        text = read(parts(example(), document=ENTITIES)).text
    except InputError:
        return
    assert "aaaa" not in text
    assert "root:" not in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (example()[:2000], "is a damaged DOCX file"),
        (parts(example(), document=b"<broken"), "is a DOCX file with a part missing or broken"),
        (parts(example(), document=b""), "is a DOCX file with a part missing or broken"),
        (parts(example(), styles=b"<x"), "is a DOCX file with a part missing or broken"),
        (parts(example(), document=b"<w:x>" + b" " * 70_000_000 + b"</w:x>"), "unpacks to more than 64 MB of XML"),
        (saved(docx.Document()), "holds no text"),
    ],
)
def test_a_docx_that_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert str(caught.value).startswith(f"d.docx: {reason}")
    assert "\n" not in str(caught.value)


def test_an_archive_that_unpacks_to_far_more_than_files_may_hold_is_refused() -> None:
    with pytest.raises(InputError, match=r"d\.docx: unpacks to more than 4 MB of XML"):
        read(parts(example(), settings=b"\0" * 6_000_000), max_file_mb=1)


def test_a_bomb_that_lies_about_its_size_is_never_unpacked_whole() -> None:
    data = bytearray(parts(example(), document=b"<w:x>" + b" " * 150_000_000))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            if struct.unpack_from("<I", data, place + at)[0] > 10**8:
                struct.pack_into("<I", data, place + at, 1000)
    tracemalloc.start()
    with pytest.raises(InputError, match=r"d\.docx: is a"):
        read(bytes(data))
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_pictures_are_not_unpacked() -> None:
    assert read(parts(example(), thumbnail=b"\0" * 100_000_000)).document.title == "The Report"


def test_a_zip_that_is_no_docx_is_named_so() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError, match=r"d\.docx: is a zip archive that is no DOCX file, not a DOCX file"):
        read(target.getvalue())


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_docx_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        reading = read(bytes(raw))
    except InputError:
        return
    assert reading.text


def with_part(name: str, old: bytes, new: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(example())) as archive, zipfile.ZipFile(target, "w") as changed:
        for part in archive.namelist():
            content = archive.read(part)
            assert part != name or re.search(old, content, re.S)
            changed.writestr(part, re.sub(old, new, content, flags=re.S) if part == name else content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/document.xml", rb"<w:body>.*</w:body>", b""),
        ("docProps/core.xml", rb"<cp:coreProperties.*", b"<a/>"),
        ("word/styles.xml", rb"<w:styles.*", b"<a/>"),
        ("word/styles.xml", rb'w:type="paragraph"', b'w:type="x"'),
    ],
)
def test_parts_that_hold_something_else_are_the_files_fault(part: str, old: bytes, new: bytes) -> None:
    with pytest.raises(InputError, match="part missing or broken"):
        read(with_part(part, old, new))


def test_an_empty_outline_level_is_none() -> None:
    data = with_part("word/document.xml", rb"<w:p>", b'<w:p><w:pPr><w:outlineLvl w:val=""/></w:pPr>')
    assert read(data).text.split() == read(example()).text.split()
