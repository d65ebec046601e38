"""`kgqa ask`: a question in, an answer with numbered citations out."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ..errors import InputError
from ..model import Answer
from ..nodes.chat.message import marked, place, told_in
from ..settings import Settings
from .extensions import strategy_choices
from .shared import Door, command

if TYPE_CHECKING:
    from ..tools.chat.usage import Total


def register(app: typer.Typer) -> None:
    """Add `ask`."""
    command(
        app,
        "ask",
        [
            'kgqa ask "Who is the fleet captain?"',
            "echo 어느 회사가 배터리를 공급하였는가? | kgqa ask -",
            'kgqa ask --json "How long is MV Dunlin?" | jq .citations[0].page',
            'kgqa ask "How long is MV Dunlin?" --boxes pages/ --open',
        ],
        strategy_choices,
        bare="--boxes",
    )(ask)


async def ask(
    door: Door,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="QUESTION",
            help="The question, in quotes or not; `-` reads it from standard input.",
            show_default=False,
        ),
    ],
    window: Annotated[
        int | None,
        typer.Option(min=0, max=10, help="Sentences of context around each fact's sentence.", show_default=False),
    ] = None,
    strategy: Annotated[
        str | None,
        typer.Option(help="How evidence is found; the strategies are listed below.", show_default=False),
    ] = None,
    boxes: Annotated[
        str | None,
        typer.Option(
            metavar="[FOLDER]",
            help="Draw the cited pages with the cited sentences boxed; without FOLDER into the data folder.",
            show_default=False,
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Draw them, and open them with the system's viewer.")] = False,
) -> int:
    """Answer a question from the ingested documents, with citations.

    A short answer that is sure comes first. Each statement carries numbers; the list below says which document, page or
    section stands behind each, and which page images show it. Where the documents do not say, the answer is that they
    do not. The language is the question's.
    """
    from ..tools.chat.usage import Total, counting

    settings = door.settings()
    question = _question(words, settings.qa.max_question_chars)
    with Console(stderr=True).status("Looking it up…"), counting() as ledger:
        result = await answer_to(question, settings, window=window, strategy=strategy)
    answer: Answer = result["answer"]
    images = [settings.home / page for page in answer.pages]
    if boxes is not None or show:
        images = await asyncio.to_thread(draw_boxes, settings.home, answer, boxes or "")
    notes = result["notes"]
    for note in () if door.as_json else notes:
        door.note(note)
    usage = ledger.totals()
    total = sum(usage.values(), Total())
    data = {"question": question, **asdict(answer), "page_images": images, "notes": [*map(door.told, notes)]}
    door.show({**data, "usage": {tag: asdict(total) for tag, total in usage.items()}}, answer_lines(answer, images))
    if (boxes is not None or show) and not images and not answer.abstained and not door.as_json:
        door.note("no page is drawn: what is cited comes from files without pages")
    if total.calls and not door.as_json:
        door.note(usage_line(total))
    for image in images if show else ():
        open_picture(image)
    return 0


def draw_boxes(home: Path, answer: Answer, folder: str = "", image: str = "") -> list[Path]:
    """Pictures of the cited pages, or of one, with the cited sentences boxed, in the folder, else in the data folder.

    Blocking.
    """
    from ..graph.page_images import box_pages, boxed_pages

    if image:
        answer = replace(answer, citations=tuple(one for one in answer.citations if one.image == image))
    drawn = box_pages(home, answer.citations, Path(folder)) if folder else boxed_pages(home, answer)
    return [page.path for page in drawn]


def open_picture(path: Path) -> None:
    """Show it with the system's viewer. Raises: InputError: there is none."""
    # `xdg-open` says in a dozen lines of its own that there is no screen, and ends well.
    screen = sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if not screen or typer.launch(str(path)) != 0:
        raise InputError(f"no viewer opens {str(path)!r} here; open it yourself")


async def answer_to(
    question: str, settings: Settings, *, window: int | None = None, strategy: str | None = None
) -> dict[str, Any]:
    """What the QA graph gives for one question over the data folder of these settings. Raises: EmptyLibrary."""
    from ..graph.ports import need_documents, open_library
    from ..graph.qa import build_qa_graph
    from ..nodes.state import QAContext

    async with open_library(settings) as ports:
        await need_documents(ports)
        context = QAContext(window=window, strategy=strategy)
        return dict(await build_qa_graph(ports).ainvoke({"question": question}, context=context))


def _question(words: list[str], longest: int) -> str:
    """The question as it was typed, in one word or several, or as it comes in. Raises: InputError."""
    said = " ".join(words)
    return _text(_from_stdin(longest) if said == "-" else said.encode("utf-8", "surrogateescape"))


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


# ── as text
def answer_lines(answer: Answer, images: list[Path]) -> Iterator[str]:
    """The short answer, the statements with their citations numbered, where these stand, and the page images."""
    if answer.short:
        yield answer.short
        yield ""
    numbers = {citation.sentence: n for n, citation in enumerate(answer.citations, 1)}
    yield from marked(answer, numbers).splitlines()
    if answer.citations:
        yield ""
    for n, citation in enumerate(answer.citations, 1):
        yield f"[{n}] {place(citation)}"
        if not told_in(answer, citation):
            yield f"    “{citation.text}”"
    if images:
        yield ""
        yield "Page images:"
    for image in images:
        yield f"  {image}"


def usage_line(one: Total) -> str:
    """What the model took for it, in one line."""
    cost = f"${one.cost:.4f}" + (f" without {one.unpriced} calls that have no price" if one.unpriced else "")
    about = "about " if one.estimated else ""
    return (
        f"model: {one.calls} calls, {one.cached} of them from the cache; "
        f"{about}{one.input_tokens:,} tokens in, {one.output_tokens:,} out; {cost}"
    )
