"""answer with a model: statements in the question's language, each with the numbers of its sentences."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import BackendError
from ...model import Sentence
from ...tools.ports import Chat
from ..answer import framed, plain
from ..answering.pages.correct import page_mentions
from .cited_statements import NOTHING, READ, Statements, read_statements
from .evidence_budget import ROOM, within_budget
from .language_of import is_written_in
from .prompts import NAMES, Messages, messages, quoted
from .says_less import fuller

_MEND = (
    "That reply does not fit: {}. Reply again, in {}, with statements that each end with numbers of the sentences "
    f"given, such as [1], or with the single word {NOTHING}."
)
_SAYS_LESS = "the model said less than the sentence it cites, which is told in its place"
_SHOWN = 1000
"""Characters of a reply that the model is shown again."""
Tell = Callable[[Any], None]


class LLMAnswerWriter:
    """Asks a model. Only numbers that were given count: a statement with none but others is dropped.

    Args:
        chat: the model.
        most: statements that are asked for.
        tell: takes what is told on the way.
        room: bytes of evidence that the model is shown, the best first.
    """

    decides = True
    """Says itself whether the evidence answers, however few of the question's words it holds."""

    def __init__(self, chat: Chat, most: int, tell: Tell, room: int = ROOM) -> None:
        self._chat = chat
        self._most = most
        self._tell = tell
        self._room = room
        self.notes: list[str] = []
        """What of the last answer is not as it should be."""

    async def write(self, question: str, evidence: Sequence[Sentence], language: str) -> Statements:
        """As the port says; tells its draft in pieces (`token`), and when it begins `again`.

        Raises:
            ConfigError, TransientError: the model's.
            BackendError: neither the reply nor its correction is an answer, or both are in another language than the
                question, and the evidence is in the question's.
        """
        self.notes = []
        shown = within_budget(evidence, self._room)
        if not shown:
            return []
        asked = await messages(
            "answer",
            language,
            most=str(self._most),
            language=_named(language),
            question=quoted(question),
            sentences="\n".join(f"[{n}] {quoted(sentence.text)}" for n, sentence in enumerate(shown, 1)),
        )
        reply = await self._ask(asked)
        statements = await read_statements(reply, shown)
        if problem := _problem(reply, statements, language):
            self._tell({"stage": "answer", "again": problem})
            mend = ("human", _MEND.format(problem, _named(language)))
            again = await self._ask([*asked, ("ai", reply.strip()[:_SHOWN] or "(nothing)"), mend])
            statements = _better(statements, await read_statements(again, shown), language)
        if statements is None:
            raise BackendError("the model gave no statement that rests on the evidence")
        by_id = {sentence.id: sentence for sentence in shown}
        if not _is_in(statements, language):
            self._keep_foreign(by_id[statements[0][1][0]], language)
        told = await asyncio.to_thread(self._in_full, question, statements, by_id, language)
        return [(_framed(text, ids, by_id, language), ids) for text, ids in told]

    def _in_full(
        self, question: str, statements: Statements, by_id: Mapping[str, Sentence], language: str
    ) -> Statements:
        """The statements, a sentence that is cited in the place of one that says less than it."""
        told: Statements = []
        for text, ids in statements:
            sentence = fuller(text, [by_id[key] for key in ids], question)
            better = sentence is not None and is_written_in(sentence.text, language)
            told.append((plain(sentence), (sentence.id,)) if sentence and better else (text, ids))
        if told != statements:
            note = "모델의 답이 인용한 문장보다 덜 말해, 그 문장을 보입니다" if language == "ko" else _SAYS_LESS
            self._note(f"answer: {note}")
        return list(dict.fromkeys(told))

    def _note(self, note: str) -> None:
        self.notes = [*self.notes, note]
        self._tell({"stage": "answer", "note": note})

    async def _ask(self, asked: Messages) -> str:
        """The reply, as far as it is read: a model that does not end is left there."""
        pieces: list[str] = []
        length = 0
        async for piece in self._chat.stream(asked, tag="answer"):
            if piece is None:
                pieces, length = [], 0
                self._tell({"stage": "answer", "again": "that was the model thinking aloud"})
                continue
            pieces.append(piece)
            length += len(piece)
            self._tell({"stage": "answer", "token": piece})
            if length >= READ:
                break
        return "".join(pieces)

    def _keep_foreign(self, cited: Sentence, language: str) -> None:
        """An answer in another language is better than none, and said to be one; a sentence in the question's own is
        better than both."""
        problem = f"the model did not answer in {_named(language)}"
        if is_written_in(cited.text, language):
            raise BackendError(problem)
        note = f"answer: {'모델이 한국어로 답하지 않았습니다' if language == 'ko' else problem}"
        self._note(note)


def _problem(reply: str, statements: Statements | None, language: str) -> str:
    """What is wrong with a reply; empty where it is an answer."""
    if statements is None:
        return "no statement ends with the number of a sentence" if reply.strip() else "it is empty"
    return "" if _is_in(statements, language) else f"it is not in {_named(language)}"


def _better(first: Statements | None, second: Statements | None, language: str) -> Statements | None:
    """Of two tries the second, unless the first answers, if in another language, and the second does not even so."""
    return second if first is None or (second and _is_in(second, language)) else first


def _is_in(statements: Statements, language: str) -> bool:
    return is_written_in("\n".join(text for text, _ in statements), language)


def _named(language: str) -> str:
    return NAMES.get(language, "the language of the question")


def _framed(text: str, ids: Sequence[str], by_id: Mapping[str, Sentence], language: str) -> str:
    """The statement after the page of its first sentence that has one; a page that it names itself is for `check`."""
    if page_mentions(text):
        return text
    paged = next((by_id[key] for key in ids if by_id[key].page is not None), None)
    return framed(replace(paged, kind="text", text=text), language) if paged else text
