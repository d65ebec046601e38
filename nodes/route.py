"""The conditional edges of the QA graph: where it goes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from langgraph.runtime import Runtime

from ..settings import QAOptions
from .answering.overview import KIND as OVERVIEW
from .answering.overview import subject
from .state import Explored, Extracted, QAContext, Ran, Surveyed, Written, options

Lookup = Literal["write_cypher", "match", "search"]


def after_extract(state: Extracted) -> Sequence[Lookup | Literal["survey"]]:
    """To the three that look something up, side by side; where documents as a whole may be meant, to survey first."""
    whole = state["answer_kind"] == OVERVIEW or subject(state["asked"])
    return ["survey"] if whole else ["write_cypher", "match", "search"]


class _Surveyed(Extracted, Surveyed):
    """What `after_survey` reads."""


def after_survey(state: _Surveyed) -> Sequence[Lookup | Literal["check"]]:
    """To check what was drafted; where no document was meant after all, to the three that look something up."""
    told = state["answer_kind"] == OVERVIEW or state["draft"]
    return ["check"] if told else ["write_cypher", "match", "search"]


def after_run(
    state: Ran, runtime: Runtime[QAContext], *, settings: QAOptions, modelled: bool = False
) -> Literal["write_cypher", "explore"]:
    """Back to the writer while something failed, nothing was found and rounds are left; else on to exploring.

    Behind a model there is one round more, the builtin engine's, where the model's last queries did not run.
    """
    if state["fact_sentences"]:
        return "explore"
    repairs = options(runtime.context, settings).repairs
    again = any(attempt.problem for attempt in state["attempts"]) and state["rounds"] <= repairs
    behind = modelled and state["rounds"] == repairs + 1 and state.get("failed")
    return "write_cypher" if again or behind else "explore"


class _Wrote(Written, Ran):
    """What `after_write` reads."""


def after_write(state: _Wrote) -> Literal["run_cypher", "explore"]:
    """On with the queries; a writer that has none to mend the last ones with leaves it to the walk."""
    return "explore" if state.get("rounds") and not state["queries"] else "run_cypher"


def after_explore(state: Explored) -> Literal["explore", "walk"]:
    """The next step while the trace goes on; `explore` ends it at its limit."""
    return "walk" if state["trace"].done else "explore"
