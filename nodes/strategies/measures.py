"""Parse quantities with units, so that 890 kilograms and 1.2 tonnes can be compared, pounds and won not.

What stands in no table is its own kind of thing: awards with awards, crowns with crowns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from ...errors import InputError
from ...tools.text import english
from .numerals import Numeral, numeral

_UNITS: Mapping[str, str] = {
    "length": (
        "1 m metre meter 미터; 1e-3 mm millimetre millimeter 밀리미터; 1e-2 cm centimetre centimeter 센티미터; "
        "1e3 km kilometre kilometer 킬로미터; 1e-6 µm μm micrometre micrometer; 1e-9 nm nanometre nanometer; "
        "0.0254 inch in; 0.3048 foot feet ft; 0.9144 yard; 1609.344 mile 마일"
    ),
    "mass": (
        "1 kg kilogram kilogramme kilo 킬로그램; 1e-3 g gram gramme 그램; 1e-6 mg milligram 밀리그램; 1e3 tonne 톤; "
        "0.45359237 lb lbs; 0.028349523125 oz ounce"
    ),
    "time": (
        "1 s sec second 초; 60 min minute 분; 3600 h hr hour 시간; 86400 day 일; 604800 week 주; "
        "2629746 month 개월 달; 31556952 year 년"
    ),
    "volume": "1 l L litre liter 리터; 1e-3 ml mL millilitre milliliter 밀리리터; 1e3 m³",
    "area": "1 m² 제곱미터; 1e6 km²; 1e4 ha hectare 헥타르; 4046.8564224 acre; 3.305785 평",
    "speed": "1 m/s; 0.2777777777777778 km/h kph; 0.44704 mph; 0.5144444444444445 knot 노트",
    "power": "1 W watt 와트; 1e-3 mW; 1e3 kW kilowatt 킬로와트; 1e6 MW megawatt; 1e9 GW gigawatt",
    "energy": "1 Wh; 1e3 kWh; 1e6 MWh; 1e9 GWh",
    "voltage": "1 V volt 볼트; 1e-3 mV; 1e3 kV",
    "current": "1 A ampere 암페어; 1e-3 mA",
    "frequency": "1 Hz hertz; 1e3 kHz; 1e6 MHz; 1e9 GHz",
    "pressure": "1 Pa; 1e3 kPa; 1e6 MPa; 1e5 bar; 6894.757 psi",
    "data": "1 KB kB; 1e3 MB; 1e6 GB; 1e9 TB",
    "share": "1 % percent 퍼센트",
    "dollars": "1 $ US$ dollar 달러",
    "euros": "1 € euro 유로",
    "pounds": "1 £ pound 파운드",
    "won": "1 ₩ won 원",
    "people": "1 people person 명 인",
}
"""Dimension → factor to its first unit, and the units of that factor. A ton is left out: there are three."""
_ADDED = ("length", "mass", "time")
"""Dimensions said in several units at once: 2 hours 30 minutes."""
_MONEY = re.compile(r"(?:US)?[$€£¥₩]\s?$")
_MILLIONS = re.compile(r"\s?m\b", re.IGNORECASE)
_FIRST = re.compile(r"[\s-]*(?:여\s?)?(%|°\s?[CF]|℃|[^\W\d_]+(?:/[^\W\d_]+)?[²³]?)")
_BREAK = re.compile(r"[,;:.()]|\b(?:of|in|per|an?|at|on|for|to|and|by|from|with|than|each)\b|\d")
_JOINT = re.compile(r"(?:,|\band\b|\s)*")


class Measure(NamedTuple):
    """So many of something."""

    value: float
    unit: str
    """As it is written; empty for a bare number."""
    dimension: str
    """What can be compared with it: a dimension of the table, else the unit in the singular."""
    factor: float = 1.0

    def in_unit_of(self, other: Measure) -> float:
        """The value in the other's unit.

        Raises:
            InputError: they are of different things.
        """
        alike = self.dimension == other.dimension
        bare = "" in (self.dimension, other.dimension) and not {self.dimension, other.dimension} & _UNITS.keys()
        if not alike and not bare:
            raise InputError(f"{self.unit or 'a bare number'!r} and {other.unit or 'a bare number'!r} are not alike")
        return self.value * (self.factor / other.factor)


def dimension_of(unit: str) -> str:
    """What a unit measures: `time` of minutes; awards measure awards."""
    known = _known(unit)
    return known[0] if known else english.noun_lemma(unit) if unit else ""


def measure(text: str) -> Measure:
    """The first number of a text and its unit: `1.27 million crowns` is 1,270,000 crowns.

    Raises:
        InputError: it holds no number that can be told.
    """
    found = numeral(text)
    if found is None:
        raise InputError(f"there is no number in {text[:80]!r}")
    first, place = _one(text, found)
    while first.dimension in _ADDED:
        more = numeral(text, place)
        if more is None or not _JOINT.fullmatch(text, place, more.start):
            break
        second, place = _one(text, more)
        if second.dimension != first.dimension or second.factor >= first.factor:
            break
        first = first._replace(value=first.value + second.in_unit_of(first))
    return first


def _one(text: str, found: Numeral) -> tuple[Measure, int]:
    money = _MONEY.search(text[: found.start])
    if money:
        scaled = _MILLIONS.match(text, found.end)
        unit = money.group().strip()
        dimension, factor = _table().get(unit, (unit, 1.0))
        return Measure(found.value * (1e6 if scaled else 1.0), unit, dimension, factor), found.end
    first = _FIRST.match(text, found.end)
    if first and (known := _known(first[1])):
        return Measure(found.value, first[1], *known), first.end()
    words = _BREAK.split(text[found.end :].strip(" -"), maxsplit=1)[0].split()
    head = words[-1] if words else ""
    return Measure(found.value, head, dimension_of(head)), len(text)


def _known(word: str) -> tuple[str, float] | None:
    """The unit's dimension and factor: as written, for `mW` is no `MW`, else in small letters, else in the singular."""
    table = _table()
    return table.get(word) or table.get(word.casefold()) or table.get(english.noun_lemma(word))


@cache
def _table() -> dict[str, tuple[str, float]]:
    return {
        unit: (dimension, float(factor))
        for dimension, rows in _UNITS.items()
        for row in rows.split("; ")
        for factor, *units in [row.split()]
        for unit in units
    }


def speeds(text: str) -> bool:
    """Whether more of it is faster, as of knots; of minutes less is.

    Raises:
        InputError: it is neither a speed nor a time.
    """
    dimension = measure(text).dimension
    if dimension not in ("speed", "time"):
        raise InputError(f"{text[:80]!r} is neither a speed nor a time")
    return dimension == "speed"


def in_one_unit(texts: Sequence[str]) -> list[float]:
    """The numbers of several texts, in the unit of the first.

    Raises:
        InputError: one has no number, or they are of different things.
    """
    found = [measure(text) for text in texts]
    return [one.in_unit_of(found[0]) for one in found]


def unit_to_tell(texts: Sequence[str]) -> str:
    """The first one's unit where the others are not said in it, so that a result must name it; else empty."""
    units = [measure(text) for text in texts]
    return units[0].unit if len({(m.dimension, m.factor) for m in units}) > 1 else ""
