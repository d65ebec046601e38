"""Remove a page mention from a sentence, with the words around it that need it."""

from __future__ import annotations

import re

from ....tools.text.late_pattern import late
from .citing_context import KOREAN_SOURCE

_OPEN = late(
    r"\s?[(\[（【<〈](?:see|cf\.?|on|from|at|source:?|출처:?|according to|as (?:stated|shown|given) on)?\s*(?:the )?$",
    re.IGNORECASE,
)
_CLOSE = late(r"(?:\s?[을를]?\s?(?:참조|참고|에서)(?:\s?(?:바람|요망|하라|하세요|하십시오))?)?\s*[)\]）】>〉]")
_LEAD = late(
    r"(?:(?<=^)|(?<=[.!?]\s)|(?<=[.!?]))"
    r"(?:According to|As (?:\w+ )?(?:on|in|per)|Based on|On|In|From|Per|At)\s+(?:the )?$",
    re.IGNORECASE,
)
_SEE = late(r"(?:(?<=^)|(?<=[.!?]\s)|(?<=[.!?]))(?:See(?: also)?|Cf\.?|Source:)\s+(?:the )?$", re.IGNORECASE)
_TAIL = late(
    r",?\s*(?:(?:according|as per|referring) to|as (?:\w+ )?(?:on|in|per)|based on|see(?: also)?|cf\.|"
    r"\bon|\bin|\bfrom|\bat|\bper|\bof|\bby)\s+(?:the )?$",
    re.IGNORECASE,
)
_KOREAN = late(
    r"(?:의?\s?(?:내용|설명|기록|본문))?(?:\s?에\s?(?:따르면|의하면|따라|의해)"
    r"|에서?\s?(?:나[오온와]|있|적[혀힌]|쓰|실린|보[이인]|기[술재록]|서술|설명|명시|언급|제시|표시|확인|알)[^,.!?\n]{0,16}"
    r"(?:듯이?|바와 같이|것처럼|\s대로)"
    r"|에\s?(?:있는|나온|실린|적힌|수록된|제시된|명시된)"
    r"|에서는|에서|에는|에도|을\s?보면|를\s?보면|에)"
    r"(?![가-힣])\s*,?\s*|의\s+|\s?(?:참조|참고)[.。]?\s*"
)
_KOREAN_SOURCE = late(rf"(?:(?:{KOREAN_SOURCE}|[^.!?][’”」』])()\s|[가-힣](의)\s)$")
_SOURCE = late(
    r"\b(?:manual|document|report|book|booklet|guide|handbook|paper|article|contract|brochure|policy|datasheet)(,?\s)$",
    re.IGNORECASE,
)
_OF = late(r"\s+(?:of|in|from)\s+(?=\S)")
_VERB = late(
    r"\s((?:say|show|state|describe|list|explain|mention|tell|give|note|indicate|contain|report|define|provide)s?)\b"
)
_MARKS = ("*", "_", "`")
_WITHIN = late(r"\A,?\s(?:lines?|para(?:graph)?s?\.?|columns?|rows?|notes?|n\.|ff?\.(?=\s?[,)]))(?:\s?\d{1,4}\b)?")
_PART = late(r",?\s(?=(?:[Ss]ection|[Tt]able|[Ff]igure|[Ff]ig\.|[Cc]hapter|[Aa]ppendix|[Aa]nnex)\s\w)")
_LISTED = late(r"[(\[（【][^()\[\]\n]{1,80}?(\s?[,;]\s*)$")
_NEXT = late(r"[\"“‘']?([^\W\d_])")


def without_mention(text: str, start: int, end: int) -> str:
    """The text without `text[start:end]`, the name of a page.

    `(p. 12)`, `According to page 12, …`, `… on page 12`, `12쪽에 따르면, …` go whole; of `page 12 of the manual` the
    manual stays; where the sentence cannot do without a noun (`Page 12 says …`), the document takes the page's place.
    """
    before, said, after = text[:start], text[start:end], text[end:]
    while before[-1:] in _MARKS and before[-1:] == after[:1]:
        before, after = before[:-1], after[1:]
    after = _WITHIN.sub("", after)
    for left in (_in_brackets(before, after), _in_korean(before, said, after), _in_english(before, after)):
        if left is not None:
            return left
    noun = _document(said, before)
    return before + noun + (agreeing(after, many=False) if noun[0] == "T" else after)


def agreeing(after: str, many: bool) -> str:
    """What goes on after a page that begins the sentence, with its verb in the number of that page: `Page 3 says`."""
    verb = _VERB.match(after)
    if verb is None:
        return after
    one = verb[1] if verb[1].endswith("s") else f"{verb[1]}s"
    return after[: verb.start(1)] + (one[:-1] if many else one) + after[verb.end(1) :]


def _in_brackets(before: str, after: str) -> str | None:
    """`(see p. 12)` goes whole; of `(p. 12, 2003)` and `(Ulm, p. 12)` the rest stays."""
    opened, closed = _OPEN.search(before), _CLOSE.match(after)
    if opened and closed:
        return before[: opened.start()] + after[closed.end() :]
    if opened and (comma := re.match(r"\s?[,;]\s*", after)):
        return before + after[comma.end() :]
    if closed and _KOREAN_SOURCE.search(before):
        return before.rstrip() + after
    if closed and (comma := _LISTED.search(before)):
        return before[: comma.start(1)] + after
    return None


def _in_korean(before: str, said: str, after: str) -> str | None:
    """With its particle; but of `매뉴얼 12쪽에 따르면` the particle stays with the manual."""
    korean = _KOREAN.match(after)
    if korean:
        source = _KOREAN_SOURCE.search(before)
        return before.rstrip().removesuffix(source[2] or "") + after if source else before + after[korean.end() :]
    return before + after.lstrip() if said.endswith("까지") and after[:1].isspace() else None


def _in_english(before: str, after: str) -> str | None:
    if after.startswith(("'s ", "’s ")):
        return None
    if noun := _SOURCE.search(before):
        return before[: noun.start(1)] + after[1 if noun[1].startswith(",") and after.startswith(",") else 0 :]
    if of := _OF.match(after) or _PART.match(after):
        return before + after[of.end() :]
    if (lead := _LEAD.search(before)) and (comma := re.match(r"\s?,\s*", after)):
        return before[: lead.start()] + _capital(after[comma.end() :])
    if (see := _SEE.search(before)) and (stop := re.match(r"\s?(?:[.!;]\s*|$)", after)):
        return before[: see.start()].rstrip() + (" " if before[: see.start()].strip() else "") + after[stop.end() :]
    if tail := _TAIL.search(before):
        return before[: tail.start()] + after if before[: tail.start()].strip() else _capital(after.lstrip(" ,;:"))
    return None


def _capital(text: str) -> str:
    found = _NEXT.match(text)
    return text[: found.start(1)] + found[1].upper() + text[found.end(1) :] if found else text


def _document(said: str, before: str) -> str:
    """A noun in the page's place; in Korean with the same kind of last sound, so that the particle after it fits."""
    if re.search(r"[쪽면](?:까지)?[)）]?$", said):
        return "원문"
    if "페이지" in said or said[-1:] in "pP":
        return "문서"
    return "The document" if not before.strip() or before.rstrip()[-1:] in ".!?" else "the document"
