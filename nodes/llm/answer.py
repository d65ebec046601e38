"""answer with a model: statements in the question's language, each with the numbers of the sentences it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import BackendError
from ...model import Sentence
from ...tools.ports import Chat
from ..answer import framed
from ..judge import BuiltinJudge
from ..pages import page_mentions
from .prompts import NAMES, Messages, messages, quoted

NOTHING = "NOTHING"
BORNE_OUT = 0.6
"""Lexical support from which a sentence is taken for the one that a statement without a number rests on."""
_LONGEST, _LINES, _PER_STATEMENT = 1500, 12, 6
_CITED = re.compile(r"\s*[\[【]([^\[\]【】]{1,200})[\]】]")
_WORD = re.compile(r"\w+")
_REFERENCE = re.compile(r"[Ss]?\d{1,6}|[0-9a-f]{38}")
_BULLET = re.compile(r"^\s*(?:[-*•]+|\d{1,2}[.)])\s+")
_MEND = (
    "That reply does not fit: {}. Reply again with statements that each end with numbers of the sentences given, "
    f"such as [1], or with the single word {NOTHING}."
)
Tell = Callable[[Any], None]
Statements = list[tuple[str, tuple[str, ...]]]


class LLMAnswerWriter:
    """Asks a model. Only numbers that were given count: a statement with none but others is dropped."""

    decides = True
    """Says itself whether the evidence answers, however few of the question's words it holds."""

    def __init__(self, chat: Chat, most: int, tell: Tell) -> None:
        self._chat = chat
        self._most = most
        self._tell = tell

    async def write(self, question: str, evidence: Sequence[Sentence], language: str) -> Statements:
        """As the port says; tells its draft in pieces (`token`), and when it begins `again`.

        Raises:
            ConfigError, TransientError: the model's.
            BackendError: neither the reply nor its correction is an answer.
        """
        if not evidence:
            return []
        asked = await messages(
            "answer",
            language,
            most=str(self._most),
            language=NAMES.get(language, "the language of the question"),
            question=quoted(question),
            sentences="\n".join(f"[{n}] {quoted(sentence.text)}" for n, sentence in enumerate(evidence, 1)),
        )
        reply = await self._ask(asked)
        statements = await read_statements(reply, evidence)
        if statements is None:
            why = "no statement ends with the number of a sentence" if reply.strip() else "it is empty"
            self._tell({"stage": "answer", "again": why})
            again = [*asked, ("ai", reply.strip()[:4000] or "(nothing)"), ("human", _MEND.format(why))]
            statements = await read_statements(await self._ask(again), evidence)
        if statements is None:
            raise BackendError("the model gave no statement that rests on the evidence")
        by_id = {sentence.id: sentence for sentence in evidence}
        return [(_framed(text, ids, by_id, language), ids) for text, ids in statements]

    async def _ask(self, asked: Messages) -> str:
        pieces: list[str] = []
        async for piece in self._chat.stream(asked, tag="answer"):
            if piece is None:
                pieces.clear()
                self._tell({"stage": "answer", "again": "that was the model thinking aloud"})
                continue
            pieces.append(piece)
            self._tell({"stage": "answer", "token": piece})
        return "".join(pieces)


async def read_statements(reply: str, evidence: Sequence[Sentence]) -> Statements | None:
    """(statement, ids) for each line that rests on the evidence; none where it says so; None where it is no answer."""
    if reply.strip().strip(".*`\"'[]").upper() == NOTHING:
        return []
    statements: Statements = []
    for line in reply.split("\n")[:_LINES]:
        text = _CITED.sub(_without, _BULLET.sub("", line)).strip()
        if not any(character.isalnum() for character in text) or len(text) > _LONGEST:
            continue
        # A number that was not given is nothing to guess from: it may be what a poisoned sentence asked for.
        ids = _ids(line, evidence) if _CITED.search(line) else await _mended(text, evidence)
        if ids:
            statements.append((text, ids))
    return statements or None


def _without(group: re.Match[str]) -> str:
    """Nothing for references, whether there is such a sentence or not; else the words as they stand: `[sic]`."""
    return "" if all(_REFERENCE.fullmatch(word) for word in _WORD.findall(group[1])) else group[0]


def _ids(line: str, evidence: Sequence[Sentence]) -> tuple[str, ...]:
    """The sentences that a line cites by number, or by id; others do not count."""
    known = {sentence.id: sentence.id for sentence in evidence}
    known |= {str(n): sentence.id for n, sentence in enumerate(evidence, 1)}
    words = [word for group in _CITED.findall(line) for word in _WORD.findall(group)]
    cited = (known.get(word) or known.get(word.lstrip("Ss")) for word in words)
    return tuple(dict.fromkeys(key for key in cited if key))[:_PER_STATEMENT]


async def _mended(text: str, evidence: Sequence[Sentence]) -> tuple[str, ...]:
    """The one sentence that bears the statement out word by word, where there is one."""
    judge = BuiltinJudge()
    scores = [(await judge.support(text, [sentence]), -n) for n, sentence in enumerate(evidence)]
    best, place = max(scores)
    return (evidence[-place].id,) if best >= BORNE_OUT else ()


def _framed(text: str, ids: Sequence[str], by_id: Mapping[str, Sentence], language: str) -> str:
    """The statement after the page of its first sentence that has one; a page that it names itself is for `check`."""
    if page_mentions(text):
        return text
    paged = next((by_id[key] for key in ids if by_id[key].page is not None), None)
    return framed(replace(paged, text=text), language) if paged else text
