"""spans: spans of a question that may be names, and those that exact lookup leaves in doubt."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Mention
from kgqa.nodes.matching.candidate_spans import (
    Span,
    begins_with_little_word,
    candidate_spans,
    doubtful,
    longest,
    overlap,
    unasked,
)
from kgqa.tools.text.words import STOP

SPANS = st.builds(lambda a, n: Span("x" * n, a, a + n), st.integers(0, 30), st.integers(1, 9))
WORDS = st.sampled_from(
    "the of a Mira Lindqvist PX-200 Rome, Treaty pump designed I. 한빛 자동차는 “O'Neill” ?".split()
)
QUESTIONS = st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=80)


@st.composite
def named_questions(draw: st.DrawFn) -> tuple[str, list[Mention]]:
    """A question, and slices of it as mentions."""
    question = draw(QUESTIONS)
    places = st.tuples(st.integers(0, len(question)), st.integers(0, len(question))).filter(lambda p: p[0] < p[1])
    found = draw(st.lists(places, max_size=3)) if question else []
    kinds = st.sampled_from(["NAME", "TERM", "DATE"])
    return question, [Mention(question[a:b], draw(kinds), a, b) for a, b in found]


def texts(question: str, *mentions: Mention) -> set[str]:
    return {span.text for span in candidate_spans(question, mentions)}


@given(st.lists(SPANS, max_size=12))
def test_the_longest_of_overlapping_spans_stay(spans: list[Span]) -> None:
    kept = longest(spans)
    assert all(a.end <= b.start for a, b in pairwise(kept))
    assert set(kept) <= set(spans)
    for span in spans:
        rivals = [k for k in kept if overlap(k, span)]
        assert span in kept or max(k.end - k.start for k in rivals) >= span.end - span.start


@given(SPANS, SPANS)
def test_two_spans_overlap_where_they_share_a_letter(one: Span, other: Span) -> None:
    shared = set(range(one.start, one.end)) & set(range(other.start, other.end))
    assert overlap(one, other) == overlap(other, one) == bool(shared)


@given(named_questions())
def test_candidates_are_slices_each_once_the_longest_first(asked: tuple[str, list[Mention]]) -> None:
    question, mentions = asked
    spans = candidate_spans(question, mentions)
    assert all(question[s.start : s.end] == s.text for s in spans)
    assert len(spans) == len(set(spans))
    lengths = [s.end - s.start for s in spans]
    assert lengths == sorted(lengths, reverse=True)
    assert {(m.start, m.end) for m in mentions} <= {(s.start, s.end) for s in spans}


def test_a_run_of_words_is_a_candidate_and_little_words_alone_or_around_it_are_none() -> None:
    found = texts("who designed the Bridge of Sighs in Venice")
    assert {"Bridge of Sighs", "Venice", "designed"} <= found
    assert found.isdisjoint({"the", "of", "the Bridge of Sighs", "Bridge of", "Sighs in"})


def test_a_name_turned_round_may_end_in_a_little_word_and_one_letter_is_a_name_only_as_an_initial() -> None:
    assert "Rome, Treaty of" in texts("what is the Rome, Treaty of?")
    assert "A. Berg" in texts("who is A. Berg?")
    assert "A Berg" not in texts("who is A Berg?")
    assert "x" not in texts("what is x?")


def test_a_name_of_eight_words_is_not_looked_for() -> None:
    words = "One Two Three Four Five Six Seven Eight".split()
    found = texts(" ".join(words))
    assert " ".join(words[:7]) in found
    assert " ".join(words) not in found


def test_a_word_within_an_unknown_longer_name_is_no_name() -> None:
    question = "films by Peter Rogers"
    found = texts(question, Mention("Peter Rogers", "PERSON", 9, 21))
    assert "Peter Rogers" in found
    assert found.isdisjoint({"Peter", "Rogers"})
    assert "Peter" in texts(question, Mention("Peter Rogers", "TERM", 9, 21)), "a mere term is no name"


def test_however_long_the_question_only_so_many_names_are_looked_up_the_short_ones_too() -> None:
    question = " ".join(f"Name{n}" for n in range(300))
    spans = candidate_spans(question, [])
    assert len(spans) == 400
    assert {f"Name{n}" for n in range(300)} <= {span.text for span in spans}


# ── in doubt
def test_what_exact_lookup_found_is_in_no_doubt() -> None:
    question = "Where was Mira Lindqvist seen?"
    found = [Span("Mira Lindqvist", 10, 24)]
    assert "Mira Lindqvist" in doubtful(question, [], [])
    assert "Mira Lindqvist" not in doubtful(question, [], found)
    assert doubtful("Where was Mira Lindqvist?", [], found) == []


def test_a_part_of_a_name_found_leaves_the_whole_in_doubt() -> None:
    question = "Where was Mira Lindqvst seen?"
    assert "Mira Lindqvst" in doubtful(question, [], [Span("Mira", 10, 14)])


def test_a_name_torn_apart_by_little_words_is_put_together_and_one_by_more_is_not() -> None:
    assert "Brige of the Sighs" in doubtful("see Brige of the Sighs", [], [])
    assert "Brige of the and Sighs" not in doubtful("see Brige of the and Sighs", [], [])


@pytest.mark.parametrize("kind", ["DATE", "QUANTITY"])
def test_what_is_near_a_date_or_a_quantity_is_another_one(kind: str) -> None:
    question = "is it in 4 of 1998"
    mention = Mention("in 4 of 1998", kind, 6, 18)
    assert mention.text not in doubtful(question, [mention], [])
    assert mention.text in doubtful(question, [Mention("in 4 of 1998", "NAME", 6, 18)], [])


@given(named_questions(), st.lists(SPANS, max_size=4))
def test_what_is_in_doubt_stands_in_the_question_once_and_tells_something(
    asked: tuple[str, list[Mention]], named: list[Span]
) -> None:
    question, mentions = asked
    found = doubtful(question, mentions, named)
    assert len(found) == len(set(found)) <= 12
    assert all(text in question for text in found)
    assert not STOP & (set(found) - {mention.text for mention in mentions})


def test_a_span_that_begins_with_a_little_word_was_not_made_by_a_slip() -> None:
    assert begins_with_little_word("of Sighs")
    assert not begins_with_little_word("Of Sighs")
    assert not begins_with_little_word("Sighs of")


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        ("supplied Mira Lindqvist", False),
        ("Mira Lindqvist supply", False),
        ("Mira Lindqvist", True),
        ("supplied Mira Lindqvst", True),
        ("supplied Old Mira Lindqvist", True),
    ],
)
def test_a_name_with_what_is_asked_of_it_is_no_span_of_its_own(span: str, kept: bool) -> None:
    assert unasked([span], ["Mira Lindqvist"], ["supply"]) == ([span] if kept else [])


@pytest.mark.parametrize("name", ["Turner", "small pump"])
def test_a_single_word_and_a_term_may_be_part_of_another_name(name: str) -> None:
    assert unasked([f"painted {name}"], [name], ["paint"]) == [f"painted {name}"]
