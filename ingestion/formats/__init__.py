"""Readers: one file a format, each a path or bytes to a `Reading`."""
