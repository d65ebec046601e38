"""`kgqa graph`: what the knowledge graph holds, its hash, and a picture of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .shared import Door, command
from .text_table import text_table

if TYPE_CHECKING:
    from ..graph.ports import Ports


def register(app: typer.Typer) -> None:
    """Add `graph`."""
    command(
        app,
        "graph",
        [
            "kgqa graph",
            "kgqa graph --hash",
            "kgqa graph --html graph.html --png graph.png --most 80",
            'kgqa graph --around "MV Dunlin" --html dunlin.html',
        ],
    )(graph)


async def graph(
    door: Door,
    hash_: Annotated[
        bool, typer.Option("--hash", help="The SHA-256 of the graph: equal graphs, equal hash, on any store.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write a picture as one HTML file, readable offline.", show_default=False)
    ] = None,
    png: Annotated[Path | None, typer.Option(help="Write the picture as a PNG.", show_default=False)] = None,
    around: Annotated[
        str,
        typer.Option(metavar="NAME", help="The entity of that name, and those joined to it.", show_default=False),
    ] = "",
    everything: Annotated[
        bool, typer.Option("--everything", help="Dates, numbers and common nouns too; the HTML shows them when asked.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, max=200, help="Entities on the picture: those with the most links.")] = 40,
) -> int:
    """Count what the graph holds, print its hash, tell what is around a name, or draw its most connected entities."""
    from ..graph.ports import open_library

    async with open_library(door.settings()) as ports:
        if html or png or around:
            data, lines = await _draw(ports, html, png, most, around, everything)
        elif not hash_:
            data = {"counts": dict(await ports.graph_store.counts())}
            lines = [f"{number:>10,} {name}" for name, number in data["counts"].items()]
        else:
            data, lines = {}, []
        if hash_:
            from ..graph.library import graph_hash

            data["hash"] = await graph_hash(ports)
            lines.append(data["hash"])
    door.show(data, lines)
    return 0


async def _draw(
    ports: Ports, html: Path | None, png: Path | None, most: int, around: str, everything: bool
) -> tuple[dict[str, Any], list[str]]:
    """Write the pictures; without any, tell what they would show."""
    from ..graph.picture import picture, to_html, to_png

    drawn = await picture(ports.graph_store, most, around)
    shown = drawn if everything or around else drawn.names()
    if html is not None:
        await asyncio.to_thread(_write, html, to_html(drawn, everything or bool(around)).encode())
    if png is not None:
        await asyncio.to_thread(_write, png, to_png(shown))
    paths = [str(path) for path in (html, png) if path is not None]
    data: dict[str, Any] = {"pictures": paths, "cut": shown.cut}
    links = [(shown.nodes[e.source].name, e.phrases, shown.nodes[e.target].name) for e in shown.edges]
    if around:
        data["links"] = links
    return data, [f"{path}: {shown.cut}" for path in paths] or text_table(("FROM", "", "TO"), links)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write {str(path)!r}: {error.strerror}") from error
