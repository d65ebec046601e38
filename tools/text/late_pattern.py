"""Regular expressions that are compiled when they are first used.

Most of those about dates, pages, numbers and Korean are met by few questions, and compiling them all takes a tenth of
the time of one.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """What a compiled pattern has, each of it from its first use on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._said = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._said), name)
        self.__dict__[name] = found  # so that the next use is as quick as the pattern's own
        return found


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern as `re.compile` gives it, but that what is wrong in it shows at its first use."""
    return cast("re.Pattern[str]", _Late(pattern, flags))
