"""A picture of the knowledge graph: its most connected entities as one HTML file or one PNG, both self-contained."""

from __future__ import annotations

import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ..errors import InputError
from ..tools.ports import GraphStore
from .picture_layout import places

WIDTH, HEIGHT, HEAD = 1500, 1040, 60
MOST = 200
"""More entities than this cannot be told apart on one picture."""
COLOURS = ("#1f5fa8", "#c2571a", "#2f7d4f", "#7b4a9c", "#a8324a", "#5c6b73", "#8a6d1d", "#0f7c85")
FONTS = (
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "C:/Windows/Fonts/malgun.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)
"""Tried in order for the PNG; Pillow's own font knows no Hangul."""


@dataclass(frozen=True)
class Node:
    """An entity as drawn: its centre in pixels."""

    name: str
    type: str
    degree: int
    """Entities it is joined to in the whole graph."""
    x: float
    y: float


@dataclass(frozen=True)
class Picture:
    """What is drawn, and out of how much."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int, str], ...]
    """Two indexes into `nodes` and the relation types between them."""
    entities: int
    relations: int

    @property
    def cut(self) -> str:
        """One line that says how much of the graph this is."""
        if not self.entities:
            return "The graph is empty."
        return (
            f"{len(self.nodes):,} of {self.entities:,} entities, those joined to the most others, "
            f"with {len(self.edges):,} links between them out of {self.relations:,} relations."
        )


async def picture(graph_store: GraphStore, most: int = 40) -> Picture:
    """The `most` entities with the most neighbours, and what joins them; ties by name, then id.

    Where others are left, they take the place of those that nothing else on the picture is joined to.

    Raises:
        InputError: `most` is not between 1 and `MOST`.
    """
    if not 1 <= most <= MOST:
        raise InputError(f"a picture shows 1 to {MOST} entities, not {most!r}")
    return _arranged(await graph_store.dump(), most)


def _arranged(lines: Iterable[str], most: int) -> Picture:
    names: dict[str, tuple[str, str]] = {}
    joins: dict[tuple[str, str], set[str]] = {}
    relations = 0
    for line in lines:
        if line.startswith('["entity"'):
            _, key, kind, name, _ = json.loads(line)
            names[key] = (name, kind)
        elif line.startswith('["relation"'):
            relations += 1
            _, subject, kind, target, phrase, *_ = json.loads(line)
            joins.setdefault((subject, target), set()).add(phrase or kind)
    degree = Counter(end for pair in {frozenset(p) for p in joins if p[0] != p[1]} for end in pair)
    ranked = sorted(names, key=lambda key: (-degree[key], names[key], key))
    kept = _joined(ranked, degree, joins, most)
    index = {key: i for i, key in enumerate(kept)}
    edges = [
        (index[a], index[b], ", ".join(sorted(phrases)))
        for (a, b), phrases in sorted(joins.items())
        if a in index and b in index and a != b
    ]
    labels = [(16.0 + 8.5 * _columns(_short(names[key][0])), 40.0) for key in kept]
    where = places(len(kept), [edge[:2] for edge in edges], labels, WIDTH, HEIGHT - HEAD)
    nodes = tuple(
        Node(*names[key], degree[key], round(float(x), 1), round(float(y) + HEAD, 1))
        for key, (x, y) in zip(kept, where, strict=True)
    )
    return Picture(nodes, tuple(edges), len(names), relations)


def _joined(ranked: list[str], degree: Counter[str], joins: Iterable[tuple[str, str]], most: int) -> list[str]:
    """The first of `ranked`; in a few rounds the next ones replace those that are joined to none of the others."""
    kept, rest = ranked[:most], [key for key in ranked[most:] if degree[key]]
    pairs = [pair for pair in joins if pair[0] != pair[1]]
    for _ in range(8):
        shown = set(kept)
        inside = {end for pair in pairs if shown.issuperset(pair) for end in pair}
        missing = most - len(inside)
        if not missing or not rest:
            break
        kept = [key for key in kept if key in inside] + rest[:missing]
        rest = rest[missing:]
    return kept


def _columns(text: str) -> int:
    """How wide a text is, in Latin letters; a Hangul syllable counts two."""
    return sum(2 if ord(c) > 0x1100 else 1 for c in text)


def _plain(name: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def _short(name: str) -> str:
    return _plain(name if len(name) <= 28 else name[:27] + "…")


def _colours(nodes: Sequence[Node]) -> dict[str, str]:
    """A colour for each entity type, the commonest first; what is left over shares the last."""
    ranked = [kind for kind, _ in sorted(Counter(n.type for n in nodes).items(), key=lambda item: (-item[1], item[0]))]
    return {kind: COLOURS[min(i, len(COLOURS) - 1)] for i, kind in enumerate(ranked)}


def _radius(node: Node) -> float:
    return min(4 + math.sqrt(node.degree) * 1.5, 14)


def to_html(drawn: Picture) -> str:
    """One HTML file with an SVG: no script, nothing loaded from elsewhere, every name escaped."""
    colours = _colours(drawn.nodes)
    parts = []
    for a, b, phrases in drawn.edges:
        one, two = drawn.nodes[a], drawn.nodes[b]
        tip = escape(f"{_short(one.name)} → {_short(two.name)}: {_plain(phrases[:200])}")
        parts.append(f'<line x1="{one.x}" y1="{one.y}" x2="{two.x}" y2="{two.y}"><title>{tip}</title></line>')
    for node in drawn.nodes:
        tip = escape(f"{_plain(node.name)} ({_plain(node.type)}), joined to {node.degree}")
        parts.append(
            f'<g><title>{tip}</title><circle cx="{node.x}" cy="{node.y}" r="{_radius(node):.1f}" '
            f'fill="{colours[node.type]}"/><text x="{node.x}" y="{node.y + _radius(node) + 13:.1f}">'
            f"{escape(_short(node.name))}</text></g>"
        )
    legend = "".join(f'<li style="color:{colour}">{escape(_plain(kind))}</li>' for kind, colour in colours.items())
    return _HTML.format(
        cut=escape(drawn.cut), legend=legend, width=WIDTH, height=HEIGHT, head=HEAD, body="\n".join(parts)
    )


_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>kgqa: the knowledge graph</title>
<style>
body {{ margin: 1rem; font: 15px/1.4 system-ui, sans-serif; color: #22303a; background: #fff }}
ul {{ list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem }}
li::before {{ content: "● " }}
svg {{ width: 100%; height: auto; max-height: 88vh }}
line {{ stroke: #b9c4cc; stroke-width: 1.2 }}
line:hover {{ stroke: #22303a; stroke-width: 3 }}
text {{ font-size: 13px; text-anchor: middle; fill: #22303a; paint-order: stroke; stroke: #fff; stroke-width: 3px }}
</style>
</head>
<body>
<h1>The knowledge graph</h1>
<p>{cut} Point at a circle or a line to read it.</p>
<ul>{legend}</ul>
<svg viewBox="0 {head} {width} {height}" role="img" aria-label="{cut}">
{body}
</svg>
</body>
</html>
"""


def to_png(drawn: Picture) -> bytes:
    """The same picture as a PNG of `WIDTH` × `HEIGHT` pixels."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    font, small = _font(14), _font(16)
    for a, b, _ in drawn.edges:
        one, two = drawn.nodes[a], drawn.nodes[b]
        pen.line((one.x, one.y, two.x, two.y), fill="#b9c4cc", width=1)
    colours = _colours(drawn.nodes)
    for node in drawn.nodes:
        radius = _radius(node)
        pen.ellipse((node.x - radius, node.y - radius, node.x + radius, node.y + radius), fill=colours[node.type])
        below = (node.x, node.y + radius + 2)
        pen.text(below, _short(node.name), fill="#22303a", font=font, anchor="ma", stroke_width=2, stroke_fill="white")
    pen.text((16, 8), drawn.cut, fill="#22303a", font=small)
    left = 16.0
    for kind, colour in colours.items():
        label = f"● {_short(kind)}"
        pen.text((left, 32), label, fill=colour, font=font)
        left += pen.textlength(label, font=font) + 18
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for path in FONTS:
        if Path(path).is_file():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)
