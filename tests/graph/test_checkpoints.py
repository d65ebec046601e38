"""A host's checkpointer reads back what our graphs keep, and LangGraph finds nothing to warn of."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from kgqa import build_chat_graph, build_ingestion_graph, build_qa_graph, checkpoint_serializer
from kgqa.graph.ports import Ports
from kgqa.model import Answer, Failure, Statement
from langgraph.checkpoint.memory import InMemorySaver


async def test_two_turns_and_an_ingest_are_read_back_without_a_warning(
    ports: Ports, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    (tmp_path / "pumps.md").write_text("# Pumps\n\nMira Lindqvist designed the PX-200 pump. She was born in Uppsala.\n")
    memory = InMemorySaver(serde=checkpoint_serializer())
    thread: Any = {"configurable": {"thread_id": "1"}}
    ingest = build_ingestion_graph(ports, checkpointer=memory)
    await ingest.ainvoke({"paths": [str(tmp_path / "pumps.md"), str(tmp_path / "gone.md")]}, thread)
    report = (await ingest.aget_state(thread)).values["report"]
    assert [type(failure) for failure in report["failures"]] == [Failure]
    chat = build_chat_graph(ports, checkpointer=memory)
    for text in ("Who designed the PX-200 pump?", "What else did she design?"):
        await chat.ainvoke({"messages": [("user", text)]}, {"configurable": {"thread_id": "2"}})
    qa = build_qa_graph(ports, checkpointer=memory)
    for question in ("Who designed the PX-200 pump?", "Where was Mira Lindqvist born?"):
        await qa.ainvoke({"question": question}, {"configurable": {"thread_id": "3"}})
    answer = (await chat.aget_state({"configurable": {"thread_id": "2"}})).values["answer"]
    assert isinstance(answer, Answer)
    assert isinstance(answer.statements[0], Statement)
    assert [record.message for record in caplog.records if "eserializ" in record.message] == []
