"""The graph that tells its answer as a text: over a library in memory."""

from __future__ import annotations

from pathlib import Path

from kgqa import build_ingestion_graph
from kgqa.graph.ask import build_ask_graph
from kgqa.graph.ports import Ports


async def test_an_answer_is_a_text_with_its_source_and_nothing_else(ports: Ports, tmp_path: Path) -> None:
    (tmp_path / "pumps.md").write_text("# Pumps\n\nThe PX-200 pump was designed by Mira Lindqvist in 1998.\n")
    await build_ingestion_graph(ports).ainvoke({"paths": [str(tmp_path / "pumps.md")]})
    told = await build_ask_graph(ports).ainvoke({"question": "Who designed the PX-200 pump?"})
    assert told == {
        "text": "**Mira Lindqvist**\n\n"
        "According to section “Pumps”, the PX-200 pump was designed by Mira Lindqvist in 1998. [1]\n\n"
        "[1] Pumps (pumps.md)"
    }


async def test_what_the_documents_do_not_hold_is_told_too(ports: Ports, tmp_path: Path) -> None:
    (tmp_path / "pumps.md").write_text("# Pumps\n\nThe PX-200 pump was designed by Mira Lindqvist in 1998.\n")
    await build_ingestion_graph(ports).ainvoke({"paths": [str(tmp_path / "pumps.md")]})
    told = await build_ask_graph(ports).ainvoke({"question": "Who plays the tuba?"})
    assert told["text"].startswith("Not in these documents.")
