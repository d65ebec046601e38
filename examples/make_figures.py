"""The figures of the example handbooks, drawn with vector shapes: one function a figure, found by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan2, cos, pi, sin

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor

NAVY, SEA, SAND, STONE, ORANGE = (HexColor(c) for c in ("#14365c", "#d6e6f0", "#efe3c8", "#7c8a96", "#d9772b"))
WIDTH, SCALE = 440, 416 / 440


@dataclass(frozen=True)
class Pen:
    """A drawing and the two fonts of its language."""

    drawing: Drawing
    font: str
    bold: str

    def text(self, x: float, y: float, text: str, size: float = 8, anchor: str = "middle", color: Color = NAVY) -> None:
        """Write one line, baseline at (x, y)."""
        self.drawing.add(String(x, y, text, fontName=self.font, fontSize=size, textAnchor=anchor, fillColor=color))

    def add(self, *shapes: object) -> None:
        """Draw these, the later over the earlier."""
        for shape in shapes:
            self.drawing.add(shape)


def figure(name: str, font: str, bold: str) -> Drawing:
    """The drawing called `name`, with its texts in these fonts."""
    height, draw = FIGURES[name]
    drawing = Drawing(WIDTH * SCALE, height * SCALE)
    draw(Pen(drawing, font, bold))
    drawing.scale(SCALE, SCALE)
    return drawing


def _timeline(pen: Pen, events: Sequence[tuple[int, str]], first: int, last: int) -> None:
    y, left, right = 60, 30, WIDTH - 30
    pen.add(Line(left, y, right, y, strokeColor=NAVY, strokeWidth=2))
    for i, (year, what) in enumerate(events):
        x = left + (right - left) * (year - first) / (last - first)
        up = 1 if i % 2 == 0 else -1
        pen.add(
            Line(x, y, x, y + up * 18, strokeColor=STONE, strokeWidth=0.8),
            Circle(x, y, 3.2, fillColor=ORANGE, strokeColor=NAVY),
        )
        pen.text(x, y + (34 if up > 0 else -28), str(year), 8.5)
        pen.text(x, y + (23 if up > 0 else -39), what, 7.2, color=STONE)


def _timeline_en(pen: Pen) -> None:
    events = [(1923, "Curlew"), (1951, "Curlew sold"), (1967, "Oystercatcher"), (1979, "Trust"), (1994, "Turnstone")]
    _timeline(pen, [*events, (2007, "Sanderling"), (2019, "Kittiwake"), (2024, "Shearwater")], 1920, 2026)


def _timeline_ko(pen: Pen) -> None:
    events = [(1987, "설립"), (1994, "해솔1호"), (2003, "태풍"), (2012, "전기선 연구"), (2019, "키티웨이크호")]
    _timeline(pen, [*events, (2024, "시어워터호")], 1985, 2026)


def _elevation(pen: Pen) -> None:
    pen.add(Rect(0, 0, WIDTH, 22, fillColor=SEA, strokeColor=None))
    hull = [40, 14, 380, 14, 412, 48, 400, 50, 30, 50]
    pen.add(
        Polygon(hull, fillColor=NAVY, strokeColor=NAVY),
        Rect(46, 50, 320, 16, fillColor=HexColor("#c4ccd3"), strokeColor=NAVY, strokeWidth=0.8),
        Rect(90, 66, 250, 14, fillColor=HexColor("#ffffff"), strokeColor=NAVY, strokeWidth=0.8),
        Rect(120, 80, 200, 13, fillColor=HexColor("#ffffff"), strokeColor=NAVY, strokeWidth=0.8),
        Polygon([290, 93, 330, 93, 322, 108, 296, 108], fillColor=HexColor("#ffffff"), strokeColor=NAVY),
        Polygon([160, 93, 186, 93, 182, 116, 166, 116], fillColor=NAVY, strokeColor=NAVY),
        Circle(174, 106, 4, fillColor=SAND, strokeColor=None),
        Line(308, 108, 308, 126, strokeColor=NAVY),
    )
    for x in range(100, 332, 12):
        pen.add(Rect(x, 70, 6, 5, fillColor=SEA, strokeColor=NAVY, strokeWidth=0.4))
    for deck, y in (("car deck", 55), ("deck 4", 70), ("deck 5, muster", 84)):
        pen.text(WIDTH - 4, y, deck, 7.5, "end", STONE)
    pen.add(Line(40, 134, 400, 134, strokeColor=STONE), Line(40, 130, 40, 138, strokeColor=STONE))
    pen.add(Line(400, 130, 400, 138, strokeColor=STONE))
    pen.text(220, 138, "78.6 m", 8.5)


_PLACES = {
    "Port Brannock": ((60, 60), (4, 50)),
    "Lindwick": ((150, 22), (94, 8)),
    "Orrin": ((130, 130), (120, 158)),
    "Hallay": ((262, 132), (256, 162)),
    "Skerra": ((362, 162), (354, 184)),
    "Tamsay": ((292, 48), (288, 20)),
}
_ROUTES = (("Port Brannock", "Orrin"), ("Port Brannock", "Hallay"), ("Hallay", "Skerra"), ("Lindwick", "Tamsay"))


def _map(pen: Pen) -> None:
    pen.add(Rect(0, 0, WIDTH, 200, fillColor=SEA, strokeColor=STONE, strokeWidth=0.6))
    coast = [0, 0, 210, 0, 190, 14, 150, 22, 120, 20, 96, 34, 60, 60, 40, 96, 22, 140, 30, 200, 0, 200]
    pen.add(Polygon(coast, fillColor=SAND, strokeColor=STONE))
    for x, y, size in ((130, 136, 22), (272, 138, 26), (370, 168, 14), (304, 44, 20)):
        shore = [
            coordinate
            for k in range(12)
            for coordinate in (
                x + size * (1 + 0.18 * sin(5 * k + x)) * cos(k * pi / 6),
                y + size * 0.7 * (1 + 0.18 * cos(3 * k + y)) * sin(k * pi / 6),
            )
        ]
        pen.add(Polygon(shore, fillColor=SAND, strokeColor=STONE))
    for number, (here, there) in enumerate((*_ROUTES, ("Port Brannock", "Lindwick")), 1):
        _route(pen, number, _PLACES[here][0], _PLACES[there][0])
    for place, (dot, label) in _PLACES.items():
        pen.add(Circle(*dot, 3, fillColor=NAVY, strokeColor=None))
        pen.text(*label, place, 8.5, "start")
    pen.text(136, 52, "The Gut", 8, "start", STONE)
    pen.text(302, 100, "Corbie buoy", 7, "start", STONE)
    pen.add(Polygon([290, 100, 296, 100, 293, 107], fillColor=ORANGE, strokeColor=None))


def _route(pen: Pen, number: int, a: tuple[float, float], b: tuple[float, float]) -> None:
    bend = 16 if number == 5 else 0
    middle = ((a[0] + b[0]) / 2 + bend, (a[1] + b[1]) / 2 + bend)
    pen.add(PolyLine([*a, *middle, *b], strokeColor=ORANGE, strokeWidth=1.4, strokeDashArray=[4, 3]))
    pen.add(Circle(*middle, 6.5, fillColor=HexColor("#ffffff"), strokeColor=ORANGE))
    pen.text(middle[0], middle[1] - 3, str(number), 8)


def _bars(pen: Pen, rows: Sequence[tuple[str, float]], height: float, accent: int) -> None:
    top = max(value for _, value in rows)
    step = (WIDTH - 40) / len(rows)
    pen.add(Line(20, 20, WIDTH - 20, 20, strokeColor=STONE))
    for i, (label, value) in enumerate(rows):
        x, tall = 20 + i * step + step * 0.2, (height - 48) * value / top
        pen.add(Rect(x, 20, step * 0.6, tall, fillColor=ORANGE if i == accent else NAVY, strokeColor=None))
        pen.text(x + step * 0.3, 8, label, 8)
        pen.text(x + step * 0.3, 24 + tall, f"{value:,.0f}", 7.5, color=STONE)


def _weather(pen: Pen) -> None:
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    _bars(pen, list(zip(months, (58, 41, 22, 9, 3, 1, 2, 4, 11, 18, 21, 24), strict=True)), 120, accent=0)


def _fuel(pen: Pen) -> None:
    years = zip(range(2019, 2025), (3940, 3310, 3405, 3270, 3120, 2610), strict=True)
    _bars(pen, [(str(year), tonnes) for year, tonnes in years], 150, accent=5)


def _battery(pen: Pen) -> None:
    _bars(pen, [("새벽누리호", 540), ("키티웨이크호", 860), ("시어워터호", 2180)], 150, accent=2)


def _yard(pen: Pen) -> None:
    pen.add(Rect(0, 0, WIDTH, 170, fillColor=SAND, strokeColor=STONE, strokeWidth=0.6))
    pen.add(Rect(0, 0, WIDTH, 42, fillColor=SEA, strokeColor=None))
    boxes = (
        (20, 42, 60, 108, "제1도크", "#ffffff"),
        (100, 42, 50, 84, "제2도크", "#c4ccd3"),
        (160, 60, 50, 40, "도장 공장", "#ffffff"),
        (230, 42, 42, 64, "제3도크", "#ffffff"),
        (290, 96, 120, 44, "강재 가공장", "#ffffff"),
        (290, 52, 54, 30, "본관", "#ffffff"),
        (356, 52, 54, 30, "안전센터", "#ffffff"),
    )
    for x, y, wide, tall, label, fill in boxes:
        pen.add(Rect(x, y, wide, tall, fillColor=HexColor(fill), strokeColor=NAVY))
        pen.text(x + wide / 2, y + tall / 2 - 3, label, 8)
    pen.add(Line(280, 42, 420, 42, strokeColor=ORANGE, strokeWidth=3))
    pen.text(350, 28, "의장 안벽", 8)
    pen.text(60, 14, "통영 바다", 8, color=STONE)
    _arrow(pen, 424, 130, 424, 156)
    pen.text(424, 158, "북", 8)


def _arrow(pen: Pen, x0: float, y0: float, x1: float, y1: float) -> None:
    angle = atan2(y1 - y0, x1 - x0)
    pen.add(Line(x0, y0, x1, y1, strokeColor=NAVY))
    tips = [(x1 - 6 * cos(angle + turn), y1 - 6 * sin(angle + turn)) for turn in (0.5, -0.5)]
    pen.add(Polygon([x1, y1, *tips[0], *tips[1]], fillColor=NAVY, strokeColor=None))


FIGURES: dict[str, tuple[float, Callable[[Pen], None]]] = {
    "timeline": (112, _timeline_en),
    "timeline_ko": (112, _timeline_ko),
    "elevation": (152, _elevation),
    "map": (204, _map),
    "weather": (122, _weather),
    "fuel": (152, _fuel),
    "battery_ko": (152, _battery),
    "yard_ko": (174, _yard),
}
