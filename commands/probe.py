"""`kgqa doctor --probe`: one real answer of the model, the embedder and the store, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from ..errors import ConfigError
from ..settings import Settings

if TYPE_CHECKING:
    from ..graph.ports import Ports

T = TypeVar("T")
_ASKED = "Reply with one word: ready"
_SENTENCE = "The harbour master approved the plan."
_QUERY = "MATCH (d:Document) RETURN d.title AS title ORDER BY title LIMIT 1"
_SHOWN = 60


async def probe_model(settings: Settings) -> str:
    """What the model replies to one short message, never from the cache. Raises: ConfigError, BackendError."""
    from ..tools.chat import make_chat

    # One that is not there should say so now, not after all tries.
    options = settings.chat.model_copy(update={"cache": False, "retries": 0})
    chat = make_chat(options, None)
    if chat is None:
        raise ConfigError("setting KGQA_CHAT__MODEL: has no value, so there is no model to ask")
    await chat.open()
    try:
        reply, spent = await _timed(chat.complete([("human", _ASKED)], tag="probe"))
    finally:
        await chat.close()
    return f"{chat.name}: asked {_ASKED!r}, replied {_short(reply.text)!r} in {spent}"


async def probe_embedder(ports: Ports) -> str:
    """What the embedder makes of one sentence. Raises: BackendError."""
    vectors, spent = await _timed(ports.embedder.embed([_SENTENCE]))
    first = ", ".join(f"{number:.3f}" for number in vectors[0, :3])
    return f"{ports.embedder.name}: {_SENTENCE!r} is {vectors.shape[1]} numbers ({first} …), in {spent}"


async def probe_store(ports: Ports) -> str:
    """What the graph store says to a query. Raises: BackendError."""
    from ..model import Limits

    kind, store = ports.settings.store.kind, ports.graph_store
    if not store.cypher:
        counts, spent = await _timed(store.counts())
        return f"{kind}: counted {counts['documents']:,} documents in {spent} (it takes no Cypher)"
    rows, spent = await _timed(store.query(_QUERY, {}, Limits(rows=1, seconds=5)))
    came = _short(str(rows.rows[0][0])) if rows.rows else ""
    answered = f"answered {came!r}" if came else "answered with no row, for it is empty,"
    return f"{kind}: asked {_QUERY!r}, {answered} in {spent}"


async def _timed(work: Awaitable[T]) -> tuple[T, str]:
    began = time.perf_counter()
    done = await work
    seconds = time.perf_counter() - began
    return done, f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
