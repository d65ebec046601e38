"""The same in Korean: `A와 B 중 직원이 더 많은 곳`, `A와 B의 직원은 모두`, `A는 B보다`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...tools.text import korean as grammar
from .logical_forms import Deduce, Form, Math, Output, Retrieval

_JOINED = r"(?:와|과|하고|이랑|랑|,| 및)\s*"
_THAN = r"(?:은|는|이|가)\s+"
_PARTICLE = re.compile(r"(?:의|은|는|이|가|을|를|보다)(?=\s)")
_OPERATIONS = tuple(
    (operation, kind, re.compile(pattern))
    for operation, kind, pattern in (
        ("years", "date", r"몇 ?년"),
        ("days", "date", r"며칠|몇 ?일"),
        ("sum", "number", r"(?:모두|합쳐|합치면|합하면|합은|합계|더하면|전부|통틀어|총).*(?:몇|얼마)"),
        ("difference", "number", r"차이|얼마나 더|(?:몇|얼마) ?\S* (?:더|덜) "),
        ("earlier", "date", r"먼저|더 일찍|더 이른|더 오래[된되]"),
        ("later", "date", r"나중|더 늦|더 최근|더 새로"),
        ("faster", "number", r"더 빠르|더 빠른|더 빨리"),
        ("slower", "number", r"더 느리|더 느린|더 천천히"),
        ("larger", "number", r"더 (?:많|크|큰|높|긴|길|무거|무겁|넓|깊|비싸|비싼|멀|먼)"),
        ("smaller", "number", r"더 (?:적|작|낮|짧|가벼|가볍|좁|얕|싸|싼|가까|가깝)"),
    )
)
_OF_ITSELF = (
    ("무거|무겁|가벼|가볍", "무게"),
    ("긴|길|짧", "길이"),
    ("높|낮", "높이"),
    ("깊|얕", "깊이"),
    ("비싸|비싼|싸|싼", "가격"),
)
"""What an adjective compares where no noun says it."""
_ASKED = frozenset("회사 기업 곳 것 쪽 사람 인물 얼마 차이 합 합계 전부 모두 가운데 중 어디 누구 무엇".split())
_IDLE = frozenset("하다 되다 있다 없다 이다 합하다 합치다 더하다 통틀다 알다".split())


def comparison_korean(question: str, names: Sequence[str]) -> list[Form]:
    """Forms for two known names set side by side; none where they are not, or nothing tells what is compared."""
    known = "|".join(re.escape(name) for name in sorted(set(names) - {""}, key=lambda n: (-len(n), n)))
    found = known and re.search(
        rf"({known})(?P<common>(?: [가-힣]+?)?)(?:{_JOINED}({known})|{_THAN}({known})(?=(?P=common)보다))", question
    )
    if not found:
        return []
    rest = question[found.end() :].removeprefix(found["common"])
    rest = rest[particle.end() :] if (particle := _PARTICLE.match(rest)) else rest
    operation, kind = next(((op, kind) for op, kind, pattern in _OPERATIONS if pattern.search(rest)), ("", ""))
    relation = _relation(rest, kind)
    both = found[1], found[3] or found[4]
    if not operation or not relation or both[0] == both[1]:
        return []
    one, other = (Retrieval(f"${n}", name, relation, kind) for n, name in enumerate(both, 1))
    return [one, other, _concluded(operation), Output("$3")]


def _concluded(operation: str) -> Form:
    if operation == "sum":
        return Math("$3", "$1 + $2")
    if operation in ("years", "days", "difference"):
        return Math("$3", f"{operation}($1, $2)")
    return Deduce("$3", operation, "$1", "$2")


def _relation(rest: str, kind: str) -> str:
    """What is compared: of dates a verb, of numbers a noun, else what the adjective measures."""
    parts = grammar.pieces(rest)
    verbs = [p.lemma for p in parts if p.kind == "verb" and p.lemma not in _IDLE]
    nouns = [
        word
        for i, p in enumerate(parts)
        if p.kind in ("noun", "name") and not (i and parts[i - 1].text in ("어느", "어떤", "무슨"))
        for word in p.text.split()
        if word not in _ASKED
    ]
    if kind == "date":
        return next(iter([*verbs, *nouns]), "설립하다" if re.search("오래[된되]", rest) else "")
    itself = [noun for pattern, noun in _OF_ITSELF if re.search(rf"더 (?:{pattern})", rest)]
    return next(iter([*nouns, *itself, *verbs]), "")
