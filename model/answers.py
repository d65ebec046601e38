"""Answers: the evidence, and statements with citations down to the box."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import with_config

from .documents import Box, Sentence


@with_config(use_attribute_docstrings=True)
@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, why it is here and how good it is (0 to 1 after ranking)."""

    sentence: Sentence
    why: str
    score: float


@with_config(use_attribute_docstrings=True)
@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement's support stands, down to the pixel."""

    sentence: str
    document_id: str
    title: str
    source: str
    page: int | None
    section: str
    start: int
    end: int
    text: str
    boxes: tuple[Box, ...] = ()
    image: str = ""
    """The page image, relative to the data folder; empty where there is none."""
    path: str = ""
    """As much of its file's path as tells it from others of that name (`north/notes.md`); empty without any."""


@with_config(use_attribute_docstrings=True)
@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the ids of the sentences that support it."""

    text: str
    sentences: tuple[str, ...]
    support: float = 1.0
    """0 to 1, from the judge."""


@with_config(use_attribute_docstrings=True)
@dataclass(frozen=True, slots=True)
class Answer:
    """What the user gets. An abstention has no statements and says what was looked for."""

    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    pages: tuple[str, ...] = ()
    """Page images to show, relative to the data folder, best first."""
    short: str = ""
    """The answer span where one is sure enough to be shown: a name, a number, a date, a cell."""
    short_confidence: float = 0.0
    """The probability, 0 to 1, that `candidate` is right."""
    candidate: str = ""
    """The likeliest span, whether it is shown or not; empty where the question's kind has none."""
    confidence: float = 0.0
    abstained: bool = False
