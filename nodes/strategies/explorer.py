"""Explorers: strategies that go step by step. Each plans once, then takes one step a call, until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ...errors import InputError
from ...model import Match
from ..trail import Conclusion, Rung, Step, Trail
from . import reckon
from .forms import Deduce, Form, Math, Output, Retrieval, is_variable, parse, uses
from .planner import Planner
from .solve import Known, Library, solve

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
        step = await solve(form, known, library, asking.threshold, rungs)
        longer = replace(trail, steps=(*trail.steps, step))
        if not step.how:
            ko = asking.language == "ko"
            return longer.broken(f"{step.asked}: 찾지 못했습니다" if ko else f"nothing found for {step.asked}")
        return _advanced(longer)
    return _reasoned(form, trail, asking.language)


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


# ── reckoning
def _reasoned(form: Form, trail: Trail, language: str) -> Trail:
    try:
        conclusion = _math(form, trail, language) if isinstance(form, Math) else _deduced(form, trail, language)
    except InputError as error:
        return trail.broken(str(error))
    step = Step(str(form), "reckoned", "", (conclusion.short,), (), conclusion.sentences)
    return _advanced(replace(trail, steps=(*trail.steps, step), conclusion=conclusion))


def _math(form: Math, trail: Trail, language: str) -> Conclusion:
    steps = {f"${n}": step for n, step in enumerate(trail.steps, 1)}
    used = list(dict.fromkeys(uses(form)))
    if "count" in form.expression and any(steps[key].how == "text" for key in used):
        raise InputError(f"{form} counts what was read in a sentence, which need not be all there is")
    value = reckon.shown(reckon.evaluate(form.expression, {key: step.values for key, step in steps.items()}))
    return Conclusion(_worded(form, [steps[key] for key in used], value, language), value, _support(steps, used))


def _worded(form: Math, used: Sequence[Step], value: str, language: str) -> str:
    if "count" in form.expression:
        named = ", ".join(used[0].values)
        return f"세어 보면 {value}: {named}." if language == "ko" else f"Counted: {value} ({named})."
    from_ = "; ".join(f"{step.subject}: {step.values[0]}" for step in used)
    what = form.expression.partition("(")[0] if "(" in form.expression else "result"
    return f"계산하면 {value} ({from_})." if language == "ko" else f"Reckoned from {from_}: {what} {value}."


def _support(steps: dict[str, Step], used: Sequence[str]) -> tuple[str, ...]:
    """The best sentence of each step used, all of those counted."""
    return tuple(dict.fromkeys(s for key in used for s in (steps[key].sentences[:1] or ())))


def _deduced(form: Form, trail: Trail, language: str) -> Conclusion:
    if not isinstance(form, Deduce):
        raise InputError(f"{form} is no step of reasoning")
    steps = {f"${n}": step for n, step in enumerate(trail.steps, 1)}
    first, second = steps[form.first], steps[form.second]
    short = compared(form.operation, first, second, language)
    said = f"{first.subject}: {first.values[0]}; {second.subject}: {second.values[0]}"
    text = f"비교하면 {short} ({said})." if language == "ko" else f"Compared, {form.operation}: {short} ({said})."
    return Conclusion(text, short, _support(steps, [form.first, form.second]))


def compared(operation: str, first: Step, second: Step, language: str) -> str:
    """The subject that the comparison singles out; yes or no for `same` and `different`.

    Raises:
        InputError: what was found cannot be compared, or neither is ahead.
    """
    if not first.values or not second.values:
        raise InputError("there are not two things to compare")
    if operation in ("same", "different"):
        shared = bool({v.casefold() for v in first.values} & {v.casefold() for v in second.values})
        yes, no = ("예", "아니요") if language == "ko" else ("yes", "no")
        return yes if shared == (operation == "same") else no
    measure = reckon.moment if operation in ("earlier", "later") else reckon.number
    one, other = measure(first.values[0]), measure(second.values[0])
    if one == other:
        raise InputError(f"neither is {operation}: {first.values[0]!r} and {second.values[0]!r}")
    return first.subject if (one > other) == (operation in ("larger", "later")) else second.subject


# ── chains of explorations
class KgRag:
    """Chain of explorations (Sanmartin 2024, "KG-RAG: Bridging the Gap Between Knowledge and Creativity").

    From the question's entities the most telling facts are followed, at most `beam` a step, and their other ends are
    where the next step begins, until what was followed tells all that was asked, or nothing more fits.
    """

    async def begin(self, asking: Asking, planner: Planner) -> Trail:
        """As the port says."""
        start = tuple(dict.fromkeys(m.target for m in asking.matches if m.kind == "entity"))
        return Trail(frontier=start, done=not start)

    async def step(self, trail: Trail, asking: Asking, planner: Planner, library: Library) -> Trail:
        """As the port says."""
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
