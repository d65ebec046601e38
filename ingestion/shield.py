"""Run work to its end even when the run that waits for it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end also where the run is cancelled meanwhile, as when another batch fails.

    What was called, and paid, is kept; and no thread goes on writing for somebody who has given the lock back.
    """
    task = asyncio.ensure_future(work)
    given_up: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            given_up = error
    if given_up is not None:
        if not task.cancelled():
            task.exception()  # looked at: why the run was given up says more
        raise given_up
    return task.result()
