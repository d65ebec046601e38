"""trace: what a strategy that goes step by step has found, and how far it is to be trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.nodes.trace import Conclusion, Rung, Step, Trace

RUNGS: tuple[Rung, ...] = ("exact", "fuzzy", "text", "reckoned", "followed", "")
IDS = st.lists(st.sampled_from("abcdefgh"), max_size=4).map(tuple)
STEPS = st.builds(Step, st.just("x"), st.sampled_from(RUNGS), values=IDS, entities=IDS, sentences=IDS)
TRAILS = st.builds(
    Trace, steps=st.lists(STEPS, max_size=4).map(tuple), done=st.booleans(), problem=st.sampled_from(["", "stuck"])
)
FACT = Step("PX-200: design → person", "exact", "PX-200", ("Mira Lindqvist", "Jae Park"), ("mira",), ("s1", "s2"))
LAST = Step("Mira Lindqvist: bear → place", "fuzzy", "Mira Lindqvist", ("Uppsala",), ("uppsala", "mira"), ("s3", "s1"))


def trace(*steps: Step) -> Trace:
    return Trace(steps=steps)


def test_the_last_step_answers_and_its_sentences_lead() -> None:
    found = trace(FACT, LAST)
    assert found.short == "Uppsala"
    assert found.sentences == ("s3", "s1", "s2")
    assert found.entities == ("mira", "uppsala")
    assert trace(LAST, FACT).short == "Mira Lindqvist"


def test_what_was_drawn_from_several_facts_goes_before_what_the_last_step_found() -> None:
    found = replace(trace(FACT, LAST), conclusion=Conclusion("Both do.", "both", ("s1",)))
    assert found.short == "both"
    assert replace(found, problem="stuck").short == ""


@pytest.mark.parametrize(
    ("how", "solved", "certain"),
    [
        ("exact", True, True),
        ("fuzzy", True, True),
        ("reckoned", True, True),
        ("text", True, False),
        ("followed", False, False),
    ],
)
def test_how_a_step_was_solved_says_how_far_the_trail_is_trusted(how: Rung, solved: bool, certain: bool) -> None:
    found = trace(replace(FACT, how=how), LAST)
    assert (found.solved, found.certain) == (solved, certain)
    assert found.short == ("Uppsala" if certain else "")
    assert found.sure is (how != "followed")


def test_a_trail_without_steps_or_not_at_its_end_or_broken_off_solves_nothing() -> None:
    assert not Trace().solved
    assert not replace(trace(FACT), done=False).solved
    assert not trace(FACT).broken("no fact").solved


def test_a_broken_trail_keeps_what_it_found_and_goes_no_further() -> None:
    broken = replace(trace(FACT), plan=("next",), done=False).broken("no fact")
    assert (broken.plan, broken.done, broken.problem, broken.steps) == ((), True, "no fact", (FACT,))


def test_a_last_step_without_a_value_has_no_short_answer() -> None:
    assert trace(FACT, replace(LAST, values=())).short == ""


@given(TRAILS)
def test_only_what_is_certain_answers_and_only_what_is_solved_is_certain(found: Trace) -> None:
    assert found.solved or not found.certain
    assert found.certain or not found.short


@given(TRAILS)
def test_every_sentence_and_entity_found_comes_once_the_best_of_the_last_step_first(found: Trace) -> None:
    assert sorted(found.sentences) == sorted({key for step in found.steps for key in step.sentences})
    assert sorted(found.entities) == sorted({key for step in found.steps for key in step.entities})
    led = [step.sentences[0] for step in reversed(found.steps) if step.sentences]
    assert list(found.sentences[: len(set(led))]) == list(dict.fromkeys(led))
