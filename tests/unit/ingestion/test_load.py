"""Finding sources: files, folders, patterns and standard input."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kgqa.ingestion.load import find_sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "papers"
    (home / "b").mkdir(parents=True)
    (home / ".git").mkdir()
    for name in ("z.md", "a.txt", "b/c.html", ".hidden.md", ".git/d.md", "b/picture.png"):
        (home / name).write_text("text")
    return home


def names(*paths: str | Path, stdin: bytes | None = None) -> list[str]:
    return [source.name for source in find_sources([str(path) for path in paths], stdin).sources]


def test_a_folder_gives_its_readable_files_sorted_without_the_hidden(folder: Path) -> None:
    found = find_sources([str(folder)])
    assert [source.name for source in found.sources] == ["a.txt", "z.md", "c.html"]
    assert not found.failures


def test_one_path_alone_is_taken_whole_as_a_string_or_a_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    for one in ("papers", "./papers", str(folder), folder, Path("papers"), [folder], (str(folder),), {folder}):
        found = find_sources(one)
        assert [source.name for source in found.sources] == ["a.txt", "z.md", "c.html"]
        assert not found.failures
    assert [source.name for source in find_sources("-", b"words").sources] == ["standard-input.md"]


@pytest.mark.parametrize("odd", [7, None, b"papers", ["a"], True])
def test_what_is_no_path_is_told_beside_the_others(folder: Path, odd: object) -> None:
    found = find_sources([odd, folder / "z.md"])  # type: ignore[list-item]  # as a caller's JSON may have it
    assert [source.name for source in found.sources] == ["z.md"]
    assert [(failure.source, failure.reason) for failure in found.failures] == [(repr(odd), "is no path")]


def test_a_file_named_twice_is_one_source(folder: Path) -> None:
    assert names(folder / "z.md", folder, folder / "b" / ".." / "z.md") == ["z.md", "a.txt", "c.html"]


def test_a_pattern_is_expanded_and_a_name_with_brackets_is_a_name(folder: Path) -> None:
    (folder / "r[1].md").write_text("x")
    assert names(folder / "*.md") == ["r[1].md", "z.md"]
    assert names(folder / "**" / "*.html") == ["c.html"]
    assert names(folder / "r[1].md") == ["r[1].md"]


def test_what_gives_no_source_is_told_one_by_one(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    bad = [tmp_path / "nowhere", folder / "*.zip", tmp_path / "empty", tmp_path / "pipe", tmp_path / "dangling", "a\0b"]
    found = find_sources([str(folder / "z.md"), *map(str, bad)])
    assert [source.name for source in found.sources] == ["z.md"]
    reasons = [failure.reason for failure in found.failures]
    assert reasons[:2] == ["does not exist", "matches no file"]
    assert reasons[2].startswith("holds no file that can be read (.docx")
    assert reasons[3:] == ["is not a regular file", "is a link to nothing", "is no path"]
    assert all("\n" not in failure.source + failure.reason for failure in found.failures)


def test_links_that_lead_out_of_a_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "e.md").write_text("e")
    (folder / "link.md").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder)
    assert names(folder) == ["a.txt", "z.md", "c.html"]
    assert names(folder / "**" / "*.md") == ["z.md"]
    assert names(folder / "link.md") == ["link.md"], "a link that the caller names is the caller's will"


def test_a_file_that_cannot_be_printed_is_told_not_taken(folder: Path) -> None:
    for name in (b"new\nline.md", b"caf\xe9.md"):
        (folder / os.fsdecode(name)).write_text("x")
    found = find_sources([str(folder)])
    assert [source.name for source in found.sources] == ["a.txt", "z.md", "c.html"]
    assert len(found.failures) == 2
    assert all(failure.source.isprintable() or "\ufffd" in failure.source for failure in found.failures)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7 ...", "standard-input.pdf"),
        (b"\n<!DOCTYPE html><html>", "standard-input.html"),
        (b'{"id": 1, "text": "x"}\n', "standard-input.jsonl"),
        (b"# Title", "standard-input.md"),
    ],
)
def test_standard_input_is_named_by_what_it_holds(data: bytes, name: str) -> None:
    (source,) = find_sources(["-"], data).sources
    assert (source.name, source.path, source.data) == (name, "", data)


def test_no_standard_input_is_a_failure() -> None:
    assert find_sources(["-"], b"").failures[0].reason == "standard input is empty"


def test_the_data_folder_is_left_out_unless_a_file_in_it_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "event.jsonl").write_text("{}")
    (tmp_path / "own.md").write_text("Own.")
    assert [s.name for s in find_sources([str(tmp_path)], ours=home).sources] == ["own.md"]
    assert [s.name for s in find_sources([str(tmp_path / "**/*")], ours=home).sources] == ["own.md"]
    assert [s.name for s in find_sources([str(home / "event.jsonl")], ours=home).sources] == ["event.jsonl"]


def test_what_a_folder_holds_and_is_not_tried_is_counted_by_kind(folder: Path, tmp_path: Path) -> None:
    (folder / "b" / "two.PNG").write_text("x")
    (folder / "LICENSE").write_text("x")
    (folder / "out.md").symlink_to(tmp_path)
    (tmp_path / "secret.md").write_text("secret")
    (folder / "secret.md").symlink_to(tmp_path / "secret.md")
    home = folder / "data"
    home.mkdir()
    (home / "staging.sqlite").touch()
    found = find_sources([folder], ours=home)
    assert [(one.files, one.kind, one.reason) for one in found.skipped] == [
        (2, ".png", "no reader takes it"),
        (1, "hidden files", "the name begins with a dot"),
        (1, "hidden folders", "the name begins with a dot"),
        (1, "linked folders", "links to folders are not followed"),
        (1, "links", "leads out of the folder"),
        (1, "without an ending", "no reader takes it"),
    ]
    assert found.folders == (str(folder),)


def test_a_second_name_of_a_file_is_counted_and_the_same_name_again_is_not(folder: Path) -> None:
    (folder / "y.md").symlink_to(folder / "z.md")
    found = find_sources([folder, folder / "y.md"])
    assert [source.name for source in found.sources] == ["a.txt", "y.md", "c.html"]
    assert [one.files for one in found.skipped if one.kind == "second names"] == [1]
