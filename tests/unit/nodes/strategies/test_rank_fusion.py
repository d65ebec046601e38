"""Orders made one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.rank import by_meaning
from kgqa.nodes.strategies.rank_fusion import fused_order, lifted
from kgqa.nodes.trace import Step, Trace

from .conftest import place, sentences

ORDERS = st.lists(st.permutations(range(6)), min_size=1, max_size=4)


def test_what_stands_high_in_both_orders_wins() -> None:
    assert fused_order([["a", "b", "c"], ["b", "d", "a"]]) == ["b", "a", "d", "c"]


@given(ORDERS)
def test_nothing_is_lost_and_nothing_comes_twice(orders: list[list[int]]) -> None:
    assert sorted(fused_order(orders)) == sorted({item for order in orders for item in order})


@given(st.permutations(range(6)), st.integers(1, 5))
def test_orders_that_agree_are_kept(order: list[int], times: int) -> None:
    assert fused_order([order] * times) == order


def test_a_certain_trail_leads_and_a_broken_or_read_one_does_not() -> None:
    made = sentences(["one", "two", "three"])
    steps = (Step("x", "exact", "a", ("b",), (), (place(2),)), Step("y", "exact", "b", ("c",), (), (place(1),)))
    assert lifted([9.0, 1.0, 2.0], made, Trace(steps=steps), 3) == [9.0, 18.0, 13.5]
    assert lifted([9.0, 1.0, 2.0], made, Trace(steps=steps, problem="broke"), 3) == [9.0, 1.0, 2.0]
    read = (replace(steps[0], how="text"), steps[1])
    assert lifted([9.0, 1.0, 2.0], made, Trace(steps=read), 3) == [9.0, 1.0, 2.0]


def test_vectors_move_a_sentence_up_and_a_certain_trail_stays_in_front() -> None:
    made = sentences(["one", "two", "three", "four"])
    near = {place(3): 0.9, place(2): 0.8}
    assert by_meaning([0, 1, 2, 3], made, {"near": near}, 3) == [3, 2, 0, 1]  # type: ignore[typeddict-item]
    assert by_meaning([0, 1, 2, 3], made, {"near": {}}, 3) == [0, 1, 2, 3]  # type: ignore[typeddict-item]
    trace = Trace(steps=(Step("x", "exact", "a", ("b",), (), (place(1),)),))
    assert by_meaning([1, 0, 2, 3], made, {"near": near, "trace": trace}, 3)[0] == 1  # type: ignore[typeddict-item]
