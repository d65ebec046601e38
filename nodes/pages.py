"""Pages named in an answer's text, in both languages: found, checked against the citations, mended or taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..model import Sentence, Statement
from .unpage import without

_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
_NUMBER = rf"(?:[1-9],\d{{3}}(?![\d,])|\d{{1,6}}(?!\d)(?!\.\d)|(?i:{'|'.join(_WORDS)})\b)"
_TO = r"\s{0,3}(?:[-‐‑–—−~〜～∼]|\b(?:to|through|thru)\b)\s{0,3}"
_RANGE = rf"({_NUMBER})(?:{_TO}(?:p{{1,2}}\.\s?)?({_NUMBER}))?"

# ── the unit first: page 3, pp. 3–5 and 7, 페이지 3
_UNIT = re.compile(
    r"(?<![^\W_])(?:(?P<many>[Pp]ages|PAGES|[Pp]gs\.?|[Pp]p\.|pp(?=\s?\d)|PP\.)|"
    r"(?P<one>[Pp]age|PAGE|[Pp]g\.?|[Pp]\.|p(?=\s\d)|(?<![\d번째] )(?<!\d)페이지))"
    r"(?:\s{0,3}(?:[Nn]os?\.|[Nn]umbers?|#|:))?\s{0,3}(?=\S)"
)
_ITEM = re.compile(_RANGE + r"(?!\s?(?:개|장|곳|가지|페이지|쪽)(?!에))")
_JOIN = re.compile(
    r"(?:\s{0,3}(?:[,;]\s{0,3}(?P<last>and|or|및)\b|(?P<comma>[,;/·])|(?P<and>&|\band\b|\bor\b|및|과|와))\s{0,3})"
    r"(?:(?:[Pp]ages?|[Pp]{1,2}\.|페이지)\s{0,3})?"
)
_WORD_AFTER = re.compile(r"\s?(?!(?:and|or|to|of|in|on)\b)[^\W\d_]|\s?[%°€$£₩]")

# ── the unit last: 3쪽, 3~5페이지, 3쪽과 5쪽, 제3면, 3p
_UNIT_AFTER = (
    r"(?:페이지|쪽(?!지)|[pP](?![A-Za-z\d])|(?<=째\s)페이지"
    r"|면(?=에\s?(?:따르|의하|나[오온와]|있|실린|서|는)|\s?참[조고]|[과와,~]\s?(?:제\s?)?\d))"
)
_KOREAN = re.compile(
    rf"(제\s?)?({_NUMBER})\s{{0,2}}(?:번째\s)?(?P<unit>{_UNIT_AFTER}|면)?"
    rf"(?:\s{{0,2}}(?:[-–—~〜～∼]|부터|에서)\s{{0,2}}(?:제\s?)?({_NUMBER})\s{{0,2}}(?P<unit2>{_UNIT_AFTER}|면)?(?:까지)?)?"
)
_KOREAN_JOIN = re.compile(r"\s{0,3}(?:[,;·、ㆍ/]|과|와|및|그리고|또는|하고|이랑|랑)\s{0,3}")
_AMOUNT = re.compile(r"\s?(?:분량|짜리|가량|정도|이상|이하|(?:으)?로\s?(?:구성|이루어|된|되어))")
_IN_ALL = re.compile(r"(?:총|모두|전체|약|도합)\s?$")

# ── no number where one belongs
_BLANK = r"(?:\?{1,4}|_{1,9}|~|X{1,3}|N|#|n/a|unknown|\[[^\]\n]{0,20}\]|\{[^}\n]{0,20}\}|<[^>\n]{0,20}>|○{1,3})"
_MISSING = re.compile(
    rf"(?<=[Aa]ccording to )(?:the )?pages?(?: {_BLANK})?(?=\s?,)"
    rf"|(?<=[Oo]n )page {_BLANK}(?=\s?[,.)])"
    rf"|(?:(?<![^\s(\[“\"])|(?<=^))(?:{_BLANK}\s?(?:페이지|쪽|면)|페이지)(?=에\s?(?:따르면|의하면))"
)


@dataclass(frozen=True, slots=True)
class PageMention:
    """A stretch of a text that names pages: `text[start:end]`."""

    start: int
    end: int
    ranges: tuple[tuple[int, int], ...]
    """(first, last) in the order of the text, both 1 or more; a single page twice. None where the number is missing."""
    text: str

    def names(self, page: int) -> bool:
        """Whether the page is one of them."""
        return any(first <= page <= last for first, last in self.ranges)


def page_mentions(text: str) -> list[PageMention]:
    """Every mention in order of place, none overlapping; time linear in the text. Amounts (`300 pages`) are none."""
    found = sorted([*_unit_first(text), *_unit_last(text), *_missing(text)], key=lambda m: (m.start, -m.end))
    kept: list[PageMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _unit_first(text: str) -> Iterator[PageMention]:
    passed = 0
    for unit in _UNIT.finditer(text):
        item = _ITEM.match(text, unit.end())
        if item is None or unit.start() < passed:
            continue
        ranges, end, closed = [_range(item)], item.end(), False
        while not closed and (join := _JOIN.match(text, end)) and (item := _ITEM.match(text, join.end())):
            # `According to page 3, 40 litres`: the comma goes on with the list only after `pages`, or before no word.
            said = item.end() > join.end() and _WORD_AFTER.match(text, item.end())
            alone = not unit["many"] or len(ranges) > 1
            if (join["comma"] and (not unit["many"] or (said and alone))) or (said and not unit["many"]):
                break
            ranges.append(_range(item))
            end, closed = item.end(), not join["comma"]
        passed = end
        kept = tuple(one for one in ranges if one[0])
        if kept:
            yield PageMention(unit.start(), end, kept, text[unit.start() : end])


def _unit_last(text: str) -> Iterator[PageMention]:
    place = 0
    while first := _KOREAN.search(text, place):
        item: re.Match[str] | None = first
        ranges: list[tuple[int, int]] = []
        end, held = first.end(), 0
        while item is not None:
            ranges.append(_range_of(item[2], item[4]))
            end = item.end()
            if _has_unit(item):
                held = len(ranges)
                last = end
            join = _KOREAN_JOIN.match(text, end)
            item = _KOREAN.match(text, join.end()) if join else None
        place = max(end, first.end())
        if held and _stands(text, first.start(), last):
            yield PageMention(first.start(), last, tuple(r for r in ranges[:held] if r[0]), text[first.start() : last])


def _has_unit(item: re.Match[str]) -> bool:
    """Of `면`, which is also a side, only the ordinal or what goes on as a page does; see `_UNIT_AFTER`."""
    unit = item["unit2"] or item["unit"]
    if unit is None or unit != "면":
        return unit is not None
    return bool(item[1]) or re.compile(_UNIT_AFTER).match(item.string, item.end() - 1) is not None


def _stands(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 4) : start]
    left = text[start - 1 : start]
    touching = left.isascii() and (left.isalnum() or left in ".-_") and bool(left)
    return not touching and not _AMOUNT.match(text, end) and not _IN_ALL.search(before)


def _missing(text: str) -> Iterator[PageMention]:
    for match in _MISSING.finditer(text):
        yield PageMention(match.start(), match.end(), (), match.group())


def _range(item: re.Match[str]) -> tuple[int, int]:
    return _range_of(item[1], item[2])


def _range_of(first: str, last: str | None) -> tuple[int, int]:
    """`123–5` is 123 to 125, `5–3` is 3 to 5."""
    a = _value(first)
    if last is None:
        return a, a
    b = _value(last)
    if b < a and last.isdecimal() and len(last) < len(first):
        b = int(str(a)[: -len(last)] + last)
    return min(a, b), max(a, b)


def _value(number: str) -> int:
    low = number.casefold()
    return _WORDS.index(low) + 1 if low in _WORDS else int(number.replace(",", ""))


# ── against the citations
_OPENED = re.compile(r"[(\[（]\s?(?:(?:see|source|출처|참조)\s?:?\s?)?$", re.IGNORECASE)
_CLOSED = re.compile(r"\s?(?:참조|참고)?\s?[)\]）]")
_LED = re.compile(r"\b(?:according to|as per|based on)\s+(?:the )?$", re.IGNORECASE)
_FOLLOWED = re.compile(r"(?:의\s?(?:내용|설명|기록|본문))?에\s?(?:따르|의하|의거)")
_JOINED = re.compile(r"(?:(?<![\s\S])|[^\w\s]\s{0,3}|\bthat\s|따르면\s|\n\s{0,3})$")
_ENDED = re.compile(r"(?:[^\w\s]|.\s{0,3}(?:$|[^\w\s]))", re.DOTALL)


def mended(statement: Statement, held: Mapping[str, Sentence]) -> Statement:
    """The statement with no page that its sentences (`held`, by id) do not bear out.

    A mention stands as it is when its pages are cited ones, a range when both its ends are of one document, and where a
    cited sentence itself says it. Of others the cited pages stay; if there are none, the pages of the statement's
    sentences take its place, and without those it goes, with the words around it that need it.
    """
    cited = [held[key] for key in statement.sentences if key in held]
    text = statement.text
    # Taking one mention out may bring an unwanted one together: `page (p. 9) 12`.
    for _ in range(4):
        wrong = [mention for mention in page_mentions(text) if not _borne_out(mention, text, cited)]
        if not wrong:
            break
        for mention in reversed(wrong):
            text = _mend(text, mention, cited)
        text = text.strip()
    else:
        text = ""
    return statement if text == statement.text else replace(statement, text=text)


def _borne_out(mention: PageMention, text: str, cited: Sequence[Sentence]) -> bool:
    if mention.ranges and all(_cited(one, cited) for one in mention.ranges):
        return True
    if any(start <= mention.start and mention.end <= end for start, end in _copied(text, cited)):
        return True
    # A sentence that speaks of page 12 does not stand there: what is said to be according to page 12 is another thing.
    frame = _frames(text, mention)
    said = [one for c in cited for one in page_mentions(c.text) if not frame or _frames(c.text, one)]
    if not mention.ranges:
        return mention.text.casefold() in {one.text.casefold() for one in said}
    return set(mention.ranges) <= {pages for one in said for pages in one.ranges}


def _frames(text: str, mention: PageMention) -> bool:
    """Whether the mention says where the statement is from: `According to page 3`, `3쪽에 따르면`, `(p. 3)`."""
    before, end = max(0, mention.start - 24), mention.end
    inside = _OPENED.search(text, before, mention.start) and _CLOSED.match(text, end)
    return bool(inside or _LED.search(text, before, mention.start) or _FOLLOWED.match(text, end))


def _copied(text: str, cited: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """The stretches of the text that are a cited sentence word for word, as `framed` joins it to what leads to it."""
    for sentence in cited:
        words = [re.escape(word) for word in sentence.text.split()]
        for found in re.finditer(r"\s+".join(words), text, re.IGNORECASE) if words else ():
            if _JOINED.search(text, max(0, found.start() - 8), found.start()) and _ENDED.match(text, found.end() - 1):
                yield found.span()


def _cited(pages: tuple[int, int], cited: Sequence[Sentence]) -> bool:
    return bool(_documents(pages, cited))


def _documents(pages: tuple[int, int], cited: Sequence[Sentence]) -> list[str]:
    """The cited documents both of whose pages are cited."""
    places = {(sentence.document_id, sentence.page) for sentence in cited}
    ids = dict.fromkeys(sentence.document_id for sentence in cited)
    return [key for key in ids if all((key, page) in places for page in pages)]


def _mend(text: str, mention: PageMention, cited: Sequence[Sentence]) -> str:
    pages = sorted({sentence.page for sentence in cited if sentence.page is not None})
    right = [page for page in pages if mention.names(page)] or pages
    if not right:
        return without(text, mention.start, mention.end)
    return text[: mention.start] + _named(mention.text, right) + text[mention.end :]


def _named(said: str, pages: Sequence[int]) -> str:
    """The pages in the words of the mention that they replace."""
    numbers = [str(page) for page in pages]
    if korean := re.search(r"(페이지|쪽|면|[pP])(?:까지)?$", said):
        lead = "제" if said.startswith("제") or korean[1] == "면" else ""
        return ", ".join(f"{lead}{number}{korean[1]}" for number in numbers)
    unit = said.split()[0] if said.split() else said
    listed = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    if unit.startswith("페이지"):
        return f"페이지 {', '.join(numbers)}"
    short = "." in unit or len(unit.strip("0123456789")) < 4
    name = ("p." if len(numbers) == 1 else "pp.") if short else ("page" if len(numbers) == 1 else "pages")
    return f"{name.capitalize() if unit[:1].isupper() else name} {listed}"


def unpaged(text: str) -> str:
    """The text without any page that it names, nor the words around it that serve to name it."""
    for mention in reversed(page_mentions(text)):
        text = without(text, mention.start, mention.end)
    return text


# ── to the pictures
def page_images(
    statements: Sequence[Statement], held: Mapping[str, Sentence], images: Mapping[tuple[str, int], str]
) -> tuple[str, ...]:
    """The images to show, each once: of each statement in turn the pages it names, then those of its sentences.

    `images` maps (document id, page) to a path relative to the data folder. A page counts as named only in a document
    that the statement cites.
    """
    keys = (key for statement in statements for key in _places(statement, held))
    return tuple(dict.fromkeys(images[key] for key in keys if images.get(key)))


def _places(statement: Statement, held: Mapping[str, Sentence]) -> Iterable[tuple[str, int]]:
    cited = [held[key] for key in statement.sentences if key in held]
    for mention in page_mentions(statement.text):
        for first, last in mention.ranges:
            for document in _documents((first, last), cited):
                yield from ((document, page) for page in range(first, last + 1))
    for sentence in cited:
        if sentence.page is not None:
            yield sentence.document_id, sentence.page
