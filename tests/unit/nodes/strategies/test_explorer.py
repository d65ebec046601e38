"""Each stepping strategy on the hand-made graph: what it finds that one look-up does not, and where it stops."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from kgqa.model import Entity, Triple
from kgqa.nodes.strategies.answer_types import answers
from kgqa.nodes.strategies.explorer import Asking, Explorer, Hops, Kag, KgRag, planned
from kgqa.nodes.strategies.logical_forms import Form, Retrieval, parse
from kgqa.nodes.strategies.number_asked import Stated
from kgqa.nodes.strategies.planner import BuiltinPlanner
from kgqa.nodes.strategies.solve_step import Library, worded
from kgqa.nodes.trace import Trace

from .conftest import asking, entity, place


class Told(BuiltinPlanner):
    """A planner that writes the forms it is told to."""

    def __init__(self, text: str, library: Library) -> None:
        super().__init__(library.embedder)
        self.text = text

    async def forms(self, question: str, names: Sequence[str]) -> Sequence[Form]:
        return parse(self.text)

    async def hops(self, question: str, names: Sequence[str]) -> Sequence[Retrieval]:
        return [form for form in parse(self.text) if isinstance(form, Retrieval)]


async def walked(explorer: Explorer, asked: Asking, library: Library, planner: BuiltinPlanner | None = None) -> Trace:
    planner = planner or BuiltinPlanner(library.embedder)
    trace = await explorer.begin(asked, planner)
    for _ in range(10):
        if trace.done:
            break
        trace = await explorer.step(trace, asked, planner, library)
    return trace


@pytest.mark.parametrize("explorer", [Hops(), Kag()])
async def test_the_answer_of_one_hop_is_the_subject_of_the_next(explorer: Explorer, library: Library) -> None:
    trace = await walked(explorer, asking("Where was the designer of the PX-200 born?", "PX-200"), library)
    assert trace.solved
    assert trace.short == "Uppsala"
    assert [step.values[0] for step in trace.steps] == ["Mira Lindqvist", "Uppsala"]
    assert trace.sentences == (place(3), place(0)), "the last hop's sentence leads"
    assert [step.how for step in trace.steps] == ["exact", "exact"]


async def test_a_hop_that_finds_nothing_ends_the_trail_with_its_reason(library: Library) -> None:
    trace = await walked(Hops(), asking("Who is the mother of the designer of the PX-200?", "PX-200"), library)
    assert trace.done
    assert not trace.solved
    assert trace.short == ""
    assert trace.problem == "nothing found for Mira Lindqvist: mother → person"
    assert trace.steps[0].values == ("Mira Lindqvist",), "what was found is kept"


@pytest.mark.parametrize("explorer", [Hops(), Kag(), KgRag()])
async def test_a_question_without_steps_to_take_is_no_problem(explorer: Explorer, library: Library) -> None:
    trace = await walked(explorer, asking("Why?"), library)
    assert (trace.done, trace.solved, trace.steps, trace.problem) == (True, False, (), "")


async def test_a_problem_is_told_in_the_question_s_language(library: Library) -> None:
    asked = asking("PX-200의 설계자의 어머니는 누구인가?", "PX-200", language="ko")
    planner = Told('$1 = Retrieval(s="PX-200", p="어머니", o=?person)', library)
    assert (await walked(Hops(), asked, library, planner)).problem == "PX-200: 어머니 → person: 찾지 못했습니다"


async def test_kag_reads_a_sentence_where_no_fact_is_of_that_wording(library: Library) -> None:
    planner = Told('$1 = Retrieval(s="Jae Park", p="youth", o=?place)', library)
    trace = await walked(Kag(), asking("?", "Jae Park"), library, planner)
    assert (trace.steps[0].how, trace.steps[0].values) == ("text", ("Busan",))
    assert trace.short == "", "what was read may be misread: it is evidence only"


@pytest.mark.parametrize(
    ("name", "relation", "kind"),
    [
        ("PX-300", "build", "person"),
        ("PX-300", "build", "place"),
        ("Fyris", "bridge", "place"),
        ("Torvik", "found", "person"),
    ],
)
async def test_no_fact_answers_who_or_where_with_what_cannot_be_one(
    name: str, relation: str, kind: str, library: Library
) -> None:
    planner = Told(f'$1 = Retrieval(s="{name}", p="{relation}", o=?{kind})', library)
    trace = await walked(Kag(), asking("?", name), library, planner)
    assert not trace.certain


def test_who_does_something_is_no_place_whatever_the_name_looks_like() -> None:
    park = Entity("park", "Jae Park", "PLACE")
    active, passive, other = (
        Triple("park", "FOUND", "works", "found", (), ()),
        Triple("works", "FOUND", "park", "be founded by", (), ()),
        Triple("works", "LOCATED_IN", "park", "stand near", (), ()),
    )
    assert [answers(fact, park, "person", Stated()) for fact in (active, passive, other)] == [0, 0, -1]


def test_what_is_found_somewhere_was_not_founded_there() -> None:
    founded, found = (Triple("a", "RELATED_TO", "b", phrase, (), ()) for phrase in ("be founded in", "be found in"))
    assert (worded(founded, "found"), worded(found, "found"), worded(found, "find")) == (True, False, True)


async def test_kag_takes_a_fact_of_like_wording_before_it_reads(library: Library) -> None:
    planner = Told('$1 = Retrieval(s=?entity, p="flowthrough", o="Uppsala")', library)
    trace = await walked(Kag(), asking("?", "Uppsala"), library, planner)
    assert (trace.steps[0].how, trace.short) == ("fuzzy", "Fyris")


async def test_kag_reckons_years_between_two_founding_dates(library: Library) -> None:
    names = ("Hanbit Motors", "Torvik Power Systems")
    question = "How many years after Hanbit Motors was Torvik Power Systems founded?"
    trace = await walked(Kag(), asking(question, *names), library)
    assert trace.solved
    assert trace.short == "18"
    assert trace.conclusion is not None
    assert set(trace.conclusion.sentences) == {place(6), place(7)}


async def test_kag_says_which_of_two_came_first(library: Library) -> None:
    names = ("Torvik Power Systems", "Hanbit Motors")
    trace = await walked(
        Kag(), asking("Which was founded first, Torvik Power Systems or Hanbit Motors?", *names), library
    )
    assert trace.short == "Hanbit Motors"


@pytest.mark.parametrize("explorer", [Hops(), Kag()])
@pytest.mark.parametrize("sum_", ["$340 million", "$100", "$5"])
async def test_a_sum_of_money_in_the_question_is_looked_for_like_a_name(
    explorer: Explorer, sum_: str, library: Library
) -> None:
    for question in (f"Who paid {sum_} for Hanbit Motors?", f"Where was the designer of the {sum_} laptop born?"):
        trace = await walked(explorer, asking(question, sum_, "Hanbit Motors"), library)
        assert trace.done
        assert not trace.solved


async def test_kag_counts_what_the_graph_holds(library: Library) -> None:
    trace = await walked(Kag(), asking("How many pumps did Mira Lindqvist design?", "Mira Lindqvist"), library)
    assert trace.short == "2"
    assert trace.steps[0].values == ("PX-200", "PX-300")


@pytest.mark.parametrize(
    ("question", "names", "short"),
    [
        ("How many people does Hanbit Motors employ?", ["Hanbit Motors"], "41,000 people"),
        ("How many pumps does Jae Park sell?", ["Jae Park"], "300 pumps"),
        ("How many pumps did Jae Park sell in 2024?", ["Jae Park", "2024"], "1,500 pumps"),
        ("How many pumps did Jae Park sell in 2019?", ["Jae Park"], ""),
        ("How many cars did Jae Park sell?", ["Jae Park"], ""),
        ("How many times did Jae Park retire?", ["Jae Park"], ""),
        ("How many people do Hanbit Motors and Torvik Power Systems employ in total?", [], "43,000"),
        ("How many more people does Hanbit Motors employ than Torvik Power Systems?", [], "39,000"),
        ("Which employs more people, Hanbit Motors or Torvik Power Systems?", [], "Hanbit Motors"),
        ("Which employs fewer people, Hanbit Motors or Torvik Power Systems?", [], "Torvik Power Systems"),
        ("Which weighs more, the PX-200 or the PX-300?", ["PX-200", "PX-300"], "PX-300"),
        ("Which starts faster, the PX-200 or the PX-300?", ["PX-200", "PX-300"], "PX-200"),
        ("Which starts slower, the PX-200 or the PX-300?", ["PX-200", "PX-300"], "PX-300"),
        ("Which weighs faster, the PX-200 or the PX-300?", ["PX-200", "PX-300"], ""),
        ("Which brings more, the PX-200 or the PX-300?", ["PX-200", "PX-300"], ""),
    ],
)
async def test_a_number_is_the_one_asked_for_and_compared_in_its_unit(
    question: str, names: Sequence[str], short: str, library: Library
) -> None:
    trace = await walked(Kag(), asking(question, *(names or ("Hanbit Motors", "Torvik Power Systems"))), library)
    assert trace.short == short


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("미래전자와 누리상사 중 매출이 더 큰 회사는?", "미래전자"),
        ("미래전자와 누리상사의 매출을 합하면 얼마인가?", "430,000,000"),
    ],
)
async def test_numbers_are_compared_and_added_in_korean(question: str, short: str, library: Library) -> None:
    trace = await walked(Kag(), asking(question, "미래전자", "누리상사", language="ko"), library)
    assert trace.short == short


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Which pump do both Jae Park and Mira Lindqvist own?", "PX-300"),
        ("Do Jae Park and Mira Lindqvist own the same pump?", "yes"),
        ("When did Jae Park and Mira Lindqvist first meet?", "1998"),
        ("Who do both Jae Park and Mira Lindqvist own?", ""),
    ],
)
async def test_what_both_have_is_what_both_were_found_to_have(question: str, short: str, library: Library) -> None:
    assert (await walked(Kag(), asking(question, "Jae Park", "Mira Lindqvist"), library)).short == short


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("$2 = Math(1 / 0)", "divides by zero"),
        ("$2 = Math($1 + 1)", "there is no number in"),
        ("$2 = Deduce(larger, $1, $1)", "there is no number in"),
    ],
)
async def test_reckoning_that_fails_ends_the_trail_with_its_reason(line: str, problem: str, library: Library) -> None:
    planner = Told(f'$1 = Retrieval(s="Hanbit Motors", p="founded", o=?person)\n{line}', library)
    trace = await walked(Kag(), asking("?", "Hanbit Motors"), library, planner)
    assert problem in trace.problem
    assert not trace.solved


async def test_what_was_read_in_a_sentence_is_not_counted(library: Library) -> None:
    planner = Told('$1 = Retrieval(s="Jae Park", p="youth", o=?place)\n$2 = Math(count($1))', library)
    trace = await walked(Kag(), asking("?", "Jae Park"), library, planner)
    assert "need not be all there is" in trace.problem


async def test_kg_rag_follows_facts_from_the_pump_to_the_river(library: Library) -> None:
    question = "Which river flows through the city in which the designer of the PX-200 was born?"
    trace = await walked(KgRag(), asking(question, "PX-200"), library)
    assert {place(0), place(3), place(4)} <= set(trace.sentences)
    assert entity("Uppsala") in trace.entities
    assert trace.done
    assert not trace.problem
    assert trace.short == "", "facts that were followed are evidence, not an answer"


async def test_kg_rag_goes_along_the_chain_that_the_question_tells(library: Library) -> None:
    trace = await walked(KgRag(), asking("Where was the designer of the PX-200 born?", "PX-200"), library)
    assert [step.how for step in trace.steps] == ["exact", "exact"]
    assert (trace.sure, trace.short) == (True, "Uppsala")


async def test_kg_rag_follows_what_is_near_where_the_chain_breaks_and_answers_with_none_of_it(library: Library) -> None:
    question = "Who is the mother of the designer of the PX-200?"
    trace = await walked(KgRag(), asking(question, "PX-200"), library)
    assert trace.steps[0].values == ("Mira Lindqvist",)
    assert (trace.done, trace.solved, trace.short, trace.problem) == (True, False, "", "")


async def test_kg_rag_follows_no_more_than_its_beam(library: Library) -> None:
    trace = await walked(KgRag(), asking("What did Mira Lindqvist design?", "Mira Lindqvist", beam=1), library)
    assert trace.steps
    assert all(len(step.entities) <= 1 for step in trace.steps)


def test_a_plan_of_nothing_but_output_is_no_plan() -> None:
    assert planned([]) == Trace()
