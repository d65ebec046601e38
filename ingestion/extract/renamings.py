"""Find two names of one thing: `formerly B`, `was renamed B`, A의 전신은 B이다, 이름을 바꾸었다."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...tools.text.sentence_pieces import Piece


class _Wording(NamedTuple):
    """What must stand before the first name, between the two and after the second."""

    before: re.Pattern[str]
    between: re.Pattern[str]
    after: re.Pattern[str]


def _wording(before: str, between: str, after: str = "") -> _Wording:
    opened = r"(?:the\s+)?[\"“'‘]?"
    return _Wording(re.compile(f"(?:{before})$"), re.compile(between + opened), re.compile(after))


_SINCE = r"(?:(?:later|then|has|had|subsequently|officially|in\s+\d{4})\s+)*"
_WHICH = rf"(?:,?\s+(?:which|that))?\s+{_SINCE}"
_ENDS = r"[\"”'’]?\s*(?:[,.;:)]|$)"
_NAME = r"(?:이름|사명|상호|명칭|교명|회사명|회사\s이름|팀명)"
_CHANGE = r"(?:바꾸|바꿨|바꿔|변경|고치|고쳤|고쳐|개칭)"
_INTO = rf"['\"’”]?(?:으로|로)\s+(?:{_NAME}[을를]?\s*{_CHANGE}|개칭|개명|사명\s?변경)"
_OLD = r"(?:전신|(?:옛|예전|이전|원래|본래|구)\s?(?:이름|명칭|사명))"
_IS = r"(?:이다|였다|이었다|이며|이고|입니다|였으며|였습니다|이었습니다|다\.)"
_SUBJECT = r"^\W*|(?:,|\d{4}|[Tt]he(?:\s\w+)?)\s+"
"""A name that ends another, `the park of Hanbit was renamed`, is not what the verb is said of."""
_WORDINGS = (
    _wording("", r",\s+(?:formerly|previously|originally)\s+", _ENDS),
    _wording(
        "", r",?\s+(?:(?:formerly|previously|originally|once|also)\s+(?:known\s+as|called|named)|a\.?k\.?a\.?)\s+"
    ),
    _wording(_SUBJECT, r"\s+(?:was|were)\s+(?:formerly|previously|originally)\s+(?:known\s+as|called|named)\s+"),
    _wording(_SUBJECT, r"\s+(?:was|were)\s+(?:known\s+as|called|named)\s+", r"[\"”'’]?\s+(?:until|before|till)\b"),
    _wording(_SUBJECT, rf"{_WHICH}changed\s+(?:its|their)\s+name\s+{_SINCE}to\s+"),
    _wording(_SUBJECT, rf"{_WHICH}(?:(?:was|were|is|been)\s+)+{_SINCE}re(?:nam|brand)ed\s+{_SINCE}(?:(?:as|to)\s+)?"),
    _wording(_SUBJECT, rf"{_WHICH}re(?:nam|brand)ed\s+itself\s+(?:(?:as|to)\s+)?"),
    _wording(r"(?:changed\s+(?:its|their)\s+name|re(?:nam|brand)ed)\s+from\s+(?:the\s+)?[\"“'‘]?", r"[\"”'’]?\s+to\s+"),
    _wording("", r"[은는이가]\s+(?:\d{4}년에?\s+)?(?:\d{1,2}월에?\s+)?", _INTO),
    _wording("", rf"[은는이가]\s+(?:\d{{4}}년에?\s+)?{_NAME}[을를]\s+", rf"['\"’”]?(?:으로|로)\s+{_CHANGE}"),
    _wording(rf"{_NAME}[을를]\s+['\"‘“]?", r"['\"’”]?에서\s+", rf"['\"’”]?(?:으로|로)\s+{_CHANGE}"),
    _wording("", rf"의\s+{_OLD}은\s+", rf"['\"’”]?{_IS}"),
    _wording("", rf"의\s+{_OLD}인\s+"),
)


def renamings(text: str, parts: Sequence[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """(shorter, longer) of the names that the sentence says are of one thing."""
    names = [piece for piece in parts if piece.kind == "name" and len(piece.text) > 1]
    for one, other in pairwise(names):
        if one.text != other.text and _alike(one, other) and _is_said(text, one, other, parts):
            yield (one, other) if len(one.text) <= len(other.text) else (other, one)


def _alike(one: Piece, other: Piece) -> bool:
    """Whether one thing can bear both: no person's name is a company's."""
    return one.type == other.type or "PERSON" not in (one.type, other.type)


def _is_said(text: str, one: Piece, other: Piece, parts: Sequence[Piece]) -> bool:
    verb = next((piece for piece in parts if piece.start >= other.end and piece.kind in ("verb", "copula")), None)
    if verb is not None and verb.negated and re.search("[가-힣]", text[one.start : other.end]):
        return False
    between = text[one.end : other.start]
    return any(
        wording.between.fullmatch(between)
        and wording.before.search(text, 0, one.start)
        and wording.after.match(text, other.end)
        for wording in _WORDINGS
    )
