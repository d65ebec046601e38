"""PDF: reading order, boxes, tables, furniture, page images, and files that are none or not for reading."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.errors import InputError
from kgqa.ingestion.formats import page_images, read_source
from kgqa.ingestion.formats.pdf_chars import Run, unprinted
from kgqa.ingestion.formats.reading_order import reading_order
from kgqa.ingestion.split import split
from kgqa.model import PAGE_DPI, Parsed, Reading, Source
from kgqa.settings import IngestOptions
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

PLAIN = IngestOptions(page_images=False)
LEFT = (
    "The left column speaks of pumps. It says that the PX-200 moves water at sixteen bar. Each pump has a valve. " * 4
)
RIGHT = "The right column speaks of towers. Each tower holds twelve thousand litres. It was built in 1987 by Acme. " * 4


def make(*pages: Callable[[Canvas], None], rotate: int = 0, encrypt: StandardEncryption | None = None) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), encrypt=encrypt, invariant=1)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        canvas.setPageRotation(rotate)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def lines(x: float, y: float, text: str, width: int = 45) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(textwrap.wrap(text, width)):
            canvas.drawString(x, y - 12 * number, line)

    return draw


def both(*parts: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for part in parts:
            part(canvas)

    return draw


def heading(x: float, y: float, text: str, size: float = 18) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", size)
        canvas.drawString(x, y, text)
        canvas.setFont("Helvetica", 10)

    return draw


def read(data: bytes, home: Path = Path("unused"), options: IngestOptions = PLAIN, name: str = "f.pdf") -> Reading:
    (reading,) = read_source(Source("", name, data), options, home)
    return reading


def parsed(data: bytes) -> Parsed:
    return split(read(data), PLAIN)


def kinds(reading: Reading) -> list[tuple[str, str]]:
    return [(block.kind, reading.text[block.start : block.end]) for block in reading.blocks]


def test_two_columns_are_read_left_first_though_the_right_is_drawn_first() -> None:
    data = make(both(heading(72, 780, "Report on Water"), lines(310, 740, RIGHT), lines(72, 740, LEFT)))
    reading = read(data)
    assert kinds(reading) == [("heading", "Report on Water"), ("text", LEFT.strip()), ("text", RIGHT.strip())]
    assert reading.document.title == "Report on Water"


def test_columns_whose_lines_do_not_stand_level_are_read_one_after_the_other() -> None:
    data = make(both(lines(310, 747, RIGHT), lines(72, 740, LEFT)))
    assert kinds(read(data)) == [("text", LEFT.strip()), ("text", RIGHT.strip())]


def test_every_sentence_has_a_box_around_each_of_its_lines() -> None:
    text = "A first short one. The second sentence is long enough that it must run on over to the next line."
    first, second = parsed(make(lines(72, 700, text, width=60))).sentences
    assert (len(first.boxes), len(second.boxes)) == (1, 2)
    scale = PAGE_DPI / 72
    for box in (*first.boxes, *second.boxes):
        assert 72 * scale - 1 <= box.x0 < box.x1 <= 595 * scale
        assert 5 < box.y1 - box.y0 < 30
    assert first.boxes[0].x1 < second.boxes[0].x0
    assert second.boxes[1].x0 == pytest.approx(72 * scale, abs=1)
    assert first.boxes[0].y0 < (842 - 703) * scale < first.boxes[0].y1


def test_glyphs_stand_where_the_page_image_is_dark(tmp_path: Path) -> None:
    reading = read(make(lines(72, 700, "Ink is where the boxes are.")), tmp_path, IngestOptions())
    with Image.open(tmp_path / reading.pages[0].image) as image:
        pixels = np.asarray(image.convert("L"))
    assert reading.glyphs is not None
    for character, box in zip(reading.text, reading.glyphs, strict=True):
        if character == " ":
            assert np.isnan(box).all()
        else:
            x0, y0, x1, y1 = (int(value) for value in (box[0], box[1], box[2] + 1, box[3] + 1))
            assert pixels[y0:y1, x0:x1].min() < 100, character


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_turned_page_is_read_and_boxed_as_it_is_shown(rotate: int, tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        # Drawn so that it is upright once the page is turned; a page turned by a quarter is made 842 by 595.
        if rotate == 90:
            canvas.translate(842, 0)
        elif rotate == 180:
            canvas.translate(595, 842)
        elif rotate == 270:
            canvas.translate(0, 595)
        canvas.rotate(rotate)
        lines(100, 400, "This page was turned. It is read all the same, from its top left corner to the end.", 40)(
            canvas
        )

    reading = read(make(draw, rotate=rotate), tmp_path, IngestOptions())
    assert reading.text == "This page was turned. It is read all the same, from its top left corner to the end."
    (page,) = reading.pages
    assert (page.rotation, page.width, page.height) == (rotate, 1190, 1684)
    with Image.open(tmp_path / page.image) as image:
        assert image.size == (page.width, page.height)
        pixels = np.asarray(image.convert("L"))
    for sentence in split(reading, PLAIN).sentences:
        assert max(box.x1 - box.x0 for box in sentence.boxes) > 100
        for box in sentence.boxes:
            assert box.y1 - box.y0 < 30
            assert pixels[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)].min() < 100


def test_text_written_up_the_margin_is_read_after_the_rest_in_its_own_direction() -> None:
    def margin(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(40, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "written up the margin")
        canvas.restoreState()

    sentences = parsed(make(both(margin, lines(72, 700, LEFT)))).sentences
    assert sentences[-1].text == "written up the margin"
    (box,) = sentences[-1].boxes
    assert box.y1 - box.y0 > 3 * (box.x1 - box.x0)


def test_words_divided_at_a_line_end_are_whole_again_and_compounds_keep_their_hyphen() -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(
            [
                "The maintenance of the state-of-the-art plant is done by the mainte-",
                "nance team, which is a well-",
                "known team. They meet in the hall.",
            ]
        ):
            canvas.drawString(72, 700 - 12 * number, line)

    first, second = parsed(make(draw)).sentences
    assert first.text.endswith("is done by the maintenance team, which is a well-known team.")
    assert second.text == "They meet in the hall."
    assert len(first.boxes) == 3


def table(canvas: Canvas) -> None:
    for row, cells in enumerate(
        [("Model", "Max pressure", "Weight"), ("PX-200", "16 bar", "12 kg"), ("PX-300", "20 bar", "14 kg")]
    ):
        canvas.setFont("Helvetica-Bold" if row == 0 else "Helvetica", 10)
        for column, cell in enumerate(cells):
            canvas.drawString(72 + 130 * column, 500 - 20 * row, cell)


def test_a_table_gives_rows_that_can_be_read_alone() -> None:
    reading = read(make(both(lines(72, 740, LEFT, 90), table)))
    assert kinds(reading)[1:] == [
        ("table", "Model: PX-200; Max pressure: 16 bar; Weight: 12 kg"),
        ("table", "Model: PX-300; Max pressure: 20 bar; Weight: 14 kg"),
    ]
    row = split(reading, PLAIN).sentences[-1]
    assert len(row.boxes) == 1, "only what the row itself prints is boxed"
    assert row.boxes[0].y0 > 2 * (842 - 475)


def test_a_table_across_two_columns_of_text_is_not_torn() -> None:
    found = kinds(read(make(both(lines(310, 740, RIGHT), lines(72, 740, LEFT), table))))
    assert found[0] == ("text", LEFT.strip())
    assert found[1] == ("text", RIGHT.strip())
    assert found[2] == ("table", "Model: PX-200; Max pressure: 16 bar; Weight: 12 kg")


def test_running_heads_and_page_numbers_are_left_out() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 815, "Acme Handbook")
            canvas.drawCentredString(297, 25, f"Page {number} of 4")
            canvas.drawString(500, 815, f"Chapter {'ABCD'[number - 1]}")
            lines(72, 740, f"Body text of page {'one two three four'.split()[number - 1]}.")(canvas)

        return draw

    text = read(make(*map(page, (1, 2, 3, 4)))).text
    assert "Acme Handbook" not in text
    assert "of 4" not in text
    assert [text.count(f"Chapter {letter}") for letter in "ABCD"] == [1, 1, 1, 1], "what differs is no running head"
    assert text.count("Body text") == 4


def test_a_sentence_that_runs_on_over_the_page_is_one_and_is_boxed_where_it_begins() -> None:
    first = lines(72, 100, "The pump was installed by a team that had come from the north of the coun-", 100)
    second = lines(72, 780, "try in winter. The next sentence stands on the second page.", 100)
    one, two = parsed(make(first, second)).sentences
    assert one.text == "The pump was installed by a team that had come from the north of the country in winter."
    assert (one.page, two.page) == (1, 2)
    assert len(one.boxes) == 1
    assert one.boxes[0].y0 > 1400


def test_bullets_numbers_and_captions_are_told_from_text() -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(["Valves", "Pumps of the second kind"]):
            canvas.drawString(72, 600 - 13 * number, "\u2022")
            canvas.drawString(90, 600 - 13 * number, line)
        canvas.drawString(72, 500, "Figure 3. A pump.")
        canvas.drawString(72, 460, "1 Pumps . . . . . . . . . . . . . . . . . . 12")

    found = kinds(read(make(both(lines(72, 740, LEFT, 90), draw))))
    assert found[1:] == [
        ("list", "Valves"),
        ("list", "Pumps of the second kind"),
        ("caption", "Figure 3. A pump."),
        ("text", "1 Pumps 12"),
    ]


def test_page_images_are_jpeg_of_the_stated_size_and_made_once(tmp_path: Path) -> None:
    data = make(lines(72, 700, LEFT), lines(72, 700, RIGHT))
    reading = read(data, tmp_path, IngestOptions())
    assert [page.image for page in reading.pages] == [f"pages/{reading.document.id}/{n}.jpg" for n in (1, 2)]
    with Image.open(tmp_path / reading.pages[0].image) as image:
        assert (image.format, image.size) == ("JPEG", (1190, 1684))
    stamp = (tmp_path / reading.pages[0].image).stat().st_mtime_ns
    assert read(data, tmp_path, IngestOptions()).pages == reading.pages
    assert (tmp_path / reading.pages[0].image).stat().st_mtime_ns == stamp
    assert sorted(path.name for path in (tmp_path / "pages" / reading.document.id).iterdir()) == ["1.jpg", "2.jpg"]


def test_a_document_that_fails_halfway_leaves_no_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = page_images._save

    def full(image: Image.Image, path: Path) -> None:
        if path.name == "2.jpg":
            raise InputError("page images cannot be written: No space left on device")
        real(image, path)

    monkeypatch.setattr(page_images, "_save", full)
    with pytest.raises(InputError, match="No space left"):
        read(make(lines(72, 700, LEFT), lines(72, 700, RIGHT)), tmp_path, IngestOptions())
    assert list((tmp_path / "pages").iterdir()) == []


@pytest.mark.parametrize("size", [(14_000, 14_000), (40_000, 100)])
def test_a_sheet_of_absurd_size_has_text_but_no_image(size: tuple[int, int], tmp_path: Path) -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size)
    canvas.drawString(72, 50, "Very large.")
    canvas.save()
    reading = read(target.getvalue(), tmp_path, IngestOptions())
    assert (reading.text, reading.pages[0].image) == ("Very large.", "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make(lambda canvas: canvas.rect(10, 10, 50, 50)), "has no text layer; it needs OCR"),
        (
            make(lines(72, 700, LEFT), encrypt=StandardEncryption("secret")),
            "is encrypted: it opens only with a password",
        ),
        (b"%PDF-1.7\n" + b"garbage " * 500, "is a damaged PDF"),
        (make(lines(72, 700, LEFT))[:400], "is a damaged PDF"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(data, tmp_path, IngestOptions())
    assert str(caught.value).startswith(f"f.pdf: {reason}")
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_that_only_restricts_printing_is_read() -> None:
    data = make(lines(72, 700, "Open to all."), encrypt=StandardEncryption("", "owner", canPrint=0))
    assert read(data).text == "Open to all."


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(InputError, match=r"f\.pdf: has 3 pages; at most 2 are read"):
        read(make(*[lines(72, 700, LEFT)] * 3), options=IngestOptions(max_pages=2, page_images=False))


def test_a_pdf_under_another_name_is_still_a_pdf() -> None:
    assert read(make(lines(72, 700, "Still a PDF.")), name="report.docx").text == "Still a PDF."


def test_threads_read_what_one_thread_reads(tmp_path: Path) -> None:
    files = [make(lines(72, 700, f"Document {n}. " + LEFT), lines(72, 700, RIGHT)) for n in range(8)]
    alone = [read(data).text for data in files]
    with ThreadPoolExecutor(4) as pool:
        readings = list(pool.map(lambda data: read(data, tmp_path, IngestOptions()), files))
    assert [reading.text for reading in readings] == alone
    assert all((tmp_path / page.image).is_file() for reading in readings for page in reading.pages)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_pdf_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(make(lines(72, 700, LEFT)))
    for _ in range(data.draw(st.integers(1, 30))):
        raw[data.draw(st.integers(9, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        reading = read(bytes(raw))
    except InputError:
        return
    assert reading.glyphs is not None
    assert reading.glyphs.shape == (len(reading.text), 4)


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 60), st.integers(0, 80), st.integers(1, 30), st.integers(1, 3), st.text("ab1 ", min_size=1)
        ),
        max_size=40,
    )
)
def test_every_run_stands_in_the_reading_order_exactly_once(boxes: list[tuple[int, int, int, int, str]]) -> None:
    runs = [Run(x * 10, y * 10, (x + w) * 10, y * 10 + h * 8, 10, False, unprinted(t)) for x, y, w, h, t in boxes]
    regions = reading_order(runs)
    found = [run for region in regions for row in region.rows for run in row]
    found += [run for region in regions for row in region.table for cell in row for run in cell]
    assert sorted(map(id, found)) == sorted(map(id, runs))


def test_a_sentence_that_runs_on_into_the_next_column_is_boxed_in_both() -> None:
    left = LEFT + "The last sentence of the left column runs on from its foot and"
    right = "then goes on at the head of the right one. " + RIGHT
    sentences = parsed(make(both(lines(310, 740, right), lines(72, 740, left)))).sentences
    (whole,) = [sentence for sentence in sentences if sentence.text.startswith("The last sentence")]
    assert whole.text.endswith("its foot and then goes on at the head of the right one.")
    assert min(box.x0 for box in whole.boxes) < 200 < 600 < max(box.x0 for box in whole.boxes)


def test_a_chapter_of_two_pages_has_a_running_head_too_but_slide_titles_stay() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        head = f"Chapter {'AABBCC'[number]}: of {'pumps valves towers'.split()[number // 2]}"
        slide = heading(72, 780, "Plans", 20)
        return both(lines(72, 815, head), slide, lines(72, 700, f"Body text {'abcdef'[number]}. " * 30, 90))

    text = read(make(*map(page, range(6)))).text
    assert "Chapter" not in text
    assert text.count("Plans") == 6
