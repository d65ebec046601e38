"""rank: which sentences come first, and how much of the question they cover."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from kgqa.graph.ports import Ports
from kgqa.model import Match, Sentence, sentence_id
from kgqa.nodes.extract import extract
from kgqa.nodes.rank import FACT, fuse, graded, in_order, rank, unknown
from kgqa.nodes.ranking.blocks import block_of
from kgqa.nodes.state import QAContext
from kgqa.nodes.trace import Step, Trace
from kgqa.settings import QAOptions
from kgqa.tools.text.words import terms

from .conftest import Told


def sentence(index: int, text: str = "") -> Sentence:
    return Sentence(sentence_id("d", index), "d", index, 0, len(text), text)


async def ranked(ports: Ports, told: Told, question: str, **changed: Any) -> dict[str, Any]:
    """What `rank` makes of all sentences there are."""
    extracted = await extract({"question": question}, told.runtime(), settings=QAOptions())
    documents = await ports.graph_store.documents()
    ids = [sentence_id(document.id, n) for document in documents for n in range(4)]
    held = sorted(await ports.graph_store.sentences(ids), key=lambda s: s.id)
    counted = await ports.texts.frequencies("sentence", terms(extracted["search"]))
    state: Any = {
        "matches": [], "counted": counted, "fact_sentences": [], "trace": Trace(),
        "hits": {}, "walked": {}, "candidates": held, "near": {}, **extracted, **changed,
    }  # fmt: skip
    return dict(await rank(state, told.runtime(QAContext()), settings=QAOptions()))


async def test_the_sentence_that_says_it_comes_first_with_score_1(ports: Ports, told: Told) -> None:
    found = await ranked(ports, told, "Who designed the PX-200 pump?")
    assert found["evidence"][0].sentence.text.startswith("The PX-200 pump was designed by Mira Lindqvist")
    scores = [item.score for item in found["evidence"]]
    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)
    assert found["unknown"] == []


async def test_what_the_documents_do_not_speak_of_is_hardly_covered(ports: Ports, told: Told) -> None:
    known = await ranked(ports, told, "Who designed the PX-200 pump?")
    other = await ranked(ports, told, "Which vineyard bottles Zweigelt?")
    assert other["coverage"] < QAOptions().abstain_below < known["coverage"] <= 1
    assert set(other["unknown"]) >= {"vineyard", "bottles", "Zweigelt"}


async def test_who_somebody_is_is_told_by_the_sentence_that_says_it(ports: Ports, told: Told) -> None:
    texts = "Mira Lindqvist is a careful engineer of pumps in the north of the country.", "Pumps, Mira Lindqvist."
    held = [sentence(n, text) for n, text in enumerate(texts)]
    defined = await ranked(ports, told, "Who is Mira Lindqvist?", candidates=held)
    assert defined["evidence"][0].sentence.text == texts[0]


async def test_the_name_that_a_misspelt_one_is_taken_for_stands_in_for_it(ports: Ports, told: Told) -> None:
    known = await ranked(ports, told, "Who is Mira Lindqvist?")
    slip = Match("Mria Lindqvst", "e1", "Mira Lindqvist", 0.8, "vector")
    found = await ranked(ports, told, "Who is Mria Lindqvst?", matches=[slip])
    assert (found["unknown"], found["coverage"]) == ([], known["coverage"])
    assert [item.sentence.id for item in found["evidence"]] == [item.sentence.id for item in known["evidence"]]
    merely_near = await ranked(ports, told, "Who is Zorvex?", matches=[Match("Zorvex", "e1", "Uppsala", 0.7, "vector")])
    assert merely_near["unknown"] == ["Zorvex"]


async def test_a_sentence_that_bears_a_fact_found_is_lifted_and_says_why(ports: Ports, told: Told) -> None:
    plain = await ranked(ports, told, "What about Uppsala?")
    last = plain["evidence"][-1].sentence
    place = {item.sentence.id: n for n, item in enumerate(plain["evidence"])}[last.id]
    lifted = await ranked(ports, told, "What about Uppsala?", fact_sentences=[last.id])
    found = {item.sentence.id: (n, item.why) for n, item in enumerate(lifted["evidence"])}[last.id]
    assert found[0] <= place
    assert found[1] == "fact"


async def test_a_fact_found_step_by_step_covers_the_question_it_came_from(ports: Ports, told: Told) -> None:
    question = "In which country is the birthplace of the designer of the PX-200?"
    found = await ranked(ports, told, question)
    ids = tuple(s.id for s in (item.sentence for item in found["evidence"]))
    led = await ranked(ports, told, question, trace=Trace(steps=(Step("", "exact", sentences=ids),)))
    assert led["coverage"] >= found["coverage"]


async def test_no_candidates_are_no_evidence(ports: Ports, told: Told) -> None:
    found = await ranked(ports, told, "Who designed the PX-200 pump?", candidates=[])
    assert (found["evidence"], found["coverage"]) == ([], 0.0)


def test_words_and_walk_both_count() -> None:
    one, other = sentence(0), sentence(40)
    state: Any = {"walked": {block_of(one.id): 1.0}, "fact_sentences": []}
    assert fuse([one, other], [1.0, 1.0], state, 0.5)[0] > fuse([one, other], [1.0, 1.0], state, 0.5)[1]
    assert fuse([one, other], [1.0, 0.1], state, 0.0)[0] > fuse([one, other], [1.0, 0.1], state, 0.0)[1]
    with_fact = fuse([one], [1.0], {**state, "fact_sentences": [one.id]}, 0.5)[0]
    assert with_fact == fuse([one], [1.0], state, 0.5)[0] * FACT


def test_a_question_in_words_that_no_document_has_names_them_as_it_spells_them() -> None:
    assert unknown("Does Zyxgate's pump move?", {"pump": 3, "move": 1}) == ["Zyxgate's"]


def test_words_that_count_as_one_are_known_where_that_one_is() -> None:
    asked = "Who is the chief executive of Lumen?"
    assert unknown(asked, {"ceo": 1, "lumen": 2}) == []
    assert unknown(asked, {"lumen": 2}) == ["chief", "executive"]
    assert unknown("Which chief led the engineers?", {"ceo": 1, "led": 1}) == ["chief", "engineers"]


SHARE = st.integers(0, 100).map(lambda n: n / 100)


@given(st.lists(st.tuples(SHARE, SHARE), max_size=20), st.integers(1, 5))
def test_the_cited_lead_by_the_first_score_and_all_others_follow(scores: list[tuple[float, float]], cited: int) -> None:
    candidates = [sentence(n) for n in range(len(scores))]
    first, rest = [one for one, _ in scores], [other for _, other in scores]
    order = in_order(candidates, first, rest, cited)
    assert sorted(order) == list(range(len(scores)))
    lead, others = order[:cited], order[cited:]
    assert [first[i] for i in lead] == sorted(first, reverse=True)[:cited]
    assert [rest[i] for i in others] == sorted((rest[i] for i in others), reverse=True)
    grades = [item.score for item in graded([(candidates[i], "text", first[i], rest[i]) for i in order], cited)]
    assert all(grades[n] <= min(grades[:cited], default=1) for n in range(cited, len(grades)))
