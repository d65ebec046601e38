"""Logical forms: a question as steps over named operands, parsed tolerantly.

The functions are those of KAG (Liang et al. 2024, arXiv 2409.13731): Retrieval, Math, Deduce, Output.

    $1 = Retrieval(s="PX-200", p="designed by", o=?person)
    $2 = Retrieval(s=$1, p="born in", o=?date)
    $3 = Math(years($2, $1))
    $4 = Deduce(earlier, $1, $2)
    Output($3)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ...errors import InputError

KINDS = ("person", "place", "organization", "date", "number", "count", "entity")
"""Kinds of what is looked for; `count` is things to be counted, or the number of them where it is told."""
OPERATIONS = ("larger", "smaller", "faster", "slower", "earlier", "later", "same", "different", "shared")
MOST = 12
"""Steps in one plan."""
_LONGEST = 8000
_LINE = re.compile(
    r"(?:(?P<variable>\$\d+)\s*[:=]+\s*)?(?P<name>retrieval|math|deduce|output)\s*\((?P<inside>.*)\)\s*[.;`]*$",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^(?:[-*>•\s]|step\s*\d+\s*[:.)]|\d+\s*[.)]\s)+", re.IGNORECASE)
_QUOTES = str.maketrans("“”„‘’′", '"""' + "'''")
_ARGUMENT = re.compile(
    r"""\s*(?:(?P<key>s|p|o|subject|predicate|object)\s*[=:]\s*)?"""
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^,"']+?))\s*(?:,|$)""",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"\$\d+")
_UNKNOWN = re.compile(r"\?\s*([a-z]*)", re.IGNORECASE)


def is_variable(text: str) -> bool:
    """Whether this is an earlier step's variable, as `$2` is; `$340 million` is a sum of money."""
    return bool(_VARIABLE.fullmatch(text))


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Find what stands in the relation `relation` to `known`, a name or an earlier step's variable."""

    variable: str
    known: str
    relation: str
    kind: str = "entity"
    """What is looked for, one of `KINDS`."""
    asks: Literal["s", "o"] = "o"
    """Which end of the fact is unknown."""

    def __str__(self) -> str:
        known = self.known if is_variable(self.known) else _quoted(self.known)
        s, o = (known, f"?{self.kind}") if self.asks == "o" else (f"?{self.kind}", known)
        return f"{self.variable} = Retrieval(s={s}, p={_quoted(self.relation)}, o={o})"


@dataclass(frozen=True, slots=True)
class Math:
    """Reckon with what earlier steps found (`reckon.evaluate`)."""

    variable: str
    expression: str

    def __str__(self) -> str:
        return f"{self.variable} = Math({self.expression})"


@dataclass(frozen=True, slots=True)
class Deduce:
    """Compare what two earlier steps found; the answer is the subject of one of them, or yes or no."""

    variable: str
    operation: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.variable} = Deduce({self.operation}, {self.first}, {self.second})"


@dataclass(frozen=True, slots=True)
class Output:
    """What answers the question."""

    variable: str

    def __str__(self) -> str:
        return f"Output({self.variable})"


Form = Retrieval | Math | Deduce | Output


def parse(text: str) -> list[Form]:
    """The forms of a text, at most `MOST`, closed by one Output; lines that are no form are passed over.

    Raises:
        InputError: no line is a form, one is wrong in itself, or one uses what no earlier one sets.
    """
    forms: list[Form] = []
    for line in text[:_LONGEST].translate(_QUOTES).splitlines():
        found = _LINE.search(_NUMBERING.sub("", line.strip().strip("`")))
        if found:
            forms.append(_form(found, f"${len(forms) + 1}"))
    kept = forms[:MOST]
    if not any(not isinstance(form, Output) for form in kept):
        raise InputError(f"no logical form in {text[:80]!r}")
    return _closed(_checked(kept))


def _form(found: re.Match[str], otherwise: str) -> Form:
    name, variable, inside = found["name"].casefold(), found["variable"] or otherwise, found["inside"].strip()
    if name == "output":
        return Output(inside)
    if name == "math":
        return Math(variable, _unquoted(inside))
    parts = _arguments(inside)
    return _deduce(variable, parts) if name == "deduce" else _retrieval(variable, parts)


def _arguments(inside: str) -> list[tuple[str, str, bool]]:
    """(key or empty, value, whether it is quoted) of each argument."""
    found, place = [], 0
    while place < len(inside):
        one = _ARGUMENT.match(inside, place)
        if one is None or one.end() == place:
            raise InputError(f"cannot read the arguments {inside[:80]!r}")
        quoted = one["double"] if one["double"] is not None else one["single"]
        value = one["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        found.append(((one["key"] or "")[:1].casefold(), value.strip(), quoted is not None))
        place = one.end()
    return found


def _retrieval(variable: str, parts: Sequence[tuple[str, str, bool]]) -> Retrieval:
    if len(parts) != 3:
        raise InputError(f"Retrieval takes s, p and o, got {len(parts)} arguments")
    keyed = {key or "spo"[place]: value for place, (key, value, _) in enumerate(parts)}
    bare = {key or "spo"[place] for place, (key, _, quoted) in enumerate(parts) if not quoted}
    if set(keyed) != {"s", "p", "o"}:
        raise InputError(f"Retrieval takes s, p and o, got {', '.join(sorted(keyed))}")
    unknown = [end for end in ("o", "s") if _UNKNOWN.fullmatch(keyed[end])]
    if len(unknown) > 1:
        unknown = [end for end in unknown if end in bare]  # a name may look like an unknown: "?"
    if len(unknown) != 1 or not keyed["p"]:
        raise InputError("Retrieval asks for exactly one of s and o, written ?kind, and has a relation")
    asks: Literal["s", "o"] = "s" if unknown[0] == "s" else "o"
    known = keyed["o" if asks == "s" else "s"]
    if not known:
        raise InputError("Retrieval has nothing to start from")
    told = _UNKNOWN.fullmatch(keyed[asks])
    kind = told[1].casefold() if told else ""
    return Retrieval(variable, known, keyed["p"], kind if kind in KINDS else "entity", asks)


def _deduce(variable: str, parts: Sequence[tuple[str, str, bool]]) -> Deduce:
    values = [value for _, value, _ in parts]
    if len(values) != 3 or values[0].casefold() not in OPERATIONS:
        raise InputError(f"Deduce takes one of {', '.join(OPERATIONS)} and two variables, got {values!r}")
    return Deduce(variable, values[0].casefold(), values[1], values[2])


def _checked(forms: Sequence[Form]) -> list[Form]:
    """The forms, if each uses only what an earlier one sets, and none sets what is set."""
    known: set[str] = set()
    for form in forms:
        missing = sorted(set(uses(form)) - known)
        if missing:
            raise InputError(f"{form} uses {', '.join(missing)}, which no earlier step sets")
        if not isinstance(form, Output):
            if form.variable in known:
                raise InputError(f"{form.variable} is set twice")
            known.add(form.variable)
    return list(forms)


def uses(form: Form) -> list[str]:
    """The variables that a form builds on."""
    if isinstance(form, Retrieval):
        return [form.known] if is_variable(form.known) else []
    if isinstance(form, Math):
        return _VARIABLE.findall(form.expression)
    return [form.variable] if isinstance(form, Output) else [form.first, form.second]


def _closed(forms: Sequence[Form]) -> list[Form]:
    steps = [form for form in forms if not isinstance(form, Output)]
    outputs = [form for form in forms if isinstance(form, Output)]
    return [*steps, outputs[-1] if outputs else Output(steps[-1].variable)]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
