"""`kgqa graph`: what the knowledge graph holds, its hash, and a picture of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .shared import Door, command

if TYPE_CHECKING:
    from ..graph.ports import Ports


def register(app: typer.Typer) -> None:
    """Add `graph`."""
    command(
        app,
        "graph",
        ["kgqa graph", "kgqa graph --hash", "kgqa graph --html graph.html --png graph.png --most 80"],
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
    most: Annotated[int, typer.Option(min=1, max=200, help="Entities on the picture: those with the most links.")] = 40,
) -> int:
    """Count what the graph holds, print its hash, or draw its most connected entities."""
    from ..graph.ports import open_library

    async with open_library(door.settings()) as ports:
        if html or png:
            data = await _draw(ports, html, png, most)
            lines = [f"{path}: {data['cut']}" for path in data["pictures"]]
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


async def _draw(ports: Ports, html: Path | None, png: Path | None, most: int) -> dict[str, Any]:
    from ..graph.picture import picture, to_html, to_png

    drawn = await picture(ports.graph_store, most)
    if html is not None:
        await asyncio.to_thread(_write, html, to_html(drawn).encode())
    if png is not None:
        await asyncio.to_thread(_write, png, to_png(drawn))
    return {"pictures": [str(path) for path in (html, png) if path is not None], "cut": drawn.cut}


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write {str(path)!r}: {error.strerror}") from error
