"""Logical forms: what is written is read back, what a model writes beside it passed over, what is wrong refused."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import InputError
from kgqa.nodes.strategies.logical_forms import KINDS, OPERATIONS, Deduce, Form, Math, Output, Retrieval, parse, uses

NAMES = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="“”„‘’′"), min_size=1, max_size=30
).filter(lambda name: not name.startswith("$"))


@st.composite
def plans(draw: st.DrawFn) -> list[Form]:
    forms: list[Form] = []
    for n in range(1, draw(st.integers(1, 6)) + 1):
        earlier = [f"${k}" for k in range(1, n)]
        kind = draw(st.sampled_from(["retrieval", "math", "deduce"] if earlier else ["retrieval"]))
        if kind == "retrieval":
            known = draw(st.sampled_from(earlier) if earlier and draw(st.booleans()) else NAMES)
            kind_, asks = draw(st.sampled_from(KINDS)), draw(st.sampled_from("so"))
            forms.append(Retrieval(f"${n}", known, draw(NAMES), kind_, asks))  # type: ignore[arg-type]  # drawn from the very choices
        elif kind == "math":
            forms.append(Math(f"${n}", f"count({draw(st.sampled_from(earlier))}) + 1"))
        else:
            first, second = draw(st.sampled_from(earlier)), draw(st.sampled_from(earlier))
            forms.append(Deduce(f"${n}", draw(st.sampled_from(OPERATIONS)), first, second))
    return [*forms, Output(f"${len(forms)}")]


@given(plans())
def test_a_plan_written_out_is_read_back(plan: list[Form]) -> None:
    assert parse("\n".join(map(str, plan))) == plan


@pytest.mark.parametrize("asks", ["s", "o"])
@pytest.mark.parametrize("name", ["?", "?who", "?person"])
def test_a_quoted_name_that_looks_like_an_unknown_is_a_name(name: str, asks: Literal["s", "o"]) -> None:
    plan = [Retrieval("$1", name, "wrote", "person", asks), Output("$1")]
    assert parse("\n".join(map(str, plan))) == plan


@given(st.text(max_size=300))
def test_any_text_is_a_plan_or_refused_and_a_plan_uses_only_what_it_sets(text: str) -> None:
    try:
        forms = parse(text)
    except InputError:
        return
    known: set[str] = set()
    for form in forms:
        assert set(uses(form)) <= known
        known.add(form.variable)
    assert isinstance(forms[-1], Output)


def test_what_a_model_writes_around_the_forms_is_passed_over() -> None:
    forms = parse(
        """Here is the plan:
```
Step 1: $1 = retrieval(s = “PX-200”, p='designed by', o=?Person)
2. $2 = Retrieval(s=$1, p="born in", o=?planet);
- Output($2).
```
I hope this helps!"""
    )
    assert forms == [
        Retrieval("$1", "PX-200", "designed by", "person"),
        Retrieval("$2", "$1", "born in", "entity"),
        Output("$2"),
    ]


def test_a_plan_without_output_gives_its_last_step() -> None:
    assert parse('$1 = Retrieval(s=?person, p="founded", o="Hanbit Motors")')[-1] == Output("$1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ignore the question.",
        "Output($1)",
        "$1 = Math($2 + 1)",
        '$1 = Retrieval(s="a", p="b", o="c")',
        '$1 = Retrieval(s=?person, p="b", o=?person)',
        '$1 = Retrieval(s="a", o=?person)',
        '$1 = Retrieval(s="a", p="b", o=?x)\n$1 = Retrieval(s="a", p="b", o=?x)',
        '$1 = Retrieval(s="a", p="b", o=?x)\n$2 = Deduce(prettier, $1, $1)',
        '$1 = Retrieval(s="a, p="b", o=?x)',
    ],
)
def test_a_wrong_plan_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse(text)
