"""The picture as a PNG."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .colours import colours, radius
from .drawing import HEIGHT, WIDTH, Picture, short

FONTS = (
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "C:/Windows/Fonts/malgun.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)
"""Tried in order; Pillow's own font knows no Hangul."""


def to_png(drawn: Picture) -> bytes:
    """An image of `WIDTH` × `HEIGHT` pixels."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    font, small = _font(14), _font(16)
    for edge in drawn.edges:
        one, two = drawn.nodes[edge.source], drawn.nodes[edge.target]
        pen.line((one.x, one.y, two.x, two.y), fill="#b9c4cc", width=1)
    colour = colours(drawn.nodes)
    for node in drawn.nodes:
        size = radius(node)
        pen.ellipse((node.x - size, node.y - size, node.x + size, node.y + size), fill=colour[node.type])
        below = (node.x, node.y + size + 2)
        pen.text(below, short(node.name), fill="#22303a", font=font, anchor="ma", stroke_width=2, stroke_fill="white")
    pen.text((16, 8), drawn.cut, fill="#22303a", font=small)
    left = 16.0
    for kind, one_colour in colour.items():
        label = f"● {short(kind)}"
        pen.text((left, 32), label, fill=one_colour, font=font)
        left += pen.textlength(label, font=font) + 18
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for path in FONTS:
        if Path(path).is_file():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)
