"""What a question demands, and whether the sentences found give it."""

from __future__ import annotations

import pytest
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.answering.demands import ORDER, asks_denial, asks_several, reason, unmet


def lacking(question: str, kind: str, *texts: str) -> str:
    return unmet(question, kind, [Sentence(sentence_id("d", n), "d", n, 0, len(t), t) for n, t in enumerate(texts)])


@pytest.mark.parametrize(
    ("question", "kind", "texts", "demand"),
    [
        ("How many cooks work here?", "number", ["Ann Bell works as cook.", "Bo Kim works as cook."], "number"),
        ("How many cooks work here?", "number", ["Seven cooks work here."], ""),
        ("How many cooks work here?", "number", ["The 12 cooks are tired."], ""),
        ("How often is it cleaned?", "number", ["It is cleaned weekly."], ""),
        ("요리사는 몇 명인가?", "number", ["요리사는 부산에서 일한다."], "number"),
        ("요리사는 몇 명인가?", "number", ["요리사는 세 명이다."], ""),
        ("When was the yard closed?", "date", ["The yard has a slip."], "date"),
        ("When was the yard closed?", "date", ["The yard was closed after the flood."], ""),
        ("Who does not work at sea?", "person", ["Ann Bell works at sea."], "denial"),
        ("Who does not work at sea?", "person", ["Ann Bell works at sea.", "Bo Kim never works at sea."], ""),
        ("Which quay opened first?", "entity", ["The Old quay opened in 1998.", "The New quay opened in 2006."], ORDER),
        ("Which quay opened first?", "entity", ["The Old quay opened in 1998, as the first."], ""),
        ("Which quay opened first?", "entity", ["The Old quay opened in 1998.", "Ann Bell likes tea."], ""),
        (
            "Which quay is longer, Old or New?",
            "entity",
            ["The Old quay measures 3 m.", "The New quay measures 9 m."],
            ORDER,
        ),
        ("가장 긴 부두는?", "entity", ["구부두는 길이가 30미터이다.", "신부두는 길이가 90미터이다."], ORDER),
        ("Who built the quay?", "person", ["Ann Bell built it."], ""),
        ("How many cooks work here?", "number", [], ""),
    ],
)
def test_what_is_demanded_must_stand_in_a_sentence(question: str, kind: str, texts: list[str], demand: str) -> None:
    assert lacking(question, kind, *texts) == demand
    assert bool(reason(demand, "en")) == bool(reason(demand, "ko")) == bool(demand)


@pytest.mark.parametrize(
    ("question", "kind", "denial"),
    [
        ("Which site does not have an alarm?", "entity", True),
        ("Who wasn't there?", "person", True),
        ("Why does the pump not start?", "reason", False),
        ("Is the canteen not open?", "boolean", False),
        ("Who decides when there is no leader?", "person", False),
        ("What is a test that does not end called?", "entity", False),
        ("경보기가 없는 곳은 어디인가?", "place", True),
        ("밸브를 열지 않은 사람은 누구인가?", "person", True),
    ],
)
def test_a_denial_is_asked_for_where_it_is_the_question_s_own(question: str, kind: str, denial: bool) -> None:
    assert asks_denial(question, kind) == denial


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("List the ports.", True),
        ("Which sites opened after 1990?", True),
        ("Who built the quay, and when?", True),
        ("about the quay", True),
        ("부두에 대해", True),
        ("선장들은 누구인가?", True),
        ("Which site opened in 1990?", False),
        ("What is the status of the pump?", False),
        ("부두는 누가 지었는가?", False),
    ],
)
def test_several_things_are_asked_for(question: str, several: bool) -> None:
    assert asks_several(question) == several
