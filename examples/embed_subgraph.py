"""Your graph, with kgqa's as one of its nodes, and your checkpointer over the whole.

Run as `python examples/embed_subgraph.py`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from kgqa import build_ingestion_graph, build_qa_graph, open_ports
from kgqa.model import Answer
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

DOCUMENTS = Path(__file__).resolve().parent / "documents"


class Desk(TypedDict, total=False):
    """The host's state; it shares `question` and `answer` with the QA graph."""

    letter: str
    question: str
    answer: Answer
    reply: str


async def read_letter(state: Desk) -> Desk:
    return {"question": state["letter"].rpartition("\n")[2]}


async def write_reply(state: Desk) -> Desk:
    answer = state["answer"]
    pages = sorted({c.page for c in answer.citations if c.page is not None})
    return {"reply": f"Dear reader,\n{answer.text}\nSee page {', '.join(map(str, pages)) or '–'}."}


async def main() -> None:
    async with open_ports() as ports:
        await build_ingestion_graph(ports).ainvoke({"paths": [str(DOCUMENTS)]})
        desk = StateGraph(Desk)
        desk.add_node("read_letter", read_letter)
        desk.add_node("qa", build_qa_graph(ports))
        desk.add_node("write_reply", write_reply)
        for start, end in ((START, "read_letter"), ("read_letter", "qa"), ("qa", "write_reply"), ("write_reply", END)):
            desk.add_edge(start, end)
        graph = desk.compile(checkpointer=InMemorySaver())
        thread = {"configurable": {"thread_id": "letter-1"}}
        await graph.ainvoke({"letter": "Good morning!\nWho is the head of safety?"}, thread)
        kept = await graph.aget_state(thread)
    print(kept.values["reply"])


if __name__ == "__main__":
    asyncio.run(main())
