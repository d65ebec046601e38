"""Taking the name of a page out of a sentence, with the words around it that need it."""

from __future__ import annotations

import re

_OPEN = re.compile(
    r"\s?[(\[（](?:see|cf\.?|on|from|at|source:?|출처:?|according to|as (?:stated|shown|given) on)?\s*(?:the )?$",
    re.IGNORECASE,
)
_CLOSE = re.compile(r"(?:\s?(?:참조|참고|에서))?\s*[)\]）]")
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
_OF = re.compile(r"\s+(?:of|in|from)\s+(?=\S)")
_NEXT = re.compile(r"[\"“‘']?([^\W\d_])")


def without(text: str, start: int, end: int) -> str:
    """The text without `text[start:end]`, the name of a page.

    `(p. 12)`, `According to page 12, …`, `… on page 12`, `12쪽에 따르면, …` go whole; of `page 12 of the manual` the
    manual stays; where the sentence cannot do without a noun (`Page 12 says …`), the document takes the page's place.
    """
    before, said, after = text[:start], text[start:end], text[end:]
    if (opened := _OPEN.search(before)) and (closed := _CLOSE.match(after)):
        return before[: opened.start()] + after[closed.end() :]
    if korean := _KOREAN.match(after):
        return before + after[korean.end() :]
    if of := _OF.match(after):
        return before + after[of.end() :]
    if (lead := _LEAD.search(before)) and (comma := re.match(r"\s?,\s*", after)):
        return before[: lead.start()] + _capital(after[comma.end() :])
    if (see := _SEE.search(before)) and (stop := re.match(r"\s?(?:[.!;]\s*|$)", after)):
        return before[: see.start()].rstrip() + (" " if before[: see.start()].strip() else "") + after[stop.end() :]
    if tail := _TAIL.search(before):
        return before[: tail.start()] + after if before[: tail.start()].strip() else _capital(after.lstrip(" ,;:"))
    return before + _document(said, before) + after


def _capital(text: str) -> str:
    found = _NEXT.match(text)
    return text[: found.start(1)] + found[1].upper() + text[found.end(1) :] if found else text


def _document(said: str, before: str) -> str:
    """A noun in the page's place; in Korean with the same kind of last sound, so that the particle after it fits."""
    if said.endswith(("쪽", "면")):
        return "원문"
    if "페이지" in said or said[-1:] in "pP":
        return "문서"
    return "The document" if not before.strip() or before.rstrip()[-1:] in ".!?" else "the document"
