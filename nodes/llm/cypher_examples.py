"""Load example questions with their Cypher, ours and the user's, and choose those nearest to a question."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import ConfigError, RefusedQuery
from ...tools.cypher.firewall import check
from ...tools.ports import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SETTING = "KGQA_QA__EXAMPLES"


class Example(BaseModel):
    """A line of the file: `$e0` in the Cypher stands for the first of the mentions, and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = Field(min_length=1)
    cypher: str = Field(min_length=1)
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Indexed:
    examples: Sequence[Example]
    vectors: NDArray[np.float32]
    embedder: str


class Examples:
    """Read and embedded at first use, then kept."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._indexed: _Indexed | None = None

    async def nearest(self, question: str, embedder: Embedder, count: int) -> list[Example]:
        """At most `count` by cosine, best first, ties in the order of the files, the user's first.

        Raises:
            ConfigError: the user's file cannot be read, or a line of it is no example.
        """
        held = self._indexed
        if held is None or held.embedder != embedder.name:
            examples = await asyncio.to_thread(read_examples, self._path)
            vectors = await embedder.embed([example.question for example in examples])
            held = self._indexed = _Indexed(examples, vectors, embedder.name)
        scores = held.vectors @ (await embedder.embed([question]))[0]
        best = sorted(range(len(held.examples)), key=lambda n: -float(scores[n]))
        return [held.examples[n] for n in best[:count]]


def read_examples(path: Path | None) -> list[Example]:
    """The user's examples, then those that ship.

    Raises:
        ConfigError: as `Examples.nearest`.
    """
    shipped = files(__package__.rpartition(".")[0]).joinpath("prompts", "examples.jsonl").read_text("utf-8")
    own = _lines(_text(path), str(path)) if path is not None else []
    return [*own, *_lines(shipped, "examples.jsonl")]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"setting {SETTING}: {str(path)!r} cannot be read as text: {error}") from error


def _lines(text: str, name: str) -> list[Example]:
    return [_example(line, f"{name}:{n}") for n, line in enumerate(text.split("\n"), 1) if line.strip()]


def _example(line: str, place: str) -> Example:
    try:
        example = Example.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"setting {SETTING}: {place} is no example: {where} {first['msg']}") from error
    try:
        check(example.cypher, parameters=[f"e{n}" for n in range(len(example.mentions))])
    except RefusedQuery as error:
        raise ConfigError(f"setting {SETTING}: {place}: {error}") from error
    return example


def shown(examples: Sequence[Example]) -> str:
    """Examples as they stand in a prompt."""
    return "\n\n".join(
        f"Question: {json.dumps(one.question, ensure_ascii=False)}\n"
        + "".join(f"$e{n} = {json.dumps(name, ensure_ascii=False)}\n" for n, name in enumerate(one.mentions))
        + f"```cypher\n{one.cypher}\n```"
        for one in examples
    )
