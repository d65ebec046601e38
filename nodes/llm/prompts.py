"""Load prompts from `nodes/prompts/`, one file a task and language: instructions, a line `---`, the case."""

from __future__ import annotations

import asyncio
import json
import re
from importlib.resources import files

Messages = list[tuple[str, str]]

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_held: dict[str, tuple[str, str]] = {}
"""Prompts read so far: another thread for each would cost more than filling them."""
NAMES = {"en": "English", "ko": "Korean (한국어)"}


async def messages(task: str, language: str, /, **values: str) -> Messages:
    """The prompt of a task in the question's language, English where there is none in it, its slots filled.

    What is put in is not looked at again: a value that holds the name of a slot stays as it is.
    """
    name = f"{task}.{'ko' if language == 'ko' else 'en'}.md"
    if name not in _held:
        _held[name] = await asyncio.to_thread(_parts, name)
    instructions, case = _held[name]
    return [("system", _filled(instructions, values)), ("human", _filled(case, values))]


def quoted(text: str) -> str:
    """A text as data: one line in quotation marks, which it cannot end by itself."""
    return json.dumps(_CONTROL.sub(" ", text), ensure_ascii=False)


def _filled(template: str, values: dict[str, str]) -> str:
    return _SLOT.sub(lambda slot: values[slot[1]], template)


def _parts(name: str) -> tuple[str, str]:
    text = files(__package__.rpartition(".")[0]).joinpath("prompts", name).read_text("utf-8")
    instructions, _, case = text.partition("\n---\n")
    return instructions.strip(), case.strip()
