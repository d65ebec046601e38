"""The example documents: made the same on every run, and holding the answers that the questions promise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import docx
import pypdfium2
import pytest

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
DOCUMENTS = EXAMPLES / "documents"
FONT = Path("/usr/share/fonts/truetype/nanum/NanumGothic.ttf")
QUESTIONS = [json.loads(line) for line in (EXAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def make(folder: Path) -> dict[str, bytes]:
    subprocess.run(
        [sys.executable, str(EXAMPLES / "make.py"), str(folder)], check=True, capture_output=True, timeout=60
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def pages(path: Path) -> list[str]:
    pdf = pypdfium2.PdfDocument(path)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]
    finally:
        pdf.close()


def plain(name: str) -> str:
    path = DOCUMENTS / name
    if path.suffix == ".docx":
        document = docx.Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))


@pytest.mark.skipif(not FONT.is_file(), reason="needs NanumGothic: apt-get install fonts-nanum")
def test_two_runs_give_the_same_bytes_and_the_committed_texts(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a"), make(tmp_path / "b")
    assert first == second
    assert set(first) == {"handbook.pdf", "handbook-ko.pdf", "incident-report.docx", "timetable.html"}
    for name in ("handbook.pdf", "handbook-ko.pdf"):
        assert pages(tmp_path / "a" / name) == pages(DOCUMENTS / name)
    assert first["timetable.html"] == (DOCUMENTS / "timetable.html").read_bytes()


@pytest.mark.parametrize("name", ["handbook.pdf", "handbook-ko.pdf"])
def test_each_page_after_the_cover_prints_its_own_number(name: str) -> None:
    for number, text in enumerate(pages(DOCUMENTS / name)[1:], 2):
        assert re.search(rf"Page {number}\b|\b{number}쪽", text)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_every_gold_answer_stands_where_its_question_says(question: dict) -> None:
    places = []
    for place in question["evidence"]:
        name = place["document"]
        if "page" in place:
            places.append(pages(DOCUMENTS / name)[place["page"] - 1])
        else:
            text = plain(name)
            assert place["section"].split(" ", 1)[-1] in text
            places.append(text)
    assert bool(question["answers"]) == bool(places) == (question["kind"] != "unanswerable")
    assert all(answer in " ".join(places) for answer in question["answers"])
