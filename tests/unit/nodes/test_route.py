"""route: where the graph goes next."""

from __future__ import annotations

from typing import Any

import pytest
from kgqa.model import Attempt, Query, sentence_id
from kgqa.nodes.route import after_explore, after_run, after_write
from kgqa.nodes.state import QAContext
from kgqa.nodes.trace import Trace
from kgqa.settings import QAOptions

from .conftest import Told

FAILED: Any = {"attempts": [Attempt(Query(""), 0, "bad")], "fact_sentences": [], "rounds": 1}
FOUND = [sentence_id("d" * 32, 1)]


def after(told: Told, repairs: int, **state: Any) -> str:
    return after_run({**FAILED, **state}, told.runtime(), settings=QAOptions(repairs=repairs))


def test_a_failed_query_is_repaired_while_rounds_are_left(told: Told) -> None:
    assert after(told, 1) == "write_cypher"
    assert after(told, 1, rounds=2) == "explore"
    assert after(told, 0) == "explore"


def test_behind_a_models_last_query_that_did_not_run_there_is_a_round_of_the_builtin_engine(told: Told) -> None:
    def behind(**state: Any) -> str:
        last = {**FAILED, "rounds": 2, "failed": "bad", **state}
        return after_run(last, told.runtime(), settings=QAOptions(repairs=1), modelled=True)

    assert behind() == "write_cypher"
    assert behind(rounds=3) == "explore"
    assert behind(failed="") == "explore"
    assert behind(fact_sentences=FOUND) == "explore"


def test_a_run_may_choose_its_own_number_of_repairs(told: Told) -> None:
    one = QAOptions(repairs=1)
    assert after_run(FAILED, told.runtime(QAContext(repairs=0)), settings=one) == "explore"
    assert after_run({**FAILED, "rounds": 2}, told.runtime(QAContext(repairs=2)), settings=one) == "write_cypher"


def test_what_found_something_or_did_not_fail_is_not_repaired(told: Told) -> None:
    assert after(told, 1, fact_sentences=FOUND) == "explore"
    assert after(told, 1, attempts=[Attempt(Query(""), 0)]) == "explore"
    assert after(told, 1, attempts=[]) == "explore"


def test_one_failure_among_several_attempts_is_enough_for_a_repair(told: Told) -> None:
    assert after(told, 1, attempts=[Attempt(Query(""), 0), *FAILED["attempts"]]) == "write_cypher"


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ({"queries": []}, "run_cypher"),
        ({"queries": [], "rounds": 0}, "run_cypher"),
        ({"queries": [Query("")], "rounds": 1}, "run_cypher"),
        ({"queries": [], "rounds": 1}, "explore"),
    ],
)
def test_queries_are_run_and_a_writer_that_has_none_to_mend_the_last_with_leaves_it_to_the_walk(
    state: Any, to: str
) -> None:
    assert after_write(state) == to


def test_a_trail_that_goes_on_takes_its_next_step_and_one_that_is_done_is_walked_from() -> None:
    assert after_explore({"trace": Trace(done=False), "hops": 1}) == "explore"
    assert after_explore({"trace": Trace(), "hops": 1}) == "walk"
    assert after_explore({"trace": Trace(done=False).broken("no fact"), "hops": 1}) == "walk"
