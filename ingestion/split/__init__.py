"""Readings to sentences and chunks."""

from .to_document import split

__all__ = ["split"]
