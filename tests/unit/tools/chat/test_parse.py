"""Reading what models write: thinking taken off, JSON found, mended and checked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import BackendError
from kgqa.tools.chat.parse import ThinkingFilter, read, without_thinking
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


@given(st.text(max_size=30), st.text(alphabet="abc \n", max_size=30), st.data())
def test_pieces_show_what_the_whole_would(thought: str, answer: str, data: st.DataObject) -> None:
    thought = thought.replace("</think>", "")
    for text, shown in ((f"<think>{thought}</think>\n{answer}", answer.lstrip()), (answer, answer)):
        cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
        filter_ = ThinkingFilter()
        pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        assert "".join(map(filter_.feed, pieces)) + filter_.end() == shown


def test_an_answer_is_shown_as_it_comes() -> None:
    filter_ = ThinkingFilter()
    assert [filter_.feed(piece) for piece in ("<thi", "nk>hm", "</think>", " Yes", " or")] == ["", "", "", "Yes", " or"]
    filter_ = ThinkingFilter()
    assert [filter_.feed(piece) for piece in ("<th", "ree", " four")] == ["", "<three", " four"]
