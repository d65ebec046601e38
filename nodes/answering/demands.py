"""What a question demands that sentences alone may not give: a number, a date, a denial, an order.

The builtin engine tells what sentences say. Where none of those found says what is demanded, it declines with that
reason, and does not tell a sentence about something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from ...model import Sentence
from ...tools.text.late_pattern import late
from ...tools.text.words import language, terms

_NUMBER = late(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|[mb]illions?|dozens?|once|twice"
    r"|both|several|half|halves|none|no|single|pair|each|every|(?:dai|week|month|year|hour)ly|annually|often|regularly"
    r"|always|never|many|few|all|double|triple)\b"
    r"|(?<![가-힣])(?:한|두|세|네|하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열|스[물무]|서른|마흔|쉰|매|수[십백천만]|모든|모두)"
    r"|[일이삼사오육칠팔구십백천만억]\s?[개명번회차년월일시분초배원가권대마장곳]",
    re.IGNORECASE,
)
_DATE = late(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day|today|yesterday|tomorrow|spring|summer|autumn|fall|winter|century|decade|year|month|week"
    r"|day|night|morning|evening|noon|midnight|when|after|before|until|once|while|during|then|now|never|always)s?\b"
    r"|[년월일때후전]|동안|요일|세기|해[에의]|날|시간|아침|저녁|밤|봄|여름|가을|겨울",
    re.IGNORECASE,
)
_DENIES = late(
    r"\b(?:not|never|without|except|no|none|neither|nor|cannot|lacks?|lacked|fail(?:s|ed)?|refus\w+|unable|excluding"
    r"|only|other than|escaped|surviv\w+)\b|n['’]t\b|지 ?(?:않|못|아니)|[아안] ?니|아닌|없|제외|만 ",
    re.IGNORECASE,
)
_ASKS_DENIAL = late(
    r"^(?:who|which|what)\b(?:(?!\b(?:that|when|if|where|while|but)\b)[^,])*?"
    r"\b(?:do|does|did|is|are|was|were|has|have|had|can|could|will|may|must|should)(?: not\b|n['’]t\b)"
    r"|(?:지 않는|지 않은|지 않았던|이 아닌|가 없는|이 없는)\s?(?:\S+ ){0,2}"
    r"\S*[은는이가]?\s?(?:무엇|누구|어느|어떤|어디)",
    re.IGNORECASE,
)
_ASKS_ORDER = late(
    r"\b(?:first|last|earliest|latest|most|least|fewest|(?!west|east|rest|test|guest|request|interest|forest|honest)"
    r"[a-z]{2,}est)\b|\b(?:more|less|fewer|[a-z]{2,}er)\b[^?]*\bor\b"
    r"|가장|제일|최[초대소고저]|(?:첫|마지막)\s?번째|더 [가-힣]+",
    re.IGNORECASE,
)
_ASKS_SEVERAL = late(
    r"^(?:list|name|give|compare|about|describe|summari[sz]e|explain)\b"
    r"|^(?:which|what)\s(?:\w+\s){0,2}?\w{3,}(?<![su])s\b(?!\sof)|\ball (?:the|of)\b"
    r"|\band (?:who|what|when|where|which|why|how)\b|[?？]\s\S.*[?？]|모두|전부|각각"
    r"|\S들[은을이]\s|비교|에 ?(?:대해|대하여|관해|관하여)서?$|요약|소개|설명",
    re.IGNORECASE,
)
MORE = "more"
"""The demand for all documents where but some are told of."""
ORDER = "order"
"""The demand for the first or the most of what the sentences tell one by one: they are told, but which it is is not."""
_ALIKE = 0.6
"""The share of their words beside names and numbers that sentences of one shape have in common."""
_REASONS = {
    "en": {
        "more": "There are more documents than are told of here: `kgqa docs list` names all.",
        "number": "None of the sentences found tells a number.",
        "date": "None of the sentences found tells a time.",
        "denial": "It asks of what something is not so, and no sentence found denies it of anything.",
        "order": "Which of them it is, the documents do not say outright.",
    },
    "ko": {
        "more": "여기서 말한 것보다 문서가 더 있습니다: `kgqa docs list`가 모두 보여 줍니다.",
        "number": "찾은 문장 가운데 수를 말하는 것이 없습니다.",
        "date": "찾은 문장 가운데 때를 말하는 것이 없습니다.",
        "denial": "무엇이 그렇지 않은지를 물었는데, 찾은 문장 가운데 그렇다고 부정하는 것이 없습니다.",
        "order": "그중 어느 것인지는 문서에 바로 나오지 않습니다.",
    },
}


def reason(demand: str, told: str) -> str:
    """Why it is not answered, or not all of it, in the question's language."""
    return _REASONS.get(told, _REASONS["en"])[demand] if demand else ""


def unmet(question: str, kind: str, sentences: Sequence[Sentence]) -> str:
    """What is demanded and in none of the sentences: `number`, `date`, `denial` or `order`; empty where nothing is."""
    texts = [sentence.text for sentence in sentences]
    if not texts:
        return ""
    if kind in ("number", "date"):
        told = _NUMBER if kind == "number" else _DATE
        return "" if any(map(told.search, texts)) else kind
    if asks_denial(question, kind) and not any(map(denies, texts)):
        return "denial"
    return ORDER if _ASKS_ORDER.search(question) and _is_undecided(texts) else ""


def asks_several(question: str) -> bool:
    """Whether it asks for several things: a list, a comparison, two questions in one."""
    return bool(_ASKS_SEVERAL.search(question) or _ASKS_ORDER.search(question))


def asks_denial(question: str, kind: str) -> bool:
    """Whether it asks of whom or what something is not so."""
    return kind not in ("reason", "manner", "boolean") and bool(_ASKS_DENIAL.search(question))


def denies(text: str) -> bool:
    """Whether it says that something is not so."""
    return bool(_DENIES.search(text))


def _is_undecided(texts: Sequence[str]) -> bool:
    """Whether they say the same of one thing after the other, and none says which is the first or the most."""
    return not any(map(_ASKS_ORDER.search, texts)) and any(alike(*pair) for pair in combinations(texts, 2))


def alike(left: str, right: str) -> bool:
    """Whether they say the same of different things: `It holds 14 lorries.`, `It holds 9 lorries.`."""
    one, other = _shape(left), _shape(right)
    return left != right and bool(one and other) and len(one & other) >= _ALIKE * len(one | other)


def _shape(text: str) -> set[str]:
    """Its words without names and numbers."""
    bare = re.sub(r"\S*\d\S*", " ", text)
    if language(text) != "ko":
        bare = re.sub(r"(?<=\s)[A-Z]\S*", " ", bare)
    return set(terms(bare))
