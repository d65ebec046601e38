"""How far a run is, from what its batches tell: they run beside each other, each from its own place."""

from __future__ import annotations

from .state import Progress


class Overall:
    """Adds up what was told; never less than before."""

    def __init__(self) -> None:
        self._done: dict[tuple[str, str], dict[int, int]] = {}
        self._total: dict[tuple[str, str], int] = {}

    def after(self, event: Progress) -> tuple[int, int]:
        """(done, total) of the event's stage; of `split`, that of one file after the other, of its file."""
        key = event["stage"], event["name"] if event["stage"] == "split" else ""
        begun = event.get("begun", 0)
        batches = self._done.setdefault(key, {})
        # A batch that is tried again tells all from its beginning.
        batches[begun] = max(batches.get(begun, 0), event["done"] - begun)
        total = self._total[key] = max(self._total.get(key, 0), event["total"])
        done = min(sum(batches.values()), total)
        if key[0] == "split" and done == total:
            del self._done[key], self._total[key]
        return done, total
