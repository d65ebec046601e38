"""Reading what models write: thinking taken off, JSON found, mended and checked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import BackendError
from kgqa.tools.chat.tolerant_json import TAKEN_BACK, ThinkingFilter, read, without_thinking
from pydantic import BaseModel


class Item(BaseModel):
    name: str
    count: int = 0


class Items(BaseModel):
    items: list[Item]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "a", "count": 2}',
        'Sure! Here it is:\n```json\n{"name": "a", "count": 2}\n```\nAnything else?',
        "```\n{'name': 'a', 'count': 2,}\n```",
        '<think>Is it {"name": "b"}? No.</think>\n{"name": "a", "count": 2}',
        'Let me see, {"name": "b"}? No.\n</think>\n\n{"name": "a", "count": 2}',
        'The object: {"name": "a", "count": 2} - done.',
        '{"name": "a", "count": "2"',
        '[{"name": "a", "count": 2}]',
        '{name: "a", count: 2}',
        '{"wrong": 1}\n```json\n{"name": "a", "count": 2}\n```',
        '\ufeff \n{"name": "a", "count": 2}',
    ],
)
def test_the_object_is_found_however_it_is_wrapped(text: str) -> None:
    assert read(text, Item) == Item(name="a", count=2)


def test_a_bare_list_goes_into_the_only_field() -> None:
    assert read('[{"name": "a"}, {"name": "b"}]', Items).items == [Item(name="a"), Item(name="b")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no JSON"),
        ("I cannot do that.", "no JSON"),
        ("<think>still at it", "no JSON"),
        ('{"count": 2}', "name: Field required"),
        ('{"name": "a", "count": "many"}', "count: .*integer"),
        ("[]", "the value"),
    ],
)
def test_what_does_not_fit_says_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(BackendError, match=problem):
        read(text, Item)


def _tried(text: str) -> object:
    """What was read, or the refusal; anything else raised fails the test."""
    try:
        return read(text, Items)
    except BackendError as error:
        return error


anything = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
)


@given(st.text(max_size=200))
def test_any_text_is_an_object_or_a_plain_refusal(text: str) -> None:
    assert isinstance(_tried(text), (Items, BackendError))


@given(anything)
def test_any_json_is_an_object_or_a_plain_refusal(value: object) -> None:
    assert isinstance(_tried(json.dumps(value)), (Items, BackendError))


def test_brackets_without_end_do_not_take_for_ever() -> None:
    with pytest.raises(BackendError):
        read("[" * 5000, Item)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain", "plain"),
        ("<think>a</think>b", "b"),
        ("a</think>\n\nb", "b"),
        ("<think>a</think>b<think>c</think>d", "d"),
        ("<think>never done", ""),
        ("I <think> so", "I <think> so"),
        ("", ""),
    ],
)
def test_thinking_aloud_is_taken_off(text: str, left: str) -> None:
    assert without_thinking(text) == left


def _seen(text: str, cuts: list[int], thinks: bool) -> tuple[str, ThinkingFilter]:
    """What stands at the end before whoever shows the pieces and begins anew when told to."""
    filter_, seen = ThinkingFilter(thinks), ""
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        for piece in filter_.feed(text[start:end]):
            seen = "" if piece == TAKEN_BACK else seen + piece
    return seen + filter_.end(), filter_


thoughts = st.lists(st.sampled_from(["<think>", "</think>", "</thi", "<", "a", "bc ", " ", "\n"]), max_size=9)


@given(thoughts.map("".join), st.booleans(), st.data())
def test_pieces_leave_what_the_whole_would(text: str, thinks: bool, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    assert _seen(text, cuts, thinks)[0] == without_thinking(text)


@pytest.mark.parametrize(
    ("text", "unannounced"), [("a</think>b", True), ("<think>a</think>b", False), ("a", False), ("<think>a", False)]
)
@pytest.mark.parametrize("thinks", [True, False])
def test_thinking_that_nothing_announced_is_noticed(text: str, unannounced: bool, thinks: bool) -> None:
    assert _seen(text, [1], thinks)[1].unannounced is unannounced


def test_an_answer_is_shown_as_it_comes() -> None:
    filter_ = ThinkingFilter()
    shown = [filter_.feed(piece) for piece in ("<thi", "nk>hm", "</think>", " Yes", " or")]
    assert shown == [[], [], [], ["Yes"], [" or"]]
    filter_ = ThinkingFilter()
    assert [filter_.feed(piece) for piece in ("<th", "ree", " four")] == [[], ["<three"], [" four"]]


def test_thinking_shown_for_an_answer_is_taken_back() -> None:
    filter_ = ThinkingFilter()
    assert [filter_.feed(piece) for piece in ("Hm", " 3 < 4</th", "ink>", " Yes")] == [
        ["Hm"],
        [" 3 < 4"],
        [TAKEN_BACK],
        ["Yes"],
    ]


def test_a_model_known_to_think_shows_nothing_before_it_has_done_so() -> None:
    filter_ = ThinkingFilter(thinks=True)
    assert [filter_.feed(piece) for piece in ("Hm", " 3 < 4", "</think>Yes")] == [[], [], ["Yes"]]
