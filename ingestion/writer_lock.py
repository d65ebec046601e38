"""The writer's lock: held by whatever decides what the library holds, or writes it to the stores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..errors import TransientError
from ..tools.ports import Staging
from .shield import to_the_end
from .state import Progress, Tell

WAIT_SECONDS = 1800.0
_LOOK_SECONDS = 0.1


@asynccontextmanager
async def writing(staging: Staging, tell: Tell, patience: float = WAIT_SECONDS) -> AsyncIterator[None]:
    """Alone among all runs and processes of the data folder, for the length of the block.

    Raises:
        TransientError: another has been writing all the time.
    """
    waited = 0.0
    while not await _taken(staging):
        if waited >= patience:
            raise TransientError("another run has been writing to this data folder for long; try again when it is done")
        if waited == 0.0:
            tell(Progress(stage="wait", done=0, total=0, name="another ingest or deletion is writing"))
        await asyncio.sleep(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
    try:
        yield
    finally:
        await to_the_end(staging.release())


@asynccontextmanager
async def if_free(staging: Staging) -> AsyncIterator[bool]:
    """The same without waiting: the block gets whether it is alone."""
    alone = await _taken(staging)
    try:
        yield alone
    finally:
        if alone:
            await to_the_end(staging.release())


async def _taken(staging: Staging) -> bool:
    """Whether it was ours to take; a run that is cancelled meanwhile gives back what its thread took all the same."""
    taking = asyncio.ensure_future(staging.take())
    try:
        return await to_the_end(_result(taking))
    except asyncio.CancelledError:
        if taking.result():
            await to_the_end(staging.release())
        raise


async def _result(taking: asyncio.Future[bool]) -> bool:
    return await taking
