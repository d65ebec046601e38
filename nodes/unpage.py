"""Taking the name of a page out of a sentence, with the words around it that need it."""

from __future__ import annotations

import re

_OPEN = re.compile(
    r"\s?[(\[（【](?:see|cf\.?|on|from|at|source:?|출처:?|according to|as (?:stated|shown|given) on)?\s*(?:the )?$",
    re.IGNORECASE,
)
_CLOSE = re.compile(r"(?:\s?(?:참조|참고|에서))?\s*[)\]）】]")
_LEAD = re.compile(
    r"(?:(?<=^)|(?<=[.!?]\s)|(?<=[.!?]))"
    r"(?:According to|As (?:\w+ )?(?:on|in|per)|Based on|On|In|From|Per|At)\s+(?:the )?$",
    re.IGNORECASE,
)
_SEE = re.compile(r"(?:(?<=^)|(?<=[.!?]\s)|(?<=[.!?]))(?:See(?: also)?|Cf\.?|Source:)\s+(?:the )?$", re.IGNORECASE)
_TAIL = re.compile(
    r",?\s*(?:(?:according|as per|referring) to|as (?:\w+ )?(?:on|in|per)|based on|see(?: also)?|cf\.|"
    r"\bon|\bin|\bfrom|\bat|\bper|\bof|\bby)\s+(?:the )?$",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    r"(?:의\s?(?:내용|설명|기록|본문))?(?:에\s?(?:따르면|의하면|따라|의해)|에서는|에서|에는|에도|을\s?보면|를\s?보면|에)"
    r"(?![가-힣])\s*,?\s*|의\s+|\s?(?:참조|참고)[.。]?\s*"
)
_KOREAN_SOURCE = re.compile(r"(?:문서|매뉴얼|보고서|설명서|안내서|지침서|사양서|계약서|논문|교재|자료|책)\s$")
_SOURCE = re.compile(
    r"\b(?:manual|document|report|book|booklet|guide|handbook|paper|article|contract|brochure|policy|datasheet)(,?\s)$",
    re.IGNORECASE,
)
_OF = re.compile(r"\s+(?:of|in|from)\s+(?=\S)")
_LISTED = re.compile(r"[(\[（【][^()\[\]\n]{1,80}?(\s?[,;]\s*)$")
_NEXT = re.compile(r"[\"“‘']?([^\W\d_])")


def without(text: str, start: int, end: int) -> str:
    """The text without `text[start:end]`, the name of a page.

    `(p. 12)`, `According to page 12, …`, `… on page 12`, `12쪽에 따르면, …` go whole; of `page 12 of the manual` the
    manual stays; where the sentence cannot do without a noun (`Page 12 says …`), the document takes the page's place.
    """
    before, said, after = text[:start], text[start:end], text[end:]
    for left in (_in_brackets(before, after), _in_korean(before, said, after), _in_english(before, after)):
        if left is not None:
            return left
    return before + _document(said, before) + after


def _in_brackets(before: str, after: str) -> str | None:
    """`(see p. 12)` goes whole; of `(p. 12, 2003)` and `(Ulm, p. 12)` the rest stays."""
    opened, closed = _OPEN.search(before), _CLOSE.match(after)
    if opened and closed:
        return before[: opened.start()] + after[closed.end() :]
    if opened and (comma := re.match(r"\s?[,;]\s*", after)):
        return before + after[comma.end() :]
    if closed and (comma := _LISTED.search(before)):
        return before[: comma.start(1)] + after
    return None


def _in_korean(before: str, said: str, after: str) -> str | None:
    """With its particle; but of `매뉴얼 12쪽에 따르면` the particle stays with the manual."""
    korean = _KOREAN.match(after)
    if korean:
        return before.rstrip() + after if _KOREAN_SOURCE.search(before) else before + after[korean.end() :]
    return before + after.lstrip() if said.endswith("까지") and after[:1].isspace() else None


def _in_english(before: str, after: str) -> str | None:
    if noun := _SOURCE.search(before):
        return before[: noun.start(1)] + after[1 if noun[1].startswith(",") and after.startswith(",") else 0 :]
    if of := _OF.match(after):
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
