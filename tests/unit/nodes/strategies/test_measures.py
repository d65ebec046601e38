"""Numbers and their units as texts write them, in both languages; what is not alike is not compared."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import InputError
from kgqa.nodes.strategies import numerals
from kgqa.nodes.strategies.measures import in_one_unit, measure, unit_to_tell
from kgqa.nodes.strategies.numerals import numeral


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("2,300 people", 2300, "people"),
        ("1.27 million crowns", 1_270_000, "crown"),
        ("two million cars", 2_000_000, "car"),
        ("five hundred dollars", 500, "dollars"),
        ("twenty", 20, ""),
        ("twenty-three people", 23, "people"),
        ("two thousand five hundred and six", 2506, ""),
        ("half a million", 500_000, ""),
        ("two and a half million", 2_500_000, ""),
        ("two dozen eggs", 24, "egg"),
        ("$1.2bn", 1.2e9, "dollars"),
        ("€3m", 3e6, "euros"),
        ("$340 million", 340e6, "dollars"),
        ("1.234,5 km", 1234.5, "length"),
        ("minus 5", -5, ""),
        ("2 hours 30 minutes", 2.5, "time"),
        ("40 litres of diesel an hour", 40, "volume"),
        ("3억 4천만 원", 340e6, "won"),
        ("4만 1천 명", 41_000, "people"),
        ("1조 2천억 원", 1.2e12, "won"),
        ("2천", 2000, ""),
        ("1만2천", 12_000, ""),
        ("천만 명", 1e7, "people"),
        ("세 명", 3, "people"),
        ("만 20세", 20, "세"),
        ("300조각", 300, "조각"),
        ("1시간 30분", 1.5, "time"),
        ("890그램", 890, "mass"),
    ],
)
def test_a_measure_is_read_with_its_multipliers_and_its_unit(text: str, value: float, dimension: str) -> None:
    found = measure(text)
    assert (found.value, found.dimension) == (pytest.approx(value), dimension)


@pytest.mark.parametrize(
    "text", ["no moons", "several hundred people", "hundreds of people", "10-20 people", "1/2", "9" * 400]
)
def test_what_is_no_one_number_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="there is no number"):
        measure(text)


@pytest.mark.parametrize(
    ("texts", "numbers", "unit"),
    [
        (["890 kilograms", "1.2 tonnes"], [890, 1200], "kilograms"),
        (["1.2 kilometres", "900 metres"], [1.2, 0.9], "kilometres"),
        (["50 minutes", "2 hours"], [50, 120], "minutes"),
        (["three awards", "five awards"], [3, 5], ""),
        (["1,200", "450 cars"], [1200, 450], ""),
    ],
)
def test_numbers_of_one_dimension_are_brought_to_one_unit(texts: list[str], numbers: list[float], unit: str) -> None:
    assert in_one_unit(texts) == pytest.approx(numbers)
    assert unit_to_tell(texts) == unit


@pytest.mark.parametrize("other", ["3 litres", "5 pounds", "3 million won", "7", "20 people"])
def test_what_is_not_alike_is_not_compared(other: str) -> None:
    with pytest.raises(InputError, match="not alike"):
        in_one_unit(["890 kilograms", other])


@given(st.text(alphabet="0123456789 .,-/$m한두십백천만억조명원 handtwobilk½²٣", max_size=40))
def test_any_text_has_a_finite_number_within_it_or_none(text: str) -> None:
    found = numeral(text)
    assert found is None or (math.isfinite(found.value) and 0 <= found.start < found.end <= len(text))
    try:
        measure(text)
    except InputError:
        return


@given(st.integers(0, 10**15))
def test_a_number_reads_back_as_korean_texts_write_it(number: int) -> None:
    rest, parts = number, []
    for scale, factor in (("조", 10**12), ("억", 10**8), ("만", 10**4), ("", 1)):
        if rest // factor:
            parts.append(f"{rest // factor}{scale}")
        rest %= factor
    assert measure(" ".join(parts) or "0").value == number


def test_a_raised_digit_is_no_number_and_breaks_nothing() -> None:
    assert numerals._plain("²") is None
    assert numerals._plain("1,250.5") == 1250.5
