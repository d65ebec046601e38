"""Run calls of a model: so many at once, each no longer than allowed; nobody has to wait for one.

A vendor's blocking call cannot be ended from outside. It is made in a thread of its own, which is left behind when it
is overdue or nobody waits for it any more; its place is taken until it ends, or until it should have.
"""

from __future__ import annotations

import queue
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ...errors import BackendError
from .. import daemon_threads as daemons

T = TypeVar("T")

_TICK = 0.05
"""Seconds after which whoever waits looks up: has the caller gone, is the call overdue?"""
_END = object()


class Overdue(TimeoutError):
    """A call took longer than allowed, whole or in pieces."""


class Caller:
    """Whoever waits for a call; goes when it is cancelled, or when the chat is closed."""

    def __init__(self, closing: threading.Event) -> None:
        self._closing = closing
        self._left = threading.Event()

    def leave(self) -> None:
        """Wait no longer."""
        self._left.set()

    def stay(self) -> None:
        """Raises: BackendError, where there is nothing to wait for."""
        if self._closing.is_set():
            raise BackendError("the chat model was closed while a call waited")
        if self._left.is_set():
            raise BackendError("nobody waits for the reply any more")

    def pause(self, seconds: float) -> None:
        """Let time pass. Raises: BackendError, as soon as there is nothing to wait for."""
        until = time.monotonic() + seconds
        self.stay()
        while (rest := until - time.monotonic()) > 0:
            time.sleep(min(_TICK, rest))
            self.stay()


class Slots:
    """Places for calls: each is taken until its call ends, or was due to."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._due: dict[object, float] = {}
        self._changed = threading.Condition()

    def take(self, seconds: float, caller: Caller) -> object:
        """A place for so long, as soon as there is one. Blocking. Raises: BackendError, as `Caller.stay`."""
        place = object()
        with self._changed:
            while True:
                caller.stay()
                now = time.monotonic()
                if sum(due > now for due in self._due.values()) < self._most:
                    self._due[place] = now + seconds
                    return place
                self._changed.wait(_TICK)

    def give(self, place: object) -> None:
        """Give a place back; a second time does nothing."""
        with self._changed:
            self._due.pop(place, None)
            self._changed.notify()


_shared: weakref.WeakValueDictionary[object, Slots] = weakref.WeakValueDictionary()
_sharing = threading.Lock()


def shared_slots(whose: object, most: int) -> Slots:
    """The places of this process for calls of one model, whoever makes them; `whose` tells models apart."""
    with _sharing:
        slots = _shared.get((whose, most)) or Slots(most)
        _shared[whose, most] = slots
        return slots


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


def made(source: Callable[[], Iterator[T]], slots: Slots, seconds: float, caller: Caller) -> Iterator[T]:
    """What the source gives, made in a thread of its own. Leaving off early ends the source at its next piece.

    Raises:
        Overdue: it took longer than `seconds`, however much came.
        BackendError: as `Caller.stay`; and whatever the source raises.
    """
    place = slots.take(seconds, caller)
    due = time.monotonic() + seconds
    pieces: queue.SimpleQueue[object] = queue.SimpleQueue()
    unwanted = threading.Event()

    def make() -> None:
        try:
            for piece in source():
                pieces.put(piece)
                if unwanted.is_set():
                    return
                if time.monotonic() > due:
                    raise Overdue
        except BaseException as error:  # noqa: BLE001 - carried over to the reader's thread, below
            pieces.put(_Failed(error))
        finally:
            slots.give(place)
            pieces.put(_END)

    daemons.start(make)
    try:
        while (piece := _next(pieces, due, caller)) is not _END:
            if isinstance(piece, _Failed):
                raise piece.error
            yield piece  # type: ignore[misc]  # what else is in the queue is the source's
    finally:
        unwanted.set()


def _next(pieces: queue.SimpleQueue[object], due: float, caller: Caller) -> object:
    while True:
        caller.stay()
        try:
            return pieces.get(timeout=_TICK)
        except queue.Empty:
            if time.monotonic() > due:
                raise Overdue from None
