"""Explorers: strategies that go step by step. Each plans once, then takes one step a call, until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ...errors import InputError
from ...model import Match
from ..trace import Rung, Step, Trail
from .logical_forms import Form, Output, Retrieval, is_variable, parse
from .number_asked import stated
from .planner import Planner
from .reasoning import reasoned
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

    async def begin(self, asking: Asking, planner: Planner) -> Trail:
        """The plan, no step done; an empty trail, done, where there is no step to take, which is no problem."""

    async def step(self, trail: Trail, asking: Asking, planner: Planner, library: Library) -> Trail:
        """The trail, one step longer or done."""


# ── plans in logical forms
class Hops:
    """Multi-hop by decomposition: each sub-question's answer is the next one's subject."""

    async def begin(self, asking: Asking, planner: Planner) -> Trail:
        """As the port says."""
        return planned(await planner.hops(asking.question, asking.names))

    async def step(self, trail: Trail, asking: Asking, planner: Planner, library: Library) -> Trail:
        """As the port says."""
        return await _next(trail, asking, library, ("exact", "text"))


class Kag:
    """Logical forms, each retrieval by exact one-hop, then fuzzy one-hop, then passages (Liang et al. 2024)."""

    async def begin(self, asking: Asking, planner: Planner) -> Trail:
        """As the port says."""
        return planned(await planner.forms(asking.question, asking.names))

    async def step(self, trail: Trail, asking: Asking, planner: Planner, library: Library) -> Trail:
        """As the port says."""
        return await _next(trail, asking, library, _LADDER)


def planned(forms: Sequence[Form]) -> Trail:
    """A trail that has these forms to do; none for a question of one hop, which sentences answer better than steps."""
    todo = tuple(str(form) for form in forms if not isinstance(form, Output))
    return Trail(plan=todo, done=not todo)


async def _next(trail: Trail, asking: Asking, library: Library, rungs: Sequence[Rung]) -> Trail:
    """The plan's next form done; a form that finds nothing ends the trail there."""
    form = _form(trail.plan[0], trail)
    if isinstance(form, Retrieval):
        known = await _known(form, trail, asking, library)
        step = await solve(form, known, library, asking.threshold, rungs, stated(asking.question))
        longer = replace(trail, steps=(*trail.steps, step))
        if not step.how:
            ko = asking.language == "ko"
            return longer.broken(f"{step.asked}: 찾지 못했습니다" if ko else f"nothing found for {step.asked}")
        return _advanced(longer)
    try:
        step, conclusion = reasoned(form, {f"${n}": done for n, done in enumerate(trail.steps, 1)}, asking.language)
    except InputError as error:
        return trail.broken(str(error))
    return _advanced(replace(trail, steps=(*trail.steps, step), conclusion=conclusion))


def _form(line: str, trail: Trail) -> Form:
    """A form of the plan, read as following on those done."""
    before = [f'${n} = Retrieval(s="-", p="-", o=?)' for n in range(1, len(trail.steps) + 1)]
    return parse("\n".join([*before, line]))[len(before)]


def _advanced(trail: Trail) -> Trail:
    rest = trail.plan[1:]
    return replace(trail, plan=rest, done=not rest, frontier=trail.steps[-1].entities)


async def _known(form: Retrieval, trail: Trail, asking: Asking, library: Library) -> Known:
    if not is_variable(form.known):
        entities = asking.bearers(form.known)
        if not entities:
            found = (await library.graph_store.find([form.known])).get(form.known, ())
            entities = tuple(entity.id for entity, _ in found)
        return Known(form.known, entities)
    step = trail.steps[int(form.known[1:]) - 1]
    return Known(step.values[0] if step.values else "", step.entities)


# ── chains of explorations
class KgRag:
    """Chain of explorations (Sanmartin 2024, "KG-RAG: Bridging the Gap Between Knowledge and Creativity").

    From the question's entities the most telling facts are followed, at most `beam` a step, and their other ends are
    where the next step begins, until what was followed tells all that was asked, or nothing more fits. A planner that
    does not read the facts takes those of the wording that the question's chain has at that step, while there are any.
    """

    async def begin(self, asking: Asking, planner: Planner) -> Trail:
        """As the port says."""
        start = tuple(dict.fromkeys(m.target for m in asking.matches if m.kind == "entity"))
        chain = [] if planner.reads else await planner.hops(asking.question, asking.names)
        return Trail(plan=tuple(map(str, chain)), frontier=start, done=not start)

    async def step(self, trail: Trail, asking: Asking, planner: Planner, library: Library) -> Trail:
        """As the port says."""
        if not trail.plan:
            return await self._followed(trail, asking, planner, library)
        longer = await _next(trail, asking, library, ("exact",))
        if not longer.problem:
            return longer
        # What was found before the chain broke leads on, but is no part of an answer that was looked for.
        steps = tuple(replace(step, how="followed") for step in trail.steps)
        return await self._followed(replace(trail, plan=(), steps=steps), asking, planner, library)

    async def _followed(self, trail: Trail, asking: Asking, planner: Planner, library: Library) -> Trail:
        seen = {sentence for step in trail.steps for sentence in step.sentences}
        facts = [
            f
            for f in await library.graph_store.facts(trail.frontier[: 2 * asking.beam], limit=_CANDIDATES)
            if not set(f.sentences) <= seen
        ]
        ends = list(dict.fromkeys(key for f in facts for key in (f.subject, f.object)))
        names = {entity.id: entity.name for entity in await library.graph_store.entities(ends)}
        facts = [f for f in facts if f.subject in names and f.object in names]
        said = [
            f"{names[f.subject]} {f.phrase or f.type.replace('_', ' ').casefold()} {names[f.object]}" for f in facts
        ]
        so_far = [step.asked for step in trail.steps]
        chosen = [i for i in await planner.choose(asking.question, so_far, said, asking.beam) if 0 <= i < len(facts)]
        if not chosen:
            return replace(trail, plan=(), done=True)
        onward = tuple(
            dict.fromkeys(facts[i].object if facts[i].subject in trail.frontier else facts[i].subject for i in chosen)
        )
        step = Step(
            asked="; ".join(said[i] for i in chosen),
            how="exact" if planner.reads else "followed",
            subject=", ".join(names.get(key, "") for key in trail.frontier[: asking.beam] if key in names),
            values=tuple(names[key] for key in onward),
            entities=onward,
            sentences=tuple(dict.fromkeys(s for i in chosen for s in facts[i].sentences)),
        )
        return replace(trail, steps=(*trail.steps, step), frontier=onward)


_CANDIDATES = 120
"""Facts weighed in one step."""
