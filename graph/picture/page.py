"""The picture as a page to look around in: one HTML file that loads nothing and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import escape
from importlib.resources import files

from .colours import colours, radius
from .drawing import HEAD, HEIGHT, WIDTH, Picture, Told, plain, short


def to_html(drawn: Picture, everything: bool = False) -> str:
    """The page: drag, zoom, search, and what is said of the entity or relation that is clicked.

    What is no name is hidden until asked for, or shown from the start with `everything`. All that documents say goes
    into the page as data, and from there to the screen as text; the page's policy names its script by its hash.
    """
    template, script, style = map(_part, ("html", "js", "css"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = {
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        "style": style,
        "cut": escape((drawn if everything else drawn.names()).cut),
        "box": f"0 {HEAD} {WIDTH} {HEIGHT - HEAD}",
        "script": script,
        "data": _data(drawn, everything),
    }
    # In one go: what a document says must not be taken for a place to fill.
    return re.sub(r"\[\[(\w+)\]\]", lambda place: parts[place[1]], template)


def _part(kind: str) -> str:
    return files(__package__).joinpath(f"page.{kind}").read_text("utf-8")


def _data(drawn: Picture, everything: bool) -> str:
    colour = colours(drawn.nodes)
    nodes = [
        {
            "name": plain(node.name),
            "label": short(node.name),
            "type": plain(node.type),
            "degree": node.degree,
            "x": node.x,
            "y": node.y,
            "r": round(radius(node), 1),
            "colour": colour[node.type],
            "isName": node.is_name,
            "told": _told(node.sentences),
        }
        for node in drawn.nodes
    ]
    edges = [
        {"from": e.source, "to": e.target, "phrases": plain(e.phrases[:200]), "told": _told(e.sentences)}
        for e in drawn.edges
    ]
    kinds = [{"type": plain(kind), "colour": one} for kind, one in colour.items()]
    text = json.dumps({"nodes": nodes, "edges": edges, "kinds": kinds, "everything": everything})
    # As JSON it may stand in a script element: nothing in it can end that element or begin a comment.
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _told(sentences: tuple[Told, ...]) -> list[dict[str, str]]:
    return [{"text": plain(" ".join(one.text.split())), "place": plain(one.place)} for one in sentences]
