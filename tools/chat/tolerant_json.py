"""Parse a model's output tolerantly: drop its thinking, find and repair JSON, check it against a schema."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import json_repair
from pydantic import BaseModel, ValidationError

from ...errors import BackendError

T = TypeVar("T", bound=BaseModel)

_OPEN = "<think>"
TAKEN_BACK = "</think>"
"""A piece that is this says of a text in pieces that all before it was thinking aloud."""
_FENCE = re.compile(r"```[\w-]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_MAX = 200_000
"""Characters looked at; a reply is never so long for good reason."""
_MENDED, _DEEP = 20_000, 50


def without_thinking(text: str) -> str:
    """The text after the last `</think>`; nothing where `<think>` opens it and never ends.

    Some templates open the thinking in the prompt, so that only its end stands in the reply.
    """
    _, closed, after = text.rpartition(TAKEN_BACK)
    if closed:
        return after.lstrip()
    return "" if _opens(text) else text


class ThinkingFilter:
    """The same for a text that comes in pieces: holds back what is, or may yet be, thinking.

    Where thinking that nothing announced was shown, `TAKEN_BACK` follows: the text begins anew after it.
    """

    def __init__(self, thinks: bool = False) -> None:
        self.unannounced = False
        """Whether thinking ended that no `<think>` had opened: the model's template opens it in the prompt."""
        self._state = "waiting" if thinks else "undecided"
        self._held = ""
        self._shown = False

    def feed(self, piece: str) -> list[str]:
        """What of the text so far can be shown now."""
        self._held += piece
        shown: list[str] = []
        while self._goes_on(shown):
            pass
        return shown

    def end(self) -> str:
        """What was held back and turns out to be no thinking."""
        held, self._held = self._held, ""
        plain = self._state in ("undecided", "answer") or (self._state == "waiting" and not _opens(held))
        return held if plain else ""

    def _goes_on(self, shown: list[str]) -> bool:
        """Take one step from state to state; whether another may follow."""
        if self._state == "undecided":
            start = self._held.lstrip()
            if not start or (_OPEN.startswith(start) and start != _OPEN):
                return False
            self._state = "thinking" if _opens(start) else "answer"
            return True
        if self._state == "blank":
            self._held = self._held.lstrip()
            self._state = "answer" if self._held else "blank"
            return bool(self._held)
        before, closed, after = self._held.partition(TAKEN_BACK)
        if closed:
            self._close(before, shown)
            self._state, self._held = "blank", after
        elif self._state == "answer":
            self._show(before, shown)
        return bool(closed)

    def _close(self, before: str, shown: list[str]) -> None:
        self.unannounced |= self._state == "answer" or (self._state == "waiting" and not _opens(before))
        if self._shown or shown:
            shown.append(TAKEN_BACK)
            self._shown = False

    def _show(self, text: str, shown: list[str]) -> None:
        """All but an end that may yet become `</think>`."""
        yet = next((n for n in range(len(TAKEN_BACK) - 1, 0, -1) if text.endswith(TAKEN_BACK[:n])), 0)
        certain, self._held = text[: len(text) - yet], text[len(text) - yet :]
        if certain:
            shown.append(certain)
            self._shown = True


def _opens(text: str) -> bool:
    return text.lstrip().startswith(_OPEN)


def read(text: str, schema: type[T]) -> T:
    """The first JSON value of the text that fits the schema.

    Raises:
        BackendError: there is none; the text says what is wrong with the best one.
    """
    problem = "there is no JSON in it"
    for value in _values(without_thinking(text)[:_MAX]):
        try:
            return check(value, schema)
        except BackendError as error:
            problem = str(error)
    raise BackendError(problem)


def check(value: object, schema: type[T]) -> T:
    """A value as the schema's model; a bare list goes into the model's only field, a list of one object is that object.

    Raises:
        BackendError: it does not fit; the text says where.
    """
    if isinstance(value, list):
        value = {next(iter(schema.model_fields)): value} if len(schema.model_fields) == 1 else (value or [None])[0]
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        raise BackendError(_problems(error)) from error


def _problems(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)[:5]
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'the value'}: {e['msg']}" for e in found)


def _values(text: str) -> Iterator[Any]:
    """Candidates, the likeliest first: as it stands, fenced blocks, from the first bracket on, mended."""
    pieces = [text.strip(), *(block.strip() for block in _FENCE.findall(text)[:20])]
    bracket = re.search(r"[{\[]", text)
    if bracket:
        pieces.append(text[bracket.start() :])
    for piece in pieces:
        yield from _strict(piece)
    for piece in reversed(pieces):
        if re.search(r"[{\[]", piece):
            yield from _mended(piece)


def _mended(piece: str) -> Iterator[Any]:
    # Mending takes time that grows with the square of some nonsense: neither long nor deep texts are mended.
    if len(piece) > _MENDED or _depth(piece) > _DEEP:
        return
    try:
        yield json_repair.loads(piece, skip_json_loads=True)
    except ValueError:
        return


def _depth(text: str) -> int:
    """How far opening brackets outrun closing ones, strings not told apart."""
    depths = itertools.accumulate((c in "{[") - (c in "}]") for c in text)
    return max(depths, default=0)


def _strict(piece: str) -> Iterator[Any]:
    start = len(piece) - len(piece.lstrip())
    if piece[start : start + 1] not in ("{", "["):
        return
    try:
        # What follows the value, a closing remark, is no matter.
        yield json.JSONDecoder().raw_decode(piece, start)[0]
    except (json.JSONDecodeError, RecursionError):
        return
