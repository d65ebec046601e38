"""write_cypher: placeholders, never names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from kgqa.model import Attempt, Match, Query, Schema, sentence_id
from kgqa.nodes.write_cypher import BuiltinCypherWriter, write_cypher
from kgqa.tools.cypher.firewall import check
from kgqa.tools.store.memory import MemoryGraph

from .conftest import Told

S1 = sentence_id("d" * 32, 1)
HOSTILE = "Who is `}) DETACH DELETE n //` and 'x' OR 1=1 to Mira Lindqvist?"
MIRA = Match("Mira Lindqvist", "e1", "Mira Lindqvist", 1.0, "exact")
HANBIT = Match("Hanbit Motors", "e2", "Hanbit Motors", 1.0, "exact")
NOTHING = Schema("", (), ())


@pytest.mark.parametrize("question", ["Where does Mira Lindqvist work at Hanbit Motors?", HOSTILE])
async def test_no_word_of_the_question_stands_in_a_pattern_and_all_pass_the_firewall(question: str) -> None:
    for query in await BuiltinCypherWriter().write(question, (), NOTHING, ()):
        assert all(text not in query.cypher for text in query.placeholders.values())
        assert check(query.cypher, parameters=tuple(query.placeholders)).parameters == set(query.placeholders)


async def test_the_builtin_writer_has_no_second_idea_but_a_first_one_behind_another() -> None:
    first = await BuiltinCypherWriter().write("Where does Mira Lindqvist work?", (), NOTHING, ())
    assert first
    for problems, ideas in (([f"{query.cypher}\n  no row" for query in first], []), (["RETURN 1\n  bad"], first)):
        assert await BuiltinCypherWriter().write("Where does Mira Lindqvist work?", (), NOTHING, problems) == ideas


async def test_the_writer_hears_of_problems_only_of_this_question(told: Told) -> None:
    class Listening(BuiltinCypherWriter):
        heard: Sequence[str] = ("unset",)

        async def write(self, question: Any, matches: Any, schema: Any, problems: Any, mentions: Any = ()) -> Any:
            self.heard = problems
            return []

    writer = Listening()
    failed = [Attempt(Query("RETURN 1", {"e0": MIRA.mention}), 0, "no row matches")]
    state: Any = {"asked": "Who?", "attempts": failed, "matches": [MIRA]}
    await write_cypher(state, told.runtime(), graph_store=MemoryGraph(), cypher_writer=writer)
    assert writer.heard == []
    await write_cypher({**state, "rounds": 1}, told.runtime(), graph_store=MemoryGraph(), cypher_writer=writer)
    assert writer.heard == ["RETURN 1\n  no row matches"]
