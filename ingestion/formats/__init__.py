"""Format readers: bytes to readings. The bytes decide where they speak for themselves, else the name's ending does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import TypeAlias

from ...errors import ConfigError, InputError
from ...model import Reading, Source
from ...registry import Registry
from ...settings import IngestOptions
from .detect import LABELS, SUFFIXES, foreign, kind_of
from .parts import in_parts

Reader: TypeAlias = Callable[[Source, bytes, IngestOptions, Path], Iterable[Reading]]


def _markdown(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterable[Reading]:
    from .markdown import read

    return read(source, data, options, home)


def _text(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterable[Reading]:
    from .plain import read

    return read(source, data, options, home)


def _html(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterable[Reading]:
    from .html import read

    return read(source, data, options, home)


def _docx(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterable[Reading]:
    from .docx import read

    return read(source, data, options, home)


def _pdf(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterable[Reading]:
    from .pdf import read

    return read(source, data, options, home)


def _jsonl(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterable[Reading]:
    from .jsonl import read

    return read(source, data, options, home)


formats: Registry[Reader] = Registry(
    "format",
    {"markdown": _markdown, "text": _text, "html": _html, "docx": _docx, "pdf": _pdf, "jsonl": _jsonl},
)
"""Format → its reader. An extension's reader called `epub` reads files that end in `.epub`."""


def read_source(source: Source, options: IngestOptions, home: Path) -> Iterator[Reading]:
    """The documents in one source, as they are read: one, for a JSONL corpus one a line, for a large text its parts.

    Page images go below `home`.

    Raises:
        InputError: nothing could be read; the message names the file and the reason. Some of it comes only when the
            readings are asked for.
    """
    data = contents_of(source, options)
    if not data:
        raise InputError(f"{source.name}: is empty")
    name = _format(source.name, data)
    if formats.package(name):
        return _read_by_extension(name, source, data, options, home)
    return _in_parts(formats.get(name)(source, data, options, home))


def _in_parts(readings: Iterable[Reading]) -> Iterator[Reading]:
    return (part for reading in readings for part in in_parts(reading))


def _read_by_extension(name: str, source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterator[Reading]:
    """The same; an extension that fails, in whatever way, fails with this file alone."""
    try:
        yield from _in_parts(formats.get(name)(source, data, options, home))
    except InputError:
        raise
    except ConfigError as error:
        raise InputError(f"{source.name}: {error}") from error
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise InputError(f"{source.name}: format {name!r} of {formats.package(name)} failed: {said}") from error


def endings() -> Mapping[str, str]:
    """Ending of a file's name, lower case with its dot → the format that reads it; the built-in ones win."""
    return {**{f".{name.lower()}": name for name in formats.names() if formats.package(name)}, **SUFFIXES}


def package_reading(name: str) -> str:
    """The package whose reader takes this file, with its version; empty for a built-in one."""
    return formats.package(endings().get(PurePath(name).suffix.lower(), ""))


def name_of_bytes(data: bytes) -> str:
    """What to call bytes that have no file name, with the ending that their reader goes by."""
    ending = {"pdf": "pdf", "docx": "docx", "html": "html"}.get(kind_of(data) or "", "")
    if not ending:
        ending = "jsonl" if data.lstrip()[:1] == b"{" and b'"text"' in data[:65536] else "md"
    return f"standard-input.{ending}"


def contents_of(source: Source, options: IngestOptions) -> bytes:
    """The source's bytes. Raises: InputError where they cannot be read, or are more than `options.max_file_mb`."""
    limit = int(options.max_file_mb * 2**20)
    size = len(source.data) if source.data is not None else _size(source)
    if size > limit:
        raise InputError(f"{source.name}: is too large ({size / 2**20:.1f} MB; at most {options.max_file_mb:g} MB)")
    return source.data if source.data is not None else _contents(source)


def _size(source: Source) -> int:
    try:
        return os.stat(source.path).st_size
    except OSError as error:
        raise InputError(f"{source.name}: cannot be opened: {error.strerror}") from error


def _contents(source: Source) -> bytes:
    try:
        return Path(source.path).read_bytes()
    except OSError as error:
        raise InputError(f"{source.name}: cannot be read: {error.strerror}") from error


def _format(name: str, data: bytes) -> str:
    claimed = endings().get(PurePath(name).suffix.lower(), "")
    if formats.package(claimed):
        return claimed
    spoken = kind_of(data)
    if spoken in ("pdf", "docx"):
        return spoken
    what = foreign(data)
    if what:
        raise InputError(f"{name}: is {what}" + (f", not {LABELS[claimed]}" if claimed else ""))
    if claimed in ("pdf", "docx"):
        raise InputError(f"{name}: is not {LABELS[claimed]}, whatever its name says")
    return claimed or spoken or "text"
