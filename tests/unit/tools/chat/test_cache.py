"""cache: replies come back to the same messages, and the oldest go when there are too many."""

from __future__ import annotations

import sqlite3
from pathlib import Path

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
