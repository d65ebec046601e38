"""Bound how far a date lies from the year 0, how long a duration lasts, and the numbers read of them."""

from __future__ import annotations

from datetime import date
from math import inf

YEAR = 366.0
_SMALL = (
    "quarter month week day dayofweek weekday ordinalday dayofquarter dayofyear hour minute second millisecond timezone"
    " offset quartersofyear monthsofquarter monthsofyear daysofweek minutesofhour secondsofminute"
)
_IN_A_DAY = {
    **dict.fromkeys(_SMALL.split(), 0.0),
    **dict.fromkeys(("year", "weekyear", "years"), 1 / 365),
    "quarters": 1 / 90,
    "months": 1 / 28,
    "weeks": 1 / 7,
    "days": 1.0,
    "hours": 24.0,
    "minutes": 1_440.0,
    "seconds": 86_400.0,
}
"""Part of a time or duration → how many of it make a day; 0 for one that is small, whatever the time."""
_FINE = ("epoch", "second", "minute", "hour")
"""What in a key says that it may be a part of a time that counts in units smaller than a day."""


def part(key: str, days: float) -> float:
    """The largest number under that key of a time so many days away; infinite for one that counts in tiny units."""
    rate = _IN_A_DAY.get(key.lower(), inf)
    return 1_000.0 if rate == 0 else days * rate + 1


def fine(key: str) -> bool:
    """Whether what it names of something may be a part of a time in smaller units than days."""
    return any(unit in key.lower() for unit in _FINE)


def day(written: str) -> float | None:
    """The day that a text begins with, counted from the year 1; None where it begins with none."""
    for length in (10, 8):
        try:
            return float(date.fromisoformat(written[:length]).toordinal())
        except ValueError:
            continue
    return None


def today() -> float:
    """The day that it is now."""
    return float(date.today().toordinal())
