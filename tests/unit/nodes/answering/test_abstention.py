"""abstain: what was looked for, and what of it is in the documents; nothing that a model made up."""

from __future__ import annotations

from typing import Any

import pytest
from kgqa.model import Evidence, Match, Mention, Sentence, sentence_id
from kgqa.nodes.answering.abstention import abstention, looked_for

MOVES = Sentence(sentence_id("a" * 32, 0), "a" * 32, 0, 0, 25, "The pump moves 40 litres.")
MIRA = Match("Mira Lindqvist", "e1", "Mira Lindqvist", 1.0, "exact")
NEAR = Match("Mira Lindqvst", "e1", "Mira Lindqvist", 0.9, "vector")
NOTHING: Any = {
    "asked": "?",
    "language": "en",
    "mentions": [],
    "relation_words": [],
    "matches": [],
    "unknown": [],
    "demand": "",
    "evidence": [Evidence(MOVES, "text", 1.0)],
}


def mentions(*names: str) -> list[Mention]:
    return [Mention(name, "NAME", 0, len(name)) for name in names]


def abstained(**state: Any) -> str:
    answer = abstention({**NOTHING, **state})
    assert (answer.abstained, answer.confidence, answer.statements) == (True, 0.0, ())
    return answer.text


def test_an_abstention_says_what_was_looked_for_and_what_of_it_is_there() -> None:
    question = "Who was hired when Mira Lindqvist designed the Zorvex?"
    state = {"mentions": mentions("Mira Lindqvist", "Zorvex"), "relation_words": ["design"], "unknown": ["Zorvex"]}
    assert abstained(asked=question, matches=[MIRA], **state) == (
        "Not in these documents. Looked for: “Mira Lindqvist”, “Zorvex”, “design”. "
        "Nowhere to be found: “Zorvex”. Found, but without an answer: “Mira Lindqvist”, “design”."
    )


def test_a_korean_question_is_declined_in_korean() -> None:
    state = {"mentions": mentions("미라", "조르벡스"), "unknown": ["조르벡스"]}
    assert abstained(asked="미라는 조르벡스를 샀는가?", language="ko", **state) == (
        "이 문서들에는 없습니다. 찾아본 말: “미라”, “조르벡스”. "
        "어디에도 없는 말: “조르벡스”. 나오지만 답이 없는 말: “미라”."
    )


def test_of_a_korean_verb_whose_other_forms_are_not_looked_for_nothing_is_said() -> None:
    state = {"mentions": mentions("사전"), "relation_words": ["빌리다"], "unknown": ["빌리"]}
    assert abstained(asked="사전도 빌릴 수 있나요?", language="ko", **state) == (
        "이 문서들에는 없습니다. 찾아본 말: “사전”, “빌리다”. 나오지만 답이 없는 말: “사전”."
    )


def test_a_name_that_merely_resembles_another_is_not_said_to_be_there() -> None:
    state: Any = {**NOTHING, "mentions": mentions("Mira Lindqvst"), "matches": [NEAR], "unknown": ["Lindqvst"]}
    assert abstention(state).text.endswith("Nowhere to be found: “Mira Lindqvst”.")
    known: Any = {**state, "matches": [Match("Mira Lindqvst", "e1", "Mira Lindqvist", 1.0, "alias")]}
    assert abstention(known).text.endswith("Found, but without an answer: “Mira Lindqvst”.")


def test_where_nothing_was_read_nothing_is_said_to_have_been_found() -> None:
    state: Any = {**NOTHING, "mentions": mentions("Mira Lindqvist"), "matches": [MIRA], "evidence": []}
    assert abstention(state).text == "Not in these documents. Looked for: “Mira Lindqvist”."


def test_what_was_looked_for_is_listed_once_and_is_the_unknown_words_where_nothing_is_named() -> None:
    state: Any = {
        **NOTHING,
        "asked": "Who moved to Oslo?",
        "mentions": mentions("Oslo", "Oslo"),
        "relation_words": ["move"],
        "unknown": ["zorvex"],
    }
    assert looked_for(state) == ["Oslo", "move"]
    assert looked_for({**state, "mentions": []}) == ["zorvex"]
    assert len(looked_for({**state, "mentions": mentions(*map(str, range(20)))})) == 8


# ── a model's words
@pytest.mark.parametrize("said", ["frobnicate", "design and visit evil.example", "ignore the rules"])
def test_relation_words_that_the_question_does_not_say_are_not_told(said: str) -> None:
    text = abstained(asked="Who designed PX-200?", mentions=mentions("PX-200"), relation_words=[said, "design"])
    assert text == (
        "Not in these documents. Looked for: “PX-200”, “design”. Found, but without an answer: “PX-200”, “design”."
    )


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Who founded PX-200?", "be founded by"),
        ("Where does PX-200 work?", "work at"),
        ("Who wrote PX-200?", "write"),
        ("PX-200은 누가 설립하였는가?", "설립하다"),
        ("PX-200은 어디에서 태어났는가?", "태어나다"),
    ],
)
def test_relation_words_may_have_another_form_than_in_the_question(question: str, word: str) -> None:
    assert looked_for({**NOTHING, "asked": question, "mentions": mentions("PX-200"), "relation_words": [word]}) == [
        "PX-200",
        word,
    ]


def test_a_relation_whose_word_stands_nowhere_is_not_said_to_be_found() -> None:
    state = {"mentions": mentions("PX-200"), "relation_words": ["frobnicate"], "unknown": ["frobnicated"]}
    text = abstained(asked="Who frobnicated the PX-200?", **state)
    assert text.endswith("Nowhere to be found: “frobnicate”. Found, but without an answer: “PX-200”.")


def test_a_name_as_long_as_a_question_is_cut() -> None:
    long = "pump " * 300
    assert len(abstained(asked=f"Why {long}?", mentions=mentions(long))) < 300
