"""`kgqa ask`: a question in, an answer with numbered citations out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ..errors import InputError
from ..model import Answer
from ..nodes.reply import marked, place
from ..settings import Settings
from .door import Door, command


def register(app: typer.Typer) -> None:
    """Add `ask`."""
    command(
        app,
        "ask",
        [
            'kgqa ask "Who is the fleet captain?"',
            "echo 어느 회사가 배터리를 공급하였는가? | kgqa ask -",
            'kgqa ask --json "How long is MV Dunlin?" | jq .citations[0].page',
        ],
    )(ask)


async def ask(
    door: Door,
    question: Annotated[
        str, typer.Argument(help="The question; `-` reads it from standard input.", show_default=False)
    ],
    window: Annotated[
        int | None,
        typer.Option(min=0, max=10, help="Sentences of context around each fact's sentence.", show_default=False),
    ] = None,
) -> int:
    """Answer a question from the ingested documents, with citations.

    Each statement carries numbers; the list below says which document, page or section stands behind each, and which
    page images show it. Where the documents do not say, the answer is that they do not. The language is the question's.
    """
    settings = door.settings()
    raw = (
        _from_stdin(settings.qa.max_question_chars) if question == "-" else question.encode("utf-8", "surrogateescape")
    )
    question = _text(raw)
    with Console(stderr=True).status("Looking it up…"):
        result = await answer_to(question, settings, window)
    answer: Answer = result["answer"]
    images = [settings.home / page for page in answer.pages]
    notes = result["notes"]
    for note in () if door.as_json else notes:
        door.note(note)
    door.show(
        {"question": question, **_data(answer), "page_images": images, "notes": notes}, answer_lines(answer, images)
    )
    return 0


async def answer_to(question: str, settings: Settings, window: int | None = None) -> dict[str, Any]:
    """What the QA graph gives for one question over the data folder of these settings."""
    from ..graph.ports import open_ports
    from ..graph.qa import build_qa_graph
    from ..nodes.state import QAContext

    async with open_ports(settings) as ports:
        return dict(await build_qa_graph(ports).ainvoke({"question": question}, context=QAContext(window=window)))


def _from_stdin(limit: int) -> bytes:
    # A byte more than the longest question can have is enough to be told that it is too long.
    raw = sys.stdin.buffer.read(4 * limit + 1)
    if len(raw) > 4 * limit:
        raise InputError(f"the question on standard input is longer than {limit} characters")
    return raw


def _text(raw: bytes) -> str:
    """The question; under an ASCII locale Python hands arguments over as bytes in disguise."""
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise InputError(f"the question is not UTF-8 text (byte {error.start})") from error


def _data(answer: Answer) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(answer)


# ── as text
def answer_lines(answer: Answer, images: list[Path]) -> Iterator[str]:
    """The answer with its citations numbered, and the page images."""
    numbers = {citation.sentence: n for n, citation in enumerate(answer.citations, 1)}
    yield from marked(answer, numbers).splitlines()
    if answer.citations:
        yield ""
    for n, citation in enumerate(answer.citations, 1):
        yield f"[{n}] {place(citation)}"
        yield f"    “{citation.text}”"
    if images:
        yield ""
        yield "Page images:"
    for image in images:
        yield f"  {image}"
