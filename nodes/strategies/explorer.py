"""Step-by-step strategies: each plans once, then takes one step a call until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ...errors import InputError
from ...model import Match
from ..trace import Rung, Step, Trace
from .logical_forms import Form, Output, Retrieval, is_variable, parse
from .number_asked import asked_numbers
from .planner import Planner
from .reasoning import reason
from .solve_step import Known, Library, solve

_LADDER: tuple[Rung, ...] = ("exact", "fuzzy", "text")


@dataclass(frozen=True, slots=True)
class Asking:
    """The question as an explorer sees it."""

    question: str
    language: str
    matches: Sequence[Match]
    threshold: float
    """Similarity from which a fact's wording is like the relation's."""
    beam: int

    @property
    def names(self) -> list[str]:
        """The question's names that the graph knows, each once."""
        return list(dict.fromkeys(m.mention for m in self.matches if m.kind == "entity"))

    def bearers(self, name: str) -> tuple[str, ...]:
        """Ids of the entities that bear a name of the question, or share one with it where none bears it."""
        named = [m for m in self.matches if m.kind == "entity"]
        exact = [m.target for m in named if m.mention == name or m.name == name]
        return tuple(dict.fromkeys(exact or [m.target for m in named if name in m.mention or m.mention in name]))


class Explorer(Protocol):
    """A strategy that goes step by step."""

    async def begin(self, asking: Asking, planner: Planner) -> Trace:
        """The plan, no step done; an empty trace, done, where there is no step to take, which is no problem."""

    async def step(self, trace: Trace, asking: Asking, planner: Planner, library: Library) -> Trace:
        """The trace, one step longer or done."""


# ── plans in logical forms
class Hops:
    """Multi-hop by decomposition: each sub-question's answer is the next one's subject."""

    async def begin(self, asking: Asking, planner: Planner) -> Trace:
        """As the port says."""
        return planned(await planner.hops(asking.question, asking.names))

    async def step(self, trace: Trace, asking: Asking, planner: Planner, library: Library) -> Trace:
        """As the port says."""
        return await _next(trace, asking, library, ("exact", "text"))


class Kag:
    """Logical forms, each retrieval by exact one-hop, then fuzzy one-hop, then passages (Liang et al. 2024)."""

    async def begin(self, asking: Asking, planner: Planner) -> Trace:
        """As the port says."""
        return planned(await planner.forms(asking.question, asking.names))

    async def step(self, trace: Trace, asking: Asking, planner: Planner, library: Library) -> Trace:
        """As the port says."""
        return await _next(trace, asking, library, _LADDER)


def planned(forms: Sequence[Form]) -> Trace:
    """A trace that has these forms to do; none for a question of one hop, which sentences answer better than steps."""
    todo = tuple(str(form) for form in forms if not isinstance(form, Output))
    return Trace(plan=todo, done=not todo)


async def _next(trace: Trace, asking: Asking, library: Library, rungs: Sequence[Rung]) -> Trace:
    """The plan's next form done; a form that finds nothing ends the trace there."""
    form = _form(trace.plan[0], trace)
    if isinstance(form, Retrieval):
        known = await _known(form, trace, asking, library)
        step = await solve(form, known, library, asking.threshold, rungs, asked_numbers(asking.question))
        longer = replace(trace, steps=(*trace.steps, step))
        if not step.how:
            ko = asking.language == "ko"
            return longer.broken(f"{step.asked}: 찾지 못했습니다" if ko else f"nothing found for {step.asked}")
        return _advanced(longer)
    try:
        step, conclusion = reason(form, {f"${n}": done for n, done in enumerate(trace.steps, 1)}, asking.language)
    except InputError as error:
        return trace.broken(str(error))
    return _advanced(replace(trace, steps=(*trace.steps, step), conclusion=conclusion))


def _form(line: str, trace: Trace) -> Form:
    """A form of the plan, read as following on those done."""
    before = [f'${n} = Retrieval(s="-", p="-", o=?)' for n in range(1, len(trace.steps) + 1)]
    return parse("\n".join([*before, line]))[len(before)]


def _advanced(trace: Trace) -> Trace:
    rest = trace.plan[1:]
    return replace(trace, plan=rest, done=not rest, frontier=trace.steps[-1].entities)


async def _known(form: Retrieval, trace: Trace, asking: Asking, library: Library) -> Known:
    if not is_variable(form.known):
        entities = asking.bearers(form.known)
        if not entities:
            found = (await library.graph_store.find([form.known])).get(form.known, ())
            entities = tuple(entity.id for entity, _ in found)
        return Known(form.known, entities)
    step = trace.steps[int(form.known[1:]) - 1]
    return Known(step.values[0] if step.values else "", step.entities)


# ── chains of explorations
class KgRag:
    """Chain of explorations (Sanmartin 2024, "KG-RAG: Bridging the Gap Between Knowledge and Creativity").

    From the question's entities the most telling facts are followed, at most `beam` a step, and their other ends are
    where the next step begins, until what was followed tells all that was asked, or nothing more fits. A planner that
    does not read the facts takes those of the wording that the question's chain has at that step, while there are any.
    """

    async def begin(self, asking: Asking, planner: Planner) -> Trace:
        """As the port says."""
        start = tuple(dict.fromkeys(m.target for m in asking.matches if m.kind == "entity"))
        chain = [] if planner.reads else await planner.hops(asking.question, asking.names)
        return Trace(plan=tuple(map(str, chain)), frontier=start, done=not start)

    async def step(self, trace: Trace, asking: Asking, planner: Planner, library: Library) -> Trace:
        """As the port says."""
        if not trace.plan:
            return await self._followed(trace, asking, planner, library)
        longer = await _next(trace, asking, library, ("exact",))
        if not longer.problem:
            return longer
        # What was found before the chain broke leads on, but is no part of an answer that was looked for.
        steps = tuple(replace(step, how="followed") for step in trace.steps)
        return await self._followed(replace(trace, plan=(), steps=steps), asking, planner, library)

    async def _followed(self, trace: Trace, asking: Asking, planner: Planner, library: Library) -> Trace:
        seen = {sentence for step in trace.steps for sentence in step.sentences}
        facts = [
            f
            for f in await library.graph_store.facts(trace.frontier[: 2 * asking.beam], limit=_CANDIDATES)
            if not set(f.sentences) <= seen
        ]
        ends = list(dict.fromkeys(key for f in facts for key in (f.subject, f.object)))
        names = {entity.id: entity.name for entity in await library.graph_store.entities(ends)}
        facts = [f for f in facts if f.subject in names and f.object in names]
        said = [
            f"{names[f.subject]} {f.phrase or f.type.replace('_', ' ').casefold()} {names[f.object]}" for f in facts
        ]
        so_far = [step.asked for step in trace.steps]
        chosen = [i for i in await planner.choose(asking.question, so_far, said, asking.beam) if 0 <= i < len(facts)]
        if not chosen:
            return replace(trace, plan=(), done=True)
        onward = tuple(
            dict.fromkeys(facts[i].object if facts[i].subject in trace.frontier else facts[i].subject for i in chosen)
        )
        step = Step(
            asked="; ".join(said[i] for i in chosen),
            how="exact" if planner.reads else "followed",
            subject=", ".join(names.get(key, "") for key in trace.frontier[: asking.beam] if key in names),
            values=tuple(names[key] for key in onward),
            entities=onward,
            sentences=tuple(dict.fromkeys(s for i in chosen for s in facts[i].sentences)),
        )
        return replace(trace, steps=(*trace.steps, step), frontier=onward)


_CANDIDATES = 120
"""Facts weighed in one step."""
