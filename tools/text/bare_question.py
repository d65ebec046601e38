"""Take the politeness and the talk about the asker off a question: what is left is what the documents may say.

`Hello, I am new here. Could you tell me who founded the yard? Thanks!` asks `who founded the yard?`.
"""

from __future__ import annotations

import re
from itertools import pairwise

from .late_pattern import late
from .words import language

_WRAPPING = frozenset(
    "a able about actually advance afternoon all also am an and anybody anyone anything appreciate are ask asking "
    "at be been but by can check clarify could curious d day dear did didn do document documents does don enlighten "
    "evening ever everybody everyone excuse explain explaining file files find folks for forward from get give glad "
    "good grateful guess happen have hear hello help here hey hi hope i idea identify in inform interested into is "
    "it just kind kindly know knowing knows learn let like likely ll looking lot love m madam many may maybe me "
    "might mind more morning much my need new no now of oh ok okay on one or our out perhaps please possible "
    "possibly pray question questions quick quickly re read really remember remind s say seem share show sir so "
    "some somebody someone sorry still t team tell telling text thank thankful thanks that the them there these "
    "they thing this to trouble try trying u understand up us ve very wait want wanted was we well were will wish "
    "with wonder wondered wondering would you your".split()
)
"""Words that a polite question is wrapped in; any other word is about the matter."""
_PREPOSITIONS = frozenset("in on at to from by for of with about into".split())
_WORD = late(r"[^\W_]+")
_WH = r"(?:who(?:m|se)?|what|when|where|which|why|how|whether)"
_ASKS = late(
    rf"\b(?:{_WH}|if|about(?! {_WH}\b|\W*$)"
    r"|(?:summari[sz]e|describe|list|name|compare|define|outline|count)(?= ))\b(?!ever)"
    r"|(?<=[,;:] )(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b(?! you\b)",
    re.IGNORECASE,
)
_SENTENCE = late(r"(?<=[.!?。])(?<!\b[A-Z]\.)(?<!\b(?:Mr|Dr|Ms|St|vs|No)\.)(?<!\b(?:Mrs|etc)\.)\s+(?=\S)")
_IF = late(r"(?:if|whether)$", re.IGNORECASE)
_CLAUSES = late(r"\s*[,;]\s*|\s+[-–—]\s+")
_CLEFT = late(
    r"\b(who|what|when|where|which (?:\w+ ){0,3}?\w+) (?:was it|is it|it was|it is) (?:that|who)\b", re.IGNORECASE
)
_OF_ASKER = late(
    r"\W*(?:i|we|my|our|you|ignore|forget|disregard|pretend|저는|제가|저희|저도|나는|내가|우리는)(?![\w가-힣])",
    re.IGNORECASE,
)
_POINTS = late(
    r"\b(?:it|its|this|that|these|those|he|him|his|she|her|they|them|their|there)\b|그(?:것|는|녀|의|들)?\s|이것",
    re.IGNORECASE,
)

# ── Korean
_SINCE = r"(?:안녕하(?:세요|십니까)|안녕|저기요?|실례(?:지만|합니다)|죄송(?:하지만|합니다)|혹시)"
_OPENING = late(rf"(?:\s*{_SINCE}[\s,.!~]*)+")
_TELL = r"(?:알려|말해|말씀해|가르쳐|설명해|찾아|답해|대답해)\s?(?:줘|주|줄|드|달라|다오)\S*(?:\s(?:수\s)?[있없]\S*)?"
_CLOSING = late(
    rf"(?:[을를]|(?<=\S)\s?(?:좀|자세히|간단히))?[\s,]*(?:(?:{_TELL}|알고\s?싶\S*|알\s수\s[있없]\S*|궁금\S*"
    r"|부탁\S*|감사\S*|고맙\S*|고마\S*)[\s.?!~]*)+$"
)


def bare_question(question: str) -> str:
    """The question without greeting, thanks, politeness and what is said of the asker; as it is where nothing is left.

    Only words of a closed list go from a sentence that asks; beside one, sentences in the first person go, unless it
    points back to them (`My PX-200 leaks. What pressure does it need?`).
    """
    told = [text for text in map(_unwrapped, _SENTENCE.split(question.strip())) if _WORD.search(text)]
    asking = [text for text in told if not _OF_ASKER.match(text)]
    if asking and not any(map(_POINTS.search, asking)):
        told = asking
    return " ".join(told) or question


def _unwrapped(sentence: str) -> str:
    return _korean(sentence) if language(sentence) == "ko" else _english(sentence)


def _english(sentence: str) -> str:
    asks = [*_ASKS.finditer(sentence)]
    if not asks:
        return "" if _wraps(sentence) else sentence
    start = asks[0].start() if _wraps(sentence[: asks[0].start()]) else 0
    for this, after in pairwise(asks):
        # `if you happen to know, who …` and `what do they say about …` are wrapping too, `what do I do when …` is none.
        if start != this.start() or not (_IF.match(this[0]) or after[0] == "about"):
            break
        if _wraps(sentence[this.end() : after.start()]):
            start = after.start()
    before = sentence[:start].split()
    if before and before[-1].casefold() in _PREPOSITIONS:
        start = sentence.rindex(before[-1], 0, start)
    return _CLEFT.sub(r"\1", _without_tail(sentence[start:]))


def _without_tail(text: str) -> str:
    """Without clauses behind the question that say nothing of the matter: `…, please?`."""
    while (last := [*_CLAUSES.finditer(text)][-1:]) and _wraps(text[last[0].end() :]):
        mark = "?" if text.rstrip().endswith("?") else ""
        text = text[: last[0].start()] + mark
    return text


def _wraps(text: str) -> bool:
    return all(word.casefold() in _WRAPPING for word in _WORD.findall(text))


def _korean(sentence: str) -> str:
    opened = _OPENING.match(sentence)
    return _CLOSING.sub("", sentence[opened.end() :] if opened else sentence).strip()
