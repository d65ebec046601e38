"""A handbook in Markdown to a PDF with a cover, contents, running headers, figures and a two-column chapter."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from make_figures import NAVY, SAND, STONE, figure
from markdown_it import MarkdownIt
from markdown_it.token import Token
from reportlab.lib.colors import HexColor, white
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    ListItem,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.tableofcontents import TableOfContents

WIDE, TALL = 516.0, 729.0
"""JIS B5, in points: small enough that a chapter fills a page."""
MARGIN = 50
_CAPTION = re.compile(r"(Table|표) \d+\. ")


@dataclass(frozen=True)
class Look:
    """What differs between the two handbooks."""

    font: str
    bold: str
    header: str
    footer: str
    page: str
    """How the page number is written, with `{}` for the number."""
    subject: str


def korean_fonts(folder: Path) -> tuple[str, str]:
    """Register NanumGothic from this folder and return its two names.

    Raises:
        FileNotFoundError: the folder has no NanumGothic; the message names the Debian package.
    """
    for name in ("NanumGothic", "NanumGothicBold"):
        path = folder / f"{name}.ttf"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: apt-get install fonts-nanum")
        pdfmetrics.registerFont(TTFont(name, str(path)))
    return "NanumGothic", "NanumGothicBold"


def write_pdf(source: str, look: Look) -> bytes:
    """The PDF's bytes: the same for the same source, look and library versions."""
    file = io.BytesIO()
    title = source.partition("\n")[0].lstrip("# ")
    book = _Book(file, look, title)
    book.multiBuild(list(_Story(look, title).flowables(source)))
    return file.getvalue()


class _Book(BaseDocTemplate):
    def __init__(self, file: io.BytesIO, look: Look, title: str) -> None:
        super().__init__(
            file,
            pagesize=(WIDE, TALL),
            title=title,
            author=look.header,
            subject=look.subject,
            creator="make.py",
            invariant=1,
        )
        self.look, self.book_title = look, title
        body = (MARGIN, 66, WIDE - 2 * MARGIN, TALL - 66 - 72)
        gap = 20
        column = (body[2] - gap) / 2
        pads = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
        second = (MARGIN + column + gap, *body[1:2], column, body[3])
        self.addPageTemplates(
            [
                PageTemplate("cover", [Frame(*body, **pads)], onPage=self._cover),
                PageTemplate("one", [Frame(*body, **pads)], onPage=self._running),
                PageTemplate(
                    "two",
                    [Frame(MARGIN, body[1], column, body[3], **pads), Frame(*second, **pads)],
                    onPage=self._running,
                ),
            ]
        )

    def afterFlowable(self, flowable: Flowable) -> None:
        level = getattr(flowable, "heading_level", None)
        if level is None:
            return
        text = flowable.getPlainText()
        key = f"h{self.page}-{text}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level, closed=level > 0)
        if level == 0 and text[0].isdigit():
            self.notify("TOCEntry", (level, text, self.page, key))

    def _cover(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFillColor(NAVY)
        canvas.rect(0, TALL - 290, WIDE, 290, stroke=0, fill=1)
        canvas.setFillColor(SAND)
        canvas.circle(WIDE - 130, TALL - 110, 40, stroke=0, fill=1)
        canvas.setStrokeColor(white)
        canvas.setLineWidth(3)
        for i in range(4):
            wave = canvas.beginPath()
            wave.moveTo(0, TALL - 215 - 18 * i)
            for k in range(8):
                x = k * WIDE / 8
                wave.curveTo(
                    x + 25, TALL - 203 - 18 * i, x + 50, TALL - 227 - 18 * i, x + WIDE / 8, TALL - 215 - 18 * i
                )
            canvas.drawPath(wave)

    def _running(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFont(self.look.font, 8)
        canvas.setFillColor(STONE)
        canvas.drawString(MARGIN, TALL - 46, self.look.header)
        canvas.drawRightString(WIDE - MARGIN, TALL - 46, self.book_title)
        canvas.drawString(MARGIN, 38, self.look.footer)
        canvas.drawRightString(WIDE - MARGIN, 38, self.look.page.format(canvas.getPageNumber()))
        canvas.setStrokeColor(STONE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, TALL - 52, WIDE - MARGIN, TALL - 52)


class _Story:
    """Markdown tokens to flowables."""

    def __init__(self, look: Look, title: str) -> None:
        self.look, self.title = look, title
        base = ParagraphStyle("base", fontName=look.font, fontSize=10, leading=14.5)
        self.body = ParagraphStyle("body", base, spaceAfter=8)
        self.caption = ParagraphStyle("caption", base, fontName=look.bold, fontSize=9, spaceBefore=4, spaceAfter=5)
        self.cell = ParagraphStyle("cell", base, fontSize=9, leading=12)
        self.head = ParagraphStyle("head", self.cell, fontName=look.bold, textColor=white)
        self.cover = ParagraphStyle("cover", base, fontSize=12, leading=20)
        self.cover_title = ParagraphStyle("ct", base, fontName=look.bold, fontSize=30, leading=40, textColor=NAVY)
        self.headings = {
            2: ParagraphStyle("h2", base, fontName=look.bold, fontSize=17, leading=23, spaceAfter=10, textColor=NAVY),
            3: ParagraphStyle(
                "h3", base, fontName=look.bold, fontSize=12, leading=17, spaceBefore=8, spaceAfter=4, textColor=NAVY
            ),
        }
        for style in self.headings.values():
            style.keepWithNext = 1
        self.caption.keepWithNext = 1

    def flowables(self, source: str) -> Iterator[Flowable]:
        tokens = MarkdownIt("commonmark").enable("table").parse(source)
        position = 0
        while position < len(tokens):
            end = _end(tokens, position)
            yield from self._block(tokens[position : end + 1])
            position = end + 1

    def _block(self, tokens: list[Token]) -> Iterator[Flowable]:
        first = tokens[0]
        if first.type == "heading_open":
            yield from self._heading(int(first.tag[1]), tokens[1].content)
        elif first.type == "paragraph_open":
            text = tokens[1].content
            yield Paragraph(text, self.caption if _CAPTION.match(text) else self.body)
        elif first.type == "bullet_list_open":
            items = [Paragraph(t.content, self.body) for t in tokens if t.type == "inline"]
            yield ListFlowable([ListItem(item) for item in items], bulletType="bullet", start="•", leftIndent=14)
        elif first.type == "table_open":
            yield self._table(tokens)
            yield Spacer(1, 12)
        elif first.type == "hr":
            yield PageBreak()
        elif first.type == "fence":
            yield from self._fence(first.info.split(), first.content.strip())

    def _heading(self, level: int, text: str) -> Iterator[Flowable]:
        if level == 1:
            yield Spacer(1, 260)
            yield Paragraph(text, self.cover_title)
            return
        if level == 2:
            yield CondPageBreak(160)
            yield Spacer(1, 6)
        paragraph = Paragraph(text, self.headings[level])
        paragraph.heading_level = level - 2
        yield paragraph

    def _fence(self, info: list[str], content: str) -> Iterator[Flowable]:
        if info[0] == "cover":
            yield Spacer(1, 10)
            yield from (Paragraph(line, self.cover) for line in content.splitlines())
            yield Spacer(1, 40)
            yield NextPageTemplate("one")
        elif info[0] == "contents":
            contents = TableOfContents(dotsMinLevel=0)
            contents.levelStyles = [ParagraphStyle("toc", self.body, rightIndent=10, spaceAfter=6)]
            yield contents
            yield Spacer(1, 24)
        elif info[0] in ("columns", "onecolumn"):
            yield NextPageTemplate("two" if info[0] == "columns" else "one")
            yield PageBreak()
        else:
            drawing = figure(info[1], self.look.font, self.look.bold)
            yield KeepTogether([Spacer(1, 8), drawing, Spacer(1, 4), Paragraph(content, self.caption), Spacer(1, 8)])

    def _table(self, tokens: list[Token]) -> Flowable:
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(token.content)
        table_width = WIDE - 2 * MARGIN
        widths = _widths(rows, self.look.bold, table_width)
        cells = [[Paragraph(text, self.cell if i else self.head) for text in row] for i, row in enumerate(rows)]
        table = Table(cells, widths, repeatRows=1, hAlign="LEFT")
        grid = [("BACKGROUND", (0, 0), (-1, 0), NAVY), ("LINEBELOW", (0, 1), (-1, -1), 0.4, STONE)]
        stripes = [("BACKGROUND", (0, i), (-1, i), HexColor("#f3f6f8")) for i in range(2, len(rows), 2)]
        table.setStyle(
            TableStyle(
                [
                    *grid,
                    *stripes,
                    ("LEFTPADDING", (0, 0), (-1, -1), 5),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ]
            )
        )
        return table


def _widths(rows: list[list[str]], font: str, whole: float) -> list[float]:
    """Each column as wide as its longest text; what is too much is taken from the columns that can wrap best."""
    columns = list(zip(*rows, strict=True))
    least = [max(_ink(word, font) for text in column for word in text.split() or [""]) for column in columns]
    widths = [max(_ink(text, font) for text in column) for column in columns]
    for i in sorted(range(len(columns)), key=lambda i: least[i] - widths[i]):
        widths[i] -= max(0.0, min(sum(widths) - whole, widths[i] - least[i]))
    return [width + max(0.0, min((whole - sum(widths)) / len(widths), 36)) for width in widths]


def _ink(text: str, font: str) -> float:
    return float(pdfmetrics.stringWidth(text, font, 9)) + 11


def _end(tokens: list[Token], start: int) -> int:
    """The index of the token that closes the block that begins at `start`."""
    depth = 0
    for i in range(start, len(tokens)):
        depth += tokens[i].nesting
        if depth == 0:
            return i
    return len(tokens) - 1
