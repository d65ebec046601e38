"""score: how well a sentence fits a question, by words alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Kind, Sentence, sentence_id
from kgqa.nodes.ranking.lexical import EMPTY, HEADING, UNTYPED, Wanted, fit, lexical, wanted
from kgqa.tools.text.words import terms

COUNTED = (1000, {"brannock": 5, "sound": 40, "ferri": 30, "found": 20, "compani": 60})


def sentence(text: str, index: int = 0, kind: Kind = "text", section: str = "") -> Sentence:
    return Sentence(sentence_id("d", index), "d", index, 0, len(text), text, kind, section=section)


def asked(question: str, kind: str = "entity", names: Sequence[str] = (), words: Sequence[str] = ()) -> Wanted:
    return wanted(question, kind, COUNTED, names, words)


def scores(question: Wanted, *texts: str) -> list[float]:
    return lexical([sentence(text, n) for n, text in enumerate(texts)], question, [0.0] * len(texts))


# ── the question's words
def test_a_rare_word_weighs_more_and_one_that_stands_nowhere_most() -> None:
    idf = asked("brannock company zyxgat").idf
    assert idf["zyxgat"] > idf["brannock"] > idf["compani"] > 0


def test_the_words_of_a_name_share_weight_and_what_is_asked_of_it_gains() -> None:
    plain = asked("found brannock sound").idf
    told = asked("found brannock sound", names=["Brannock Sound"], words=["found"]).idf
    assert told["brannock"] < plain["brannock"]
    assert told["found"] > plain["found"]


def test_a_question_is_covered_by_its_own_words_and_not_by_others() -> None:
    question = asked("found brannock")
    assert question.covered({"found", "brannock"}) == pytest.approx(1)
    assert question.covered({"compani"}) == 0
    assert 0 < question.covered({"found"}) < question.covered({"brannock"}) < 1


# ── sentences
def test_more_of_the_questions_words_is_better() -> None:
    both, one, none = scores(
        asked("found brannock"), "Ada found Brannock here.", "Ada saw Brannock here.", "Rain fell."
    )
    assert both > one > none


def test_a_passage_that_fits_lifts_its_sentences() -> None:
    found = [sentence("Ada found Brannock.", 0), sentence("Ada found Brannock.", 9)]
    low, high = lexical(found, asked("found brannock"), [0.0, 3.0])
    assert high > low


def test_a_sentence_that_goes_on_about_the_one_before_takes_its_words_along() -> None:
    question = asked("found brannock")
    first = "Brannock runs many white boats between islands."
    _, goes_on, _ = scores(question, first, "Ada found the company in spring.", "Nothing else.")
    _, does_not, _ = scores(question, first, "Ada found the bicycle in spring.", "Nothing else.")
    assert goes_on > does_not


def test_sentences_of_which_one_is_missing_between_are_no_neighbours() -> None:
    question = asked("found brannock")
    first, second = sentence("Brannock runs boats.", 0), "Ada found the company."
    beside, apart = (lexical([first, sentence(second, n)], question, [0.0, 0.0])[1] for n in (1, 2))
    assert beside > apart


# ── what may answer
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (sentence("Brannock was begun by Ada Strand."), 1.0),
        (sentence("Brannock, found by Ada Strand", kind="heading"), HEADING),
        (sentence("6 Found of Brannock with Ada 8", section="Handbook › Contents"), HEADING),
        (sentence("6 Brannock 배터리와 전기 8", section="안내서 › 차례"), HEADING),
        (sentence("The boats of Brannock carried 8", section="Handbook › Boats"), 1.0),
        (sentence("Brannock found."), EMPTY),
        (sentence("Brannock Sound Ferries (BSF)"), EMPTY),
    ],
)
def test_headings_contents_and_titles_answer_less(found: Sentence, expected: float) -> None:
    question = asked("Who found Brannock Sound Ferries?")
    assert fit(found, terms(found.text), question) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("kind", "with_it", "without"),
    [
        ("number", "It has 48 seats.", "It has seats."),
        ("number", "It has twelve seats.", "It has seats."),
        ("date", "It sailed in March.", "It sailed at last."),
        ("date", "1923년에 세웠다.", "그때 세웠다."),
        ("person", "It was led by Ada Strand.", "It was led by a woman."),
    ],
)
def test_a_sentence_without_the_kind_of_thing_asked_for_loses(kind: str, with_it: str, without: str) -> None:
    question = asked("found brannock", kind)
    assert fit(sentence(with_it), terms(with_it), question) == pytest.approx(1)
    assert fit(sentence(without), terms(without), question) == pytest.approx(1 - UNTYPED)


@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=60))
def test_any_text_has_a_score_of_its_own_at_least_nought(texts: list[str], question: str) -> None:
    found = scores(wanted(question, "number", (len(texts), {})), *texts)
    assert len(found) == len(texts)
    assert all(score >= 0 for score in found)
