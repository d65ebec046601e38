"""What a model wrote, read tolerantly: thinking aloud taken off, JSON found and mended, checked against a schema."""

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

_OPEN, _CLOSE = "<think>", "</think>"
_FENCE = re.compile(r"```[\w-]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_MAX = 200_000
_MENDED, _DEEP = 20_000, 50
"""Characters looked at; a reply is never so long for good reason."""


def without_thinking(text: str) -> str:
    """The text after the last `</think>`; nothing where `<think>` opens it and never ends.

    Some templates open the thinking in the prompt, so that only its end stands in the reply.
    """
    _, closed, after = text.rpartition(_CLOSE)
    if closed:
        return after.lstrip()
    return "" if text.lstrip().startswith(_OPEN) else text


class ThinkingFilter:
    """The same for a text that comes in pieces: holds back what is, or may yet be, thinking."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "undecided"

    def feed(self, piece: str) -> str:
        """What of the text so far can be shown now."""
        if self._state == "answer":
            return piece
        self._held += piece
        if self._state == "undecided":
            start = self._held.lstrip()
            if not start or (_OPEN.startswith(start) and start != _OPEN):
                return ""
            self._state = "thinking" if start.startswith(_OPEN) else "answer"
        if self._state == "thinking":
            _, closed, after = self._held.partition(_CLOSE)
            if not closed or not after.strip():
                return ""
            self._state, self._held = "answer", after.lstrip()
        shown, self._held = self._held, ""
        return shown

    def end(self) -> str:
        """What was held back and turns out to be no thinking."""
        held, self._held = self._held, ""
        return held if self._state == "undecided" else ""


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
