"""Find the property that a question asks of its subject: `salary` in `What is the salary of Ann Lee?`."""

from __future__ import annotations

import re
from collections.abc import Collection

_ENGLISH = (
    re.compile(
        r"^(?:and |so )?(?:what|who|where|how (?:much|large|big|high|long)) (?:is|was|are|were) "
        r"(?:the |an? )?(?:[\w-]+ ){0,3}?([\w-]+) (?:of|for) ",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:what|who|where|how (?:much|large|big|high|long)) .*['’]s? ([\w-]+)\s*\?*$", re.IGNORECASE),
)
_KOREAN = re.compile(r"의 ?([가-힣]+?)(?:은|는|이|가) (?:무엇|얼마|누구|몇|언제|어디|어느)")
_SAYING = frozenset(
    "name nickname synonym term word title meaning definition kind type sort example number amount percentage percent "
    "proportion share ratio total sum value size 이름 별명 뜻 의미 종류 수 개수 비율 합계".split()
)
"""Nouns of naming and measuring: what is called or counted need not be told by them."""


def focus(question: str) -> str:
    """The noun that is asked for; empty where the question has another shape."""
    found = next((m for m in (*(p.search(question) for p in _ENGLISH), _KOREAN.search(question)) if m), None)
    return found[1] if found else ""


def asks_for_unknown(question: str, unknown: Collection[str]) -> bool:
    """Whether what is asked for stands nowhere in the documents, so that none can say it."""
    noun = focus(question)
    return bool(noun) and noun.casefold() not in _SAYING and noun.casefold() in {word.casefold() for word in unknown}
