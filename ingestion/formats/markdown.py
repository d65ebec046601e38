"""Markdown (CommonMark with tables): headings, paragraphs, lists, code and tables, without the marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ...model import Reading, Source
from ...settings import IngestOptions
from . import text_builder as build
from .decode import canonical, decode
from .html import add_fragment
from .text_builder import Draft, is_large

_NESTING = 40
"""Deeper quotes, lists and emphasis are taken as plain text: parsing them costs the square of their depth."""
_OPENERS = re.compile(r"[\[!*_`<]")
_MOST_OPENERS = 1500
"""A paragraph with more marks than this is no prose; matching them up would cost their square."""
_BRACKETS = re.compile(r"!?\[|\]")
_IMAGES = 3
"""An image's description is parsed anew for each image around it: more of them within each other are plain text."""
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.M | re.I)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BREAK = re.compile(r"<br\s*/?>", re.I)


def read(source: Source, data: bytes, options: IngestOptions, home: Path) -> Iterator[Reading]:
    """One document, a large text in parts; its title is the front matter's, else the first heading."""
    text = canonical(decode(source.name, data))
    front = _FRONT.match(text)
    named = _TITLE.search(front[1]) if front else None
    draft = Draft(source.name, named[1].strip().strip("\"'") if named else "", len(text))
    for stretch in _stretches(text, front.end() if front else 0):
        _blocks(draft, _tokens(stretch))
        if draft.full:
            yield draft.part()
    yield from draft.rest(data)


def _stretches(text: str, start: int) -> Iterator[str]:
    """All of a text of usual size; of a large one a quarter of a part, cut at a blank line outside of code.

    The parser takes a hundred times the memory of what it is given at once.
    """
    if not is_large(len(text)):
        yield text[start:]
        return
    place, fence, most = start, "", build.PART // 4
    for line in _LINE.finditer(text, start):
        mark = _FENCE.match(line[0])
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        long = line.end() - place
        if (long >= most and not fence and not line[0].strip()) or long >= 2 * most:
            yield text[place : line.end()]
            place, fence = line.end(), ""
    yield text[place:]


def _tokens(text: str) -> list[Token]:
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table")
    parser.core.ruler.disable("inline")
    links: dict[str, object] = {}
    tokens = parser.parse(text, links)
    for token in tokens:
        if token.type == "inline" and _is_prose(token.content):
            token.children = []
            parser.inline.parse(token.content, parser, links, token.children)
    return tokens


def _is_prose(text: str) -> bool:
    """Whether the marks are few enough, and not too deep in each other, to be matched up."""
    open_: list[str] = []
    for bracket in _BRACKETS.findall(text):
        if bracket != "]":
            open_.append(bracket)
        elif open_:
            open_.pop()
        if len(open_) > _NESTING or open_.count("![") > _IMAGES:
            return False
    return len(_OPENERS.findall(text)) <= _MOST_OPENERS


def _blocks(draft: Draft, tokens: Sequence[Token]) -> None:
    stream = iter(tokens)
    lists, level = 0, 0
    for token in stream:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists -= 1
        elif token.type == "table_open":
            draft.add_table(list(_rows(stream)), header=True)
        else:
            _leaf(draft, token, level, lists > 0)


def _leaf(draft: Draft, token: Token, level: int, listed: bool) -> None:
    if token.type == "inline":
        draft.add(_plain(token), "heading" if level else "list" if listed else "text", level)
    elif token.type in ("fence", "code_block"):
        draft.add(token.content, "code", keep_lines=True)
    elif token.type == "html_block":
        add_fragment(draft, token.content)


def _rows(stream: Iterator[Token]) -> Iterator[list[str]]:
    row: list[str] = []
    for token in stream:
        if token.type == "table_close":
            return
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(_plain(token))
        elif token.type == "tr_close":
            yield row


def _plain(inline: Token) -> str:
    return "".join(map(_said, inline.children)) if inline.children else inline.content


def _said(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "html_inline":
        return " " if _BREAK.match(token.content) else ""
    # An image's content is its description.
    return token.content
