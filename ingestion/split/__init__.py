"""Readings to sentences and chunks."""

from .parse import split

__all__ = ["split"]
