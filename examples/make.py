"""Make the example documents from their sources: `python examples/make.py [FOLDER]`. The same bytes on every run.

Needs the `dev` extra, and NanumGothic for the Korean handbook (Debian: `apt-get install fonts-nanum`).
"""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import datetime
from html import escape
from itertools import pairwise
from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from make_pdf import Look, korean_fonts, write_pdf
from markdown_it import MarkdownIt
from markdown_it.token import Token

HERE = Path(__file__).resolve().parent
FONTS = Path("/usr/share/fonts/truetype/nanum")
PARSER = MarkdownIt("commonmark").enable("table")
STAMP = datetime(2025, 1, 13, 9, 0, 0)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>body {{ font: 16px/1.5 sans-serif; max-width: 44em; margin: 2em auto; padding: 0 1em }}
table {{ border-collapse: collapse }} th, td {{ border-bottom: 1px solid #999; padding: .3em .8em; text-align: left }}
nav a {{ margin-right: 1em }}</style>
</head>
<body>
<nav><a href="#sailings">Sailings</a><a href="#fares">Fares</a><a href="#good-to-know">Good to know</a></nav>
<main>
{body}</main>
<footer>Brannock Sound Ferries, Quay House, 4 Fish Street, Port Brannock</footer>
</body>
</html>
"""


def make(folder: Path) -> list[Path]:
    """Write the four made documents into `folder`; the Markdown manual is its own source and stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "handbook.pdf": _handbook(),
        "handbook-ko.pdf": _korean_handbook(),
        "incident-report.docx": _report(_source("report.md")),
        "timetable.html": _web_page(_source("timetable.md")),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def _source(name: str) -> str:
    return (HERE / "source" / name).read_text(encoding="utf-8")


def _handbook() -> bytes:
    look = Look(
        "Helvetica",
        "Helvetica-Bold",
        "Brannock Sound Ferries",
        "Seventh edition, January 2025",
        "Page {}",
        "How the ferries of Brannock Sound are run",
    )
    return write_pdf(_source("handbook.md"), look)


def _korean_handbook() -> bytes:
    font, bold = korean_fonts(FONTS)
    look = Look(font, bold, "한결조선 주식회사", "제4판, 2025년 2월", "{}쪽", "한결조선이 배를 만드는 방법")
    return write_pdf(_source("handbook.ko.md"), look)


# ── HTML
def _web_page(source: str) -> bytes:
    title = source.partition("\n")[0].lstrip("# ")
    tokens = PARSER.parse(source)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", inline.content.casefold().replace(" ", "-"))
    body = PARSER.renderer.render(tokens, PARSER.options, {})
    return PAGE.format(title=escape(title), body=body).encode()


# ── DOCX
def _report(source: str) -> bytes:
    document = Document()
    tokens = PARSER.parse(source)
    for i, token in enumerate(tokens):
        if token.type == "inline" and tokens[i - 1].type != "th_open":
            _inline(document, tokens[i - 1], token.content, tokens[i - 2].type == "list_item_open")
        elif token.type == "fence":
            for line in token.content.strip().splitlines():
                document.add_paragraph(line, style="Subtitle")
        elif token.type == "table_open":
            _table(document, tokens[i:])
    return _frozen(document)


def _inline(document: Docx, opening: Token, text: str, in_list: bool) -> None:
    if opening.type == "heading_open":
        document.add_heading(text, level=int(opening.tag[1]) - 1)
    elif opening.type == "paragraph_open":
        style = "List Bullet" if in_list else "Caption" if text.startswith("Table 1.") else None
        document.add_paragraph(text, style=style)


def _table(document: Docx, tokens: list[Token]) -> None:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
        elif token.type == "table_close":
            break
    table = document.add_table(rows=0, cols=len(rows[0]), style="Light Grid Accent 1")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _frozen(document: Docx) -> bytes:
    """The document's bytes with every date in it fixed."""
    core = document.core_properties
    core.author, core.last_modified_by, core.title = "Moira Kell", "Moira Kell", "Report IR-2021-07"
    core.comments, core.revision = "", 1
    core.created = core.modified = core.last_printed = STAMP
    loose, frozen = io.BytesIO(), io.BytesIO()
    document.save(loose)
    with zipfile.ZipFile(loose) as old, zipfile.ZipFile(frozen, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, date_time=(2025, 1, 13, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return frozen.getvalue()


if __name__ == "__main__":
    for path in make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "documents"):
        print(path)
