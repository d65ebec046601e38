"""answer: write at most `cited` statements from the best evidence, each with its sentence, and a short answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from langgraph.runtime import Runtime

from ..model import Evidence, Sentence, Statement
from ..settings import QAOptions
from ..tools.ports import AnswerWriter
from ..tools.text import english
from ..tools.text.words import STOP, terms
from .answering.demands import ORDER, alike, asks_denial, asks_several, denies, unmet
from .answering.short.choose import short_answer
from .answering.short.confidence import SURE, confidence
from .answering.short.focus import asks_for_unknown
from .answering.short.qualifiers import tells_year, years
from .answering.short.rivals import has_rival
from .answering.short.table_cells import cells, row_told
from .matching.homonyms import is_ambiguous
from .matching.name_in_text import holds_name
from .matching.respellings import as_named, respellings
from .matching.unknown_names import unknown_names
from .state import Composed, QAContext, ToAnswer, options
from .trace import Trace

_SPACE = re.compile(r"\s+")
_FIRST = re.compile(r"[A-Z][a-z'’]*(?=[\s,.!;:-])")
_KEPT = ("I", "May", "Will")
"""A pronoun, and names that are little words, too."""
_CAPITAL = re.compile(r"\s[A-Z]")
_LABEL = re.compile(r"(?:A|Answer|답변?)\s?[:：]\s+", re.IGNORECASE)
"""What an answer is headed by in a list of questions and answers."""
CLOSE = 0.7
"""The share of the best evidence's score from which a sentence is told that adds no word of the question. On XQuAD
1.9 sentences are told in place of 3, and the answer is among them in 93 in place of 95 of 100."""
_ROWS = 12
"""Rows of a table, or sentences of one shape, that are told where several things are asked for."""
LISTED = 0.4
"""The same where several things are asked for."""


class BuiltinAnswerWriter:
    """The evidence's own sentences, told where they stand; nothing is reworded, so nothing can be made up."""

    async def write(
        self, question: str, evidence: Sequence[Sentence], language: str
    ) -> Sequence[tuple[str, tuple[str, ...]]]:
        """As the port says: one statement a sentence, in the evidence's order; headings say nothing."""
        told = [sentence for sentence in evidence if sentence.kind != "heading"]
        return [(framed(s, language, before), (s.id,)) for before, s in pairwise([None, *told]) if s]


async def answer(
    state: ToAnswer, runtime: Runtime[QAContext], *, answer_writer: AnswerWriter, settings: QAOptions
) -> Composed:
    """Write the statements; what is too poorly covered, or asks for what no document speaks of, is not answered.

    A writer that `decides` is given all the evidence; for another the node decides what of it is told.
    """
    chosen, trace = options(runtime.context, settings), state.get("trace") or Trace()
    if decides := getattr(answer_writer, "decides", False):
        evidence, demand = [item.sentence for item in state["evidence"]], ""
    elif _unanswerable(state, chosen.abstain_below):
        return _nothing()
    else:
        evidence = telling(state, chosen.cited)
        demand = "" if trace.certain else unmet(state["asked"], state["answer_kind"], evidence)
        if demand and demand != ORDER:
            return _nothing(demand)
    short, sure = ("", 0.0) if demand or decides else _short(state, evidence, trace)
    if sure >= SURE:
        evidence = [sentence for sentence in evidence if _bears(sentence, short, trace)] or evidence
    written = await answer_writer.write(state["asked"], evidence, state["language"])
    draft = [Statement(text, tuple(ids), 0.0) for text, ids in (written[: chosen.cited] if decides else written)]
    if decides:
        cited = {key for statement in draft for key in statement.sentences}
        short, sure = _short(state, [sentence for sentence in evidence if sentence.id in cited], trace)
    if trace.conclusion and trace.certain:
        # What was reckoned stands in no sentence that a judge could compare it with: it is as good as its parts.
        draft.insert(0, Statement(trace.conclusion.text, trace.conclusion.sentences, 1.0))
    runtime.stream_writer({"stage": "answer", "statements": len(draft), "short": short})
    notes = list(getattr(answer_writer, "notes", ()))
    return {"draft": draft, "short": short, "sure": sure, "demand": demand, "notes": notes}


def _nothing(demand: str = "") -> Composed:
    return {"draft": [], "short": "", "sure": 0.0, "demand": demand, "notes": []}


def telling(state: ToAnswer, most: int) -> list[Sentence]:
    """What is worth telling: what is near the best, or says more of the question; of denials asked for, what denies."""
    question = state["asked"]
    found = [item for item in state["evidence"] if item.sentence.kind != "heading"][:most]
    if asks_denial(question, state["answer_kind"]):
        found = [item for item in found if denies(item.sentence.text)] or found
    least = (LISTED if asks_several(question) else CLOSE) * (found[0].score if found else 0.0)
    told, asked = [], set(terms(question))
    for item in found:
        said = asked & set(terms(item.sentence.text))
        if item.why == "step" or item.score >= least or said:
            told.append(item.sentence)
        asked -= said
    return _with_its_like(question, told, state["evidence"]) if told and asks_several(question) else told


def _with_its_like(question: str, told: Sequence[Sentence], evidence: Sequence[Evidence]) -> list[Sentence]:
    """With what says the same of others as the first: the rows of its table, those alone that hold as much of the
    question as it does."""
    first = told[0]
    held = set(terms(question)).intersection(terms(first.text))
    others = [item.sentence for item in evidence if item.sentence.document_id == first.document_id]
    others = [one for one in others if alike(first.text, one.text)]
    same = [one for one in others if held <= set(terms(one.text))][:_ROWS]
    return [first, *same, *(one for one in told[1:] if one not in others)] if same else list(told)


def _short(state: ToAnswer, cited: Sequence[Sentence], trace: Trace) -> tuple[str, float]:
    """The short answer and its probability; what was solved by facts alone is as good as its parts."""
    if trace.short:
        return trace.short, 1.0
    question, kind = as_named(state["asked"], respellings(state["matches"])), state["answer_kind"]
    short = short_answer(question, kind, cited)
    if is_ambiguous(state["matches"]) or has_rival(question, kind, short, cited):
        return short, 0.0  # whose or which it is, the statements tell
    return short, confidence(question, kind, state["relation_words"], short, cited)


def _bears(sentence: Sentence, short: str, trace: Trace) -> bool:
    said = holds_name(sentence.text, short) or any(cell.shown == short for cell in cells(sentence.text))
    return said or sentence.id in trace.sentences


def _unanswerable(state: ToAnswer, below: float) -> bool:
    if below <= 0 or state["coverage"] < below or (state.get("trace") or Trace()).certain:
        return state["coverage"] < below
    question, strange = state["asked"], state["unknown"]
    texts = [item.sentence.text for item in state["evidence"]]
    return (
        asks_for_unknown(question, strange)
        or bool(unknown_names(question, state["mentions"], state["matches"], strange, texts))
        or any(year in strange and not any(tells_year(text, year) for text in texts) for year in years(question))
    )


def framed(sentence: Sentence, language: str, before: Sentence | None = None) -> str:
    """The sentence after the page, else the section, that it stands on, unless the one told before stands there too."""
    text = plain(sentence)
    place = _place(sentence, language)
    same = before is not None and before.document_id == sentence.document_id and _place(before, language) == place
    if not place or same:
        return text
    return f"{place}{text if language == 'ko' or sentence.kind == 'table' else _lowered(text)}"


def plain(sentence: Sentence) -> str:
    """The sentence on one line, without the label of an answer; a row of a table as one reads it."""
    if sentence.kind == "table":
        return row_told(sentence.text)
    text = _SPACE.sub(" ", sentence.text).strip()
    label = _LABEL.match(text)
    return text[label.end() :] if label else text


def _place(sentence: Sentence, language: str) -> str:
    section = sentence.section.rpartition("›")[2].strip()
    if language == "ko":
        if sentence.page is not None:
            return f"{sentence.page}페이지에 따르면, "
        return f"“{section}” 절에 따르면, " if section else ""
    if sentence.page is not None:
        return f"According to page {sentence.page}, "
    return f"According to section “{section}”, " if section else ""


def _lowered(text: str) -> str:
    """A sentence as it goes on after a comma: a word of the dictionary loses its capital, a name never does."""
    word = _FIRST.match(text)
    if word is None or word[0] in _KEPT or not (word[0].casefold() in STOP or _is_common(text, word[0])):
        return text
    return text[:1].lower() + text[1:]


def _is_common(text: str, word: str) -> bool:
    first = english.pieces(text)[0]
    named = first.kind == "name" or first.type in ("PERSON", "PLACE", "ORGANIZATION", "PRODUCT", "DATE")
    return not named and english.in_dictionary(word.casefold()) and not _CAPITAL.match(text, len(word))
