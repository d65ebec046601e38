"""Sentence spans with exact offsets: English by pysbd with merge rules, Korean by kiwipiepy, told by paragraph."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from .words import HANGUL

with warnings.catch_warnings():
    # Its sources hold escapes that newer Pythons warn of when they compile them.
    warnings.simplefilter("ignore")
    import pysbd
    from pysbd.lang.english import English

LONGEST = 2000
"""Characters: a longer sentence (a list without full stops, a blob) is cut at spaces."""
_WINDOW = 4000
"""Characters a splitter is given at once: both take more than linear time on longer text."""
_WRAPPED = 40
"""A line at least this long that ends in mid-sentence was broken to fit; a shorter one ends where it ends."""
_INNER_STOP = re.compile(r"[.!?。！？…][\"'”’»)\]」』]*(?:\[\d{1,3}\])*\s+\S")
_CLEAR_STOP = re.compile(r"(?<=[a-z]{4}[.!?])\s+(?=[A-Z])|(?<=[다요까죠][.!?])\s+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[])(?:Figs?|Eqs?|Secs?|Chs?|vols?|pp?|cf|nos?|Tabs?|refs?|arts?|vs|al|approx|ca|e\.g|i\.e|viz|resp|est|"
    r"ed|eds|incl|max|min|dept|Inc|Ltd|Corp|Co|Jr|Sr|St|Mt|Dr|Mr|Mrs|Ms|Prof|Gen|Sen|Rep|Gov|Rev|Hon|Capt|Sgt|Col)\.\s*$",
    re.I,
)
_TITLE = re.compile(
    r"(?:^|[\s(\[\"“])(?:Dr|Mr|Mrs|Ms|Prof|Gen|Sen|Rep|Gov|Rev|Hon|Capt|Sgt|Col|St|Mt|Fig|Figs|Cf|e\.g|i\.e)\.\s*$"
)
_INITIAL = re.compile(r"(?:^|\s)(?:[A-Z]\.\s*)+$")
_GOES_ON = re.compile(r"[a-z(,;:\d%–—-]")
_CLOSES = re.compile(r"[\"”’»)\]」』]+(?:\s|$)")
_NOTE_AFTER_STOP = re.compile(r"(?<=[.!?\"”])(?:\[\d{1,3}\])+\s+(?=[A-Z\"“(])")
_ENCLOSES = re.compile(r"[()\[\]“”\"]")
_OPENED = dict(zip("\"'”’»)]」』》〉>】", "\"'“‘«([「『《〈<【", strict=True))
"""Closing mark → what opens it."""
_TITLED = frozenset("\"'”’」』》〉")
"""Marks around titles and words, which belong to what follows even over a space; a bracket there is a note."""
_STOP = re.compile(r"[.!?。…][\"'”’»)\]」』》〉]*(?:\[\d{1,3}\])*\s+|(?<=[가-힣])[.!?。…]")
_NOTED = re.compile(r"[.!?。…][\"'”’]*(?:\[\d{1,3}\])+$")
_STUCK = ("J", "E", "VCP", "XS")
"""What the analyser's tags of particles, endings, the copula and suffixes begin with."""
_BEGINNING = "The|This|That|These|Those|It|Its|He|She|They|We|His|Her|Their|There|In|On|At|When|If|For|But|However"
_PLAIN_STOP = re.compile(
    r"(?<![\w.@/-])([A-Za-z][a-z]{3,}|(?:1[5-9]|20)\d\d)\.\s+(?=[A-Z])"
    r"|(?<!\b1[5-9]\d\d )(?<!\b20\d\d )(?<=\d )[A-Z]\.\s+(?=[A-Z][a-z])"
    rf"|(?<=[a-z\d.] )(?:[A-Z]\.)+\s+(?=(?:{_BEGINNING})\b)"
)
"""The end of a sentence that needs no second look: behind a whole word or a year; behind a unit's letter (`150 W.`), or
one that no name's initials are (`Plan B.`), where a word follows that begins sentences."""
_SHORT = frozenset(English.Abbreviation.ABBREVIATIONS) | frozenset(
    "approx assoc figs dept prof messrs corp bros".split()
)
_segmenter = pysbd.Segmenter(language="en", clean=False)


def spans(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as half-open `[start, end)`, in order, without the white space around them.

    They do not overlap and hold every character that is no white space. A blank line always ends a sentence; a line
    break does unless the line was merely wrapped. None is longer than `LONGEST`.
    """
    found: list[tuple[int, int]] = []
    for start, end in _paragraphs(text):
        for first, last in _sentences(text[start:end].replace("\n", " ")):
            found.extend(_bounded(text, start + first, start + last))
    return found


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Stretches between line breaks that end something."""
    start = place = 0
    before = ""
    for line in text.split("\n"):
        if place > start and not _wraps(before, line):
            yield start, place
            start = place
        place += len(line) + 1
        before = line
    yield start, len(text)


def _wraps(line: str, following: str) -> bool:
    return len(line.strip()) >= _WRAPPED and bool(following.strip()) and not re.match(r"\s*[-*•·▪]\s", following)


def _sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    place = 0
    while place < len(paragraph):
        end = _window_end(paragraph, place)
        piece = paragraph[place:end]
        for first, last in pairwise([0, *_cuts(piece), len(piece)]):
            yield place + first, place + last
        place = end


def _window_end(paragraph: str, start: int) -> int:
    if len(paragraph) - start <= _WINDOW:
        return len(paragraph)
    clear = [match.end() for match in _CLEAR_STOP.finditer(paragraph, start, start + _WINDOW)]
    if clear:
        return clear[-1]
    space = paragraph.rfind(" ", start + 1, start + _WINDOW)
    return space + 1 if space > 0 else start + _WINDOW


def _cuts(piece: str) -> list[int]:
    """Where sentences after the first begin."""
    if not _INNER_STOP.search(piece):
        return []
    hangul = len(HANGUL.findall(piece))
    latin = sum(1 for c in piece if c.isascii() and c.isalpha())
    if hangul and hangul * 4 >= latin:
        return _korean(piece)
    plain = _plain_cuts(piece)
    found = list(plain)
    for first, last in pairwise([0, *plain, len(piece)]):
        part = piece[first:last].rstrip()
        if _INNER_STOP.search(part):
            found.extend(first + at for at in _english(part))
    return sorted(found)


def _plain_cuts(piece: str) -> list[int]:
    """Ends of sentences that need no second look: a full stop after a whole word, outside quotes and brackets.

    pysbd, which takes a hundred times as long, is left with what is in between.
    """
    cuts: list[int] = []
    place, within = 0, Counter[str]()
    for match in _PLAIN_STOP.finditer(piece):
        within.update(_ENCLOSES.findall(piece, place, match.end()))
        place = match.end()
        closed = within["("] == within[")"] and within["["] == within["]"] and within["“"] == within["”"]
        if closed and within['"'] % 2 == 0 and (match[1] or "").lower() not in _SHORT:
            cuts.append(match.end())
    return cuts


def _korean(piece: str) -> list[int]:
    """The same by kiwi, which takes the end of an opening quote or bracket for the end of a sentence."""
    from .korean import kiwi

    kept = [0]
    for sentence in kiwi().split_into_sents(piece, return_tokens=True)[1:]:
        tag = sentence.tokens[0].tag if sentence.tokens else ""
        at = _reopened(piece, kept[-1], sentence.start, tag.startswith(_STUCK))
        if at > kept[-1]:
            kept.append(at)
    return kept[1:]


def _reopened(piece: str, start: int, cut: int, stuck: bool) -> int:
    """Where the sentence really begins whose quote or bracket was left to the one before; `cut` where none was.

    `stuck`: what follows is a particle or an ending, which begins no sentence. Where no stop stands before the quote,
    the place is `start`: what was cut is one sentence.
    """
    before = piece[start:cut].rstrip()
    last, spaced = before[-1:], before != piece[start:cut]
    if last not in _OPENED or (spaced and last not in _TITLED) or _NOTED.search(before):
        return cut
    if before[-2:-1] in tuple(".!?。…") and (spaced or not stuck):
        return cut
    opened = before.rfind(_OPENED[last], 0, -1)
    stops = [match.end() for match in _STOP.finditer(before, 0, opened if opened >= 0 else len(before))]
    if stops:
        return start + stops[-1]
    return cut if spaced else start


def _english(piece: str) -> list[int]:
    """The same by pysbd's guess and the rules that mend it."""
    starts: list[int] = []
    place = 0
    for sentence in _segmenter.processor(piece).process():
        # pysbd may hand back a text changed by its own marks; the one found next carries on from here.
        at = piece.find(sentence.strip(), place) if sentence.strip() else -1
        if at >= 0:
            starts.append(at)
            place = at + len(sentence.strip())
    starts.extend(match.end() for match in _NOTE_AFTER_STOP.finditer(piece))
    kept: list[int] = []
    for at in sorted(set(starts)):
        if at and piece[:at].strip() and not _belongs(piece[kept[-1] if kept else 0 : at], piece[at : at + 8]):
            kept.append(at)
    return kept


def _belongs(before: str, after: str) -> bool:
    """Whether what follows is no sentence of its own."""
    if before[-1:] and not before[-1].isspace():
        return True
    if _CLOSES.match(after) or _TITLE.search(before):
        return True
    if _GOES_ON.match(after) and (_ABBREVIATION.search(before) or not re.search(r"[.!?…]\W*$", before)):
        return True
    return bool(_INITIAL.match(before))


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without its outer white space, in pieces of at most `LONGEST`."""
    while start < end:
        while start < end and text[start].isspace():
            start += 1
        stop = end
        if end - start > LONGEST:
            space = max(text.rfind(" ", start + 1, start + LONGEST), text.rfind("\n", start + 1, start + LONGEST))
            stop = space if space > 0 else start + LONGEST
        last = stop
        while last > start and text[last - 1].isspace():
            last -= 1
        if last > start:
            yield start, last
        start = stop
