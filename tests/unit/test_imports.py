"""What is not loaded: each of these takes longer to import than a question takes to answer, or near to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

INGESTION = "PIL docx lxml markdown_it pypdfium2 pysbd textblob nltk kgqa.graph.ingest kgqa.ingestion.formats".split()
MODELS = "langchain openai anthropic torch transformers sentence_transformers kgqa.graph.model_adapters".split()
VENDORS = "chromadb chromadb_rust_bindings grpc neo4j kiwipiepy arcadedb_embedded".split()
QUESTION = (
    "numpy lemminflect langgraph langchain_core langsmith httpx requests kgqa.graph kgqa.nodes.strategies".split()
)
FACE = "pydantic typer rich asyncio".split()

ASKED = """
import asyncio
from pathlib import Path
from kgqa import build_qa_graph, open_ports, Settings
from kgqa.model import Document, Sentence, sentence_id
from kgqa.settings import MemoryIndex, MemoryStore

TEXT = "The impeller is due for service in May 2026."

async def main():
    settings = Settings(home=Path(sys.argv[1]), store=MemoryStore(), index=MemoryIndex())
    async with open_ports(settings) as ports:
        sentence = Sentence(sentence_id("d", 0), "d", 0, 0, len(TEXT), TEXT)
        await ports.graph_store.write_document(Document("d", "Manual", "d.md", "sha", "en"), [], [sentence])
        await ports.texts.add("sentence", [(sentence.id, "d", "Manual", TEXT)])
        await ports.texts.add("passage", [(sentence.id, "d", "Manual", TEXT)])
        result = await build_qa_graph(ports).ainvoke({"question": "When is the impeller due for service?"})
        assert "May 2026" in result["answer"].text, result["answer"]

asyncio.run(main())
"""
HELP = "from kgqa.cli import main; sys.argv[1:] = ['--help']; main()"
INDEX = """
import asyncio
import numpy as np
from pathlib import Path
from kgqa.settings import ChromaIndex
from kgqa.tools.embed.hashing import Hashing
from kgqa.tools.index import vector_indexes

async def main():
    index = vector_indexes.get("chroma")(ChromaIndex(), Path(sys.argv[1]), Hashing(64))
    await index.open()
    if "fill" in sys.argv:
        await index.upsert("entities", ["a", "b"], np.eye(2, 64, dtype=np.float32), ["one", "two"])
    assert await index.nearest("entities", np.eye(1, 64, dtype=np.float32), 1) == [[("a", "one", 1.0)]]
    await index.close()

asyncio.run(main())
"""


def loaded(code: str, *arguments: str) -> set[str]:
    """The modules that a process has loaded which runs this."""
    code = f"import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n{code}"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_importing_the_package_loads_next_to_nothing() -> None:
    found = loaded("import kgqa")
    assert "kgqa" in found
    assert found & {*INGESTION, *MODELS, *VENDORS, *QUESTION, *FACE} == set()


def test_help_loads_the_command_line_alone() -> None:
    found = loaded(HELP)
    assert {"typer", "kgqa.commands.ask"} <= found
    assert found & ({*INGESTION, *MODELS, *VENDORS, *QUESTION} - {"markdown_it"}) == set()  # Rich brings it


def test_an_english_question_loads_neither_ingestion_nor_a_model_nor_another_s_back_end(tmp_path: Path) -> None:
    found = loaded(ASKED, str(tmp_path))
    assert {"langgraph", "kgqa.nodes.answer"} <= found
    assert found & {*INGESTION, *MODELS, *VENDORS, "kgqa.nodes.llm.answer"} == set()


def test_chroma_is_loaded_to_read_a_small_index_only_after_a_change(tmp_path: Path) -> None:
    assert "chromadb" in loaded(INDEX, str(tmp_path), "fill")
    assert "chromadb" in loaded(INDEX, str(tmp_path))
    for _ in range(2):
        assert loaded(INDEX, str(tmp_path)) & {"chromadb", "chromadb_rust_bindings"} == set()
