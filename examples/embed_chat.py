"""A conversation: follow-ups are understood from the thread, tokens come as they are checked, pages as image blocks.

Run as `python examples/embed_chat.py`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from kgqa import build_chat_graph, build_ingestion_graph, checkpoint_serializer, open_ports
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

DOCUMENTS = Path(__file__).resolve().parent / "documents"


async def main() -> None:
    async with open_ports() as ports:
        await build_ingestion_graph(ports).ainvoke({"paths": [str(DOCUMENTS)]})
        chat = build_chat_graph(ports, checkpointer=InMemorySaver(serde=checkpoint_serializer()))
        thread = {"configurable": {"thread_id": "one"}}
        for text in ("Who founded Brannock Sound Ferries?", "How many passengers did it carry in 2024?"):
            print(f"\n> {text}")
            said = {"messages": [HumanMessage(text)]}
            async for _, event in chat.astream(said, thread, stream_mode="custom", subgraphs=True):
                if event["event"] == "token":
                    print(event["token"], end="", flush=True)
            message = (await chat.aget_state(thread)).values["messages"][-1]
            print("\nimages:", [block["file_id"] for block in message.content if block["type"] == "image"])


if __name__ == "__main__":
    asyncio.run(main())
