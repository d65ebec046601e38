"""`kgqa chat`: a conversation in the terminal."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, KgqaError
from ..nodes.chat.message import place
from .ask import answer_lines, draw_boxes, open_picture
from .extensions import strategy_choices
from .shared import Door, command

if TYPE_CHECKING:
    from ..graph.chat import ChatGraph
    from ..model import Answer

HELP = (
    "/sources   the last answer's sources, word for word",
    "/open N    the page of source N, with its sentences boxed",
    "/new       a new conversation: what was said is forgotten",
    "/help      these lines",
    "/quit      leave; so does Ctrl-D",
)


def register(app: typer.Typer) -> None:
    """Add `chat`."""
    command(app, "chat", ["kgqa chat", "kgqa --home .kgqa/demo chat"], strategy_choices)(chat)


async def chat(
    door: Door,
    strategy: Annotated[
        str | None,
        typer.Option(help="How evidence is found; the strategies are listed below.", show_default=False),
    ] = None,
) -> int:
    """Ask one question after the other; each may refer to those before it (`And where was she born?`).

    A line is a question, or a command that begins with `/`; `/help` lists them. With `--json` an answer is an object.
    """
    from ..graph.chat import build_chat_graph
    from ..graph.ports import need_documents, open_library

    async with open_library(door.settings()) as ports:
        await need_documents(ports)
        conversation = Conversation(door, build_chat_graph(ports), ports.settings.home, strategy)
        if not door.as_json:
            door.note("Ask; /help shows what else there is, /quit leaves.")
        while (line := read_line()) is not None and await conversation.take(line.strip()):
            pass
    return 0


def read_line() -> str | None:
    """The next line; None at the end of the input, or when Ctrl-C is pressed. Nothing else runs meanwhile."""
    # The event loop would take Ctrl-C for itself, and see it only after the line.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input("> " if sys.stdin.isatty() else "")
    except (EOFError, KeyboardInterrupt):
        return None
    finally:
        signal.signal(signal.SIGINT, before)


class Conversation:
    """What was said since `/new`, and the last answer."""

    def __init__(self, door: Door, graph: ChatGraph, home: Path, strategy: str | None) -> None:
        self._door, self._graph, self._home, self._strategy = door, graph, home, strategy
        self._said: list[Any] = []
        self._answer: Answer | None = None

    async def take(self, line: str) -> bool:
        """Answer a line; False when it says to leave. What fails is told, and the conversation goes on."""
        name, _, rest = line.partition(" ")
        try:
            match name:
                case "":
                    pass
                case "/quit" | "/exit" | "/q":
                    return False
                case "/help":
                    self._door.show({"commands": HELP}, HELP)
                case "/new":
                    self._said, self._answer = [], None
                case "/sources":
                    answer = self._last()
                    self._door.show(answer.citations, sources(answer))
                case "/open":
                    await self._open(rest)
                case _ if name.startswith("/"):
                    raise InputError(f"no command {name!r}; there are /sources, /open N, /new, /help, /quit")
                case _:
                    await self._ask(line)
        except KgqaError as error:
            self._door.fail(error)
        return True

    async def _ask(self, question: str) -> None:
        from ..nodes.state import QAContext

        given: Any = {"messages": [*self._said, ("user", question)]}
        state: Any = await self._graph.ainvoke(given, context=QAContext(strategy=self._strategy))
        self._said = state["messages"]
        self._answer = answer = state["answer"]
        for note in () if self._door.as_json else state["notes"]:
            self._door.note(note)
        shown = {"asked": question, "question": state["question"], "answer": answer, "notes": state["notes"]}
        self._door.show(shown, [*answer_lines(answer, []), ""])

    async def _open(self, number: str) -> None:
        answer = self._last()
        if not number.isdecimal() or not 1 <= int(number) <= len(answer.citations):
            raise InputError(f"no source {number!r}; the last answer has {_range(len(answer.citations))}")
        citation = answer.citations[int(number) - 1]
        if not citation.image:
            raise InputError(f"source {number} has no page image: {place(citation)}")
        pages = await asyncio.to_thread(draw_boxes, self._home, answer, "", citation.image)
        self._door.show({"pages": pages}, map(str, pages))
        for page in pages if not self._door.as_json else ():
            open_picture(page)

    def _last(self) -> Answer:
        if self._answer is None or not self._answer.citations:
            raise InputError("the last answer has no sources" if self._answer else "nothing was asked yet")
        return self._answer


def sources(answer: Answer) -> Iterator[str]:
    """Where each citation stands, and its sentence."""
    for number, citation in enumerate(answer.citations, 1):
        yield f"[{number}] {place(citation)}"
        yield f"    “{citation.text}”"


def _range(count: int) -> str:
    return "source 1 alone" if count == 1 else f"sources 1 to {count}"
