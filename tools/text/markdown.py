"""Escape text for Markdown, so that nothing in it makes a link, an image, a heading or HTML."""

from __future__ import annotations

import re

_WITHIN = re.compile(r"[\\`*\[<~|]|(?<![^\W_])_|_(?![^\W_])|&(?=[#A-Za-z])")
"""What opens a mark within a line: nothing closes what was not opened. An underline within a word is none."""
_FIRST = re.compile(r"#{1,6}(?=\s|$)|>|[+-](?=\s|$)|[-=](?=[-=\s]*$)|(?<=\d)[.)](?=\s|$)", re.MULTILINE)
"""What makes a block where a line begins with it."""
_NUMBER = re.compile(r"\d{0,9}")
_LINES = re.compile(r"(\r\n?|\n)")


def escaped(text: str) -> str:
    """The text for any place within Markdown, at the start of a line and behind a mark of ours as well.

    Blanks at the ends of a line, which Markdown takes for code and line breaks, are left out.
    """
    parts = _LINES.split(text)
    lines = [_line(part) if n % 2 == 0 else part for n, part in enumerate(parts)]
    # Behind a mark of ours: `[1](…)` would be a link, `[1]: …` its target.
    return re.sub(r"\A[(:]", r"\\\g<0>", "".join(lines))


def _line(line: str) -> str:
    line = line.strip(" \t")
    start = _NUMBER.match(line)
    place = start.end() if start else 0
    first = _FIRST.match(line, place)
    marked = _WITHIN.sub(r"\\\g<0>", line[place:])
    return line[:place] + ("\\" if first else "") + marked
