"""JSON Lines: a corpus of passages, one `{"id": …, "title": …, "text": …}` a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from ...errors import InputError
from ...model import Reading, Source, content_id
from ...settings import IngestOptions
from .decode import canonical, decode
from .text_builder import Draft

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterator[Reading]:
    """One document a line, called `corpus.jsonl#<id>`; blank lines are skipped, a line said twice counts once.

    `text` must be there. Without `id` a line goes by its number; without `title` a passage goes by its id. All lines
    are looked at before the first is given: a corpus goes in whole or not at all.
    """
    text = decode(source.name, data)
    lines = _kept(source.name, text)
    for number, line in _lines(text):
        if number in lines:
            key, title, said = _passage(f"{source.name}: line {number}", line, number)
            yield _reading(f"{source.name}#{key}", title or key, said, f"{title}\n{said}")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, match in enumerate(_LINE.finditer(text), 1):
        if match[0].strip():
            yield number, match[0]


def _kept(name: str, text: str) -> set[int]:
    """The numbers of the lines that give a passage. Raises: InputError, where one does not fit."""
    seen: dict[str, tuple[int, str]] = {}
    for number, line in _lines(text):
        key, title, said = _passage(f"{name}: line {number}", line, number)
        digest = content_id(title, said)
        first = seen.setdefault(key, (number, digest))
        if first[1] != digest:
            raise InputError(f"{name}: line {number} repeats the id {key[:80]!r} of line {first[0]}")
    if not seen:
        raise InputError(f"{name}: holds no passage")
    return {number for number, _ in seen.values()}


def _reading(name: str, title: str, text: str, content: str) -> Reading:
    draft = Draft(name, title)
    for paragraph in _PARAGRAPH.split(text):
        draft.add(paragraph)
    return draft.reading(content.encode("utf-8", "replace"))


def _passage(where: str, line: str, number: int) -> tuple[str, str, str]:
    row = _object(where, line)
    text, title, key = row.get("text"), row.get("title") or "", row.get("id", number)
    if not isinstance(text, str) or not canonical(text).strip():
        raise InputError(f"{where}: has no 'text'")
    if not isinstance(title, str):
        raise InputError(f"{where}: 'title' is no string but {str(title)[:80]!r}")
    # Canonical as the text is: half an emoji in a name could be kept nowhere, and a control character would be shown.
    name = re.sub(r"\s+", " ", canonical(str(key))).strip()
    if not isinstance(key, str | int) or isinstance(key, bool) or not name:
        raise InputError(f"{where}: 'id' is neither a string nor a number but {str(key)[:80]!r}")
    return name, title, text


def _object(where: str, line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: is no JSON ({getattr(error, 'msg', error)})") from error
    except RecursionError as error:
        raise InputError(f"{where}: is JSON nested too deeply") from error
    if not isinstance(row, dict):
        raise InputError(f"{where}: is no JSON object with 'id', 'title' and 'text'")
    return row
