"""What is seen of an HTML page, as a tree of its blocks: linear in any markup, and at any depth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from ...errors import InputError
from .decode import canonical

_SKIP = frozenset(
    "script style nav template noscript svg math iframe object embed canvas audio video button select option input "
    "textarea datalist dialog head title menu map".split()
)
BLOCK = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr "
    "ul".split()
)
_CONTENTS = frozenset({"toc", "table-of-contents"})
"""Classes of a table of contents, as DocBook and others mark it: navigation, whose lines stand again as headings."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_PART = 65536
_NONE = str.maketrans("", "", "\ufffe\uffff")
_ROOT = "root"
_TITLE = ["head", "title"]
"""The page's; drawings inside it have titles, too."""
_DEEPEST = 200
"""Blocks within each other; what stands deeper is told by its lines alone."""
_OPEN = 10_000
"""Elements within each other, of any kind; where an end matches none of them, the parser looks through them all."""
_SPANS = ("colspan", "rowspan")


class Page(NamedTuple):
    """What is seen of a page."""

    root: etree._Element
    title: str


def parse(name: str, markup: str) -> Page:
    """The page behind this markup.

    Raises:
        InputError: more elements stand within each other than can be read in bounded time, or there is no markup.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, target=_Seen(name))
    raw = markup.encode("utf-8", "replace")
    try:
        # In parts: what is raised while the parser tells of elements comes out at the end of a part.
        for start in range(0, len(raw), _PART):
            parser.feed(raw[start : start + _PART])
        page: Page = parser.close()
    except etree.XMLSyntaxError as error:
        raise InputError(f"{name}: is no HTML that can be read ({error.msg})") from error
    return page


class _Seen:
    """Builds a tree of the blocks that are seen, their text and its line breaks, as the parser tells of them.

    The parser's own tree would end at some depth and lose the rest, hold within each other the marks that nobody
    closed, and take the square of an element's attributes.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tree = etree.TreeBuilder()
        self._tree.start(_ROOT, {})
        self._open: list[str] = []
        """The tag of each element that is open; empty where it does not stand in the tree."""
        self._depth = 0
        self._unseen: list[str] = []
        """The tags of the elements open from one on that is not seen."""
        self._title: list[str] = []
        self._titled = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Raises: InputError where too many are open."""
        if len(self._open) + len(self._unseen) >= _OPEN:
            raise InputError(f"{self._name}: holds more than {_OPEN:,} elements within each other")
        if self._unseen or _unseen(tag, attributes):
            self._unseen.append(tag)
        elif tag in BLOCK and self._depth < _DEEPEST:
            self._depth += 1
            self._open.append(tag)
            self._tree.start(tag, {name: attributes[name] for name in _SPANS if name in attributes})
        else:
            self._open.append("")
            if tag == "br" or tag in BLOCK:
                self._tree.start("br", {})
                self._tree.end("br")

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._unseen:
            self._titled = self._titled or self._unseen == _TITLE
            self._unseen.pop()
        elif stands := self._open.pop():
            self._depth -= 1
            self._tree.end(stands)

    def data(self, text: str) -> None:
        """Text."""
        if not self._unseen:
            # A tree holds no control characters, and none that is no character.
            self._tree.data(canonical(text).translate(_NONE))
        elif self._unseen == _TITLE and not self._titled:
            self._title.append(text)

    def close(self) -> Page:
        """The page, at the end of the file."""
        for tag in filter(None, reversed(self._open)):
            self._tree.end(tag)
        self._tree.end(_ROOT)
        return Page(self._tree.close(), "".join(self._title))


def _unseen(tag: str, attributes: Mapping[str, str]) -> bool:
    return (
        tag in _SKIP
        or "hidden" in attributes
        or (tag != "body" and not _CONTENTS.isdisjoint(attributes.get("class", "").split()))
        or attributes.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(attributes.get("style", "")))
    )
