"""Cited pages as pictures: boxed where the sentences stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from kgqa.errors import BackendError, InputError
from kgqa.graph.page_images import box_pages, boxed_pages
from kgqa.model import Answer, Box, Citation
from PIL import Image


def cited(image: str, *boxes: Box, sentence: str = "s1", page: int | None = 4) -> Citation:
    return Citation(sentence, "d" * 32, "Title", "../a b.pdf", page, "", 0, 1, "x", boxes, image)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Image.new("RGB", (200, 100), "white").save(tmp_path / "p4.jpg")
    return tmp_path


def test_the_cited_sentences_are_boxed_and_the_rest_is_left(home: Path) -> None:
    first, second = cited("p4.jpg", Box(20, 20, 80, 40)), cited("p4.jpg", Box(120, 60, 180, 80), sentence="s2")
    (page,) = box_pages(home, [first, second], home / "cited")
    assert (page.page, page.sentences) == (4, ("s1", "s2"))
    image = Image.open(page.path).convert("RGB")
    for inside in ((50, 30), (150, 70)):
        assert image.getpixel(inside) != (255, 255, 255)
    assert image.getpixel((100, 10)) == (255, 255, 255)


def test_no_name_of_a_document_leads_out_of_the_folder(home: Path) -> None:
    (page,) = box_pages(home, [cited("p4.jpg")], home / "cited")
    assert page.path.parent == home / "cited"


def test_a_citation_without_a_page_gives_no_picture_and_makes_no_folder(home: Path) -> None:
    assert box_pages(home, [cited("", page=None)], home / "cited") == []
    assert not (home / "cited").exists()


@pytest.mark.parametrize("content", [None, b"not an image"])
def test_a_missing_or_broken_page_image_is_named(home: Path, content: bytes | None) -> None:
    if content is not None:
        (home / "p5.jpg").write_bytes(content)
    with pytest.raises(BackendError, match=r"p5\.jpg"):
        box_pages(home, [cited("p5.jpg")], home / "cited")


def test_an_answers_pages_come_in_its_order_under_the_data_folder(home: Path) -> None:
    Image.new("RGB", (200, 100), "white").save(home / "p5.jpg")
    citations = (cited("p4.jpg", Box(20, 20, 80, 40)), cited("p5.jpg", sentence="s2", page=5))
    answer = Answer("x", citations=citations, pages=("p5.jpg", "p4.jpg"))
    pages = boxed_pages(home, answer)
    assert [(page.page, page.sentences, page.document_id) for page in pages] == [
        (5, ("s2",), "d" * 32),
        (4, ("s1",), "d" * 32),
    ]
    assert all(page.path.is_relative_to(home / "cited") and page.path.is_file() for page in pages)
    assert boxed_pages(home, answer) == pages
    assert len([path for path in (home / "cited").rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("image", ["../p4.jpg", "/etc/hostname", "a/../../x.png"])
def test_an_image_outside_the_data_folder_is_refused(home: Path, image: str) -> None:
    with pytest.raises(InputError, match="not in the data folder"):
        box_pages(home, [cited(image)], home / "cited")
