"""Examples of questions with their Cypher: what ships is sound, the user's own come first, the nearest are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kgqa.errors import ConfigError
from kgqa.nodes.llm.cypher_examples import Examples, read_examples, shown
from kgqa.settings import HashingEmbedder
from kgqa.tools.embed import embedders

EMBEDDER = embedders.get("hashing")(HashingEmbedder())
OWN = {
    "question": "Which valve protects the boiler?",
    "mentions": ["boiler"],
    "cypher": "MATCH (a)-[r:PROTECTS]->(b {id: $e0}) RETURN a.name, r.sentences AS sentences",
}


async def test_the_nearest_examples_are_chosen_best_first() -> None:
    found = await Examples().nearest("누가 태양전자를 설립하였는가?", EMBEDDER, 3)
    assert [len(found), found[0].question] == [3, "누가 새벽전자를 설립하였는가?"]


async def test_the_users_examples_extend_those_that_ship(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps(OWN) + "\n\n", "utf-8")
    found = await Examples(file).nearest("Which valve protects the pump?", EMBEDDER, 2)
    assert found[0].question == OWN["question"]
    assert len(read_examples(file)) == len(read_examples(None)) + 1


def test_an_example_is_shown_with_its_placeholders() -> None:
    text = shown([example for example in read_examples(None) if "Whitfield" in example.question])
    assert '$e0 = "Dana Whitfield"\n$e1 = "Larkspur project"\n```cypher\nMATCH' in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "JSON"),
        ('{"question": "", "cypher": "RETURN 1"}', "question"),
        ('{"question": "Q?", "cypher": "RETURN 1", "answer": "x"}', "answer"),
        ('{"question": "Q?", "cypher": "MATCH (n) DETACH DELETE n"}', "refused"),
        ('{"question": "Q?", "mentions": ["a"], "cypher": "MATCH (n {id: $e1}) RETURN n"}', r"\$e1"),
    ],
)
def test_a_line_that_is_no_example_names_the_setting_and_the_line(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(f"{json.dumps(OWN)}\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=rf"KGQA_QA__EXAMPLES.*own\.jsonl:2.*{said}"):
        read_examples(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"KGQA_QA__EXAMPLES.*none\.jsonl"):
        read_examples(tmp_path / "none.jsonl")
