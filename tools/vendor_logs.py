"""Silence libraries' logs of errors that we raise ourselves."""

from __future__ import annotations

import logging

_NOWHERE = logging.NullHandler()


def silence(*names: str) -> None:
    """Keep Python from printing what a library logs where the host has set up no logging; else the host decides."""
    for name in names:
        logging.getLogger(name).addHandler(_NOWHERE)  # a second time changes nothing
