"""The other side of `bench/overhead.py`, run by a Python that has lightrag-hku: `python lightrag_side.py FILE`.

FILE holds JSON: `passages`, `entities`, `relations` and `questions`. They are put in as they are, by its
`ainsert_custom_kg`, and asked about in its mode `hybrid` with its other settings as they come, but no reply is kept: a
question asked again would cost nothing. Model and embedder answer at once; so does the tokenizer, where its own one
would have to be downloaded. The last line printed is JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from lightrag import LightRAG, QueryParam
from lightrag.utils import EmbeddingFunc, Tokenizer

DIMENSIONS, WARM = 256, 100
_NAME = re.compile(r"[A-Z]\w+ta \w+mo(?: \d+)?")


class Words:
    """A token a word: never slower than a real tokenizer."""

    def encode(self, content: str) -> list[int]:
        """A number for each word."""
        return [zlib.crc32(word.encode()) for word in content.split()]

    def decode(self, tokens: Sequence[int]) -> str:
        """Asked for only where a passage is cut, which none of ours needs."""
        return " ".join(map(str, tokens))


async def embed(texts: Sequence[str], **_: Any) -> np.ndarray:
    """Words by hash, so that what shares words is near."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.casefold().split():
            row[zlib.crc32(word.encode()) % DIMENSIONS] += 1.0
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


async def instantly(prompt: str, system_prompt: str | None = None, **_: Any) -> str:
    """Keywords when asked for keywords, else an answer."""
    if "high_level_keywords" in prompt or "high_level_keywords" in (system_prompt or ""):
        asked = prompt.rpartition("User Query:")[2] or prompt
        return json.dumps({"high_level_keywords": ["supplied"], "low_level_keywords": _NAME.findall(asked)[:1]})
    return "It is so."


async def main(given: dict[str, Any], folder: str) -> dict[str, Any]:
    rag = LightRAG(
        working_dir=folder,
        llm_model_func=instantly,
        embedding_func=EmbeddingFunc(embedding_dim=DIMENSIONS, max_token_size=8192, func=embed),
        tokenizer=Tokenizer("words", Words()),
        enable_llm_cache=False,
    )
    await rag.initialize_storages()
    began = time.perf_counter()
    await rag.ainsert_custom_kg(
        {"chunks": given["passages"], "entities": given["entities"], "relationships": given["relations"]}
    )
    filled, seconds, computed, empty = time.perf_counter() - began, [], [], 0
    for n, question in enumerate([*given["questions"][-WARM:], *given["questions"]]):
        start, cpu = time.perf_counter(), time.process_time()
        answer = await rag.aquery(question, QueryParam(mode="hybrid", enable_rerank=False))
        if n >= WARM:
            seconds.append(time.perf_counter() - start)
            computed.append(time.process_time() - cpu)
            empty += answer != "It is so."
    await rag.finalize_storages()
    told = {"version": version("lightrag-hku"), "filled": filled, "empty": empty}
    return {**told, "seconds": seconds, "computed": computed}


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), folder))
    print(json.dumps(found))
