"""Decide whether a text asks a question: by its mark, its first words, or in Korean its ending."""

from __future__ import annotations

import re

from ...tools.text.words import language

_MARK = re.compile(r"[?？؟]\W{0,5}$")
_ENGLISH = re.compile(
    r"\W{0,5}(?:(?:and|so|but|also|please|now|then),? ){0,2}(?:"
    r"(?:\w{2,9} ){0,2}(?:who(?:m|se)?|what|when|where|which|why|how)\b(?!ever)|"
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)? |"
    r"(?:tell|list|name|give|show|describe|explain|find|summari[sz]e|compare|define|state|identify|count|calculate|"
    r"translate|say|quote|cite|outline|discuss|let) )",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    r"누구|누가|누굴|언제|어디|무엇|무슨|뭐|뭘|뭔|얼마|며칠|왜|어떻게|어느|어떤|어때|몇"
    r"|(?:까|니|냐|가|나|지|나요|가요|까요|죠|지요|래|래요|줘|줘요|다오|주세요|십시오|시오|하라|해라|보라|라)\W{0,5}$"
)
_TOLD = re.compile(r"(?:[.!。]|다)\W{0,5}$")


def is_question(text: str) -> bool:
    """Whether it is a question or a request."""
    if _MARK.search(text):
        return True
    return bool(_KOREAN.search(text) if language(text) == "ko" else _ENGLISH.match(text))


def is_statement(text: str) -> bool:
    """Whether it ends as a statement does; a few words without a verb neither ask nor tell."""
    return not is_question(text) and bool(_TOLD.search(text))
