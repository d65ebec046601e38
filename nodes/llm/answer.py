"""answer with a model: statements in the question's language, each with the numbers of the sentences it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import BackendError
from ...model import Sentence
from ...tools.ports import Chat
from ..answer import framed
from ..pages import page_mentions
from .cited import NOTHING, READ, Statements, read_statements
from .prompts import NAMES, Messages, messages, quoted

_MEND = (
    "That reply does not fit: {}. Reply again with statements that each end with numbers of the sentences given, "
    f"such as [1], or with the single word {NOTHING}."
)
Tell = Callable[[Any], None]


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
        """The reply, as far as it is read: a model that does not end is left there."""
        pieces, length = [], 0
        async for piece in self._chat.stream(asked, tag="answer"):
            pieces.append(piece)
            length += len(piece)
            self._tell({"stage": "answer", "token": piece})
            if length >= READ:
                break
        return "".join(pieces)


def _framed(text: str, ids: Sequence[str], by_id: Mapping[str, Sentence], language: str) -> str:
    """The statement after the page of its first sentence that has one; a page that it names itself is for `check`."""
    if page_mentions(text):
        return text
    paged = next((by_id[key] for key in ids if by_id[key].page is not None), None)
    return framed(replace(paged, text=text), language) if paged else text
