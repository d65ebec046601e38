"""Async, with ports of your own making, and streaming: each node's result as it comes, several questions at once.

Run as `python examples/embed_stream.py`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from kgqa import build_ingestion_graph, build_qa_graph, load_settings, open_ports
from kgqa.nodes.state import QAContext

DOCUMENTS = Path(__file__).resolve().parent / "documents"
QUESTIONS = ("When was the second cooling-water pump of MV Turnstone fitted?", "한결조선을 설립한 사람은 누구인가?")


async def main() -> None:
    # Settings are read here, at the door; arguments beat the environment.
    async with open_ports(load_settings()) as ports:
        await build_ingestion_graph(ports).ainvoke({"paths": [str(DOCUMENTS)]})
        qa = build_qa_graph(ports)
        async for update in qa.astream({"question": QUESTIONS[0]}, context=QAContext(window=2), stream_mode="updates"):
            for node in update:
                print("done:", node)
        results = await asyncio.gather(*(qa.ainvoke({"question": q}, context=QAContext()) for q in QUESTIONS))
    for question, result in zip(QUESTIONS, results, strict=True):
        print(question, "→", result["answer"].text)


if __name__ == "__main__":
    asyncio.run(main())
