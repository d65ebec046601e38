"""Parse a model's reply into statements, each with the sentences that it cites."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ...model import Sentence
from ..answering.builtin_judge import BuiltinJudge, unframed

NOTHING = "NOTHING"
"""What a model is told to reply where the sentences do not answer."""
BORNE_OUT = 0.6
"""Lexical support from which a sentence is taken for the one that a statement without a number rests on."""
READ = 20_000
"""Characters of a reply that are read: many times what a reply that answers has."""
Statements = list[tuple[str, tuple[str, ...]]]
_LONGEST, _LINES, _PER_STATEMENT = 1500, 12, 6
_GROUP = re.compile(r" ?[\[【［]([^\[\]【】［］]{1,200})[\]】］]")
_RANGE = re.compile(r"(\d{1,6})번? ?[-‐-―~〜] ?(?:s|sentence |문장 ?)?(\d{1,6})(?!\d)")
_WORD = re.compile(r"\w+")
_REFERENCE = re.compile(r"(?:s|sentences?|문장)?(\d{1,6}|[0-9a-f]{38})(?:번?(?:째|과|와)?|번?문장)")
_BESIDE = frozenset("sentence sentences source sources and no 문장 번 번호 출처 및 와 과".split())
"""Words that may stand beside the numbers in a citation."""
_BULLET = re.compile(r"^(?:[-*•]+|\d{1,2}[.)]) ")
_NOTHING = re.compile(
    r"\W{0,20}(?:(?:answer|답변?)\W{1,6})?"
    r"(nothing|(?:(?:해당|답변?|관련 ?내용|내용|정보)(?: ?사항)?[은이가]? ?|알 ?수 ?)?없(?:음|습니다|다))(?![^\W_])",
    re.IGNORECASE,
)


async def read_statements(reply: str, evidence: Sequence[Sentence]) -> Statements | None:
    """(statement, ids) for each line that rests on the evidence; none where it says so; None where it is no answer."""
    reply = reply[:READ]
    if _is_nothing(reply):
        return []
    statements: Statements = []
    for line in reply.split("\n")[:_LINES]:
        said = _BULLET.sub("", " ".join(line.split()))
        # Numbers take little room: a line of twice the length has no statement that is short enough.
        if len(said) > 2 * _LONGEST or _is_nothing(said):
            continue
        text, cited = _apart(said, len(evidence))
        if not any(character.isalnum() for character in text) or len(text) > _LONGEST:
            continue
        # A number that was not given is nothing to guess from: it may be what a poisoned sentence asked for.
        ids = _ids(cited, evidence) if cited else await _mended(text, evidence)
        if ids:
            statements.append((text, ids))
    return statements or ([] if _NOTHING.match(reply) else None)


def _is_nothing(text: str) -> bool:
    """Whether it begins with the word for nothing as a word alone, or as a heading with reasons after it.

    `Nothing in the lease forbids it. [1]` is a statement; so is a contract's `NOTHING IN THIS LEASE …`.
    """
    told = _NOTHING.match(text)
    if told is None:
        return False
    rest = text[told.end() :]
    line = _GROUP.sub("", rest.partition("\n")[0])
    heading = told[1] == told[1].upper() and not rest.lstrip()[:1].isalnum()
    return heading or not any(character.isalnum() for character in line)


# ── citations
def _apart(line: str, given: int) -> tuple[str, list[str]]:
    """The line without its citations, whether there are such sentences or not, and what they cite; `[sic]` stays."""
    cited: list[str] = []

    def take(group: re.Match[str]) -> str:
        found = _references(group[1], given)
        cited.extend(found)
        return "" if found else group[0]

    return _GROUP.sub(take, line).strip(), cited


def _references(group: str, given: int) -> list[str]:
    """The numbers and ids in `1, 3-5`, `S2`, `sentence 1` or `문장 1`; none where it is anything else."""

    def written_out(found: re.Match[str]) -> str:
        first, last = sorted((int(found[1]), int(found[2])))
        return " ".join(str(n) for n in range(first, min(last, given) + 1)) or found[1]

    words = _WORD.findall(_RANGE.sub(written_out, unicodedata.normalize("NFKC", group).lower()))
    found = [(word, _REFERENCE.fullmatch(word)) for word in words]
    if any(match is None and word not in _BESIDE for word, match in found):
        return []
    return [match[1] for _, match in found if match]


def _ids(cited: Sequence[str], evidence: Sequence[Sentence]) -> tuple[str, ...]:
    """The sentences that these numbers and ids name; others do not count."""
    known = {sentence.id: sentence.id for sentence in evidence}
    known |= {str(n): sentence.id for n, sentence in enumerate(evidence, 1)}
    return tuple(dict.fromkeys(known[word] for word in cited if word in known))[:_PER_STATEMENT]


async def _mended(text: str, evidence: Sequence[Sentence]) -> tuple[str, ...]:
    """The one sentence that bears the statement out word by word, where there is one."""
    judge, said = BuiltinJudge(), unframed(text)
    scores = [(await judge.support(said, [sentence]), -n) for n, sentence in enumerate(evidence)]
    best, place = max(scores)
    return (evidence[-place].id,) if best >= BORNE_OUT else ()
