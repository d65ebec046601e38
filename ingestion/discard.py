"""Delete what was read but never joined the library, and the images of pages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from ..model import Parsed
from ..tools.ports import Staging


async def discard(staging: Staging, ids: Sequence[str], home: Path) -> None:
    """Keep nothing of those of these documents that never joined: their run was killed, or their file ends badly."""
    unjoined = set(await staging.unjoined())
    for id in ids:
        if id in unjoined:  # one at a time: with all its sentences, a document may be large
            parsed = await staging.parsed([id])
            await staging.forget([id])
            await asyncio.to_thread(delete_images, parsed, home)


def delete_images(parsed: Sequence[Parsed], home: Path) -> None:
    """Remove the images of these documents' pages, and folders that are left empty."""
    for image in filter(None, (page.image for one in parsed for page in one.pages)):
        path = home / image
        path.unlink(missing_ok=True)
        if path.parent != home and path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()
