"""Both whole graphs on a real Neo4j: the same documents give the graph, and the same questions the answers, that the
embedded default gives."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import kgqa
import pytest
from kgqa import build_ingestion_graph, build_qa_graph
from kgqa.graph.library import delete, graph_hash
from kgqa.graph.ports import Ports, make_ports
from kgqa.ingestion.state import Report
from kgqa.nodes.state import QAContext
from kgqa.nodes.strategies import strategies
from kgqa.settings import ChatOptions, EmbeddedStore, MemoryIndex, Neo4jStore, Settings
from kgqa.tools.chat.chat import chat_of
from kgqa.tools.chat.scripted import Scripted
from langchain_core.messages import BaseMessage

pytestmark = pytest.mark.e2e
EXAMPLES = Path(kgqa.__file__).resolve().parent / "examples"
QUESTIONS = [json.loads(line) for line in (EXAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class Pair:
    """The same documents in a store of each kind."""

    embedded: Ports
    neo4j: Ports
    documents: Path

    async def ingest(self) -> tuple[Report, Report]:
        return await _ingest(self.embedded, self.documents), await _ingest(self.neo4j, self.documents)

    async def hash(self) -> str:
        """Of the graph that both hold."""
        embedded, neo4j = await graph_hash(self.embedded), await graph_hash(self.neo4j)
        assert neo4j == embedded
        return embedded


async def _ingest(ports: Ports, folder: Path) -> Report:
    report: Report = (await build_ingestion_graph(ports).ainvoke({"paths": [str(folder)]}))["report"]
    return report


@pytest.fixture(scope="module")
def pair(neo4j_server: Neo4jStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The example documents, ingested by the whole graph on both stores."""
    folder = tmp_path_factory.mktemp("pair")
    shutil.copytree(EXAMPLES / "documents", folder / "documents")
    options = {"embedded": EmbeddedStore(heap_mb=256, linger_seconds=0), "neo4j": neo4j_server}
    made = {
        kind: make_ports(Settings(home=folder / kind, store=store, index=MemoryIndex()))
        for kind, store in options.items()
    }
    both = Pair(made["embedded"], made["neo4j"], folder / "documents")

    async def fill() -> None:
        await both.embedded.open()
        await both.neo4j.open()
        store = both.neo4j.graph_store
        await store.delete_documents([document.id for document in await store.documents()])
        await both.ingest()

    async def close() -> None:
        await both.embedded.close()
        await both.neo4j.close()

    asyncio.run(fill())
    yield both
    asyncio.run(close())


# ── the graph
async def test_the_same_documents_give_the_same_graph(pair: Pair) -> None:
    one, other = list(await pair.embedded.graph_store.dump()), list(await pair.neo4j.graph_store.dump())
    assert len(one) > 1000
    assert other == one
    assert await pair.embedded.graph_store.schema() == await pair.neo4j.graph_store.schema()
    assert dict(await pair.embedded.graph_store.counts()) == dict(await pair.neo4j.graph_store.counts())


async def test_the_command_prints_that_hash(pair: Pair, neo4j_server: Neo4jStore, tmp_path: Path) -> None:
    named = {
        "NEO4J_URI": neo4j_server.uri.replace("bolt:", "neo4j:"),
        "NEO4J_USERNAME": neo4j_server.username,
        "NEO4J_PASSWORD": neo4j_server.password.get_secret_value(),
        "NEO4J_DATABASE": neo4j_server.database,
    }
    command = [sys.executable, "-m", "kgqa.cli", "--home", str(tmp_path), "graph", "--hash"]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, env={**os.environ, **named}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == await graph_hash(pair.embedded)


async def test_coming_and_going_leaves_the_same_graph_on_both(pair: Pair) -> None:
    first = await pair.hash()

    again = await pair.ingest()
    assert again[0]["unchanged"] == again[1]["unchanged"] == 5
    assert await pair.hash() == first

    hashes = [first]
    for gone in (["handbook.pdf"], ["incident-report.docx", "timetable.html"]):
        for ports in (pair.embedded, pair.neo4j):
            await delete(ports, gone)
        hashes.append(await pair.hash())

    manual = pair.documents / "engineering-manual.md"
    whole = manual.read_text(encoding="utf-8")
    changed = whole.replace("Turnstone", "Sanderling") + "\nMV Sanderling was painted by Ada Strand.\n"
    manual.write_text(changed, encoding="utf-8")
    await pair.ingest()
    hashes.append(await pair.hash())
    assert len(set(hashes)) == len(hashes)

    manual.write_text(whole, encoding="utf-8")
    await pair.ingest()
    assert await pair.hash() == first


# ── questions
async def asked(ports: Ports, question: str, **context: Any) -> Mapping[str, Any]:
    """What the graph ended with, without the question's own text."""
    last: Mapping[str, Any] = {}
    graph, given = build_qa_graph(ports), QAContext(**context)
    async for state in graph.astream({"question": question}, context=given, stream_mode="values"):
        last = state
    return {name: last.get(name) for name in ("answer", "evidence", "attempts", "matches", "notes")}


async def test_every_question_about_the_examples_gets_the_same_answer(pair: Pair) -> None:
    right = 0
    for case in QUESTIONS:
        one, other = await asked(pair.embedded, case["question"]), await asked(pair.neo4j, case["question"])
        assert other == one, case["id"]
        cited = " ".join(citation.text for citation in one["answer"].citations).casefold()
        right += any(gold.casefold() in cited for gold in case["answers"]) or one["answer"].abstained > bool(
            case["answers"]
        )
    assert right >= 0.8 * len(QUESTIONS)


SOME = [case["question"] for case in QUESTIONS if case["id"] in ("en-01", "en-29", "en-30", "ko-15")]


@pytest.mark.parametrize("strategy", strategies.names())
async def test_each_strategy_gives_the_same_answer(pair: Pair, strategy: str) -> None:
    answered = 0
    for question in SOME:
        one = await asked(pair.embedded, question, strategy=strategy)
        assert await asked(pair.neo4j, question, strategy=strategy) == one
        answered += bool(one["answer"].citations)
    assert answered > 0


FORMS = """$1 = Retrieval(s="Brannock Sound Ferries", p="founded by", o=?person)
Output($1)"""
HOPS = {"steps": [{"known": "Brannock Sound Ferries", "relation": "founded by", "kind": "person"}]}
CYPHER = "MATCH (a)-[r]-(b {id: $e0}) RETURN a.name, r.sentences AS sentences ORDER BY a.name LIMIT 20"


def scripted(messages: list[BaseMessage]) -> Any:
    """Plans, writes Cypher, answers with the first sentence it is shown, and finds everything supported."""
    told, case = str(messages[0].text), str(messages[-1].text)
    for mark, reply in {
        "as logical forms": FORMS,
        "into steps": HOPS,
        "take questions apart": {
            "mentions": [{"text": "Brannock Sound Ferries", "type": "ORGANIZATION"}],
            "relations": ["found"],
            "language": "en",
        },
        "write Cypher": f"```cypher\n{CYPHER}\n```",
        "judge whether": {"verdict": "yes"},
        "answer a question": "Ada Strand founded Brannock Sound Ferries. [1]",
    }.items():
        if mark in told:
            return reply
    numbers = [int(number) for number in re.findall(r'\[(\d+)\] ".*Ada Strand.*"', case)]
    return {"follow": numbers[:2], "answered": not numbers}


def modelled(ports: Ports) -> Ports:
    chat = chat_of(Scripted(script=scripted), ChatOptions(cache=False, retries=0))
    return replace(ports, settings=ports.settings.model_copy(update={"engine": "llm"}), chat=chat)


@pytest.mark.parametrize("strategy", strategies.names())
async def test_each_strategy_gives_the_same_answer_with_a_model(pair: Pair, strategy: str) -> None:
    question = "Who founded Brannock Sound Ferries?"
    one = await asked(modelled(pair.embedded), question, strategy=strategy)
    other = await asked(modelled(pair.neo4j), question, strategy=strategy)
    assert other == one
    assert "Ada Strand" in one["answer"].text
    assert one["answer"].citations
    ran = [attempt for attempt in other["attempts"] or () if attempt.rows]
    assert any("sentences" in attempt.query.cypher for attempt in ran), other["attempts"]
