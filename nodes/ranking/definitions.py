"""Recognise questions that ask who or what something is, and sentences that define it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ...model import Sentence

SAYS = 2.0
"""What a sentence gains that says what the thing is."""
BEGINS = 1.25
"""What one gains that is about the thing from its first word."""
TOLD = 2.0
"""To what power it gains this where the question is what is told of the thing."""
_ENGLISH = re.compile(r"(?:what|who) (?:is|was|are|were) (?:the |an? )?(.+?)[\s?.!]*", re.IGNORECASE)
_KOREAN = re.compile(
    r"(.+?)(?:이란|란|은|는|이|가) (?:누구|무엇|뭐|어떤 \S+?)(?:인가요?|인지|입니까|예요|이에요|이야|야|죠)?[\s?.!]*"
)
_ABOUT = re.compile(
    r"(?:about|describe|summari[sz]e|define|explain) (?:the |an? )?(.+?)(?: for (?:me|us))?[\s?.!]*", re.IGNORECASE
)
_ABOUT_KOREAN = re.compile(r"(.+?)(?:에 ?(?:대해|대하여|관해|관하여)서?|[을를] (?:요약|소개|설명)\S*)[\s?.!]*")
_QUOTE = '["“”「」『』]?'


def defined_thing(question: str, names: Collection[str]) -> tuple[str, float]:
    """What is asked about, where nothing else is asked and it is one of these names, and how much its definition gains.

    ("", 1.0) for other questions.
    """
    for shapes, power in (((_ENGLISH, _KOREAN), 1.0), ((_ABOUT, _ABOUT_KOREAN), TOLD)):
        for shape in shapes:
            found = shape.fullmatch(question.strip())
            if found and found[1] in names:
                return found[1], power
    return "", 1.0


def lifts(name: str, sentences: Sequence[Sentence]) -> list[float]:
    """What each sentence gains as a definition of `name`: `X is a …`, `X, the …, …`, `the mayor is X`, `X는 …이다`."""
    bare = f"{_QUOTE}{re.escape(name)}{_QUOTE}(?: ?\\([^)]*\\))?"
    topic = rf"^{bare}(?:은|는|이란|란)\b"
    begins = re.compile(rf"^(?:(?:the|an?|dr\.?|mr\.?|ms\.?|mrs\.?) )?{bare}(?!\w)|{topic}", re.IGNORECASE)
    says = re.compile(
        rf"^(?:the |an? )?{bare}"
        r"(?: (?:is|was|are|were) (?:also |still )?(?:an?|the|one)\b|, (?:an?|the|formerly|also)\b)"
        rf"|\b(?:is|was) {bare}[.,;]|{topic}.*(?:이다|이며|이고|(?<![하되지])였다|입니다|인)\b"
        rf"|{bare}(?:이다|입니다|였다|이었다)",
        re.IGNORECASE,
    )
    return [SAYS if says.search(s.text) else BEGINS if begins.search(s.text) else 1.0 for s in sentences]
