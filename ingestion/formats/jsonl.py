"""JSON Lines: a corpus of passages, one `{"id": …, "title": …, "text": …}` a line."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ...errors import InputError
from ...model import Reading, Source
from ...settings import IngestOptions
from .build import Draft
from .decode import canonical, decode

_PARAGRAPH = re.compile(r"\n[ \t]*\n")


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> list[Reading]:
    """One document a line, called `corpus.jsonl#<id>`; blank lines are skipped, a line said twice counts once.

    `text` must be there. Without `id` a line goes by its number; without `title` a passage goes by its id.
    """
    readings: list[Reading] = []
    seen: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(decode(source.name, data).split("\n"), 1):
        if not line.strip():
            continue
        key, title, text = _passage(f"{source.name}: line {number}", line, number)
        first = seen.setdefault(key, (number, f"{title}\n{text}"))
        if first[0] == number:
            readings.append(_reading(f"{source.name}#{key}", title or key, text, first[1]))
        elif first[1] != f"{title}\n{text}":
            raise InputError(f"{source.name}: line {number} repeats the id {key[:80]!r} of line {first[0]}")
    if not readings:
        raise InputError(f"{source.name}: holds no passage")
    return readings


def _reading(name: str, title: str, text: str, content: str) -> Reading:
    draft = Draft(name)
    for paragraph in _PARAGRAPH.split(text):
        draft.add(paragraph)
    return draft.reading(content.encode("utf-8", "replace"), title)


def _passage(where: str, line: str, number: int) -> tuple[str, str, str]:
    row = _object(where, line)
    text, title, key = row.get("text"), row.get("title") or "", row.get("id", number)
    if not isinstance(text, str) or not text.strip():
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
