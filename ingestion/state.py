"""The ingestion graph's state, split by writer: names, ids and counts; texts and extractions are in staging."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, NotRequired

from pydantic import ValidationError, with_config
from pydantic.json_schema import SkipJsonSchema
from typing_extensions import TypedDict

from ..context_fields import described_by
from ..errors import InputError
from ..model import Failure, Skipped, Source
from ..settings import IngestOptions
from .gone import Gone


class Given(TypedDict):
    """One source that was read."""

    path: str
    """Empty for standard input."""
    documents: list[str]
    size: int
    """Bytes."""
    sha256: str


class Drawn(TypedDict):
    """What one batch's extraction took."""

    passages: int
    called: int
    """Passages that the extractor was called for; the others' extractions were kept from before."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Pages of a source that were not read."""

    source: str
    pages: tuple[int, ...]


@with_config(use_attribute_docstrings=True)
class Report(TypedDict):
    """What an ingest did."""

    sources: int
    """Files found, and standard input."""
    documents: int
    """Documents that they gave."""
    added: int
    """Of these, new or changed since they were last ingested."""
    unchanged: int
    removed: int
    """Older versions that nothing holds any more."""
    rewritten: int
    """Other documents whose names came to mean other entities."""
    mended: int
    """Documents and index rows that the stores had lost, or kept too long, and that were put right."""
    passages: int
    extracted: int
    """Passages that the extractor was called for."""
    failures: list[Failure]
    """By source."""
    skipped: list[Skipped]
    """Files of the folders that were not tried, by kind."""
    unread: list[Unread]
    """Pages of these sources that are pictures without text, by source."""
    gone: list[Gone]
    """Files that were ingested from these folders before and do not stand there any more, by path."""
    notes: list[str]
    """What did not go as the settings say, and what was done instead."""
    library: dict[str, int]
    """What the graph holds now: `documents`, `pages`, `sentences`, `entities`, `relations`, `mentions`."""


# ── what each node writes
@with_config(use_attribute_docstrings=True)
class Asked(TypedDict):
    """What the graph takes."""

    paths: list[str]
    """Files, folders and patterns; `-` is `stdin`. One alone may stand for itself, and a `Path` for its string."""
    stdin: NotRequired[SkipJsonSchema[bytes]]


class Loaded(TypedDict):
    """`load`: the sources behind the paths."""

    sources: list[Source]
    skipped: list[Skipped]
    folders: list[str]
    """Those that were walked."""


class Failed(TypedDict):
    """`load`, `read`, `resolve` and `write`: what could not be taken."""

    failures: Annotated[list[Failure], operator.add]


class Read(TypedDict):
    """`read`, once a batch: the documents of each source, now in staging."""

    given: Annotated[list[Given], operator.add]


class Planned(TypedDict):
    """`plan`: the documents that are new or changed, in the order of their ids."""

    documents: list[str]


class Extracted(TypedDict):
    """`extract`, once a batch, and `resolve`, for what another run has deleted meanwhile."""

    drawn: Annotated[list[Drawn], operator.add]


class Resolved(TypedDict):
    """`resolve`: the documents that left the library, and the files that are gone."""

    removed: list[str]
    gone: list[Gone]


class Written(TypedDict):
    """`write`: documents whose facts it wrote anew, and documents and rows that the stores had lost."""

    wrote: dict[str, int]


class Reported(TypedDict):
    """`report`: what the caller gets."""

    report: Report


# ── what each node reads
class ToRead(TypedDict):
    """One batch for `read`."""

    sources: list[Source]
    before: int
    """Sources in the batches before this one."""
    total: int


class ToExtract(TypedDict):
    """One batch for `extract`."""

    documents: list[str]
    before: int
    total: int


class ToResolve(Loaded, Read, Planned):
    """For `resolve`."""


class ToReport(Loaded, Failed, Read, Planned, Extracted, Resolved, Written):
    """For `report`."""


class IngestState(Asked, Loaded, Failed, Read, Planned, Extracted, Resolved, Written, Reported, total=False):
    """All of it."""


# ── what a stream of a run tells beside
class Progress(TypedDict):
    """A custom event."""

    stage: Literal["read", "split", "extract", "resolve", "wait", "write", "index"]
    done: int
    """Of the total. Batches run beside each other, each from where it `begun`: `ingestion.progress` adds them up."""
    total: int
    begun: NotRequired[int]
    """What is done before this batch, by others that may still be at it; without, there is one batch."""
    name: str
    """The file or document at hand, where there is one."""


Tell = Callable[[Progress], None]


# ── what one run may choose
@described_by(IngestOptions)
@with_config(use_attribute_docstrings=True)
@dataclass(frozen=True)
class IngestContext:
    """Plain values for one run; what is None is as the settings have it (`IngestOptions` says what each means)."""

    chunk_size: int | None = None
    page_images: bool | None = None
    max_file_mb: float | None = None
    max_pages: int | None = None
    batch: int | None = None
    sync: bool = False
    """Delete what was ingested from these folders before and does not stand there any more; else it is only told. Here
    and not in the state, which a checkpointed thread would keep for its next run."""


def options(context: IngestContext | None, settings: IngestOptions) -> IngestOptions:
    """The options of one run: the settings', with what its context says in their place.

    Raises:
        InputError: a value of the context does not fit; the message names it.
    """
    given: Mapping[str, Any] = asdict(context) if context else {}
    given = {name: value for name, value in given.items() if value is not None and name != "sync"}
    if not given:
        return settings
    try:
        return IngestOptions.model_validate({**settings.model_dump(), **given})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"context {first['loc'][0]!r}: {first['msg']} (got {first['input']!r})") from error
