"""The shortest way in: ingest a folder, ask a question, print the answer and where it stands.

Run as `python examples/embed_sync.py`; the data go to ./.kgqa, or where KGQA_HOME says.
"""

from __future__ import annotations

from pathlib import Path

from kgqa import build_ingestion_graph, build_qa_graph

DOCUMENTS = Path(__file__).resolve().parent / "documents"


def main() -> None:
    build_ingestion_graph().invoke({"paths": [str(DOCUMENTS)]})
    answer = build_qa_graph().invoke({"question": "Who leads the course in the training pool at Lindwick?"})["answer"]
    print(answer.text)
    for citation in answer.citations:
        print(f"- {citation.source}, page {citation.page}: {citation.text}")


if __name__ == "__main__":
    main()
