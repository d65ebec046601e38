"""Decompose a question by grammar: nested phrases into retrievals, comparisons into logical forms.

"The director of the film that X wrote" is asked from the inside out: what X wrote, then its director. What it cannot
take apart it leaves alone: no plan is no error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...tools.text.words import language
from .comparisons import compared, comparison
from .comparisons_ko import comparison_korean
from .logical_forms import Form, Math, Output, Retrieval
from .nested_phrases import english, named
from .nested_phrases_ko import korean
from .relation_chain import retrievals

_COUNT_KOREAN = re.compile(r"몇\s?(?:명|분|개|편|권|곳|대|척|마리|가지|건|채|점|곡)")
_COUNT = re.compile(r"\bhow many (?!years|days)([a-z]+s|people)\b", re.IGNORECASE)


def plan(question: str, names: Sequence[str]) -> list[Form]:
    """Forms that answer the question, with Output last; empty where it has no shape known here.

    `names` are those of the question that the graph knows.
    """
    if language(question) == "ko":
        return comparison_korean(question, names) or _counted(question, retrievals(korean(question, names)))
    text, taken = named(question, [name for name in names if not name.isdigit()])
    several = comparison(text)
    forms = compared(text, taken, several) if several else []
    return forms or _counted(question, retrievals(english(*named(question, names))))


def chained(question: str, names: Sequence[str]) -> list[Retrieval]:
    """The same without reckoning: the retrievals of its one chain, the last one answering."""
    chain = korean(question, names) if language(question) == "ko" else english(*named(question, names))
    return [form for form in retrievals(chain) if isinstance(form, Retrieval)]


def _counted(question: str, forms: list[Form]) -> list[Form]:
    """`How many films did X direct`: what the chain leads to is counted, unless it is a number already."""
    last = forms[-2] if len(forms) > 1 else None
    if not isinstance(last, Retrieval) or not (_COUNT.search(question) or _counts_korean(question, last)):
        return forms
    counted = Retrieval(last.variable, last.known, last.relation, "count", last.asks)
    return [*forms[:-2], counted, Math(f"${len(forms)}", f"count({last.variable})"), Output(f"${len(forms)}")]


def _counts_korean(question: str, last: Retrieval) -> bool:
    """Things that somebody did something to are counted; how many employees there are is told or not known."""
    return last.relation.endswith("다") and bool(_COUNT_KOREAN.search(question))
