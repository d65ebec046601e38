import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import RefusedQuery
from kgqa.tools.cypher.regexes import judge


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "^(a|a)*$",
        "(.*)*x",
        "([a-z]+){10,}x",
        "(aa?)*b",
        "a?" * 60 + "a" * 60,
        "(a?){60}a{60}",
        "(a{1,50}){1,50}b",
        "((a)(a)?)*b",
        "(?:a?b?)*?c",
        "(a|ab|b)*c",
        r"(\w+\s?)*x",
        "(?=(a+)+b).*",
        "(.|\n)*x",
        "(a|[^b])*c",
        "(?i)(a|A)*b",
        "([^,]*,?)*;",
        "(é|[^a])*b",
        ".*.*.*.*.*x",
    ],
)
def test_a_pattern_that_may_be_matched_in_too_many_ways_is_refused(pattern: str) -> None:
    with pytest.raises(RefusedQuery, match="CONTAINS"):
        judge(pattern)


@pytest.mark.parametrize("pattern", [r"\Q[\E(a+)+]", "[a&&[a]b]", r"(a)\1", "(?x)a #", "a{,3}", "(", "*a", "a{2", "[a"])
def test_a_form_that_nothing_is_known_of_is_refused(pattern: str) -> None:
    with pytest.raises(RefusedQuery, match="a form that is not allowed"):
        judge(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i).*foo.*|.*bar.*|.*baz.*",
        r"\d{4}(-\d{2}){2}",
        r"^[A-Za-z0-9+_.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        r"(\d{1,3}\.){3}\d{1,3}",
        "[A-Z][a-z]+( [A-Z][a-z]+)*",
        r"(Mr|Mrs|Ms)\.? .*",
        r".*\bking\b.*",
        ".*[가-힣]+.*",
        "^(?!.*foo).*$",
        "https?://[^/]+/.*",
        r"(\w+\s)*\w+",
        r"^\p{Lu}.*",
        "(?<year>[0-9]+)-(foo|bar)*",
        r"\$\d+(,\d{3})*(\.\d{2})?",
        "[]a]b",
        "",
    ],
)
def test_a_pattern_that_ends_is_taken(pattern: str) -> None:
    judge(pattern)


@given(st.text(st.sampled_from("ab.*+?{}1,9()[]^$|\\dwQE:<>-&"), max_size=40))
def test_any_text_is_taken_or_refused(pattern: str) -> None:
    with contextlib.suppress(RefusedQuery):
        judge(pattern)
