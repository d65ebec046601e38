"""judge: how far a statement's words, numbers and names stand in its evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.answering.builtin_judge import BuiltinJudge, unframed
from kgqa.nodes.check import SUPPORTED

PUMP = "The PX-200 pump was designed by Mira Lindqvist in 1998."
MOVES = "It moves 40 litres a minute."
FOUNDED = "한빛 자동차는 1971년에 부산에서 세워졌다."
WORDS = st.sampled_from([*PUMP.split(), *MOVES.split(), *FOUNDED.split(), "Torvik", "77", "never"])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=40)


async def support(statement: str, *evidence: str) -> float:
    held = [Sentence(sentence_id("d", n), "d", n, 0, len(text), text) for n, text in enumerate(evidence)]
    return await BuiltinJudge().support(statement, held)


OFFICES = "The Chief Financial Officer (CFO) is Yusuf Demir, the Chief Data Officer Ann Lee."
UNITS = "방의 넓이는 30㎡이다. 몫은 5%이며 QA팀장은 2024년에 왔고 R&D센터는 KTX역에서 3㎞이다."


@pytest.mark.parametrize("text", [PUMP, MOVES, FOUNDED, OFFICES, UNITS, *UNITS.split(". ")])
async def test_what_stands_word_for_word_is_borne_out(text: str) -> None:
    assert await support(text, text) == 1.0
    assert await support(text, MOVES, text) == 1.0


async def test_without_evidence_or_without_a_word_nothing_is_borne_out() -> None:
    assert await support(PUMP) == 0.0
    assert await support("…", PUMP) == 0.0
    assert await support("Bananas ripen quickly.", PUMP) == 0.0


async def test_support_is_the_share_of_words_that_the_evidence_holds() -> None:
    assert await support("the pump moves water", "the pump stands there") == pytest.approx(1 / 3)


@pytest.mark.parametrize("other", [PUMP.replace("1998", "1999"), PUMP.replace("Mira Lindqvist", "Mira Torvik")])
async def test_one_wrong_number_or_name_is_enough_to_fall(other: str) -> None:
    assert await support(other, PUMP) < SUPPORTED


@pytest.mark.parametrize("said", ["The CFO is Yusuf Demir.", "Yusuf Demir is Chief Financial Officer."])
async def test_an_office_is_borne_out_by_its_other_wording(said: str) -> None:
    assert await support(said, OFFICES) == 1.0
    assert await support(said, "Yusuf Demir is CFO.") == 1.0
    assert await support(said, "Yusuf Demir is CTO.") < SUPPORTED


async def test_a_wrong_number_weighs_more_than_a_wrong_word() -> None:
    wrong_word = await support(PUMP.replace("designed", "painted"), PUMP)
    assert wrong_word == pytest.approx(2 * await support(PUMP.replace("1998", "1999"), PUMP))


async def test_several_sentences_bear_out_together_what_none_does_alone() -> None:
    both = "Mira Lindqvist was born in Uppsala, which lies in Sweden."
    parts = ("Mira Lindqvist was born in Uppsala.", "Uppsala lies in Sweden.")
    assert await support(both, *parts) == 1.0
    assert max([await support(both, part) for part in parts]) < 1.0


@pytest.mark.parametrize(
    "frame",
    [
        "According to page 412, {}",
        "According to section “Vessels 77”, {}",
        "“제9절 선박” 절에 따르면, {}",
        "{} (p. 412)",
    ],
)
def test_where_a_statement_says_it_stands_is_no_part_of_what_is_judged(frame: str) -> None:
    assert unframed(frame.format(PUMP)) == PUMP


@pytest.mark.parametrize("text", [PUMP, FOUNDED, "he page of history was turned.", ""])
def test_a_statement_that_says_no_place_is_judged_as_it_is(text: str) -> None:
    assert unframed(text) == text


@given(TEXTS, st.lists(TEXTS, max_size=3), TEXTS)
async def test_support_is_a_share_and_more_evidence_never_lowers_it(said: str, held: list[str], more: str) -> None:
    before = await support(said, *held)
    assert 0.0 <= before <= await support(said, *held, more) <= 1.0
