"""Steps that compute on what earlier ones found: arithmetic, counts, comparisons, and their wording."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ...errors import InputError
from ..trace import Conclusion, Step
from . import arithmetic as reckon
from .logical_forms import Deduce, Form, Math, uses
from .measures import in_one_unit, speeds, unit_to_tell

_COUNT = re.compile(r"\s*count\s*\(\s*(\$\d+)\s*\)\s*", re.IGNORECASE)
_UNITLESS = re.compile(r"[*/]|count|years|days", re.IGNORECASE)


def reason(form: Form, steps: Mapping[str, Step], language: str) -> tuple[Step, Conclusion | None]:
    """The step that a form makes of earlier ones, by variable; no conclusion where what is asked for was told already.

    Raises:
        InputError: what was found cannot be reckoned with.
    """
    if isinstance(form, Math):
        counted = _COUNT.fullmatch(form.expression)
        told = _told(steps[counted[1]]) if counted else None
        if told is not None:
            return Step(str(form), "reckoned", told.subject, told.values, (), told.sentences), None
        conclusion = _math(form, steps, language)
    elif isinstance(form, Deduce):
        conclusion = _deduced(form, steps, language)
    else:
        raise InputError(f"{form} is no step of reasoning")
    return Step(str(form), "reckoned", "", (conclusion.short,), (), conclusion.sentences), conclusion


# ── arithmetic
def _math(form: Math, steps: Mapping[str, Step], language: str) -> Conclusion:
    used = [steps[key] for key in dict.fromkeys(uses(form))]
    counts = "count" in form.expression
    if counts and any(step.how == "text" for step in used):
        raise InputError(f"{form} counts what was read in a sentence, which need not be all there is")
    values = {key: _things(step) if counts else step.values for key, step in steps.items()}
    if counts and not all(values[key] for key in uses(form)):
        raise InputError(f"{form} counts things, and found but numbers or dates")
    value = reckon.shown(reckon.evaluate(form.expression, values))
    if not _UNITLESS.search(form.expression):
        value = f"{value} {unit_to_tell([step.values[0] for step in used])}".rstrip()
    named = ", ".join(values[uses(form)[0]]) if counts else ""
    return Conclusion(_worded(form, used, value, named, language), value, _support(used))


def _things(step: Step) -> tuple[str, ...]:
    """What was found that can be counted: no date, and no number of others."""
    return tuple(v for n, v in enumerate(step.values) if step.types[n : n + 1] not in (("DATE",), ("QUANTITY",)))


def _told(step: Step) -> Step | None:
    """The step, if it found no things to count but how many there are."""
    return step if step.values and set(step.types) == {"QUANTITY"} and len(step.values) == 1 else None


def _worded(form: Math, used: Sequence[Step], value: str, named: str, language: str) -> str:
    if named:
        return f"세어 보면 {value}: {named}." if language == "ko" else f"Counted: {value} ({named})."
    from_ = "; ".join(f"{step.subject}: {step.values[0]}" for step in used)
    what = form.expression.partition("(")[0] if "(" in form.expression else "result"
    return f"계산하면 {value} ({from_})." if language == "ko" else f"Reckoned from {from_}: {what} {value}."


def _support(used: Sequence[Step]) -> tuple[str, ...]:
    """The best sentence of each step used."""
    return tuple(dict.fromkeys(s for step in used for s in step.sentences[:1]))


# ── comparison
def _deduced(form: Deduce, steps: Mapping[str, Step], language: str) -> Conclusion:
    first, second = steps[form.first], steps[form.second]
    short = compared(form.operation, first, second, language)
    said = f"{first.subject}: {_listed(form, first)}; {second.subject}: {_listed(form, second)}"
    text = f"비교하면 {short} ({said})." if language == "ko" else f"Compared, {form.operation}: {short} ({said})."
    return Conclusion(text, short, _support([first, second]))


def _listed(form: Deduce, step: Step) -> str:
    """All that was found where any of it may decide."""
    return ", ".join(step.values) if form.operation in ("same", "different", "shared") else step.values[0]


def compared(operation: str, first: Step, second: Step, language: str) -> str:
    """The subject that the comparison singles out; for `shared` what both have, for `same` and `different` yes or no.

    Raises:
        InputError: what was found cannot be compared, or neither is ahead, or nothing is shared.
    """
    if not first.values or not second.values:
        raise InputError("there are not two things to compare")
    others = {v.casefold() for v in second.values}
    shared = [v for v in first.values if v.casefold() in others]
    if operation == "shared":
        if not shared:
            raise InputError(f"{first.subject!r} and {second.subject!r} share nothing that was found")
        return ", ".join(shared)
    if operation in ("same", "different"):
        yes, no = ("예", "아니요") if language == "ko" else ("yes", "no")
        return yes if bool(shared) == (operation == "same") else no
    apart = _apart(operation, first.values[0], second.values[0])
    if apart == 0:
        raise InputError(f"neither is {operation}: {first.values[0]!r} and {second.values[0]!r}")
    return first.subject if apart > 0 else second.subject


def _apart(operation: str, first: str, second: str) -> float:
    """By how much the first is ahead; below zero where the second is."""
    if operation in ("earlier", "later"):
        return reckon.order(first, second) * (1 if operation == "later" else -1)
    one, other = in_one_unit([first, second])
    if operation in ("faster", "slower"):
        return (one - other) * (1 if (operation == "faster") == speeds(first) else -1)
    return (one - other) * (1 if operation == "larger" else -1)
