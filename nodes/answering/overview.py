"""Notice a question about documents as a whole: what all or one of them is about, an overview, a summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from ...model import Document
from ...tools.text.late_pattern import late
from ...tools.text.names import name_key
from ...tools.text.words import terms

KIND = "overview"
"""The kind of answer that it asks for."""
_THESE = r"(?:(?:all|each|both)\s(?:of\s)?)?(?:(?:this|that|these|those|the|my|our|your)\s)?(?:whole\s|entire\s)?"
_DOCUMENTS = r"(?:documents?|files?|texts?|pdfs?|library|document\scollection|collection|material)"
_ALL = rf"{_THESE}{_DOCUMENTS}(?:\s(?:here|you\shave|(?:that\s)?i\s(?:gave|uploaded|have)(?:\syou)?))?"
_ASKED = r"(?:(?:can|could|would|will)\syou\s)?(?:please\s)?"
_END = r"(?:\s(?:for\sme|briefly|shortly|in\s(?:short|brief|(?:a\sfew|\w+)\s(?:words|sentences))|please))*\W*$"
_ENGLISH = late(
    rf"^{_ASKED}(?:what(?:['’]s|\s(?:is|are|do|does))\s{_ALL}\s(?:all\s)?(?:about|contain|cover|say|tell(?:\sus|\sme)?|talk\sabout|deal\swith)"
    rf"|(?:summari[sz]e|outline|describe|introduce|about)\s{_ALL}"
    rf"|(?:give\s(?:me\s|us\s)?)?(?:an?|the)?\s?(?:short\s|brief\s|quick\s)?(?:overview|summary|outline|gist)(?:\sof\s{_ALL})?"
    rf"|(?:what|which)\s{_DOCUMENTS}\s(?:are\sthere|do\s(?:you|we|i)\shave|have\syou(?:\sgot)?|can\syou\sread|are\s(?:here|in\shere))"
    r"|what\s(?:can|could|should|may)\s(?:i|we|one)\sask(?:\s(?:you|about|here))*"
    r"|what\sdo\syou\sknow(?:\sabout)?"
    rf"){_END}",
    re.IGNORECASE,
)
_DOCUMENT_KO = r"(?:문서|파일|자료|텍스트|책|글|문헌|라이브러리)(?:들)?"
_KOREAN = late(
    rf"^(?:(?:이|그|저|제가\s올린|올린|전체|모든|여기\s있는|가지고\s있는|현재)\s?)?{_DOCUMENT_KO}"
    r"(?:(?:은|는|이|가|의|을|를|에는|에|들은)?\s?)"
    r"(?:전체\s?)?(?:(?:주요\s|핵심\s)?(?:내용|주제|요지|개요|요약)(?:은|는|이|을|를)?\s?)?"
    r"(?:(?:무엇|무슨|뭐|뭘|어떤)\S{0,6}(?:\s(?:관한|대한|관해|대해|다루는|다루고|말하는|담고)\S*|\s내용\S*|\s문서\S*|\s것\S*|\s거\S*|\s[있가인입]\S*){0,4}"
    r"|(?:요약|소개|개요|설명)\S{0,8}(?:\s(?:줘|주세요|주십시오|주실래요|줄래|달라)\S{0,3})?|에\s?(?:대해|대하여|관해)\S{0,2}(?:\s\S{1,8})?)?"
    r"\W*$"
    r"|^(?:전체\s?)?(?:요약|개요)(?:해\S{0,8})?(?:\s(?:줘|주세요|주십시오))?\W*$"
    rf"|^(?:어떤|무슨)\s{_DOCUMENT_KO}(?:이|가|들이)?\s있\S*\W*$"
    r"|^(?:무엇|뭘|뭐)(?:을|를)?\s(?:물어|질문)\S*(?:\s\S{1,6}){0,2}\W*$"
)


_OF = late(
    rf"^{_ASKED}(?:what(?:['’]s|\s(?:is|are))\s(?P<about>.+?)\s(?:all\s)?about|(?:summari[sz]e|outline|describe|about)\s(?P<told>.+?)"
    r"|(?:give\s(?:me\s|us\s)?)?(?:an?\s|the\s)?(?:short\s|brief\s)?(?:summary|overview|outline)\sof\s(?P<of>.+?))"
    rf"{_END}",
    re.IGNORECASE,
)
_OF_KO = late(
    r"^(?P<about>.+?)(?:[을를]\s(?:간단히\s)?(?:요약|소개|설명)\S*(?:\s\S{1,5})?|에\s?(?:대해|대하여|관해)\S*(?:\s\S{1,6})?"
    r"|[은는]\s(?:무엇|무슨|뭐)\S{0,6}\s?(?:관한|대한|내용)\S*(?:\s\S+)?)\W*$"
)
_DETERMINER = late(r"^(?:the|this|that|my|our|your|an?|이|그|저)\s", re.IGNORECASE)
_DOCUMENT_NOUN = late(
    r"\b(?:manual|handbook|report|guide|guidebook|minutes|faq|list|policy|lease|contract|agreement|book|brochure|paper"
    r"|article|notes|plan|review|instructions?|leaflet|regulations?|rules|specification|sheet|thesis|protocol|timetable)$"
    r"|(?:설명서|안내서|보고서|규정|회의록|매뉴얼|계약서|가이드|지침|목록|안내|논문|시간표|계획서)$",
    re.IGNORECASE,
)


def subject(question: str) -> str:
    """What an overview is asked of, which may be a document: `the annual report`; empty for other questions."""
    found = _OF.match(question.strip()) or _OF_KO.match(question.strip())
    return _DETERMINER.sub("", next(filter(None, found.groups()), "")) if found else ""


def named(subject: str, documents: Sequence[Document]) -> list[Document]:
    """The documents of this title or file name, else the only one whose title holds a word for a document of this kind
    and what tells it from others: `the annual report`."""
    called = {one: (one.title, one.source, PurePath(one.source).stem) for one in documents}
    exact = [one for one, names in called.items() if name_key(subject) in map(name_key, names)]
    if exact or not _DOCUMENT_NOUN.search(subject):
        return exact
    words = set(terms(subject))
    like = [one for one, names in called.items() if words and words <= set(terms(" ".join(names)))]
    return like if len(like) == 1 else []


def asks_overview(question: str) -> bool:
    """Whether it is about all the documents and nothing in them."""
    return bool(_ENGLISH.match(question.strip()) or _KOREAN.match(question.strip()))
