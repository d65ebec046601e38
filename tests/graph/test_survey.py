"""A question about the documents as a whole, over a library in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from kgqa import build_ingestion_graph, build_qa_graph
from kgqa.graph.ports import Ports
from kgqa.nodes.survey import MOST

PUMP = """# Pump manual

Version 3

It is blue. This manual tells how the PX-200 pump is kept.

## Oil

Change it.

### Kinds

Two.

## Seals

None.
"""
TOWER = "# 탑 안내서\n\n이 안내서는 동문 탑을 어떻게 관리하는지 설명한다.\n"


async def asked(ports: Ports, tmp_path: Path, question: str, **texts: str) -> tuple[str, list[str]]:
    for name, text in texts.items():
        (tmp_path / f"{name}.md").write_text(text)
    await build_ingestion_graph(ports).ainvoke({"paths": [str(tmp_path / f"{name}.md") for name in texts]})
    result = await build_qa_graph(ports).ainvoke({"question": question})
    answer = result["answer"]
    assert {sentence for one in answer.statements for sentence in one.sentences} == {
        c.sentence for c in answer.citations
    }
    assert [item.sentence.id for item in result["evidence"]] == [citation.sentence for citation in answer.citations]
    return answer.text, [citation.text for citation in answer.citations]


async def test_one_document_is_told_by_what_it_says_first_and_its_sections(ports: Ports, tmp_path: Path) -> None:
    text, cited = await asked(ports, tmp_path, "What is this document about?", pump=PUMP)
    assert text == "“Pump manual”: This manual tells how the PX-200 pump is kept. Its sections: Oil; Seals."
    assert cited == ["This manual tells how the PX-200 pump is kept.", "Oil", "Seals"]


@pytest.mark.parametrize("question", ["Summarize the documents", "문서들을 요약해 줘"])
async def test_several_are_told_one_by_one(ports: Ports, tmp_path: Path, question: str) -> None:
    text, _ = await asked(ports, tmp_path, question, pump=PUMP, tower=TOWER)
    assert text == (
        "“Pump manual”: This manual tells how the PX-200 pump is kept. "
        "“탑 안내서”: 이 안내서는 동문 탑을 어떻게 관리하는지 설명한다."
    )


async def test_of_many_it_is_said_that_there_are_more(ports: Ports, tmp_path: Path) -> None:
    many = {f"d{n:02}": f"# Note {n:02}\n\nThe valve number {n} of the pump was closed.\n" for n in range(MOST + 1)}
    text, cited = await asked(ports, tmp_path, "Give me an overview.", **many)
    assert len(cited) == MOST
    assert text.endswith("There are more documents than are told of here: `kgqa docs list` names all.")


async def test_one_of_several_is_told_alone_and_what_is_no_document_is_looked_up(ports: Ports, tmp_path: Path) -> None:
    text, _ = await asked(ports, tmp_path, "Tell me about the pump manual", pump=PUMP, tower=TOWER)
    assert text == "“Pump manual”: This manual tells how the PX-200 pump is kept. Its sections: Oil; Seals."
    answer = (await build_qa_graph(ports).ainvoke({"question": "Tell me about the PX-200 pump."}))["answer"]
    assert answer.citations[0].text == "This manual tells how the PX-200 pump is kept."
    assert "Its sections" not in answer.text
