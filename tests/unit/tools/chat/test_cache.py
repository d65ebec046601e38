"""cache: replies come back to the same messages, and the oldest go when there are too many."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from kgqa.tools.chat.cache import Replies, reply_key
from langchain_core.messages import AIMessage, HumanMessage


def test_a_reply_comes_back_with_its_usage_to_whoever_opens_the_file_next(tmp_path: Path) -> None:
    said = AIMessage("42", usage_metadata={"input_tokens": 3, "output_tokens": 1, "total_tokens": 4})
    first, second = Replies(tmp_path / "replies.sqlite"), Replies(tmp_path / "replies.sqlite")
    first.open()
    first.put("key", said)
    first.close()
    second.open()
    found = second.get("key")
    assert found is not None
    assert (found.content, found.usage_metadata) == (said.content, said.usage_metadata)
    assert second.get("other") is None
    second.close()


def test_opening_lets_the_oldest_go_beyond_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    replies = Replies(path, kept=2)
    replies.open()
    for key in ("a", "b", "c"):
        replies.put(key, AIMessage(key))
    replies.close()
    with sqlite3.connect(path) as connection:
        connection.executemany("UPDATE replies SET at = ? WHERE key = ?", [("2001", "b"), ("2002", "a"), ("2003", "c")])
    connection.close()
    replies.open()
    assert {key for key in ("a", "b", "c") if replies.get(key)} == {"a", "c"}
    replies.close()


def test_writing_lets_the_oldest_go_too(tmp_path: Path) -> None:
    replies = Replies(tmp_path / "replies.sqlite", kept=3, tidy=5)
    replies.open()
    for number in range(20):
        replies.put(str(number), AIMessage("x"))
    assert sum(replies.get(str(number)) is not None for number in range(20)) == 3
    replies.close()


@pytest.mark.parametrize(
    "row",
    [
        "{",
        "null",
        "[]",
        '{"data": 3}',
        '{"data": {"content": {}}}',
        '{"data": {"content": "x", "tool_calls": 3}}',
        b"\xff\xfe",
    ],
)
def test_a_reply_that_cannot_be_read_any_more_is_none(tmp_path: Path, row: str | bytes) -> None:
    replies = Replies(tmp_path / "replies.sqlite")
    replies.open()
    replies.put("key", AIMessage("42"))
    with sqlite3.connect(tmp_path / "replies.sqlite") as connection:
        connection.execute("UPDATE replies SET reply = ?", (row,))
    connection.close()
    assert replies.get("key") is None
    replies.put("key", AIMessage("43"))
    found = replies.get("key")
    assert found is not None
    assert found.content == "43"
    replies.close()


def test_what_a_provider_says_beside_its_reply_need_be_no_json(tmp_path: Path) -> None:
    replies = Replies(None)
    replies.open()
    replies.put("key", AIMessage("42", response_metadata={"at": Path("x"), "of": {1: {2}}}))
    found = replies.get("key")
    assert found is not None
    assert found.content == "42"
    replies.close()


@pytest.mark.parametrize("where", ["damaged", "folder", "under a file"])
def test_a_file_that_is_no_cache_is_done_without_and_said_once(
    tmp_path: Path, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "replies.sqlite"
    if where == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"no database" * 1000)
    replies = Replies(path / "inner" if where == "under a file" else path)
    replies.open()
    for _ in range(2):
        replies.put("key", AIMessage("42"))
        assert replies.get("key") is None
    assert [record.getMessage().count("done without") for record in caplog.records] == [1]
    replies.close()


def test_a_table_that_breaks_later_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    replies = Replies(tmp_path / "replies.sqlite")
    replies.open()
    with sqlite3.connect(tmp_path / "replies.sqlite") as connection:
        connection.execute("DROP TABLE replies")
    connection.close()
    for _ in range(2):
        replies.put("key", AIMessage("42"))
        assert replies.get("key") is None
    assert len(caplog.records) == 1
    replies.close()


def test_another_model_other_words_or_other_tools_are_another_call() -> None:
    said = [HumanMessage("who?")]
    keys = {
        reply_key({"model": "a"}, said, {}),
        reply_key({"model": "b"}, said, {}),
        reply_key({"model": "a"}, [HumanMessage("where?")], {}),
        reply_key({"model": "a"}, said, {"stop": ["."]}),
    }
    assert len(keys) == 4
    assert reply_key({"model": "a"}, [HumanMessage("who?")], {}) in keys
