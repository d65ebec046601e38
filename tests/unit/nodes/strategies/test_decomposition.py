"""The builtin planner: from the inside of a question outward, and two things side by side."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.nodes.strategies.decomposition import chained, plan
from kgqa.nodes.strategies.logical_forms import Math, Output, Retrieval, parse
from kgqa.nodes.strategies.relation_chain import kind_of


@pytest.mark.parametrize(
    ("question", "name", "relations"),
    [
        ("Who founded the company that made the PX-200?", "PX-200", ["make", "found"]),
        ("Who is the director of the film that Mira Lindqvist wrote?", "Mira Lindqvist", ["write", "director"]),
        ("Where was the designer of the PX-200 born?", "PX-200", ["designer", "bear"]),
        ("When was the founder of Hanbit Motors born?", "Hanbit Motors", ["founder", "bear"]),
        ("What is Hanbit Motors's founder's birthplace?", "Hanbit Motors", ["founder", "birthplace"]),
        ("Who is the mother of the director of film Night Ferry?", "Night Ferry", ["director", "mother"]),
        ("PX-200을 설계한 사람이 태어난 도시는 어디인가?", "PX-200", ["설계하다", "태어나다"]),
        ("한결조선의 대표이사의 출생지는 어디인가?", "한결조선", ["대표이사", "출생지"]),
    ],
)
def test_nested_phrases_become_a_chain_from_the_name_outward(question: str, name: str, relations: list[str]) -> None:
    chain = chained(question, [name])
    assert [step.relation for step in chain] == relations
    assert [step.known for step in chain] == [name, "$1"]


@pytest.mark.parametrize(
    ("question", "last"),
    [
        ("Which was founded first, Hanbit Motors or Torvik Power?", "$3 = Deduce(earlier, $1, $2)"),
        ("Which is larger, Hanbit Motors or Torvik Power?", ""),
        ("Who met Hanbit Motors and Torvik Power first?", ""),
        ("When did Hanbit Motors and Torvik Power first meet?", ""),
        ("How many years did Hanbit Motors work for Torvik Power?", ""),
        ("Did both Hanbit Motors and Torvik Power build pumps?", ""),
        ("Which pump do both Hanbit Motors and Torvik Power own?", "$3 = Deduce(shared, $1, $2)"),
        ("Which town do Hanbit Motors and Torvik Power both stand in?", "$3 = Deduce(shared, $1, $2)"),
        ("Do Hanbit Motors and Torvik Power own the same pump?", "$3 = Deduce(same, $1, $2)"),
        ("Which of Hanbit Motors and Torvik Power was founded first?", "$3 = Deduce(earlier, $1, $2)"),
        ("How much more does Hanbit Motors own than Torvik Power?", "$3 = Math(difference($1, $2))"),
        ("How many years after Hanbit Motors was Torvik Power founded?", "$3 = Math(years($1, $2))"),
        ("What is the difference in length between Hanbit Motors and Torvik Power?", "$3 = Math(difference($1, $2))"),
    ],
)
def test_two_things_side_by_side_are_compared(question: str, last: str) -> None:
    forms = plan(question, ["Hanbit Motors", "Torvik Power"])
    assert (str(forms[2]) if len(forms) == 4 else "") == last


@pytest.mark.parametrize(
    ("question", "relation", "last"),
    [
        ("미래전자와 누리상사의 직원은 모두 몇 명인가?", "직원", "$3 = Math($1 + $2)"),
        ("미래전자와 누리상사의 매출을 합하면 얼마인가?", "매출", "$3 = Math($1 + $2)"),
        ("미래전자와 누리상사의 매출 차이는 얼마인가?", "매출", "$3 = Math(difference($1, $2))"),
        ("미래전자와 누리상사 중 직원이 더 많은 곳은?", "직원", "$3 = Deduce(larger, $1, $2)"),
        ("미래전자는 누리상사보다 직원이 더 적은가?", "직원", "$3 = Deduce(smaller, $1, $2)"),
        ("미래전자 본점과 누리상사 본점의 직원은 모두 몇 명인가?", "직원", "$3 = Math($1 + $2)"),
        ("미래전자와 누리상사 중 어느 것이 더 무거운가?", "무게", "$3 = Deduce(larger, $1, $2)"),
        ("미래전자와 누리상사 중 먼저 설립된 회사는?", "설립하다", "$3 = Deduce(earlier, $1, $2)"),
        ("미래전자와 누리상사 중 어느 회사가 더 오래되었나?", "설립하다", "$3 = Deduce(earlier, $1, $2)"),
        ("미래전자는 누리상사보다 몇 년 먼저 설립되었나?", "설립하다", "$3 = Math(years($1, $2))"),
    ],
)
def test_two_things_side_by_side_are_compared_in_korean(question: str, relation: str, last: str) -> None:
    one, other, third, _ = plan(question, ["미래전자", "누리상사", "직원"])
    assert isinstance(one, Retrieval)
    assert isinstance(other, Retrieval)
    assert (one.known, other.known) == ("미래전자", "누리상사")
    assert (one.relation, other.relation, str(third)) == (relation, relation, last)


def test_what_two_do_together_is_no_comparison_in_korean() -> None:
    forms = plan("미래전자와 누리상사는 언제 합병했나?", ["미래전자", "누리상사"])
    assert all(isinstance(form, Retrieval | Output) for form in forms)


def test_what_somebody_made_is_counted_in_korean_and_how_many_somebody_has_is_read() -> None:
    assert str(plan("김철수가 감독한 영화는 몇 편인가?", ["김철수"])[1]) == "$2 = Math(count($1))"
    assert not any(isinstance(form, Math) for form in plan("김철수의 직원은 몇 명인가?", ["김철수"]))


def test_how_many_is_counted() -> None:
    forms = plan("How many pumps did Mira Lindqvist design?", ["Mira Lindqvist"])
    assert [str(form) for form in forms][1:] == ["$2 = Math(count($1))", "Output($2)"]


@pytest.mark.parametrize("names", [["Ent7", "Ent9"], []])
def test_a_name_that_looks_like_the_planner_s_own_words_is_a_name(names: list[str]) -> None:
    forms = plan("Which was built first, Ent7 or Ent9?", names)
    assert [form.known for form in forms if isinstance(form, Retrieval)] == ["Ent7", "Ent9"]


@pytest.mark.parametrize("known", ["$340 million", "$100", "$5"])
def test_a_sum_of_money_is_no_variable_of_a_plan(known: str) -> None:
    forms = plan(f"Who paid {known} for Torvald Systems?", [known, "Torvald Systems"])
    assert parse("\n".join(map(str, forms))) == forms


def test_what_has_no_known_shape_gives_no_plan() -> None:
    assert plan("Why is the sky blue?", []) == []
    assert chained("Hello there", []) == []


def test_a_kind_is_told_by_its_noun() -> None:
    assert [kind_of(noun) for noun in ("company", "city", "director", "film")] == [
        "organization",
        "place",
        "person",
        "entity",
    ]


@settings(max_examples=40)
@given(st.text(max_size=120), st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_any_question_gives_a_plan_that_reads_back_or_none(question: str, names: list[str]) -> None:
    forms = plan(question, names)
    steps = [form for form in forms if isinstance(form, Retrieval)]
    assert not forms or steps
    if all(name.isascii() and name.isprintable() for name in names) and question.isascii() and question.isprintable():
        assert not forms or len(parse("\n".join(map(str, forms)))) == len(forms)
