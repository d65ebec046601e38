"""short: of the spans in the cited sentences the one that fits the kind and stands nearest the question's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.answering.short.choose import short_answer, spans
from kgqa.tools.text.questions import answer_type
from kgqa.tools.text.words import terms

PUMP = "The PX-200 was designed by Mira Lindqvist in 1998."
MOVES = "The PX-200 moves 40 litres a minute."
BORN = "Mira Lindqvist was born in Uppsala and works at Hanbit Motors."
FOUNDED = "한빛 자동차는 1971년에 부산에서 세워졌다."
QUESTIONS = (
    "When was the PX-200 designed?",
    "Who designed the PX-200?",
    "Where was Mira Lindqvist born?",
    "한빛 자동차는 언제 세워졌는가?",
)
TEXTS = st.lists(
    st.sampled_from([*PUMP.split(), *BORN.split(), *FOUNDED.split(), "5 bar", "(", ")", ",", "?"])
    | st.text(max_size=6),
    max_size=12,
).map(" ".join)


LEASE = "The lease begins on 1 April 2024 and ends on 31 March 2034."


def held(*texts: str) -> list[Sentence]:
    return [Sentence(sentence_id("d", n), "d", n, 0, len(text), text) for n, text in enumerate(texts)]


def short(question: str, *texts: str) -> str:
    return short_answer(question, answer_type(question), held(*texts))


@pytest.mark.parametrize(
    ("question", "answer"),
    [("When does the lease begin?", "1 April 2024"), ("When does the lease end?", "31 March 2034")],
)
def test_a_date_is_that_of_the_clause_that_says_what_is_done(question: str, answer: str) -> None:
    assert short(question, LEASE) == answer


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is Wilhelmina Aster?", "Wilhelmina Aster will write to Mrs Hask before 1 June."),
        ("김도윤은 누구인가요?", "김도윤은 박서연에게 편지를 쓴다."),
    ],
)
def test_who_somebody_is_no_other_name_tells(question: str, text: str) -> None:
    assert short(question, text) == ""


def test_who_holds_an_office_that_has_a_name_is_told() -> None:
    question = "Who is the Designated Person Ashore?"
    assert short(question, "Priya Nand is the Designated Person Ashore (DPA).") == "Priya Nand"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("When was the PX-200 designed?", PUMP, "1998"),
        ("Who designed the PX-200?", PUMP, "Mira Lindqvist"),
        ("How many litres does the PX-200 move?", MOVES, "40 litres"),
        ("Where was Mira Lindqvist born?", BORN, "Uppsala"),
        ("한빛 자동차는 언제 세워졌는가?", FOUNDED, "1971년"),
        ("한빛 자동차는 어디에서 세워졌는가?", FOUNDED, "부산"),
    ],
)
def test_the_span_of_the_kind_asked_for_answers(question: str, text: str, answer: str) -> None:
    assert short(question, text) == answer


@pytest.mark.parametrize("question", ["Why was the PX-200 designed?", "Was the PX-200 designed in 1998?"])
def test_a_question_that_no_span_answers_has_no_short_answer(question: str) -> None:
    assert short(question, PUMP) == ""


def test_a_sentence_without_a_span_of_that_kind_gives_none() -> None:
    assert short("When was Mira Lindqvist born?", BORN) == ""
    assert short("When was the PX-200 designed?") == ""


def test_the_questions_own_words_are_no_answer_to_it() -> None:
    assert short("Who worked with Mira Lindqvist?", "Mira Lindqvist designed it.") == ""
    assert short("Who worked with Mira Lindqvist?", "Mira Lindqvist designed it with Jonas Berg.") == "Jonas Berg"


def test_of_two_spans_the_nearer_to_the_questions_words_answers() -> None:
    text = "{} saw a long and cold winter on the coast with much snow and rain, and in {} the bridge was opened."
    assert short("When was the bridge opened?", text.format(1971, 1984)) == "1984"
    assert short("When was the bridge opened?", text.format(1984, 1971)) == "1971"


def test_of_two_clauses_the_one_with_the_questions_verb_answers() -> None:
    assert short("When did Helen Marlowe die?", "Helen Marlowe retired in 2015 and died in 2019.") == "2019"
    assert short("How much does the M55 weigh?", "The M55 costs 2,100 pounds and weighs 410 grams.") == "410 grams"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many beds does the hospital have?", "The hospital has 3 operating theatres."),
        ("Who founded Delta Works?", "Tom Reed never founded Delta Works."),
        ("What was the population of Aldness in 1990?", "The population of Aldness was 48,300 in 2021."),
        ("Who is the vice chairman of Mercury Airlines?", "The chairman of Mercury Airlines is John Smith."),
    ],
)
def test_better_no_short_answer_than_anothers(question: str, text: str) -> None:
    assert short(question, text) == ""


def test_where_the_best_sentence_is_of_its_like_no_other_is_asked() -> None:
    others = "The mayor of Aldness is Tove Lindahl.", "Aldness lies on Vessa, with Ole Berg."
    assert short("Who is the deputy mayor of Aldness?", *others) == ""


def test_of_two_sentences_that_fit_alike_the_better_one_answers() -> None:
    one, other = "It was founded in 1971.", "It was founded in 1984."
    assert (short("When was it founded?", one, other), short("When was it founded?", other, one)) == ("1971", "1984")
    slow = "It was founded after much talk in 1971."
    assert short("When was it founded?", slow, other) == "1971", "though its year stands farther off"


@given(st.sampled_from(QUESTIONS), st.lists(TEXTS, max_size=3))
def test_a_short_answer_stands_in_a_sentence_and_says_more_than_the_question(question: str, texts: list[str]) -> None:
    answer = short(question, *texts)
    assert not answer or any(answer in text for text in texts)
    assert not answer or set(terms(answer)) - set(terms(question))


@given(TEXTS)
def test_spans_are_slices_of_their_text(text: str) -> None:
    assert all(text[span.start : span.end] == span.text and span.type for span in spans(text))
